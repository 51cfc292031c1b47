// The last that steps have told of how far they are.
import type { Knex } from 'knex'
import type { EventRow } from './run.ts'
import { ask } from './statement.ts'

export type Told = Pick<EventRow, 'run_id' | 'step' | 'percent' | 'text' | 'at'>

/** By run; those that have told nothing are not in it. */
export async function lastTold(knex: Knex, ids: readonly number[]): Promise<ReadonlyMap<number, Told>> {
  if (ids.length === 0) return new Map()
  const rows = await ask<Told>(
    knex,
    'told',
    `select e.run_id, e.step, floor(e.percent) as percent, e.text, e.at from unnest(?::bigint[]) as wanted(id) cross join lateral (
       select * from run_events where run_id = wanted.id and kind = 'progress' order by id desc limit 1) e`,
    [[...ids]],
  )
  return new Map(rows.map((row) => [row.run_id, row]))
}
