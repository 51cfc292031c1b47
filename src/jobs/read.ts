// What can be asked about jobs.
import type { Knex } from 'knex'
import { calledSql } from '../inventory/operators/called.ts'
import type { EventRow, RunRow, RunState, StepRow } from './run.ts'
import { ask } from './statement.ts'

export interface ListedRun extends RunRow {
  /** The name of who asked for it. */
  readonly by: string
  /** The name of the step that it is at; null where it has ended well. */
  readonly step: string | null
  readonly steps_done: number
  readonly steps_all: number
  /** Runs that want the same things and come first. */
  readonly waits_for: readonly number[]
}

export interface RunWithSteps {
  readonly run: RunRow
  /** The name of who asked for it. */
  readonly by: string
  readonly steps: readonly StepRow[]
  readonly waits_for: readonly number[]
}

const WAITS_FOR = `coalesce((select jsonb_agg(distinct other.run_id) from run_locks mine join run_locks other using (thing_id)
  where mine.run_id = r.id and not mine.held and other.run_id <> r.id and (other.held or other.run_id < r.id)), '[]')`

const BY = calledSql('r.operator')

/** The newest first; `operators` are identities that asked for them. */
export function listRuns(
  knex: Knex,
  {
    state,
    operators,
    limit,
  }: { readonly state?: RunState; readonly operators?: readonly string[]; readonly limit: number },
): Promise<ListedRun[]> {
  const of = [
    ...(state === undefined ? [] : ['state = ?']),
    ...(operators === undefined ? [] : ['operator = any(?::text[])']),
  ]
  return ask<ListedRun>(
    knex,
    `list${state === undefined ? '' : ' of state'}${operators === undefined ? '' : ' of operators'}`,
    `select r.*, ${BY} as by, ${WAITS_FOR} as waits_for, s.* from (
        select * from runs ${of.length === 0 ? '' : `where ${of.join(' and ')}`} order by id desc limit ?) r
      cross join lateral (select count(*) as steps_all, count(*) filter (where state = 'done') as steps_done,
        (array_agg(name order by position) filter (where state not in ('done', 'skipped')))[1] as step
        from run_steps where run_id = r.id) s
      order by r.id desc`,
    [...(state === undefined ? [] : [state]), ...(operators === undefined ? [] : [[...operators]]), limit],
  )
}

/** Null where there is none. */
export async function runWithSteps(knex: Knex, id: number): Promise<RunWithSteps | null> {
  const [row] = await ask<RunRow & { by: string; waits_for: number[] }>(
    knex,
    'run',
    `select r.*, ${BY} as by, ${WAITS_FOR} as waits_for from runs r where r.id = ?`,
    [id],
  )
  if (!row) return null
  const steps = await ask<StepRow>(knex, 'steps', 'select * from run_steps where run_id = ? order by position', [id])
  const { by, waits_for, ...run } = row
  return { run, by, steps, waits_for }
}

/** The run that does this one again and has not ended; null where none does. */
export async function retryUnderWay(knex: Knex, id: number): Promise<Pick<RunRow, 'id' | 'state'> | null> {
  const [row] = await ask<Pick<RunRow, 'id' | 'state'>>(
    knex,
    'retry under way',
    `select id, state from runs where state in ('queued', 'running', 'unknown') and retry_of = ? order by id limit 1`,
    [id],
  )
  return row ?? null
}

/** The first `limit` events after that one (0: from the beginning), in order. */
export function eventsOf(knex: Knex, id: number, afterEvent: number, limit = 1000): Promise<EventRow[]> {
  return ask<EventRow>(knex, 'events', 'select * from run_events where run_id = ? and id > ? order by id limit ?', [
    id,
    afterEvent,
    limit,
  ])
}

/** How far it has said last that it is; null where it has said nothing yet. */
export async function lastProgress(knex: Knex, id: number): Promise<EventRow | null> {
  const [row] = await ask<EventRow>(
    knex,
    'last progress',
    `select * from run_events where run_id = ? and kind = 'progress' order by id desc limit 1`,
    [id],
  )
  return row ?? null
}

export interface Locked {
  readonly thing_id: number
  readonly run_id: number
  /** The name of who asked for it. */
  readonly by: string
  readonly command: string
  readonly state: RunState
  /** False where it waits for its turn. */
  readonly held: boolean
}

/** Which runs that have not ended hold these things, or wait for them; whoever is first comes first. */
export function lockedBy({ knex }: { readonly knex: Knex }, thingIds: readonly number[]): Promise<Locked[]> {
  return ask<Locked>(
    knex,
    'locked',
    `select l.thing_id, l.run_id, l.held, ${BY} as by, r.command, r.state from run_locks l join runs r on r.id = l.run_id
     where l.thing_id = any(?::bigint[]) order by l.thing_id, l.held desc, l.run_id`,
    [[...thingIds]],
  )
}
