// Tells the planner what it has to do with after many rows were written: the embedded database never does so by itself,
// and without it a join of 20,000 rows takes a minute instead of a second.
import type { Change } from '../change.ts'
import type { Table } from '../rows.ts'

// Fewer rows do not change a plan.
const MANY = 1000

/** Gathers statistics on tables where `count` rows are many. */
export async function analyze(change: Change, count: number, ...tables: readonly (Table | 'closure')[]): Promise<void> {
  if (count >= MANY) await change.knex.raw(`analyze ${tables.join(', ')}`)
}
