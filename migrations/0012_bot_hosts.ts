// What the bot runs on, as its processes say it: the names and addresses of their hosts, and of the database's.
import type { Knex } from 'knex'

export async function up(knex: Knex): Promise<void> {
  // By `host`, the operating system's name for itself. `text` is a name in small letters or an address, which \`address\` is
  // too then. What has not been said again for two days is not the bot's any more.
  await knex.raw(`create table bot_hosts (host text collate "C" not null, what text collate "C" not null check (what in ('bot', 'database')),
    text text collate "C" not null, address inet, seen_at timestamptz not null, primary key (host, what, text))`)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table bot_hosts')
}
