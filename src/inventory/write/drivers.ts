// Drivers that come to be by import (device types): rows that extend a driver that ships.
import { isDeepStrictEqual } from 'node:util'
import { nameKey } from '../../grammar/name.ts'
import type { Catalogue, Driver, NamedSpec, PortSpec } from '../catalogue.ts'
import type { Change } from '../change.ts'
import { InventoryError } from '../error.ts'
import type { DriverRow } from '../rows.ts'
import type { View } from '../view.ts'
import { ask } from './ask.ts'
import { attempt } from './attempt.ts'
import { familiesOf } from './kinds.ts'
import { hasPort } from './port.ts'
import { retype } from './retype.ts'
import { refuseBroken } from './verify.ts'

/** Imported drivers as they are wanted, beside what there is. */
export interface DriverChanges {
  readonly fresh: readonly Omit<DriverRow, 'id'>[]
  readonly changed: readonly DriverRow[]
  /** Names of those that say the same already. */
  readonly same: readonly string[]
}

/** Throws `name-taken` for a driver that ships, `unknown-driver` for one that extends one that is not there. */
export async function driverChanges(view: View, wanted: readonly NamedSpec[]): Promise<DriverChanges> {
  const specs = new Map(wanted.map((named) => [nameKey(named.name), named]))
  const current = new Map(
    (await ask<DriverRow>(view, 'select id, name, name_key, spec from drivers')).map((row) => [row.name_key, row]),
  )
  const fresh: Omit<DriverRow, 'id'>[] = []
  const changed: DriverRow[] = []
  const same: string[] = []
  for (const [name_key, { name, spec }] of specs) {
    const known = current.get(name_key)
    const shipped = view.catalogue.get(name)
    if (shipped && !known) throw new InventoryError('name-taken', { name, by: `the driver ${shipped.name}` })
    refuseLineage(view, specs, name, spec.extends)
    if (!known) fresh.push({ name, name_key, spec })
    else if (isDeepStrictEqual(known.spec, JSON.parse(JSON.stringify(spec)))) same.push(known.name)
    else changed.push({ name: known.name, name_key, spec, id: known.id })
  }
  return { fresh, changed, same }
}

/**
 * Adds drivers, or gives those that were imported before another specification; answers with how many were written, and
 * `change.catalogue` knows them. Throws as `driverChanges`, and `port-in-use` where a thing has a cable or an attribute
 * at a port that its driver would lose, or that would be another one by its name. Things of a driver that comes to
 * extend another one get its type; throws the codes of `insertAll` where they may no longer be where they are.
 */
export async function addDrivers(change: Change, wanted: readonly NamedSpec[]): Promise<number> {
  if (wanted.length === 0) return 0
  const { fresh, changed } = await driverChanges(change, wanted)
  if (fresh.length + changed.length === 0) return 0
  const after = change.catalogue.with([...fresh, ...changed])
  const affected = familiesOf(after, changed)
  await refuseLostPorts(change, affected, after)
  const ruled = affected.filter((name) => !isDeepStrictEqual(rulesOf(change.catalogue, name), rulesOf(after, name)))
  await attempt(change, async () => {
    await change.insert('drivers', fresh)
    await change.replace('drivers', changed)
    change.catalogue = after
    await retype(change, { drivers: affected })
    await refuseBroken(change, await thingsOf(change, ruled))
  })
  return fresh.length + changed.length
}

/**
 * Takes away drivers that were imported. Throws `driver-ships`, and `driver-in-use` where things have one or other
 * drivers extend it.
 */
export async function deleteDriver(change: Change, driver: Driver): Promise<void> {
  const [row] = await ask<DriverRow>(change, 'select id, name, name_key, spec from drivers where name_key = ?', [
    nameKey(driver.name),
  ])
  if (!row) throw new InventoryError('driver-ships', { driver: driver.name })
  const [used] = await ask<{ things: number }>(change, 'select count(*) as things from things where driver = ?', [
    driver.name,
  ])
  const heirs = familiesOf(change.catalogue, [driver]).filter((name) => name !== driver.name)
  const things = used?.things ?? 0
  if (things > 0 || heirs.length > 0) throw new InventoryError('driver-in-use', { driver: driver.name, things, heirs })
  await change.retire('drivers', [row])
  change.catalogue = change.catalogue.without([driver.name])
}

/** What rules about things of a driver are made from, beside its ports. */
function rulesOf(catalogue: Catalogue, name: string): unknown {
  const driver = catalogue.get(name)
  return driver && [driver.lineage, driver.category, driver.units, driver.contains]
}

async function thingsOf(change: Change, drivers: readonly string[]): Promise<number[]> {
  if (drivers.length === 0) return []
  const things = await ask<{ id: number }>(change, 'select id from things where driver = any(?::text[])', [
    [...drivers],
  ])
  return things.map(({ id }) => id)
}

/** Every driver ends at one that ships, and none extends itself. */
function refuseLineage(
  view: View,
  specs: ReadonlyMap<string, NamedSpec>,
  name: string,
  base: string | undefined,
): void {
  const seen = new Set([nameKey(name)])
  for (let next = base; ; ) {
    const batch = next === undefined ? undefined : specs.get(nameKey(next))
    if (next !== undefined && !batch && view.catalogue.get(next)) return
    if (next === undefined || !batch || seen.has(nameKey(next)))
      throw new InventoryError('unknown-driver', { name: next ?? '', suggestions: [] })
    seen.add(nameKey(next))
    next = batch.spec.extends
  }
}

/** Refuses that a port in use goes, or becomes another one by its name. */
async function refuseLostPorts(change: Change, drivers: readonly string[], after: Catalogue): Promise<void> {
  const before = change.catalogue
  const losing = drivers.filter((name) => {
    const [old, now] = [before.get(name), after.get(name)]
    return old && now && Object.entries(old.ports).some(([type, spec]) => losesPort(spec, now.ports[type]))
  })
  if (losing.length === 0) return
  const used = await ask<{ thing: string; driver: string; type: string; number: number; peer: string | null }>(
    change,
    `select t.name as thing, t.driver, port_type as type, port_number as number,
       p.name || ':' || peer_type || ':' || peer_number as peer
     from links join things t on t.id = thing_id join things p on p.id = peer_id where t.driver = any(?::text[])
     union all
     select distinct t.name, t.driver, split_part(port, ':', 1), split_part(port, ':', 2)::integer, null
     from attributes join things t on t.id = thing_id where port <> '' and t.driver = any(?::text[])
     order by thing, type, number, peer`,
    [losing, losing],
  )
  for (const { thing, driver, type, number, peer } of used) {
    const [old, now] = [before.get(driver), after.get(driver)]
    if (!old || !now || !hasPort(old, { type, number })) continue
    const renamed = old.ports[type]?.names?.[number - 1] !== now.ports[type]?.names?.[number - 1]
    if (!hasPort(now, { type, number }) || renamed)
      throw new InventoryError('port-in-use', { thing, driver, port: `${type}:${number}`, peer, update: true })
  }
}

const losesPort = (old: PortSpec, now: PortSpec | undefined): boolean =>
  !now || now.count < old.count || (old.names ?? []).some((name, at) => now.names?.[at] !== name)
