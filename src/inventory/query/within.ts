// Which of some things an expression means: for scopes, which are expressions that an admin wrote at another time.
import type { Expression } from '../../grammar/ast.ts'
import type { View } from '../view.ts'
import { compile } from './compile.ts'
import { rowsOf, sql } from './fragment.ts'
import { namesOf } from './mentions.ts'
import type { Names } from './names.ts'
import type { Scope } from './scope.ts'
import { type Moment, sourceAt } from './source.ts'

/**
 * Where the expression names something that is no longer there, it covers nothing: `not in name:gone` would be everything.
 * Throws InventoryError for unknown drivers and types.
 */
export async function idsWithin(
  view: View,
  expression: Expression,
  ids: readonly number[],
  moment: Moment = null,
): Promise<ReadonlySet<number>> {
  if (ids.length === 0) return new Set()
  const { names, unknown } = await namesOf(view, expression, moment)
  return unknown.length > 0 ? new Set() : matching(view, expression, ids, names, moment)
}

/** The same where names that are no longer there mean nothing: `not in name:gone` is everything. For what forbids. */
export async function idsMatching(
  view: View,
  expression: Expression,
  ids: readonly number[],
): Promise<ReadonlySet<number>> {
  return matching(view, expression, ids, (await namesOf(view, expression, null)).names, null)
}

async function matching(
  view: View,
  expression: Expression,
  ids: readonly number[],
  names: Names,
  moment: Moment,
): Promise<ReadonlySet<number>> {
  const scope: Scope = { catalogue: view.catalogue, moment, names, depth: 0, planning: 'open' }
  const t = sourceAt('things', 't', moment)
  const rows = await rowsOf<{ id: number }>(
    view.knex,
    sql`select t.id from ${t.from} where ${t.where} and t.id = any(${ids}::bigint[]) and ${compile(expression, scope)}`,
  )
  return new Set(rows.map(({ id }) => id))
}
