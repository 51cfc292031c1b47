// How a worker gets runs: it takes those that wait, and those whose worker is dead, and begins the next step of each in
// the same statement.
import type { Knex } from 'knex'
import { CHANNEL } from './bell.ts'
import type { RunRow, StepRow } from './run.ts'
import { ask } from './statement.ts'

/** The steps come as JSON: their times are texts and of no interest here. */
export type ClaimedStep = Pick<StepRow, 'position' | 'name' | 'state' | 'attempt' | 'fence' | 'repeatable' | 'output'>

export interface Claimed {
  readonly run: RunRow
  readonly steps: readonly ClaimedStep[]
  /** The position of the step that the claim has begun, if any: it is recorded as running, and nobody has started it. */
  readonly begun: number | null
}

/** What was last seen of a run that somebody else holds. */
export interface Lease {
  readonly id: number
  readonly fence: number
  readonly beats: number
}

export interface Wanted {
  /** Who claims: a name that no other claim has. */
  readonly claimant: string
  readonly leaseMs: number
  /** The tasks that this program knows. */
  readonly tasks: readonly string[]
  readonly limit: number
  /** Held by workers that are dead. */
  readonly dead: readonly Lease[]
}

type Row = RunRow & { readonly begun: number | null; readonly steps: readonly ClaimedStep[] }

/**
 * Claims up to `limit` runs, the oldest first. A run whose targets an older one wants or holds is left. Throws a unique
 * violation (nothing is claimed) where an older run came into sight at the same moment; then claim again.
 */
export async function claim(knex: Knex, { claimant, leaseMs, tasks, limit, dead }: Wanted): Promise<Claimed[]> {
  const rows = await ask<Row>(knex, 'claim', CLAIM, [
    [...tasks],
    dead.map(({ id }) => id),
    dead.map(({ fence }) => fence),
    dead.map(({ beats }) => beats),
    limit,
    claimant,
    leaseMs,
  ])
  return rows.map(split)
}

/** The runs that a claim has got whose answer was lost. */
export async function recover(knex: Knex, claimant: string): Promise<Claimed[]> {
  return (await ask<Row>(knex, 'recover', RECOVER, [claimant])).map(split)
}

/** The runs that workers hold, but for `mine`. */
export function leases(knex: Knex, mine: readonly number[]): Promise<Lease[]> {
  return ask<Lease>(
    knex,
    'leases',
    `select id, fence, beats from runs where state = 'running' and lease_by is not null and not (id = any(?::bigint[]))`,
    [[...mine]],
  )
}

function split({ begun, steps, ...run }: Row): Claimed {
  return { run, steps, begun }
}

const STEPS = (run: string) => `(select json_agg(json_build_object('position', position, 'name', name, 'state', state,
    'attempt', attempt, 'fence', fence, 'repeatable', repeatable, 'output', output) order by position)
  from run_steps s where s.run_id = ${run}.id) as steps`

// `picked` sees rows as they are when they are locked; everything else reads what it needs of them from there. The steps
// at the end are those of before: a step that is `running` there was left so by somebody else.
const CLAIM = `with picked as materialized (
    select r.id, r.fence, r.cancel_by from runs r
    where r.state in ('queued', 'running') and r.task = any(?::text[])
      and (r.lease_by is null or (r.id, r.fence, r.beats) in (
        select id, fence, beats from unnest(?::bigint[], ?::bigint[], ?::bigint[]) as dead(id, fence, beats)))
      and (r.wake_at is null or r.wake_at <= clock_timestamp())
      and not exists (select from run_locks mine join run_locks other using (thing_id)
        where mine.run_id = r.id and not mine.held and other.run_id <> r.id and (other.held or other.run_id < r.id))
    order by r.id limit ? for update of r skip locked),
  locked as (update run_locks l set held = true from picked where l.run_id = picked.id and not l.held),
  begun as (update run_steps s set state = 'running', attempt = s.attempt + 1, fence = picked.fence + 1,
      started_at = clock_timestamp(), ended_at = null, error = null, retry_at = null
    from picked where s.run_id = picked.id and s.state = 'pending' and picked.cancel_by is null
      and s.position = (select min(f.position) from run_steps f where f.run_id = picked.id and f.state <> 'done')
    returning s.run_id, s.position),
  claimed as (update runs r set state = 'running', fence = r.fence + 1, beats = 0, lease_by = ?,
      lease_until = clock_timestamp() + ? * interval '1 millisecond', wake_at = null,
      started_at = coalesce(r.started_at, clock_timestamp())
    from picked where r.id = picked.id returning r.*)
  select claimed.*, begun.position as begun, ${STEPS('claimed')}, pg_notify('${CHANNEL}', 'change ' || claimed.id)
  from claimed left join begun on begun.run_id = claimed.id order by claimed.id`

const RECOVER = `select r.*, (select s.position from run_steps s
    where s.run_id = r.id and s.state = 'running' and s.fence = r.fence) as begun, ${STEPS('r')}
  from runs r where r.lease_by = ? and r.state = 'running' order by r.id`
