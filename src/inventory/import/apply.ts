// Writes what a draft says and the inventory does not, as one version; a draft with refused lines writes nothing.
import { nameKey } from '../../grammar/name.ts'
import type { Change } from '../change.ts'
import { InventoryError, refusalOf } from '../error.ts'
import type { ThingRow } from '../rows.ts'
import { addAddresses } from '../write/addresses.ts'
import { setEach } from '../write/attributes.ts'
import { refreshClosure } from '../write/closure.ts'
import { insertAll } from '../write/containment.ts'
import { addDrivers } from '../write/drivers.ts'
import { connectAll } from '../write/links.ts'
import { addThings, setDriver } from '../write/things.ts'
import type { Difference } from './compare.ts'
import type { Pair } from './comparison.ts'
import { type DraftPort, type Refusal, refuse } from './draft.ts'
import { errorReason, namesIn } from './reasons.ts'

export interface Outcome {
  /** Not empty: nothing was written, and the change must not be kept. */
  readonly refused: readonly Refusal[]
  readonly fresh: readonly Pair[]
  readonly changed: readonly Pair[]
  readonly unchanged: number
  readonly drivers: number
  readonly cables: number
  readonly addresses: number
}

export function outcomeOf(difference: Difference, refused: readonly Refusal[]): Outcome {
  const { pairs, cables, addresses, drivers } = difference
  const fresh = pairs.filter(({ present }) => present === null)
  const changed = pairs.filter(({ present, differs }) => present !== null && differs.length > 0)
  return {
    refused,
    fresh,
    changed,
    unchanged: pairs.length - fresh.length - changed.length,
    drivers: drivers.length,
    cables: cables.length,
    addresses: addresses.length,
  }
}

/** Writes what `compareDraft` found. What the inventory refuses all the same is told by its line where that is known. */
export async function writeDifference(change: Change, difference: Difference): Promise<Outcome> {
  try {
    await write(change, difference)
    return outcomeOf(difference, [])
  } catch (error) {
    if (!(error instanceof InventoryError)) throw error
    const pairs = new Map(difference.pairs.map((pair) => [nameKey(pair.draft.name), pair]))
    // The facts name the thing before what it meets.
    const culprit = namesIn(error).flatMap((name) => pairs.get(nameKey(name)) ?? [])[0]
    const origin = culprit?.draft.origin ?? { line: null, object: null }
    const because = { object: origin.object, refusal: refusalOf(error) }
    return outcomeOf(difference, [{ ...refuse(origin, errorReason(error)), because }])
  }
}

async function write(change: Change, difference: Difference): Promise<void> {
  await addDrivers(change, difference.drivers)
  const things = new Map<string, ThingRow>()
  for (const { present } of difference.pairs) if (present) things.set(present.name_key, present)
  const fresh = difference.pairs.filter(({ present }) => present === null)
  const added = await addThings(
    change,
    fresh.map(({ draft, driver }) => ({ name: draft.name, driver })),
  )
  for (const thing of added) things.set(thing.name_key, thing)
  for (const driver of new Set(difference.redriven.map((pair) => pair.driver))) {
    const rows = difference.redriven.flatMap((pair) => (pair.driver === driver ? (pair.present ?? []) : []))
    await setDriver(change, rows, driver)
    for (const row of rows) things.set(row.name_key, { ...row, driver: driver.name, type: driver.type })
  }
  await addOthers(change, difference, things)
  const find = (name: string): ThingRow => {
    const thing = things.get(nameKey(name))
    if (!thing) throw new InventoryError('unknown-thing', { name, suggestions: [] })
    return thing
  }
  await setEach(
    change,
    difference.attributes.flatMap(({ pair, attributes }) => {
      const thing = find(pair.draft.name)
      return attributes.map(({ port, key, values }) => ({ holder: { thing, port }, key, values }))
    }),
    { extraPorts: true },
  )
  await change.retire('edges', difference.gone)
  await refreshClosure(change, [...new Set(difference.gone.map(({ child_id }) => child_id))])
  await insertAll(
    change,
    difference.places.map(({ pair, place }) => ({
      item: find(pair.draft.name),
      container: find(place.container),
      units: place.units,
      face: place.face,
    })),
  )
  await cutLinks(change, difference)
  const end = ({ thing, type, number }: DraftPort) => ({ thing: find(thing), type, number })
  await connectAll(
    change,
    difference.cables.map(({ cable: { a, b } }) => ({ a: end(a), b: end(b) })),
  )
  await change.retire('addresses', difference.released)
  await addAddresses(
    change,
    difference.addresses.map(({ draft, network }) => {
      const thing_id = find(draft.thing).id
      const network_id = network === null ? null : find(network).id
      const state = network_id === thing_id ? 'reserved' : 'bound'
      return { address: draft.address, network_id, thing_id, port: draft.port, state }
    }),
  )
}

/** Things that the draft only refers to: containers, ends of cables, holders, networks. */
async function addOthers(change: Change, difference: Difference, things: Map<string, ThingRow>): Promise<void> {
  const names = [
    ...difference.places.map(({ place }) => place.container),
    ...difference.cables.flatMap(({ cable: { a, b } }) => [a.thing, b.thing]),
    ...difference.addresses.flatMap(({ draft, network }) => [draft.thing, network ?? draft.thing]),
  ]
  const keys = [...new Set(names.map(nameKey))].filter((key) => !things.has(key))
  if (keys.length === 0) return
  const { rows } = await change.knex.raw<{ rows: ThingRow[] }>(
    'select id, name, name_key, driver, type from things where name_key = any(?::text[])',
    [keys],
  )
  for (const row of rows) things.set(row.name_key, row)
}

/** Both rows of each cable that gives way. */
async function cutLinks(change: Change, { cut }: Difference): Promise<void> {
  if (cut.length === 0) return
  const { rows } = await change.knex.raw<{ rows: (typeof cut)[number][] }>(
    `select links.* from links join jsonb_to_recordset(?::jsonb) as gone(thing_id bigint, port_type text, port_number integer)
       using (thing_id, port_type, port_number)`,
    [
      JSON.stringify(
        cut.flatMap((link) => [
          { thing_id: link.thing_id, port_type: link.port_type, port_number: link.port_number },
          { thing_id: link.peer_id, port_type: link.peer_type, port_number: link.peer_number },
        ]),
      ),
    ],
  )
  const unique = new Map(rows.map((row) => [row.id, row]))
  await change.retire('links', [...unique.values()])
}
