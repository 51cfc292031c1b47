// Which versions are taken back: those with an undo that is not itself taken back.
import { rowsOf, sql } from '../query/fragment.ts'
import type { View } from '../view.ts'

/** The versions that are taken back, each with the version that did it. */
export async function takenBack(view: View): Promise<ReadonlyMap<number, number>> {
  const undos = await rowsOf<{ version: number; undoes: number }>(
    view.knex,
    sql`select version, undoes from versions where undoes is not null order by version desc`,
  )
  const taken = new Map<number, number>()
  // Latest first: whether an undo still holds is known before it is counted.
  for (const { version, undoes } of undos) if (!taken.has(version)) taken.set(undoes, version)
  return taken
}

/**
 * The version that a bare `undo` takes back: the operator's last one that is not taken back. Undos of one's own are not
 * counted, so that one `undo` after another goes back step by step; `undo <version>` takes an undo back.
 */
export async function lastVersionOf(view: View, operator: string): Promise<number | null> {
  const taken = [...(await takenBack(view)).keys()]
  const [last] = await rowsOf<{ version: number }>(
    view.knex,
    sql`select v.version from versions v left join versions u on u.version = v.undoes
      where v.operator = ${operator} and v.job is null and u.operator is distinct from ${operator}
        and v.version <> all(${taken}::bigint[])
      order by v.version desc limit 1`,
  )
  return last?.version ?? null
}
