// The lowest free numbers of a range, found by the gaps between those in use, so that a range of millions costs what is
// used of it and not what is free.
import type { Change } from '../change.ts'
import { plain, rowsOf, type Sql, sql } from '../query/fragment.ts'

export interface Range {
  readonly from: number
  readonly to: number
}

/**
 * At most `count` numbers of a range that are not in use, ascending; fewer where there are no more. `used` is a query
 * with one column `n` of whole numbers; those outside of the range, and double ones, do no harm. One statement.
 */
export async function lowestFree(change: Change, used: Sql, { from, to }: Range, count: number): Promise<number[]> {
  if (count === 0 || from > to) return []
  const gaps = await rowsOf<Range>(
    change.knex,
    sql`with used as materialized (select distinct n::bigint as n from (${used}) used where n between ${from} and ${to}),
      gaps as (select n + 1 as "from", lead(n, 1, ${to + 1}::bigint) over (order by n) - 1 as "to"
        from (select ${from - 1}::bigint as n union all select n from used) marks)
      select "from", "to" from gaps where "from" <= "to" order by "from" limit ${plain(String(count))}`,
  )
  const free: number[] = []
  for (const gap of gaps) for (let n = gap.from; n <= gap.to && free.length < count; n++) free.push(n)
  return free
}
