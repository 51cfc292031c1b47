// All rules about what stands in what, checked on what is written: after an undo or another driver, where the change
// did not go through the functions that check their own part.
import type { Change } from '../change.ts'
import { InventoryError } from '../error.ts'
import { refuseFormerNetworks } from '../resources/network-rule.ts'
import type { ThingRow } from '../rows.ts'
import { ask } from './ask.ts'
import { refreshClosure } from './closure.ts'
import { driverOf, familiesOf, isRack, refuseContents } from './kinds.ts'
import { refuseMissingClasses, refusePoolConflicts, refuseTwoLocations } from './membership.ts'
import { hasPort, printPort, unknownPort } from './port.ts'
import { refuseIllegalResources } from './resource-rules.ts'
import { refuseUnits } from './units.ts'

/**
 * Recomputes the closure of things and of what is in them, and refuses what breaks a rule about them: the codes of
 * `insertAll` and `connectAll`, and `illegal-resource`.
 */
export async function refuseBroken(change: Change, thingIds: readonly number[]): Promise<void> {
  if (thingIds.length === 0) return
  await refuseBrokenEdges(change, thingIds)
  const affected = await refreshClosure(change, thingIds)
  await refuseTwoLocations(change, affected)
  await refuseUnits(change, thingIds)
  await refusePoolConflicts(change, affected)
  await refuseMissingClasses(change, affected)
  await refuseBrokenLinks(change, thingIds)
  await refuseIllegalResources(change, thingIds)
  await refuseFormerNetworks(change, thingIds)
}

interface Contained {
  readonly item: string
  readonly item_driver: string
  readonly container: string
  readonly container_driver: string
  readonly units: boolean
}

async function refuseBrokenEdges(change: Change, ids: readonly number[]): Promise<void> {
  // One example of each pair of drivers is enough to know that it is not allowed.
  const contained = await ask<Contained>(
    change,
    `with around as materialized (
       select * from edges where child_id = any(?::bigint[]) union select * from edges where parent_id = any(?::bigint[]))
     select min(item.name) as item, item.driver as item_driver, min(container.name) as container,
       container.driver as container_driver, around.u_low is not null as units
     from around join things item on item.id = around.child_id join things container on container.id = around.parent_id
     group by item.driver, container.driver, around.u_low is not null`,
    [[...ids], [...ids]],
  )
  for (const { units, ...row } of contained) {
    const container = { name: row.container, driver: row.container_driver }
    refuseContents(change.catalogue, { name: row.item, driver: row.item_driver }, container)
    if (units && !isRack(driverOf(change.catalogue, container)))
      throw new InventoryError('not-a-rack', { container: container.name, driver: container.driver })
  }
}

interface Cable {
  readonly a: ThingRow
  readonly a_type: string
  readonly a_number: number
  readonly b: ThingRow
  readonly b_type: string
  readonly b_number: number
  readonly whole: boolean
  /** The thing at this end, or its driver, was written by this change: its ports may be others than before. */
  readonly rewritten: boolean
  /** The port holds an attribute: then it exists whatever the driver says. */
  readonly described: boolean
}

async function refuseBrokenLinks(change: Change, ids: readonly number[]): Promise<void> {
  const written = await ask<{ name: string }>(change, 'select name from drivers where from_v = ?', [change.version])
  const cables = await ask<Cable>(
    change,
    `select to_jsonb(a) as a, port_type as a_type, port_number as a_number,
       to_jsonb(b) as b, peer_type as b_type, peer_number as b_number,
       exists (select from links back where back.thing_id = links.peer_id and back.port_type = links.peer_type
         and back.port_number = links.peer_number and back.peer_id = links.thing_id
         and back.peer_type = links.port_type and back.peer_number = links.port_number) as whole,
       a.from_v = ? or a.driver = any(?::text[]) as rewritten,
       exists (select from attributes where thing_id = links.thing_id and port = port_type || ':' || port_number) as described
     from links join things a on a.id = links.thing_id join things b on b.id = links.peer_id
     where links.thing_id = any(?::bigint[]) order by links.id`,
    [change.version, familiesOf(change.catalogue, written), [...ids]],
  )
  for (const cable of cables) {
    const a = { thing: cable.a, type: cable.a_type, number: cable.a_number }
    const b = { thing: cable.b, type: cable.b_type, number: cable.b_number }
    if (!cable.whole) throw new InventoryError('port-taken', { port: printPort(b), peer: printPort(a) })
    if (a.type !== b.type) throw new InventoryError('port-types-differ', { a: printPort(a), b: printPort(b) })
    if (cable.rewritten && !cable.described && !hasPort(driverOf(change.catalogue, a.thing), a))
      throw unknownPort(change, a.thing, `${a.type}:${a.number}`)
  }
}
