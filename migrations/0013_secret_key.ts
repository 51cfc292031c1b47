// Which key the secrets in this database are kept under: not the key, and nothing that it could be made from.
import type { Knex } from 'knex'

export async function up(knex: Knex): Promise<void> {
  await knex.raw(
    'create table secret_key (one boolean primary key default true check (one), fingerprint text not null, since timestamptz not null)',
  )
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table secret_key')
}
