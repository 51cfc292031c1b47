// Which classes roles require: the attribute `requires` of a role, a reference to each class.
import type { Key, Value } from '../../grammar/ast.ts'
import type { Change } from '../change.ts'
import { InventoryError } from '../error.ts'
import { rowsOf, sql } from '../query/fragment.ts'
import { type Moment, sourceAt } from '../query/source.ts'
import type { AttributeRow, ThingRow } from '../rows.ts'
import type { View } from '../view.ts'
import { ask } from '../write/ask.ts'
import { addAttributes } from '../write/attributes.ts'

export const REQUIRES: Key = { key: 'requires', subkey: null, number: null }

/**
 * Makes a role require classes; answers with those that it did not require already. Throws `class-not-held` where things
 * have the role and not the class.
 */
export async function requireClasses(
  change: Change,
  role: ThingRow,
  classes: readonly ThingRow[],
): Promise<readonly ThingRow[]> {
  const known = new Set((await requirementRows(change, role)).map(({ ref_id }) => ref_id))
  const fresh = classes.filter(({ id }) => !known.has(id))
  if (fresh.length === 0) return []
  const values = fresh.map(({ name }): Value => ({ type: 'reference', value: name }))
  await addAttributes(change, [{ thing: role, port: '' }], REQUIRES, values)
  return fresh
}

/** Makes a role no longer require classes. Throws `not-required` for the first that it does not. */
export async function unrequireClasses(change: Change, role: ThingRow, classes: readonly ThingRow[]): Promise<void> {
  const rows = await requirementRows(change, role)
  const missing = classes.find(({ id }) => !rows.some(({ ref_id }) => ref_id === id))
  if (missing) throw new InventoryError('not-required', { role: role.name, class: missing.name })
  const ids = new Set(classes.map(({ id }) => id))
  await change.retire(
    'attributes',
    rows.filter(({ ref_id }) => ref_id !== null && ids.has(ref_id)),
  )
}

/** With the class of a requirement that was written as text rather than as a reference. */
function requirementRows(change: Change, role: ThingRow): Promise<AttributeRow[]> {
  return ask(
    change,
    `select needed.id, needed.thing_id, coalesce(needed.ref_id, class.id) as ref_id
     from attributes needed left join things class on needed.ref_id is null and class.name_key = lower(needed.text)
     where needed.thing_id = ? and needed.key = 'requires' and needed.port = ''`,
    [role.id],
  )
}

/** The classes that roles require, by the role's id, in the order in which they were given. */
export async function requirementsOf(
  view: View,
  roles: readonly ThingRow[],
  moment: Moment,
): Promise<ReadonlyMap<number, readonly string[]>> {
  const a = sourceAt('attributes', 'a', moment)
  const c = sourceAt('things', 'c', moment)
  const rows = await rowsOf<{ role: number; classes: string[] }>(
    view.knex,
    sql`select a.thing_id as role, array_agg(coalesce(c.name, a.text) order by a.id) as classes
      from ${a.from} left join ${c.from} on c.id = a.ref_id and ${c.where}
      where a.thing_id = any(${roles.map(({ id }) => id)}::bigint[]) and a.key = 'requires' and a.port = '' and ${a.where}
      group by a.thing_id`,
  )
  return new Map(rows.map(({ role, classes }) => [role, classes]))
}
