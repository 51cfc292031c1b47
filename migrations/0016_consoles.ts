// Consoles that are open in threads: whose each is and until when, the lines that were typed and are not sent yet, and the
// output, a message of it a row. What is typed may hold passwords: a line is gone as soon as it is sent.
import type { Knex } from 'knex'

export async function up(knex: Knex): Promise<void> {
  // `below` is how the chat calls the thread in what is typed there, where our own message has begun it. `changes` counts
  // what there was to tell, `told` how much of that was told.
  await knex.raw(`create table consoles (id bigint generated always as identity primary key,
    run_id bigint not null unique references runs (id) on delete cascade, thing_id bigint not null, thing text not null,
    label text not null, chat text collate "C" not null, thread text collate "C" not null, below text collate "C",
    opener text collate "C" not null, holder text collate "C", opened_at timestamptz not null default clock_timestamp(),
    until timestamptz not null, typed_at timestamptz, taken_by text, closed_at timestamptz, reason text, unsent integer,
    changes bigint not null default 1, told bigint not null default 0)`)
  await knex.raw('create unique index on consoles (thing_id) where closed_at is null')
  await knex.raw('create unique index on consoles (chat, thread) where closed_at is null')
  await knex.raw('create index on consoles (id) where told < changes')
  await knex.raw(`create table console_lines (id bigint generated always as identity primary key,
    console_id bigint not null references consoles (id) on delete cascade, line text not null)`)
  await knex.raw('create index on console_lines (console_id, id)')
  await knex.raw(`create table console_pages (console_id bigint not null references consoles (id) on delete cascade,
    page integer not null, text text not null, primary key (console_id, page))`)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table console_pages, console_lines, consoles')
}
