// What it takes to take a version back, row by row: what each row was before, and whether it is still as the version
// left it.
import { joined, plain, rowsOf, sql } from '../query/fragment.ts'
import { type Rows, TABLES, type Table } from '../rows.ts'
import type { View } from '../view.ts'
import { contents, type RowChange, rowJson } from './row-change.ts'

/** One row to be written: `before` is what it is now, `after` what it was before the version; neither is no row. */
export type Takeback = RowChange

export interface Takebacks {
  /** Rows that are as the version left them. Those that are as they were before it already are left out. */
  readonly rows: readonly Takeback[]
  /** Rows that are neither, with the later version that touched them. */
  readonly touched: readonly { readonly row: Takeback; readonly by: number }[]
}

interface Found {
  readonly table: Table
  readonly id: number
  readonly now: Rows[Table] | null
  readonly then: Rows[Table] | null
  readonly left: Rows[Table] | null
  readonly untouched: boolean
  readonly returned: boolean
  readonly last: number
}

/** Reads all rows that a version touched, in one statement. */
export async function takebacksOf(view: View, version: number): Promise<Takebacks> {
  const parts = TABLES.map((table) => {
    const [current, past, all] = [plain(table), plain(`${table}_past`), plain(`${table}_all`)]
    // `l` is what the version left, `t` what was there before it, `n` what is there now.
    return sql`select ${table} as table, touched.id, ${rowJson(table, 'n')} as now, ${rowJson(table, 't')} as then,
        ${rowJson(table, 'l')} as left, ${contents(table, 'n')} is not distinct from ${contents(table, 'l')} as untouched,
        ${contents(table, 'n')} is not distinct from ${contents(table, 't')} as returned,
        greatest((select max(from_v) from ${all} x where x.id = touched.id),
          (select max(to_v) from ${past} x where x.id = touched.id)) as last
      from (select id from ${current} where from_v = ${version} union select id from ${past} where from_v = ${version}
          union select id from ${past} where to_v = ${version}) touched
        left join ${past} t on t.id = touched.id and t.to_v = ${version}
        left join ${all} l on l.id = touched.id and l.from_v = ${version}
        left join ${current} n on n.id = touched.id`
  })
  const found = await rowsOf<Found>(view.knex, joined(parts, ' union all '))
  const takeback = ({ table, id, now, then }: Found) => ({ table, id, version, before: now, after: then }) as Takeback
  return {
    rows: found.filter(({ untouched, returned }) => untouched && !returned).map(takeback),
    touched: found
      .filter(({ untouched, returned }) => !untouched && !returned)
      // In the words of a conflict: what the version did, taken back.
      .map((row) => ({ row: takeback({ ...row, now: row.left }), by: row.last })),
  }
}
