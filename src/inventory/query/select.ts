// Answers queries with things. A constant number of statements, however many there are: one for the names that the
// expression spells out, and one for the page and how many there are in all.
import type { Expression, Query } from '../../grammar/ast.ts'
import { printExpression } from '../../grammar/print.ts'
import { InventoryError } from '../error.ts'
import type { ThingRow } from '../rows.ts'
import type { View } from '../view.ts'
import { thingsNamed } from './compile.ts'
import { guarded } from './guarded.ts'
import { namesForWrite, namesOf, type Unknown } from './mentions.ts'
import { momentOf } from './moment.ts'
import { inNameOrder, type Names } from './names.ts'
import { scopeOf } from './planning.ts'
import type { Moment } from './source.ts'
import { type Extent, statement } from './statement.ts'

/** Where counting for people stops. */
export const COUNTED = 10_000
/** How many things one change may touch. */
const CHANGED = 100_000

export interface Selection {
  /** At most as many as asked for, in order. */
  readonly things: readonly ThingRow[]
  /** Exact up to 10,000; 10,001 where there are more. */
  readonly total: number
  readonly capped: boolean
  readonly warnings: readonly Unknown[]
  readonly moment: Moment
}

export interface Options {
  readonly limit: number
  readonly now: Date
  /** Refuses what a write must not be based on: unknown or ambiguous names, the past. */
  readonly write?: boolean
}

/** Throws InventoryError for unknown drivers and types, too few things, and what a write refuses. */
export async function select(view: View, query: Query, { limit, now, write = false }: Options): Promise<Selection> {
  if (write && query.asOf !== null) throw new InventoryError('read-only-past', {})
  const moment = await momentOf(view, query.asOf, now)
  const { names, unknown } = write
    ? { names: await namesForWrite(view, query.expression), unknown: [] }
    : await namesOf(view, query.expression, moment)
  const count = Math.max(COUNTED + 1, query.limit ?? 0)
  const extent: Extent =
    query.limit === null ? { page: limit + 1, count } : { page: Math.min(limit, query.limit), count: query.limit }
  const { things, total } = await answer(view, query, names, moment, extent)
  // A limit alone is a most; with `distinct` it asks for so many, as "4 servers, each in a different rack" does.
  if (query.limit !== null && query.distinct !== null && total < query.limit)
    throw new InventoryError('too-few', { wanted: query.limit, found: total, distinct: query.distinct })
  const capped = total > COUNTED
  return {
    things: things.slice(0, limit),
    total: capped ? COUNTED + 1 : total,
    capped,
    warnings: unknown,
    moment,
  }
}

/**
 * All things that an expression means, for a change of them.
 * Throws InventoryError `nothing-selected`, `too-many-selected` (over 100,000), `unknown-in-expression`, `ambiguous-thing`.
 */
export async function selectForChange(view: View, expression: Expression, _now: Date): Promise<ThingRow[]> {
  const names = await namesForWrite(view, expression)
  const query: Query = { expression, limit: null, distinct: null, sort: null, asOf: null }
  const { things, total } = await answer(view, query, names, null, { page: CHANGED + 1, count: CHANGED + 1 })
  if (total > CHANGED) throw new InventoryError('too-many-selected', { limit: CHANGED, found: total })
  if (total === 0) throw new InventoryError('nothing-selected', { expression: printExpression(expression) })
  return things
}

async function answer(
  view: View,
  query: Query,
  names: Names,
  moment: Moment,
  extent: Extent,
): Promise<{ readonly things: ThingRow[]; readonly total: number }> {
  const named = namedAlone(query, names)
  if (named) return { things: named, total: named.length }
  const scope = scopeOf(query.expression, { catalogue: view.catalogue, moment, names })
  const rows = await guarded<ThingRow & { total: number | null }>(
    view,
    query.expression,
    statement(query, scope, extent),
  )
  const things = rows.map(({ id, name, name_key, driver, type }) => ({ id, name, name_key, driver, type }))
  return { things, total: rows[0]?.total ?? rows.length }
}

/** The name that a query is, where it is one name and nothing else: what is read about it can be read with it. */
export function nameAlone({ expression, limit, distinct, sort, asOf }: Query): string | null {
  if (expression.tag !== 'name' || limit !== null || distinct !== null || sort !== null || asOf !== null) return null
  return expression.pattern.tag === 'exact' ? expression.pattern.text : null
}

/** Names alone are answered by their look-up. */
function namedAlone({ expression, limit, distinct, sort }: Query, names: Names): ThingRow[] | null {
  if (limit !== null || distinct !== null || sort !== null) return null
  const things = thingsNamed(names, expression)
  if (things === null) return null
  return [...new Map(things.map((thing) => [thing.name_key, thing])).values()].sort(inNameOrder)
}
