// Where the draft puts things, beside where they are: containers that exist and may hold them, rack units that are in the
// rack and free. A thing has one location: another one in the file means that it moves.
import type { Units } from '../../grammar/ast.ts'
import { nameKey } from '../../grammar/name.ts'
import { readNumber } from '../../grammar/number.ts'
import type { Driver } from '../catalogue.ts'
import { InventoryError } from '../error.ts'
import { grouped } from '../grouped.ts'
import type { EdgeRow } from '../rows.ts'
import { isRack, mayContain } from '../write/kinds.ts'
import { occupied, printUnits } from '../write/units.ts'
import { type Comparison, type Pair, unknown } from './comparison.ts'
import { type DraftPlace, refuse } from './draft.ts'

export interface WantedPlace {
  readonly pair: Pair
  readonly place: DraftPlace
}

interface Taken {
  readonly item: string
  readonly units: Units
  readonly half: boolean
  readonly face: string | null
  /** The line that says so; null for what is there. */
  readonly pair: Pair | null
}

export function comparePlaces(comparison: Comparison): {
  readonly gone: readonly EdgeRow[]
  readonly places: readonly WantedPlace[]
} {
  const { present, pairs, catalogue } = comparison
  const edgesOf = grouped(present.edges, ({ item }) => item.name_key)
  const gone = new Map<number, EdgeRow>()
  const places: WantedPlace[] = []
  const taken = new Map<string, Taken[]>()
  const take = (rack: string, entry: Taken) => void taken.set(rack, [...(taken.get(rack) ?? []), entry])
  for (const [key, pair] of pairs) {
    const edges = edgesOf.get(key) ?? []
    const locations = pair.draft.places.filter((place) => isLocation(comparison, place.container))
    const [first, second] = locations
    if (first && second && nameKey(first.container) !== nameKey(second.container))
      fail(comparison, pair, `a thing stands in one place: ${first.container} and ${second.container} are two`)
    for (const place of pair.draft.places) {
      const read = readPlace(comparison, pair, place)
      if (!read) continue
      const known = edges.find(({ container }) => container.name_key === nameKey(place.container))
      if (read.units)
        take(nameKey(place.container), { item: pair.draft.name, ...read, units: read.units, face: place.face, pair })
      if (known && stays(known, place, read.units)) continue
      if (known) gone.set(known.id, known)
      if (pair.present) pair.differs.push(place.container)
      if (isLocation(comparison, place.container)) {
        for (const other of edges) {
          if (other.container.name_key !== nameKey(place.container) && isLocation(comparison, other.container.name))
            gone.set(other.id, other)
        }
      }
      places.push({ pair, place })
    }
  }
  // What is in the racks and is not moved by the file.
  for (const edge of present.edges) {
    if (edge.u_low === null || edge.u_high === null || gone.has(edge.id)) continue
    const rack = edge.container.name_key
    if (!taken.has(rack) || taken.get(rack)?.some(({ item }) => nameKey(item) === edge.item.name_key)) continue
    const units = { low: edge.u_low, high: edge.u_high }
    const half = isHalf(catalogue.get(edge.item.driver), units)
    take(rack, { item: edge.item.name, units, half, face: edge.face, pair: null })
  }
  for (const [rack, entries] of taken) refuseClashes(comparison, rack, entries)
  return { gone: [...gone.values()], places }
}

const fail = ({ refused }: Comparison, pair: Pair, reason: string) =>
  void refused.push(refuse(pair.draft.origin, reason))

const isLocation = (comparison: Comparison, container: string): boolean =>
  comparison.driverOf(container)?.category === 'location'

/** Whether an edge says what the draft says; a draft without units leaves those that are there. */
function stays(edge: EdgeRow, { face }: DraftPlace, units: Units | null): boolean {
  const sameUnits = units === null || (edge.u_low === units.low && edge.u_high === units.high)
  return sameUnits && (face === null || edge.face === face)
}

const isHalf = (driver: Driver | null | undefined, { low, high }: Units): boolean =>
  low === high && driver?.units != null && driver.units > 0 && driver.units < 1

/** The units that a place means; null where the line is refused. */
function readPlace(
  comparison: Comparison,
  pair: Pair,
  { container, units, face }: DraftPlace,
): { readonly units: Units | null; readonly half: boolean } | null {
  const driver = comparison.driverOf(container)
  const { name } = pair.draft
  if (!driver) {
    fail(comparison, pair, unknown('container', container, []))
    return null
  }
  if (nameKey(container) === nameKey(name)) {
    fail(comparison, pair, `${name} cannot be in itself`)
    return null
  }
  if (!mayContain(driver, pair.driver)) {
    fail(comparison, pair, `a ${driver.name} (${container}) does not hold a ${pair.driver.name}`)
    return null
  }
  if (!isRack(driver)) {
    if (!units && !face) return { units: null, half: false }
    fail(comparison, pair, `${container} is a ${driver.name}, not a rack: it has no units`)
    return null
  }
  try {
    const row = { id: 0, name: container, name_key: nameKey(container), driver: driver.name, type: driver.type }
    const read = occupied(pair.driver, row, units)
    if (!read) return { units: null, half: false }
    const half = isHalf(pair.driver, read)
    const { min, max } = heightOf(comparison, container, driver)
    if (read.low >= min && read.high + (half ? 0.5 : 1) <= max + 1) return { units: read, half }
    fail(comparison, pair, `${printUnits(read)} is not in rack ${container}: it has U${min}-${max}`)
  } catch (error) {
    if (!(error instanceof InventoryError)) throw error
    fail(comparison, pair, `${units === null ? '' : printUnits(units)} are no units of a rack`)
  }
  return null
}

function heightOf(comparison: Comparison, rack: string, driver: Driver): { min: number; max: number } {
  const pair = comparison.pairs.get(nameKey(rack))
  const known = comparison.present.things.get(nameKey(rack))
  const height = (key: 'minu' | 'maxu', preset: number) => {
    const drafted = pair?.draft.attributes.find((row) => row.port === '' && row.key.key === key)?.values[0]
    const rows = known ? (comparison.present.attributes.get(known.id) ?? []) : []
    const row = rows.find((row) => row.key === key && row.port === '' && row.subkey === '')
    const inherited = known ? undefined : driver.defaults[key]
    const text = drafted ? String(drafted.value) : row ? row.text : inherited === undefined ? '' : String(inherited)
    const number = readNumber(text)
    return number === null ? preset : Number(number)
  }
  return { min: height('minu', 1), max: height('maxu', 45) }
}

function refuseClashes(comparison: Comparison, rack: string, entries: readonly Taken[]): void {
  const end = ({ units, half }: Taken) => units.high + (half ? 0.5 : 1)
  const sorted = entries.toSorted((a, b) => a.units.low - b.units.low)
  for (const [at, one] of sorted.entries()) {
    for (const other of sorted.slice(at + 1)) {
      if (other.units.low >= end(one)) break
      if (one.face !== null && other.face !== null && one.face !== other.face) continue
      // The later line is the one that is refused.
      const late = one.pair === null || lineOf(other) >= lineOf(one) ? other : one
      const culprit = late.pair ?? one.pair ?? other.pair
      const by = late === one ? other : one
      const name = comparison.driverOf(rack) ? (comparison.pairs.get(rack)?.draft.name ?? rack) : rack
      if (culprit && culprit === late.pair)
        fail(comparison, culprit, `${printUnits(late.units)} of rack ${name} is taken by ${by.item}`)
      else if (culprit) fail(comparison, culprit, `${printUnits(by.units)} of rack ${name} is taken by ${late.item}`)
    }
  }
}

const lineOf = ({ pair }: Taken): number => (pair === null ? -1 : (pair.draft.origin.line ?? 0))
