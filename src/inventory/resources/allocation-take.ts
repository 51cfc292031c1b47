// What allocating and giving back write: the status, and the memberships in pools that follow it.
import type { Value } from '../../grammar/ast.ts'
import { nameKey } from '../../grammar/name.ts'
import type { Change } from '../change.ts'
import { InventoryError } from '../error.ts'
import { grouped } from '../grouped.ts'
import type { AttributeRow, EdgeRow, ThingRow } from '../rows.ts'
import { ask } from '../write/ask.ts'
import { attempt } from '../write/attempt.ts'
import { type Holder, setAttributes } from '../write/attributes.ts'
import { refreshClosure } from '../write/closure.ts'
import { insertAll } from '../write/containment.ts'
import { familyNames } from '../write/kinds.ts'
import { refuseMissingClasses } from '../write/membership.ts'
import { ALLOCATED, PROTECTED, STATUS, UNALLOCATED } from './allocation-free.ts'
import { refuseProtected } from './protection.ts'

const POOLS = ['pool', 'exclusivepool', 'uniquepool']
/** What a thing does not leave while it serves in it. */
const SERVING = ['cluster', 'vip', 'service']
// So many are named in a refusal.
const NAMED = 20

/**
 * Marks things as allocated, takes them out of the pool `unallocated` and of pools in it, and puts them into `pool`.
 * Throws what `insertAll` throws.
 */
export async function takeThings(change: Change, things: readonly ThingRow[], pool: ThingRow | null): Promise<void> {
  await attempt(change, async () => {
    await setStatus(change, things, ALLOCATED)
    const free = await unallocatedPool(change)
    if (free && free.id !== pool?.id) await leave(change, await edgesInto(change, things, free))
    if (pool) await putInto(change, things, pool)
  })
}

/** What was done to a thing that was given back. */
export interface Returned {
  readonly thing: ThingRow
  /** Nothing was to do. */
  readonly already: boolean
  /** The pools that it was taken out of. */
  readonly left: readonly string[]
  /** The pool that it went back into. */
  readonly joined: string | null
  /** The attributes that were removed. */
  readonly removed: readonly string[]
}

/**
 * Gives things back: status `unallocated`, out of every pool that is not protected, into the pool `unallocated` where
 * there is one; with `clear` without all attributes but facts about the hardware. Throws `not-a-type` for what is no
 * server, `protected-thing`, `still-serving`.
 */
export async function returnThings(
  change: Change,
  things: readonly ThingRow[],
  { clear }: { readonly clear: boolean },
): Promise<Returned[]> {
  refuseOthers(change, things)
  await refuseProtected(change, things)
  await refuseServing(change, things)
  return attempt(change, async () => {
    const changed = new Set(await withoutStatus(change, things))
    await setStatus(change, things, UNALLOCATED)
    const free = await unallocatedPool(change)
    const kept = free ? await edgesInto(change, things, free) : []
    const keptIds = new Set(kept.map(({ id }) => id))
    const edges = (await poolEdges(change, things)).filter(({ id }) => !keptIds.has(id))
    await leave(change, edges)
    const inside = new Set(kept.map(({ child_id }) => child_id))
    const back = free ? things.filter(({ id }) => !inside.has(id)) : []
    const returned = new Set(back)
    if (free) await putInto(change, back, free)
    const removed = clear ? await clearAttributes(change, things) : []
    const left = grouped(edges, ({ child_id }) => child_id)
    const cleared = grouped(removed, ({ thing_id }) => thing_id)
    return things.map((thing) => {
      const pools = (left.get(thing.id) ?? []).map(({ pool }) => pool)
      const joined = free && returned.has(thing) ? free.name : null
      const keys = [...new Set((cleared.get(thing.id) ?? []).map(label))]
      const already = !changed.has(thing.id) && pools.length === 0 && joined === null && keys.length === 0
      return { thing, already, left: pools, joined, removed: keys }
    })
  })
}

async function putInto(change: Change, things: readonly ThingRow[], container: ThingRow): Promise<void> {
  await insertAll(
    change,
    things.map((item) => ({ item, container })),
  )
}

async function setStatus(change: Change, things: readonly ThingRow[], text: string): Promise<void> {
  const value: Value = { type: 'text', value: text }
  const holders: readonly Holder[] = things.map((thing) => ({ thing, port: '' }))
  await setAttributes(change, holders, [{ key: STATUS, values: [value] }])
}

/** Those whose status is not `unallocated` alone. */
async function withoutStatus(change: Change, things: readonly ThingRow[]): Promise<number[]> {
  const rows = await ask<{ id: number }>(
    change,
    `select asked.id from unnest(?::bigint[]) as asked(id) where (
       select array_agg(a.text) from attributes a
       where a.thing_id = asked.id and a.key = 'status' and a.subkey = '' and a.number is null and a.port = '')
     is distinct from array['${UNALLOCATED}' collate "C"]`,
    [things.map(({ id }) => id)],
  )
  return rows.map(({ id }) => id)
}

/** The pool of what is free, where there is one. */
async function unallocatedPool(change: Change): Promise<ThingRow | null> {
  const [pool] = await ask<ThingRow>(
    change,
    'select id, name, name_key, driver, type from things where name_key = ? and driver = any(?::text[])',
    [nameKey(UNALLOCATED), poolDrivers(change)],
  )
  return pool ?? null
}

const poolDrivers = ({ catalogue }: Change): string[] => POOLS.flatMap((name) => familyNames(catalogue, name))

type PoolEdge = EdgeRow & { readonly pool: string }

/** Into a pool, and into what is in it: by all of these a thing is its member. */
function edgesInto(change: Change, things: readonly ThingRow[], pool: ThingRow): Promise<PoolEdge[]> {
  return ask<PoolEdge>(
    change,
    `select e.id, e.parent_id, e.child_id, k.name as pool from edges e join things k on k.id = e.parent_id
     where e.child_id = any(?::bigint[]) and k.driver = any(?::text[]) and (e.parent_id = ?::bigint or exists (
       select from closure c where c.descendant_id = e.parent_id and c.ancestor_id = ?::bigint and c.grouped))`,
    [things.map(({ id }) => id), poolDrivers(change), pool.id, pool.id],
  )
}

/** Into every pool that is not protected. */
function poolEdges(change: Change, things: readonly ThingRow[]): Promise<PoolEdge[]> {
  return ask<PoolEdge>(
    change,
    `select e.id, e.parent_id, e.child_id, k.name as pool from edges e join things k on k.id = e.parent_id
     where e.child_id = any(?::bigint[]) and k.driver = any(?::text[]) and not exists (
       select from attributes a where a.thing_id = k.id and a.key = ? and a.port = '')
     order by k.name_key`,
    [things.map(({ id }) => id), poolDrivers(change), PROTECTED.key],
  )
}

async function leave(change: Change, edges: readonly EdgeRow[]): Promise<void> {
  if (edges.length === 0) return
  await change.retire('edges', edges)
  const children = [...new Set(edges.map(({ child_id }) => child_id))]
  await refuseMissingClasses(change, await refreshClosure(change, children))
}

function refuseOthers(change: Change, things: readonly ThingRow[]): void {
  const servers = ['server', 'virtualserver'].flatMap((name) => familyNames(change.catalogue, name))
  const other = things.find(({ driver }) => !servers.includes(driver))
  if (other) throw new InventoryError('not-a-type', { thing: other.name, type: other.type, wanted: 'server' })
}

/** Also for what runs on a server: a node of a cluster that stands in it. */
async function refuseServing(change: Change, things: readonly ThingRow[]): Promise<void> {
  const serving = await ask<{ thing: string; kind: string; group: string; total: number }>(
    change,
    `with own as materialized (select id, id as of_id from unnest(?::bigint[]) as asked(id)
       union select descendant_id, ancestor_id from closure where ancestor_id = any(?::bigint[]))
     select t.name as thing, k.type as kind, k.name as group, count(*) over () as total from (
       select distinct own.of_id, c.ancestor_id from own join closure c on c.descendant_id = own.id) found
     join things t on t.id = found.of_id join things k on k.id = found.ancestor_id
     where k.driver = any(?::text[]) order by t.name_key, k.name_key limit ${NAMED}`,
    [
      things.map(({ id }) => id),
      things.map(({ id }) => id),
      SERVING.flatMap((name) => familyNames(change.catalogue, name)),
    ],
  )
  const [first] = serving
  if (first)
    throw new InventoryError('still-serving', {
      members: serving.map(({ thing, kind, group }) => ({ thing, kind, group })),
      total: first.total,
    })
}

// Facts about the machine, which stay true whoever has it. Attributes of ports and addresses are not touched at all.
const HARDWARE = ['system', 'disk', 'serial', 'mac', 'manufacturer', 'model', 'asset_tag']

async function clearAttributes(change: Change, things: readonly ThingRow[]): Promise<AttributeRow[]> {
  const rows = await ask<AttributeRow>(
    change,
    `select id, thing_id, key, subkey, number from attributes
     where thing_id = any(?::bigint[]) and port = '' and key <> all(?::text[]) and left(key, 1) <> '_' order by key, subkey, number`,
    [things.map(({ id }) => id), [STATUS.key, ...HARDWARE]],
  )
  await change.retire('attributes', rows)
  return rows
}

function label({ key, subkey, number }: AttributeRow): string {
  return `${key}${subkey === '' ? '' : `.${subkey}`}${number === null ? '' : `#${number}`}`
}
