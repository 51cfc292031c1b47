// Settles a run whose outcome is not known, by somebody who has looked. Done: its step was done, and the run goes on with
// the next one, or is done with the last. Failed: it ends.
import type { Knex } from 'knex'
import { Bell, CHANNEL } from './bell.ts'
import { JobError } from './error.ts'
import type { Reason, RunState } from './run.ts'
import { ask, jsonText } from './statement.ts'

export interface Marked {
  readonly step: string
  /** `queued`: it goes on with `next`. */
  readonly state: Extract<RunState, 'queued' | 'done' | 'failed' | 'cancelled'>
  readonly next: string | null
}

/** Throws JobError `no-such-job`, `job-not-unknown`. */
export async function markRun(
  knex: Knex,
  id: number,
  as: 'done' | 'failed',
  by: string,
  because: string,
): Promise<Marked> {
  const [run] = await ask<{ state: RunState; cancel_by: string | null }>(
    knex,
    'run to mark',
    'select state, cancel_by from runs where id = ?',
    [id],
  )
  if (!run) throw new JobError('no-such-job', { id })
  const facts = jsonText({ as, by, because })
  const reason: Reason = { code: 'marked', as: 'failed', step: '', by, because }
  const [marked] = await ask<Marked>(knex, 'mark', MARK, [id, as, as, facts, jsonText({ ...reason })])
  if (!marked) throw new JobError('job-not-unknown', { id, state: run.state })
  Bell.of(knex).ring(knex, `change ${id}`, 'run')
  return marked
}

// A run that was cancelled while its step was under way does not go on. One that goes on may come to the same end again,
// which is told again.
const MARK = `with target as materialized (
    select id, cancel_by, reason from runs where id = ? and state = 'unknown' for update),
  step as materialized (select s.position, s.name, target.id, target.cancel_by, next.name as next from target
    join run_steps s on s.run_id = target.id and s.state = 'unknown'
    left join run_steps next on next.run_id = target.id and next.position = s.position + 1),
  settled as materialized (select step.*, marked.state as mark, case when marked.state = 'failed' then 'failed'
      when step.next is null then 'done' when step.cancel_by is not null then 'cancelled' else 'queued' end as state
    from step, (values (?::text)) as marked(state)),
  stepped as (update run_steps s set state = ?, ended_at = coalesce(s.ended_at, clock_timestamp()) from settled
    where s.run_id = settled.id and s.position = settled.position),
  skipped as (update run_steps s set state = 'skipped' from settled
    where s.run_id = settled.id and s.position > settled.position and settled.state <> 'queued'),
  noted as (insert into run_events (run_id, kind, step, facts) select id, 'marked', name, ?::jsonb from settled),
  ran as (update runs r set state = settled.state, ended_at = case when settled.state = 'queued' then null
      else clock_timestamp() end,
    audited = case when settled.state <> 'queued' then r.audited end, told = case when settled.state <> 'queued' then r.told end,
    reason = case settled.state when 'failed' then ?::jsonb || jsonb_build_object('step', settled.name)
      when 'cancelled' then jsonb_build_object('code', 'cancelled', 'by', settled.cancel_by, 'step', settled.name) end
    from settled where r.id = settled.id),
  unlocked as (delete from run_locks l using settled where l.run_id = settled.id and settled.state <> 'queued')
  select name as step, state, next, pg_notify('${CHANNEL}', 'change ' || id), pg_notify('${CHANNEL}', 'run') from settled`
