// Puts a run into the queue, in the caller's transaction: what asked for it and the run itself are there together or not
// at all.
import type { Knex } from 'knex'
import { Bell, CHANNEL } from './bell.ts'
import { ask, jsonText } from './statement.ts'
import type { Json, Task } from './task.ts'

export interface Request {
  readonly task: Task
  /** No secrets: `secret:<id>` names one. */
  readonly input: Json
  /** Who asked, `os:root`; with which command, as typed and redacted; why; and where (chat and thread, opaque). */
  readonly operator: string
  readonly command: string
  readonly because?: string | null
  readonly message?: Json
  /** The proposal that was approved. */
  readonly proposal?: string | null
  /** Ids of things: runs that share one are done one after the other, unless their task is beside others. */
  readonly targets?: readonly number[]
}

/** Step for step what a new run begins with; a retry begins with some of them done. */
export interface FirstStep {
  readonly position: number
  readonly name: string
  readonly repeatable: boolean
  readonly state: 'pending' | 'done'
  readonly output: Json
}

/** Writes the run and wakes the workers. `knex` may be a transaction. Throws what `task.steps` throws. */
export function enqueue(knex: Knex, request: Request): Promise<{ readonly id: number }> {
  const steps = request.task
    .steps(request.input)
    .map(({ name, repeatable }, position) => ({ position, name, repeatable, state: 'pending' as const, output: null }))
  return insertRun(knex, request, steps, null)
}

export async function insertRun(
  knex: Knex,
  request: Omit<Request, 'task'> & { readonly task: Pick<Task, 'name' | 'isBeside'> },
  steps: readonly FirstStep[],
  retryOf: number | null,
): Promise<{ readonly id: number }> {
  const { task, input, operator, command, because = null, message = null, proposal = null, targets = [] } = request
  const names = steps.map(({ name }) => name)
  if (steps.length === 0) throw new Error(`task ${task.name} has no steps`)
  if (new Set(names).size < names.length) throw new Error(`task ${task.name} names a step twice`)
  const [row] = await ask<{ id: number }>(knex, 'enqueue', INSERT, [
    task.name,
    jsonText(input),
    operator,
    command,
    because,
    message === null ? null : jsonText(message),
    proposal,
    jsonText([...targets]),
    retryOf,
    jsonText(steps.map((step) => ({ ...step }))),
    task.isBeside ? [] : [...targets],
  ])
  if (!row) throw new Error('no answer')
  Bell.of(knex).ring(knex, 'run')
  return { id: row.id }
}

const INSERT = `with run as (
    insert into runs (task, input, operator, command, because, message, state, proposal, targets, retry_of)
    values (?, ?::jsonb, ?, ?, ?, ?::jsonb, 'queued', ?, ?::jsonb, ?::bigint) returning id),
  steps as (insert into run_steps (run_id, position, name, repeatable, state, output)
    select run.id, s.position, s.name, s.repeatable, s.state, s.output from run, jsonb_to_recordset(?::jsonb)
      as s(position integer, name text, repeatable boolean, state text, output jsonb)),
  locks as (insert into run_locks (thing_id, run_id) select distinct thing_id, run.id from run, unnest(?::bigint[]) thing_id)
  select id, pg_notify('${CHANNEL}', 'run') from run`
