// Which ends of jobs the audit does not tell of yet.
import type { Knex } from 'knex'

export async function up(knex: Knex): Promise<void> {
  // The state that the audit has told of.
  await knex.raw('alter table runs add column audited text collate "C"')
  await knex.raw(`create index runs_unaudited on runs (id)
    where state not in ('queued', 'running') and audited is distinct from state`)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index runs_unaudited')
  await knex.raw('alter table runs drop column audited')
}
