// Things into containers and out of them: racks at their units, locations, pools, classes, roles.
import type { Units } from '../../grammar/ast.ts'
import type { Change, NewRow } from '../change.ts'
import { InventoryError } from '../error.ts'
import { refuseProtected } from '../resources/protection.ts'
import type { EdgeRow, ThingRow } from '../rows.ts'
import { analyze } from './analyze.ts'
import { ask } from './ask.ts'
import { attempt } from './attempt.ts'
import { refreshClosure } from './closure.ts'
import { driverOf, isRack, refuseContents } from './kinds.ts'
import { refuseMissingClasses, refusePoolConflicts, refuseTwoLocations } from './membership.ts'
import { type Face, occupied, printUnits, refuseUnits } from './units.ts'

export interface Placement {
  readonly item: ThingRow
  readonly container: ThingRow
  /** Units of a rack; one unit alone is the lowest of as many as the thing's driver is high. */
  readonly units?: Units | null
  /** Null, or not said: the thing takes both faces. */
  readonly face?: Face | null
}

/**
 * Inserts things into containers, all or none; answers in order. A thing that stands in a rack without units may be
 * given some; otherwise it moves by `removeAll` first. Throws `not-a-container`, `not-a-rack`, `already-located`,
 * `cycle`, `units-outside`, `units-taken`, `pool-conflict`, `role-needs-class`.
 */
export async function insertAll(change: Change, placements: readonly Placement[]): Promise<('inserted' | 'already')[]> {
  if (placements.length === 0) return []
  const itemIds = [...new Set(placements.map(({ item }) => item.id))]
  const containerIds = [...new Set(placements.map(({ container }) => container.id))]
  const existing = await ask<EdgeRow>(
    change,
    `select id, parent_id, child_id, u_low, u_high, face from edges
     where child_id = any(?::bigint[]) and parent_id = any(?::bigint[])`,
    [itemIds, containerIds],
  )
  const edges = new Map<string, EdgeRow | NewRow<'edges'>>(
    existing.map((edge) => [`${edge.parent_id} ${edge.child_id}`, edge]),
  )
  const written = new Set<string>()
  const outcomes = placements.map((placement) => {
    const slot = `${placement.container.id} ${placement.item.id}`
    const wanted = edgeOf(change, placement)
    const known = edges.get(slot)
    if (known) {
      const asked = placement.units ?? null
      const same = known.u_low === wanted.u_low && known.u_high === wanted.u_high
      const sameFace = !placement.face || known.face === placement.face
      if ((asked === null || same) && sameFace) return 'already'
      if (known.u_low !== null) throw moved(placement, known, wanted)
    }
    edges.set(slot, known && 'id' in known ? { ...wanted, id: known.id } : wanted)
    written.add(slot)
    return 'inserted'
  })
  const rows = [...written].flatMap((slot) => edges.get(slot) ?? [])
  const fresh = rows.filter(({ id }) => id === undefined)
  const refined = rows.flatMap((row) => (row.id === undefined ? [] : [{ ...row, id: row.id }]))
  if (rows.length === 0) return outcomes
  await attempt(change, async () => {
    await change.insert('edges', fresh)
    await change.replace('edges', refined)
    await analyze(change, rows.length, 'edges')
    const children = rows.map(({ child_id }) => child_id)
    const affected = await refreshClosure(
      change,
      fresh.map(({ child_id }) => child_id),
    )
    await refuseTwoLocations(change, children)
    if (rows.some(({ u_low }) => u_low !== null)) await refuseUnits(change, children)
    await refusePoolConflicts(change, affected)
    await refuseMissingClasses(change, affected)
  })
  return outcomes
}

function edgeOf(change: Change, { item, container, units, face }: Placement): NewRow<'edges'> {
  if (item.id === container.id) throw new InventoryError('cycle', { thing: item.name, container: container.name })
  refuseContents(change.catalogue, item, container)
  const rack = isRack(driverOf(change.catalogue, container))
  if (!rack && (units || face))
    throw new InventoryError('not-a-rack', { container: container.name, driver: container.driver })
  const taken = rack ? occupied(driverOf(change.catalogue, item), container, units ?? null) : null
  return {
    parent_id: container.id,
    child_id: item.id,
    u_low: taken?.low ?? null,
    u_high: taken?.high ?? null,
    face: face ?? null,
  }
}

function moved(
  { item, container }: Placement,
  from: Pick<EdgeRow, 'u_low' | 'u_high' | 'face'>,
  to: Pick<EdgeRow, 'u_low' | 'u_high' | 'face'>,
): InventoryError {
  const place = ({ u_low, u_high, face }: typeof from) =>
    [
      u_low === null || u_high === null
        ? container.name
        : `${container.name}:${printUnits({ low: u_low, high: u_high })}`,
      ...(face === null ? [] : [face]),
    ].join(' ')
  return new InventoryError('already-located', { thing: item.name, location: place(from), wanted: place(to) })
}

/**
 * Takes things out of a container, all or none. Throws `not-in`, `role-needs-class`, and `protected-thing` where the
 * container is protected: it keeps what is in it.
 */
export async function removeAll(change: Change, items: readonly ThingRow[], container: ThingRow): Promise<void> {
  const ids = [...new Set(items.map(({ id }) => id))]
  const edges = await ask<EdgeRow>(
    change,
    'select id, parent_id, child_id from edges where parent_id = ? and child_id = any(?::bigint[])',
    [container.id, ids],
  )
  const inside = new Set(edges.map(({ child_id }) => child_id))
  const missing = items.find(({ id }) => !inside.has(id))
  if (missing) throw new InventoryError('not-in', { thing: missing.name, container: container.name })
  await refuseProtected(change, [container])
  await attempt(change, async () => {
    await change.retire('edges', edges)
    await refuseMissingClasses(change, await refreshClosure(change, ids), container)
  })
}
