// What the database knows of the work that waits and is under way, in one statement beside the one that finds workers.
import type { Knex } from 'knex'
import { workersOf } from '../../jobs/workers.ts'

export interface Backlog {
  readonly count: number
  /** Seconds that the first has waited; null where nothing waits. */
  readonly oldest: number | null
}

export interface Figures {
  /** How many there are, by state; of those that have ended, how many of the newest. */
  readonly jobs: Readonly<Record<string, number>>
  readonly inbox: Backlog
  /** What is still to be said, by chat. */
  readonly outbox: Readonly<Record<string, Backlog>>
  /** What could not be said at all within the last weeks, by chat. */
  readonly lost: Readonly<Record<string, number>>
  readonly workers: number
}

export async function figuresOf(knex: Knex): Promise<Figures> {
  const { rows } = await knex.raw<{ rows: Omit<Figures, 'workers'>[] }>(FIGURES).options({ name: 'figures' })
  const [row] = rows
  if (!row) throw new Error('no figures')
  return { ...row, workers: (await workersOf(knex)).length }
}

// It is asked several times a minute: jobs that ended long ago are not gone through for it.
const NEWEST = 1000

const FIGURES = `with ages as (
    select chat, count(*), extract(epoch from clock_timestamp() - min(changed_at)) as oldest
    from outbox where state = 'open' and shown < wanted group by chat),
  states as (select state, count(*) from runs where state in ('queued', 'running', 'unknown') group by state union all
    select state, count(*) from (select state from runs order by id desc limit ${NEWEST}) newest
      where state in ('done', 'failed', 'cancelled') group by state),
  lost as (select chat, count(*) from outbox where state = 'lost' group by chat)
  select coalesce((select jsonb_object_agg(state, count) from states), '{}') as jobs,
    coalesce((select jsonb_object_agg(chat, jsonb_build_object('count', count, 'oldest', oldest)) from ages), '{}') as outbox,
    coalesce((select jsonb_object_agg(chat, count) from lost), '{}') as lost,
    (select jsonb_build_object('count', count(*), 'oldest', extract(epoch from clock_timestamp() - min(stored_at)))
       from inbox where state = 'waiting') as inbox`
