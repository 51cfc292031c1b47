// Compares a draft with what is there: what is new, what differs, and what cannot be taken, line by line. Everything is
// checked here in memory, so that a long file is refused with all its faults at once; the write functions check again.
import { isDeepStrictEqual } from 'node:util'
import { checkName, nameKey } from '../../grammar/name.ts'
import { suggest } from '../../grammar/suggest.ts'
import type { Catalogue, Driver, NamedSpec } from '../catalogue.ts'
import type { AddressRow, EdgeRow, LinkRow, ThingRow } from '../rows.ts'
import type { View } from '../view.ts'
import { compareAddresses, type WantedAddress } from './compare-addresses.ts'
import { compareAttributes, type WantedAttributes } from './compare-attributes.ts'
import { compareCables, type WantedCable } from './compare-cables.ts'
import { comparePlaces, type WantedPlace } from './compare-places.ts'
import { type Comparison, type Pair, unknown } from './comparison.ts'
import { type Draft, type Origin, type Refusal, refuse } from './draft.ts'
import { type Present, readPresent } from './present.ts'
import { nameReason } from './reasons.ts'

export interface Difference {
  readonly refused: readonly Refusal[]
  readonly drivers: readonly NamedSpec[]
  readonly pairs: readonly Pair[]
  readonly redriven: readonly Pair[]
  readonly attributes: readonly WantedAttributes[]
  /** Edges that give way to other ones of the same things. */
  readonly gone: readonly EdgeRow[]
  readonly places: readonly WantedPlace[]
  readonly cut: readonly LinkRow[]
  readonly cables: readonly WantedCable[]
  readonly released: readonly AddressRow[]
  readonly addresses: readonly WantedAddress[]
}

export async function compareDraft(view: View, draft: Draft): Promise<Difference> {
  const specs = draft.drivers.map(({ named }) => named)
  const catalogue = specs.length === 0 ? view.catalogue : view.catalogue.with(specs)
  const present = await readPresent({ ...view, catalogue }, draft)
  const refused: Refusal[] = []
  const pairs = pairUp(draft, catalogue, present, refused)
  const comparison: Comparison = {
    draft,
    catalogue,
    present,
    pairs,
    refused,
    driverOf: (name) => {
      const key = nameKey(name)
      const known = present.things.get(key)
      return pairs.get(key)?.driver ?? (known ? (catalogue.get(known.driver) ?? null) : null)
    },
  }
  const attributes = compareAttributes(comparison)
  const { gone, places } = comparePlaces(comparison)
  const { cut, cables } = compareCables(comparison)
  const { released, addresses } = compareAddresses(comparison)
  const all = [...pairs.values()]
  return {
    refused: refused.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0)),
    drivers: changedDrivers(view.catalogue, specs),
    pairs: all,
    redriven: all.filter(({ present, driver }) => present !== null && present.driver !== driver.name),
    attributes,
    gone,
    places,
    cut,
    cables,
    released,
    addresses,
  }
}

/** Imported drivers that are new or say something else now. */
function changedDrivers(catalogue: Catalogue, specs: readonly NamedSpec[]): readonly NamedSpec[] {
  const after = catalogue.with(specs)
  return specs.filter(({ name }) => {
    const [before, now] = [catalogue.get(name), after.get(name)]
    return before === undefined || !isDeepStrictEqual(before, now)
  })
}

function pairUp(draft: Draft, catalogue: Catalogue, present: Present, refused: Refusal[]): ReadonlyMap<string, Pair> {
  const pairs = new Map<string, Pair>()
  const fail = (origin: Origin, reason: string) => void refused.push(refuse(origin, reason))
  const drivers = catalogue.all().map(({ name }) => name)
  for (const thing of draft.things) {
    const key = nameKey(thing.name)
    const known = present.things.get(key) ?? null
    const fault = checkName(thing.name)
    const twin = pairs.get(key)
    const wanted = thing.driver ?? known?.driver ?? null
    const driver = wanted === null ? undefined : findDriver(catalogue, wanted)
    if (fault !== null) fail(thing.origin, nameReason(thing.name, fault))
    else if (twin) fail(thing.origin, `${thing.name} is there twice, first ${placeOf(twin.draft.origin)}`)
    else if (wanted === null) fail(thing.origin, `${thing.name} is not there, and without a driver it cannot be added`)
    else if (!driver) fail(thing.origin, unknown('driver', wanted, suggest(wanted, drivers)))
    else if (known && catalogue.get(known.driver)?.category !== driver.category)
      fail(thing.origin, `the name ${thing.name} is taken: it is a ${known.driver}, not a ${driver.name}`)
    else
      pairs.set(key, {
        draft: thing,
        present: known,
        driver,
        differs: known === null ? [] : kindDifference(known, driver),
      })
  }
  return pairs
}

/** A driver that the draft makes extend another one gives its things another type. */
function kindDifference(known: ThingRow, driver: Driver): string[] {
  if (known.driver !== driver.name) return ['driver']
  return known.type === driver.type ? [] : ['type']
}

const placeOf = ({ line, object }: Origin): string => (line === null ? `in ${object}` : `in line ${line}`)

function findDriver(catalogue: Catalogue, name: string): Driver | undefined {
  const exact = catalogue.get(name)
  if (exact) return exact
  const matches = catalogue.all().filter((driver) => driver.name.toLowerCase().startsWith(name.toLowerCase()))
  return name !== '' && matches.length === 1 ? matches[0] : undefined
}
