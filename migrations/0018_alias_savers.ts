// Who saved an alias, by identity: a shared one is replaced by that operator or an admin. Of those that are there nobody
// knows it.
import type { Knex } from 'knex'

export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table aliases add column saved_by text collate "C"')
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table aliases drop column saved_by')
}
