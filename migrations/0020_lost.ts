// The messages that could not be sent are counted for whoever watches, without reading those that were.
import type { Knex } from 'knex'

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`create index outbox_lost on outbox (chat, changed_at) where state = 'lost'`)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index outbox_lost')
}
