// Asks a run to stop. One that nobody has begun ends at once; of one that runs, the step gets its signal within a second,
// in whichever process it is.
import type { Knex } from 'knex'
import { Bell, CHANNEL } from './bell.ts'
import { JobError } from './error.ts'
import type { RunState } from './run.ts'
import { ask, jsonText } from './statement.ts'

/** `asked`: it will end soon. `ended`: it had ended before, in that state. */
export type Cancelled =
  | { readonly tag: 'cancelled' }
  | { readonly tag: 'asked' }
  | { readonly tag: 'ended'; readonly state: RunState }

/** Throws JobError `no-such-job`. A run of unknown outcome is not cancelled but marked: it counts as ended. */
export async function cancel(knex: Knex, id: number, by: string): Promise<Cancelled> {
  const reason = jsonText({ code: 'cancelled', by, step: null })
  const [row] = await ask<{ before: RunState; queued: boolean }>(knex, 'cancel', CANCEL, [id, by, by, reason])
  if (!row) throw new JobError('no-such-job', { id })
  Bell.of(knex).ring(knex, `cancel ${id}`, `change ${id}`, 'run')
  if (row.before === 'queued') return { tag: 'cancelled' }
  return row.before === 'running' ? { tag: 'asked' } : { tag: 'ended', state: row.before }
}

// One that waits for its retry is woken, so that it ends now.
const CANCEL = `with target as materialized (select id, state from runs where id = ? for update),
  asked as (update runs r set cancel_by = coalesce(r.cancel_by, ?), wake_at = null from target
    where r.id = target.id and target.state = 'running'),
  noted as (insert into run_events (run_id, kind, facts) select id, 'cancel-asked', jsonb_build_object('by', ?::text)
    from target where state in ('queued', 'running')),
  ended as (update runs r set state = 'cancelled', reason = ?::jsonb, ended_at = clock_timestamp(), wake_at = null
    from target where r.id = target.id and target.state = 'queued'),
  skipped as (update run_steps s set state = 'skipped' from target
    where s.run_id = target.id and target.state = 'queued' and s.state = 'pending'),
  unlocked as (delete from run_locks l using target where l.run_id = target.id and target.state = 'queued')
  select state as before, pg_notify('${CHANNEL}', 'cancel ' || id), pg_notify('${CHANNEL}', 'change ' || id),
    pg_notify('${CHANNEL}', 'run') from target`
