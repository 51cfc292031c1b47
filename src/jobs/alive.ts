// Whether there is something to do for a worker that knows these tasks.
import type { Knex } from 'knex'
import { ask } from './statement.ts'
import type { Task } from './task.ts'

/** How many runs have not ended. One that waits for a thing whose job is of unknown outcome waits for people. */
export async function countAlive(knex: Knex, tasks: readonly Task[]): Promise<number> {
  const [row] = await ask<{ count: number }>(
    knex,
    'alive',
    `select count(*) as count from runs r where r.state in ('queued', 'running') and r.task = any(?::text[])
       and not exists (select from run_locks mine join run_locks other using (thing_id) join runs o on o.id = other.run_id
         where mine.run_id = r.id and not mine.held and other.held and o.state = 'unknown')`,
    [tasks.map(({ name }) => name)],
  )
  return row?.count ?? 0
}
