// How each proposal's card was told last: the chat is told again when that has changed. And the first message of a thread,
// found without reading all others.
import type { Knex } from 'knex'

export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table proposals add column told text')
  await knex.raw('create index outbox_begun on outbox (chat, thread, id) where ref is not null')
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table proposals drop column told')
  await knex.raw('drop index outbox_begun')
}
