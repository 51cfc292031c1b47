// Schedules, what became of each time that they were due, and the notices that people get of it. Not versioned: they are
// about the inventory, not a part of it.
import type { Knex } from 'knex'

export async function up(knex: Knex): Promise<void> {
  // `chat`, `thread` and `channel` are where it was made; `notify` is another channel for its notices.
  await knex.raw(`create table schedules (id bigint generated always as identity primary key, cron text not null, zone text not null,
    command text not null, because text, catchup boolean not null, notify text,
    operator_id bigint not null references operators, identity text not null,
    chat text not null, thread text not null, channel text, made_at timestamptz not null,
    state text collate "C" not null default 'active' check (state in ('active', 'paused', 'removed')),
    changed_by text, changed_at timestamptz, next_due timestamptz, checked_at timestamptz, trouble text)`)
  await knex.raw(`create index on schedules (next_due) where state = 'active'`)
  await knex.raw(`create index on schedules (checked_at nulls first) where state = 'active'`)
  // The key is what decides that a due time is run once. \`missed\` counts the times up to this one that nothing was run
  // at; a row in the state 'missed' is of those alone.
  await knex.raw(`create table schedule_fires (schedule_id bigint not null references schedules, due timestamptz not null,
    state text collate "C" not null check (state in ('due', 'running', 'done', 'started', 'refused', 'failed', 'missed')),
    missed integer not null default 0, missed_from timestamptz, claimed_by text, claimed_at timestamptz, attempt integer not null default 0,
    ended_at timestamptz, operator text, outcome text, job text, primary key (schedule_id, due))`)
  await knex.raw(`create index on schedule_fires (due) where state in ('due', 'running')`)
  // What people are to be told, until a chat has it.
  await knex.raw(`create table notices (id bigint generated always as identity primary key, at timestamptz not null,
    schedule_id bigint references schedules, chat text not null, thread text not null, channel text, mentions text[] not null,
    text text not null, sent_at timestamptz)`)
  await knex.raw('create index on notices (schedule_id, id)')
  await knex.raw('create index on notices (id) where sent_at is null')
  // The latest time that any process has seen: a clock that was set back is known by it.
  await knex.raw(
    `create table schedule_clock (one boolean primary key default true check (one), seen_at timestamptz not null)`,
  )
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table schedule_clock, notices, schedule_fires, schedules')
}
