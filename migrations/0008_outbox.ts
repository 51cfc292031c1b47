// What the bot has to say in chats: one row a message, with what it should show and what it shows. A message that is
// edited a hundred times is still one row, of which only the latest contents are sent.
import type { Knex } from 'knex'

export async function up(knex: Knex): Promise<void> {
  // `wanted` counts the contents, `shown` is the one that the chat has; `ref` is the chat's own name for the message.
  // `nonce` is written before a message is posted for the first time: after a crash it is looked for in the thread.
  await knex.raw(`create table outbox (id bigint generated always as identity primary key, chat text collate "C" not null,
    thread text not null, key text collate "C" not null, priority integer not null, body jsonb not null,
    wanted integer not null default 1, shown integer not null default 0, ref text, nonce text, attempts integer not null default 0,
    not_before timestamptz, trouble text, state text collate "C" not null default 'open' check (state in ('open', 'lost')),
    changed_at timestamptz not null default clock_timestamp(), shown_at timestamptz, unique (chat, key))`)
  await knex.raw(`create index on outbox (chat, thread, id) where state = 'open' and shown < wanted`)
  // One process at a time speaks in a chat.
  await knex.raw(`create table outbox_senders (chat text collate "C" primary key, lease_by text not null,
    lease_until timestamptz not null)`)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table outbox_senders, outbox')
}
