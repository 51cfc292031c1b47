// New things, new names for things, and another driver for things.
import type { Key, Value } from '../../grammar/ast.ts'
import { parseKey, printKey } from '../../grammar/key.ts'
import { nameKey } from '../../grammar/name.ts'
import type { Driver } from '../catalogue.ts'
import type { Change } from '../change.ts'
import { InventoryError } from '../error.ts'
import { refuseProtected } from '../resources/protection.ts'
import type { ThingRow } from '../rows.ts'
import { analyze } from './analyze.ts'
import { ask } from './ask.ts'
import { attempt } from './attempt.ts'
import { type Assignment, type AttributeOptions, addEach } from './attributes.ts'
import { refuseNames } from './names.ts'
import { hasPort, type Port, readPort, usedPorts } from './port.ts'
import { refuseBroken } from './verify.ts'

export interface NewThing {
  readonly name: string
  readonly driver: Driver
  readonly attributes?: readonly { readonly key: Key; readonly value: Value }[]
}

/**
 * Adds things with their attributes; a driver's defaults stand where no attribute has their key. References may name
 * things that are added with it. Throws `illegal-name`, `same-name-twice`, `name-taken`, and as `setAttributes`.
 */
export async function addThings(
  change: Change,
  wanted: readonly NewThing[],
  options: AttributeOptions = {},
): Promise<ThingRow[]> {
  if (wanted.length === 0) return []
  await refuseNames(
    change,
    wanted.map(({ name }) => name),
  )
  return attempt(change, async () => {
    const things = await change.insert(
      'things',
      wanted.map(({ name, driver }) => ({ name, name_key: nameKey(name), driver: driver.name, type: driver.type })),
    )
    await analyze(change, things.length, 'things')
    const assignments = things.flatMap((thing, index): Assignment[] => {
      const { driver, attributes = [] } = wanted[index] ?? {}
      const keys = new Set(attributes.map(({ key }) => printKey(key)))
      const holder = { thing, port: '' }
      return [
        ...attributes.map(({ key, value }) => ({ holder, key, values: [value] })),
        ...(driver ? defaultsOf(driver) : [])
          .filter(({ key }) => !keys.has(printKey(key)))
          .map((preset) => ({ holder, ...preset })),
      ]
    })
    if (assignments.length > 0) await addEach(change, assignments, options)
    return things
  })
}

function defaultsOf(driver: Driver): { key: Key; values: readonly Value[] }[] {
  return Object.entries(driver.defaults).map(([text, preset]) => {
    const key = parseKey(text)
    if (!key) throw new InventoryError('illegal-key', { key: text, reason: 'form' })
    return { key, values: [presetValue(preset)] }
  })
}

function presetValue(preset: string | number | boolean): Value {
  if (typeof preset === 'string') return { type: 'text', value: preset }
  if (typeof preset === 'boolean') return { type: 'boolean', value: preset }
  return Number.isSafeInteger(preset)
    ? { type: 'integer', value: BigInt(preset) }
    : { type: 'decimal', value: String(preset) }
}

/**
 * Renames things all at once, so that ranges may overlap and two things may exchange their names; a name that does not
 * change writes nothing. Throws `illegal-name`, `same-name-twice`, `name-taken`, `protected-thing`.
 */
export async function renameThings(
  change: Change,
  renames: readonly { readonly thing: ThingRow; readonly to: string }[],
): Promise<void> {
  const ids = new Set<number>()
  for (const { thing } of renames) {
    if (ids.has(thing.id)) throw new InventoryError('same-name-twice', { name: thing.name })
    ids.add(thing.id)
  }
  await refuseNames(
    change,
    renames.map(({ to }) => to),
    [...ids],
  )
  const rows = renames
    .filter(({ thing, to }) => thing.name !== to)
    .map(({ thing, to }) => ({ ...thing, name: to, name_key: nameKey(to) }))
  await refuseProtected(change, rows)
  await change.replace('things', rows)
}

/**
 * Gives things another driver, with its defaults for keys that they do not have. Throws `port-in-use` where a cable or
 * an attribute is on a port that the old driver has and the new one lacks, `protected-thing`, and as `insertAll` for what
 * they are in and what is in them.
 */
export async function setDriver(change: Change, things: readonly ThingRow[], driver: Driver): Promise<void> {
  const others = things.filter((thing) => thing.driver !== driver.name)
  if (others.length === 0) return
  await refuseProtected(change, others)
  const used = await usedPorts(
    change,
    others.map(({ id }) => id),
  )
  const rows = others.map((thing) => ({ ...thing, driver: driver.name, type: driver.type }))
  for (const thing of others) {
    const old = change.catalogue.get(thing.driver)
    for (const text of used.get(thing.id) ?? []) {
      const port = readPort(text)
      if (port && old && hasPort(old, port) && !hasPort(driver, port))
        throw await portInUse(change, thing, driver, port)
    }
  }
  await attempt(change, async () => {
    await change.replace('things', rows)
    await addMissingDefaults(change, rows, driver)
    await refuseBroken(
      change,
      rows.map(({ id }) => id),
    )
  })
}

async function portInUse(change: Change, thing: ThingRow, driver: Driver, port: Port): Promise<InventoryError> {
  const [cable] = await ask<{ peer: string }>(
    change,
    `select p.name || ':' || l.peer_type || ':' || l.peer_number as peer from links l join things p on p.id = l.peer_id
     where l.thing_id = ? and l.port_type = ? and l.port_number = ?`,
    [thing.id, port.type, port.number],
  )
  return new InventoryError('port-in-use', {
    thing: thing.name,
    driver: driver.name,
    port: `${port.type}:${port.number}`,
    peer: cable?.peer ?? null,
  })
}

async function addMissingDefaults(change: Change, things: readonly ThingRow[], driver: Driver): Promise<void> {
  const presets = defaultsOf(driver)
  if (presets.length === 0) return
  const present = await ask<{ slot: string }>(
    change,
    `select distinct thing_id || ' ' || key as slot from attributes
     where thing_id = any(?::bigint[]) and port = '' and key = any(?::text[])`,
    [things.map(({ id }) => id), presets.map(({ key }) => key.key)],
  )
  const slots = new Set(present.map(({ slot }) => slot))
  const assignments = things.flatMap((thing) =>
    presets
      .filter(({ key }) => !slots.has(`${thing.id} ${key.key}`))
      .map((preset) => ({ holder: { thing, port: '' }, ...preset })),
  )
  await addEach(change, assignments)
}
