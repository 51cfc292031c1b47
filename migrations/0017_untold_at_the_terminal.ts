// What was proposed at the terminal is told to who may approve it, as long as it waits, and again when it has been decided.
import type { Knex } from 'knex'

export async function up(knex: Knex): Promise<void> {
  await knex.raw('drop index proposals_untold')
  await knex.raw(`create index proposals_untold on proposals (id) where told is distinct from state
    and (not starts_with(message, '{"chat":"terminal"') or told is not null or state = 'pending')`)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index proposals_untold')
  await knex.raw(`create index proposals_untold on proposals (id)
    where not starts_with(message, '{"chat":"terminal"') and told is distinct from state`)
}
