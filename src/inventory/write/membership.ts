// What memberships exclude each other or need each other: one location, exclusive and unique pools, and the classes that
// roles require. Checked on what stands in the tables after a change wrote it, for the things that it concerns.
import type { Change } from '../change.ts'
import { InventoryError } from '../error.ts'
import type { ThingRow } from '../rows.ts'
import { ask } from './ask.ts'
import { categoryNames, familyNames } from './kinds.ts'

/**
 * Refuses things that stand directly in two places (`already-located`): in two racks, in a rack and a datacenter, in a
 * rack and another machine.
 */
export async function refuseTwoLocations(change: Change, ids: readonly number[]): Promise<void> {
  const [twice] = await ask<{ thing: string; locations: string[] }>(
    change,
    `select item.name as thing, array_agg(place.name order by edges.from_v, edges.id) as locations
     from edges join things place on place.id = edges.parent_id join things item on item.id = edges.child_id
     where edges.child_id = any(?::bigint[]) and place.driver = any(?::text[])
     group by item.id, item.name having count(*) > 1 order by item.id limit 1`,
    [[...ids], [...categoryNames(change.catalogue, 'location'), ...categoryNames(change.catalogue, 'equipment')]],
  )
  if (!twice) return
  const [location = '', wanted = ''] = twice.locations
  throw new InventoryError('already-located', { thing: twice.thing, location, wanted })
}

/**
 * Refuses members of an exclusive pool that are in another pool, and members of two unique pools (`pool-conflict`).
 * Membership counts through pools in pools, exactly as `pool:` finds it: whatever is in a pool that is in an exclusive
 * one would be in two pools, so that pools with members are not put into exclusive ones, nor the other way round.
 * `ids` are the things with new memberships and everything below them.
 */
export async function refusePoolConflicts(change: Change, ids: readonly number[]): Promise<void> {
  const exclusive = familyNames(change.catalogue, 'exclusivepool')
  const unique = familyNames(change.catalogue, 'uniquepool')
  const pools = [...familyNames(change.catalogue, 'pool'), ...exclusive, ...unique]
  const [conflict] = await ask<{ thing: string; exclusive: string[] | null; unique: string[] | null; pools: string[] }>(
    change,
    `select item.name as thing, array_agg(pool.name order by closure.depth, pool.id) as pools,
       array_agg(pool.name order by closure.depth, pool.id) filter (where pool.driver = any(?::text[])) as exclusive,
       array_agg(pool.name order by closure.depth, pool.id) filter (where pool.driver = any(?::text[])) as unique
     from closure join things pool on pool.id = closure.ancestor_id join things item on item.id = closure.descendant_id
     where closure.descendant_id = any(?::bigint[]) and closure.grouped and pool.driver = any(?::text[])
     group by item.id, item.name
     having (count(*) > 1 and bool_or(pool.driver = any(?::text[])))
       or count(*) filter (where pool.driver = any(?::text[])) > 1
     order by item.id limit 1`,
    [exclusive, unique, [...ids], pools, exclusive, unique],
  )
  if (!conflict) return
  const [pool] = conflict.exclusive ?? []
  const [first = '', second = ''] = conflict.unique ?? []
  throw new InventoryError(
    'pool-conflict',
    pool === undefined
      ? { thing: conflict.thing, pool: first, other: second, kind: 'unique' }
      : { thing: conflict.thing, pool, other: conflict.pools.find((name) => name !== pool) ?? '', kind: 'exclusive' },
  )
}

// So many things are named in a refusal.
const LISTED = 20

interface Lacking {
  readonly thing: string
  readonly role: string
  readonly missing: string[]
  readonly total: number
}

/**
 * Refuses things that have a role without being in each class that it requires (`role-needs-class`): the values of the
 * role's attribute `requires`, references or names. Groups carry a role to what is in them and need nothing themselves.
 * `from` is what they were just taken out of.
 */
export async function refuseMissingClasses(change: Change, ids: readonly number[], from?: ThingRow): Promise<void> {
  if (ids.length === 0) return
  const [first, ...others] = await lacking(change, 'closure.descendant_id = any(?::bigint[])', [[...ids]])
  if (!first) return
  const { thing, role, missing, total } = first
  const also = others.map((other) => other.thing)
  const isTaken = from !== undefined && missing.includes(from.name)
  throw new InventoryError('role-needs-class', {
    thing,
    role,
    missing,
    ...(total > 1 ? { also, total } : {}),
    ...(isTaken ? { taken: true } : {}),
  })
}

/** Refuses what roles have come to require while things have them that lack the class (`class-not-held`). */
export async function refuseRolesWithoutClasses(change: Change, ids: readonly number[]): Promise<void> {
  const found = await lacking(change, 'closure.ancestor_id = any(?::bigint[])', [[...ids]])
  const [first] = found
  if (!first) return
  const same = found.filter(({ role }) => role === first.role)
  throw new InventoryError('class-not-held', {
    role: first.role,
    classes: [...new Set(same.flatMap(({ missing }) => missing))],
    things: same.map(({ thing }) => thing),
    total: first.total,
  })
}

/** The things, of those in a condition on the closure, that lack classes of a role; the first role's, and some of them. */
function lacking(change: Change, condition: string, bindings: readonly number[][]): Promise<Lacking[]> {
  return ask<Lacking>(
    change,
    `select item.name as thing, role.name as role, array_agg(coalesce(class.name, needed.text) order by needed.id) as missing,
       (count(*) over ())::integer as total
     from closure join things role on role.id = closure.ancestor_id join things item on item.id = closure.descendant_id
       join attributes needed on needed.thing_id = role.id and needed.key = 'requires' and needed.port = ''
       left join things class on class.id = needed.ref_id or (needed.ref_id is null and class.name_key = lower(needed.text))
     where ${condition} and closure.grouped and role.driver = any(?::text[]) and item.driver <> all(?::text[])
       and not exists (select from closure member where member.descendant_id = item.id and member.ancestor_id = class.id and member.grouped)
     group by item.id, item.name, role.id, role.name order by item.name_key, role.id limit ${LISTED}`,
    [...bindings, familyNames(change.catalogue, 'role'), categoryNames(change.catalogue, 'group')],
  )
}
