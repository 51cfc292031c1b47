// What things were called: the name that a thing had in a version, also of one that is gone.
import { grouped } from '../grouped.ts'
import { rowsOf, sql } from '../query/fragment.ts'
import type { View } from '../view.ts'

export type NameAt = (id: number, version: number) => string

interface Named {
  readonly id: number
  readonly name: string
  readonly from_v: number
  readonly to_v: number
}

/**
 * The names of things by version: the one that a thing had after it; of a thing that the version ended, the one that it
 * had before.
 */
export async function namesOverTime(view: View, ids: Iterable<number>): Promise<NameAt> {
  const wanted = [...new Set(ids)]
  const rows =
    wanted.length === 0
      ? []
      : await rowsOf<Named>(
          view.knex,
          sql`select id, name, from_v, to_v from things_all where id = any(${wanted}::bigint[]) order by from_v`,
        )
  const lives = grouped(rows, ({ id }) => id)
  return (id, version) => {
    const known = lives.get(id) ?? []
    return (known.findLast(({ from_v }) => from_v <= version) ?? known[0])?.name ?? `thing ${id}`
  }
}
