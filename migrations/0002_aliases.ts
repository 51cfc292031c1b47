// Aliases: words that operators made for expressions and for the beginnings of commands. Not versioned: they are a way
// to speak of the inventory, not a part of it.
import type { Knex } from 'knex'

export async function up(knex: Knex): Promise<void> {
  // An alias without an owner is everybody's.
  await knex.raw(`create table aliases (owner text collate "C" not null, name text collate "C" not null,
    name_key text collate "C" not null, text text not null, saved_at timestamptz not null, primary key (owner, name_key))`)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table aliases')
}
