// Jobs: runs, their steps, what was told about them, and the things that they lock. No column holds a secret: inputs,
// outputs and events name `secret:<id>`, which the step that needs it decrypts.
import type { Knex } from 'knex'

export async function up(knex: Knex): Promise<void> {
  // `fence` counts the workers that have had the run: every write of a worker names its own. `beats` counts the
  // heartbeats of the present one: other workers take it for dead when it stands still.
  await knex.raw(`create table runs (
    id bigint generated always as identity primary key,
    task text collate "C" not null, input jsonb not null, operator text not null, command text not null, because text,
    message jsonb, state text collate "C" not null
      check (state in ('queued', 'running', 'done', 'failed', 'cancelled', 'unknown')),
    reason jsonb, fence bigint not null default 0, beats bigint not null default 0,
    lease_by text, lease_until timestamptz, wake_at timestamptz, cancel_by text,
    created_at timestamptz not null default clock_timestamp(), started_at timestamptz, ended_at timestamptz,
    proposal text, targets jsonb not null default '[]', retry_of bigint references runs (id))`)
  await knex.raw(`create index runs_alive on runs (id) where state in ('queued', 'running')`)
  await knex.raw('create index on runs (state, id)')
  await knex.raw(`create index on runs (lease_by) where lease_by is not null`)
  await knex.raw(`create table run_steps (
    run_id bigint not null references runs (id) on delete cascade, position integer not null, name text not null,
    state text collate "C" not null check (state in ('pending', 'running', 'done', 'failed', 'skipped', 'unknown')),
    attempt integer not null default 0, fence bigint, repeatable boolean not null, started_at timestamptz,
    ended_at timestamptz, output jsonb, error text, retry_at timestamptz, primary key (run_id, position))`)
  await knex.raw(`create table run_events (
    id bigint generated always as identity primary key, run_id bigint not null references runs (id) on delete cascade,
    at timestamptz not null default clock_timestamp(), kind text not null, step text, percent real, text text,
    facts jsonb)`)
  await knex.raw('create index on run_events (run_id, id)')
  // The targets of runs that have not ended. One run at a time holds a thing; the others wait in the order of their ids.
  await knex.raw(`create table run_locks (thing_id bigint not null, run_id bigint not null references runs (id) on delete cascade,
    held boolean not null default false, primary key (thing_id, run_id))`)
  await knex.raw('create unique index run_locks_held on run_locks (thing_id) where held')
  await knex.raw('create index on run_locks (run_id)')
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table run_locks, run_events, run_steps, runs')
}
