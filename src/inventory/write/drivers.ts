// Drivers that come to be by import (device types): rows that extend a driver that ships.
import { isDeepStrictEqual } from 'node:util'
import { nameKey } from '../../grammar/name.ts'
import type { Catalogue, NamedSpec } from '../catalogue.ts'
import type { Change } from '../change.ts'
import { InventoryError } from '../error.ts'
import type { DriverRow } from '../rows.ts'
import { ask } from './ask.ts'
import { attempt } from './attempt.ts'
import { familiesOf } from './kinds.ts'
import { retype } from './retype.ts'
import { refuseBroken } from './verify.ts'

/**
 * Adds drivers, or gives those that were imported before another specification; answers with how many were written, and
 * `change.catalogue` knows them. Throws `name-taken` for one that ships, `unknown-driver` where it extends one that is
 * not there, `driver-in-use` where things have it and it would lose ports. Things of a driver that comes to extend
 * another one get its type; throws the codes of `insertAll` where they may no longer be where they are.
 */
export async function addDrivers(change: Change, wanted: readonly NamedSpec[]): Promise<number> {
  if (wanted.length === 0) return 0
  const specs = new Map(wanted.map((named) => [nameKey(named.name), named]))
  const current = new Map(
    (await ask<DriverRow>(change, 'select id, name, name_key, spec from drivers')).map((row) => [row.name_key, row]),
  )
  for (const [key, { name, spec }] of specs) {
    const known = change.catalogue.get(name)
    if (known && !current.has(key)) throw new InventoryError('name-taken', { name, by: `the driver ${known.name}` })
    refuseLineage(change, specs, name, spec.extends)
  }
  const rows = [...specs].map(([name_key, { name, spec }]) => ({ name, name_key, spec }))
  const fresh = rows.filter(({ name_key }) => !current.has(name_key))
  const changed = rows.flatMap((row) => {
    const known = current.get(row.name_key)
    return known && !isDeepStrictEqual(known.spec, JSON.parse(JSON.stringify(row.spec)))
      ? [{ ...row, name: known.name, id: known.id }]
      : []
  })
  if (fresh.length + changed.length === 0) return 0
  const after = change.catalogue.with([...fresh, ...changed])
  const affected = familiesOf(after, changed)
  const losing = affected.filter((name) =>
    Object.entries(change.catalogue.get(name)?.ports ?? {}).some(
      ([type, { count }]) => (after.get(name)?.ports[type]?.count ?? 0) < count,
    ),
  )
  if (losing.length > 0) await refuseInUse(change, losing)
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
  change: Change,
  specs: ReadonlyMap<string, NamedSpec>,
  name: string,
  base: string | undefined,
): void {
  const seen = new Set([nameKey(name)])
  for (let next = base; ; ) {
    const batch = next === undefined ? undefined : specs.get(nameKey(next))
    if (next !== undefined && !batch && change.catalogue.get(next)) return
    if (next === undefined || !batch || seen.has(nameKey(next)))
      throw new InventoryError('unknown-driver', { name: next ?? '', suggestions: [] })
    seen.add(nameKey(next))
    next = batch.spec.extends
  }
}

async function refuseInUse(change: Change, names: readonly string[]): Promise<void> {
  const [used] = await ask<{ driver: string; things: number }>(
    change,
    'select driver, count(*) as things from things where driver = any(?::text[]) group by driver order by driver limit 1',
    [[...names]],
  )
  if (used) throw new InventoryError('driver-in-use', used)
}
