// What of jobs and proposals chats are still to be told, found without reading all that was told long ago.
import type { Knex } from 'knex'

export async function up(knex: Knex): Promise<void> {
  // The state that the chat has been told of.
  await knex.raw('alter table runs add column told text collate "C"')
  await knex.raw(`create index runs_untold on runs (id)
    where message ->> 'chat' <> 'terminal' and told is distinct from state`)
  await knex.raw(`create index proposals_untold on proposals (id)
    where not starts_with(message, '{"chat":"terminal"') and told is distinct from state`)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index runs_untold, proposals_untold')
  await knex.raw('alter table runs drop column told')
}
