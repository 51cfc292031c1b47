// What comes from chats, stored before it is acknowledged; the buttons and files of what is said there; and until when each
// chat was heard.
import type { Knex } from 'knex'

export async function up(knex: Knex): Promise<void> {
  // `key` is the same for each delivery of the same thing. `claim` is the process that has it, for as long as it says so.
  await knex.raw(`create table inbox (id bigint generated always as identity primary key, chat text collate "C" not null,
    key text collate "C" not null, author text collate "C" not null, incoming jsonb not null,
    stored_at timestamptz not null default clock_timestamp(), state text collate "C" not null default 'waiting'
      check (state in ('waiting', 'done')), claim text, claimed_until timestamptz, attempts integer not null default 0,
    done_at timestamptz, unique (chat, key))`)
  await knex.raw(`create index on inbox (author, id) where state = 'waiting'`)
  await knex.raw(`create index on inbox (done_at) where state = 'done'`)
  // A button is named by its message and what it does: said again, it is the same button.
  await knex.raw(`create table buttons (id text collate "C" primary key, chat text collate "C" not null,
    message text collate "C" not null, action jsonb not null, only_for text, made_at timestamptz not null default clock_timestamp(),
    used_at timestamptz, used_by text)`)
  await knex.raw('create unique index on buttons (chat, message, md5(action::text))')
  await knex.raw(`create table outbox_files (id text collate "C" primary key, chat text collate "C" not null,
    message text collate "C" not null, name text not null, media_type text not null, content bytea not null,
    made_at timestamptz not null default clock_timestamp())`)
  await knex.raw('create index on outbox_files (chat, message)')
  await knex.raw('create table chats_heard (chat text collate "C" primary key, until timestamptz not null)')
  // What is over for long is cleared away.
  await knex.raw(`create index on outbox (shown_at) where shown = wanted`)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table chats_heard, outbox_files, buttons, inbox')
  await knex.raw('drop index outbox_shown_at_idx')
}
