// Everything that an export says of things, read at once and in the order of the selection.
import type { Key, Value } from '../../grammar/ast.ts'
import type { Catalogue, Category, DriverSpec, NamedSpec } from '../catalogue.ts'
import { grouped } from '../grouped.ts'
import type { Moment } from '../query/source.ts'
import { tableAt } from '../query/source.ts'
import { catalogueAt } from '../read/catalogue.ts'
import { type Surroundings, surroundingsOf } from '../read/surroundings.ts'
import { BlockIndex, readBlock } from '../resources/network-block.ts'
import type { ThingRow } from '../rows.ts'
import type { View } from '../view.ts'
import { ask } from '../write/ask.ts'
import { familyNames } from '../write/kinds.ts'

export interface AttributeRecord {
  /** Empty for the thing itself. */
  readonly port: string
  readonly key: Key
  readonly values: readonly Value[]
}

export interface PlaceRecord {
  readonly container: string
  readonly category: Category
  readonly low: number | null
  readonly high: number | null
  readonly face: string | null
}

export interface CableRecord {
  readonly type: string
  readonly number: number
  readonly peer: string
  readonly peerType: string
  readonly peerNumber: number
}

export interface AddressRecord {
  readonly address: string
  readonly port: string
  readonly network: string | null
  /** The network is the one that an import would find by itself. */
  readonly obvious: boolean
}

export interface ThingRecord {
  readonly name: string
  readonly driver: string
  readonly attributes: readonly AttributeRecord[]
  readonly places: readonly PlaceRecord[]
  readonly cables: readonly CableRecord[]
  readonly addresses: readonly AddressRecord[]
}

export interface Records {
  readonly things: readonly ThingRecord[]
  /** The imported drivers that they have, and those that these extend. */
  readonly drivers: readonly NamedSpec[]
}

const KINDS = ['attributes', 'containers', 'cables'] as const
// One statement reads what hangs on this many things.
const CHUNK = 5000

/** Reads records of things, in their order; hidden attributes are left out. */
export async function readRecords(view: View, things: readonly ThingRow[], moment: Moment): Promise<Records> {
  const catalogue = await catalogueAt(view, moment)
  const networks = await networkFinder(view, moment)
  const records: ThingRecord[] = []
  for (let at = 0; at < things.length; at += CHUNK) {
    const chunk = things.slice(at, at + CHUNK)
    const around = await surroundingsOf(view, chunk, KINDS, moment)
    const addresses = await readHeld(view, chunk, moment)
    records.push(...chunk.map((thing) => recordOf(thing, around, addresses.get(thing.id) ?? [], catalogue, networks)))
  }
  return { things: records, drivers: await importedDrivers(view, things, moment) }
}

function recordOf(
  thing: ThingRow,
  around: Surroundings<(typeof KINDS)[number]>,
  held: readonly Held[],
  catalogue: Catalogue,
  obvious: (address: string) => string | null,
): ThingRecord {
  const attributes = new Map<string, { port: string; key: Key; values: Value[] }>()
  for (const { port, key, subkey, number, type, text } of around.attributes(thing)) {
    if (key.startsWith('_')) continue
    const slot = `${port} ${key}.${subkey}#${number}`
    const row = attributes.get(slot) ?? {
      port,
      key: { key, subkey: subkey === '' ? null : subkey, number },
      values: [],
    }
    row.values.push(readStored(type, text))
    attributes.set(slot, row)
  }
  return {
    name: thing.name,
    driver: thing.driver,
    attributes: [...attributes.values()],
    places: around.containers(thing).map(({ thing: container, low, high, face }) => ({
      container: container.name,
      category: catalogue.get(container.driver)?.category ?? 'group',
      low,
      high,
      face,
    })),
    cables: around.cables(thing).map(({ type, number, peer, peerType, peerNumber }) => ({
      type,
      number,
      peer: peer.name,
      peerType,
      peerNumber,
    })),
    addresses: held.map(({ address, port, network }) => {
      const found = network === thing.name ? network : obvious(address)
      return { address, port, network, obvious: found === network }
    }),
  }
}

interface Held {
  readonly thing_id: number
  readonly address: string
  readonly port: string
  readonly network: string | null
}

/** The addresses that things hold themselves, by thing. */
async function readHeld(view: View, things: readonly ThingRow[], moment: Moment): Promise<ReadonlyMap<number, Held[]>> {
  const addresses = tableAt('addresses', 'd', moment)
  const networks = tableAt('things', 'n', moment)
  const rows = await ask<Held>(
    view,
    `select d.thing_id, host(d.address) as address, d.port, n.name as network
     from ${addresses.from} left join ${networks.from} on n.id = d.network_id and ${networks.where}
     where d.thing_id = any(?::bigint[]) and ${addresses.where} order by d.address, d.id`,
    [things.map(({ id }) => id)],
  )
  return grouped(rows, ({ thing_id }) => thing_id)
}

/** A value as it was typed, from its columns. */
function readStored(type: string, text: string): Value {
  switch (type) {
    case 'integer':
      return { type, value: BigInt(text) }
    case 'boolean':
      return { type, value: text === 'true' }
    case 'decimal':
    case 'datetime':
    case 'reference':
    case 'json':
      return { type, value: text }
    default:
      return { type: 'text', value: text }
  }
}

// Which network an import would take an address to be from: see compare-addresses.ts.
async function networkFinder(view: View, moment: Moment): Promise<(address: string) => string | null> {
  const things = tableAt('things', 't', moment)
  const attributes = tableAt('attributes', 'a', moment)
  const networks = await ask<{ name: string; cidr: string }>(
    view,
    `select t.name, a.text as cidr from ${things.from} join ${attributes.from} on a.thing_id = t.id and ${attributes.where}
     where ${things.where} and a.key = 'cidr' and a.port = '' and a.subkey = '' and t.driver = any(?::text[])
     order by t.name_key`,
    [familyNames(view.catalogue, 'network')],
  )
  const index = new BlockIndex<string>()
  for (const { name, cidr } of networks) {
    const block = readBlock(cidr)
    if (block) index.add(block, name)
  }
  return (address) => {
    const block = readBlock(address)
    return block === null ? null : index.around(block)
  }
}

async function importedDrivers(view: View, things: readonly ThingRow[], moment: Moment): Promise<readonly NamedSpec[]> {
  const drivers = tableAt('drivers', 'd', moment)
  const imported = await ask<{ name: string; spec: DriverSpec }>(
    view,
    `select d.name, d.spec from ${drivers.from} where ${drivers.where} order by d.name_key`,
  )
  const byName = new Map(imported.map((driver) => [driver.name.toLowerCase(), driver]))
  const wanted = new Set<NamedSpec>()
  for (const { driver } of things) {
    for (let next = byName.get(driver.toLowerCase()); next && !wanted.has(next); ) {
      wanted.add(next)
      next = byName.get(next.spec.extends?.toLowerCase() ?? '')
    }
  }
  return imported.filter((driver) => wanted.has(driver))
}
