// Where rows are read from: the current tables at present, their union with the past ones as of a version. Every reader
// goes through here, so that all of them see the same moment.
import type { Table } from '../rows.ts'
import { plain, type Sql, sql } from './fragment.ts'

/** Null is the present; a number is the inventory as of that version. */
export type Moment = number | null

export interface Source {
  /** `things t` or `things_all t`: for FROM and JOIN. */
  readonly from: string
  /** What makes the rows those of the moment; `true` at present. */
  readonly where: string
  /** None: a version is a number of ours and stands in the text. */
  readonly bindings: readonly []
}

/** The rows of a table at a moment: `select … from ${from} where ${where} and …`; in a join, `where` belongs to `on`. */
export function tableAt(table: Table, alias: string, moment: Moment): Source {
  if (moment === null) return { from: `${table} ${alias}`, where: 'true', bindings: [] }
  if (!Number.isSafeInteger(moment) || moment < 0) throw new Error(`no version: ${moment}`)
  const where = `${alias}.from_v <= ${moment} and ${alias}.to_v > ${moment}`
  return { from: `${table}_all ${alias}`, where, bindings: [] }
}

/** The same as pieces to splice. */
export function sourceAt(table: Table, alias: string, moment: Moment): { readonly from: Sql; readonly where: Sql } {
  const { from, where } = tableAt(table, alias, moment)
  return { from: plain(from), where: plain(where) }
}

/**
 * The ids of everything in the containers `of` (a condition such as sql`in (select …)` or sql`= any(…)`), at any depth,
 * as a subquery; or with `up`, of all containers that things are in.
 */
export function reachable(of: Sql, moment: Moment, direction: 'down' | 'up'): Sql {
  const down = direction === 'down'
  if (moment === null) {
    return down
      ? sql`select descendant_id from closure where ancestor_id ${of}`
      : sql`select ancestor_id from closure where descendant_id ${of}`
  }
  const [start, next] = down ? [plain('parent_id'), plain('child_id')] : [plain('child_id'), plain('parent_id')]
  const e = sourceAt('edges', 'e', moment)
  // `union`, not `union all`: it ends even where the edges of a moment form a cycle.
  return sql`with recursive reach(id) as (
    select e.${next} from ${e.from} where ${e.where} and e.${start} ${of}
    union select e.${next} from reach r join ${e.from} on e.${start} = r.id and ${e.where}) select id from reach`
}
