// Where a thing stands: one of its containers, told from the groups that it is a member of.
import type { Catalogue, Category } from '../catalogue.ts'
import type { ThingRow } from '../rows.ts'
import type { Neighbour } from './surroundings.ts'
import { printUnits } from './units.ts'

/** Where a thing stands in an answer: `{ container: 'rack101', units: 'RU13' }`. */
export interface Place {
  readonly container: string
  readonly units: string | null
}

/** The rack, else another location, else the machine or cluster that a thing stands in; null where there is none. */
export function placeOf(catalogue: Catalogue, containers: readonly Neighbour[]): Place | null {
  const ranked = containers
    .map((place) => ({ place, rank: placeRank(catalogue, place.thing) }))
    .filter(({ rank }) => rank < PLACES.length + 1)
    .sort((a, b) => a.rank - b.rank)
  const place = ranked[0]?.place
  return place ? { container: place.thing.name, units: printUnits(place) } : null
}

const PLACES: readonly Category[] = ['location', 'equipment', 'datastore']

/** 0 for a rack, then other locations, machines, clusters; what nobody stands in (groups, networks) is last. */
export function placeRank(catalogue: Catalogue, container: ThingRow): number {
  if (container.type === 'rack') return 0
  const category = catalogue.get(container.driver)?.category
  const found = category === undefined ? -1 : PLACES.indexOf(category)
  return found < 0 ? PLACES.length + 1 : found + 1
}

/** Whether things stand in it, as in a rack or a machine; not so in a pool or a network. */
export function isPlace(catalogue: Catalogue, container: ThingRow): boolean {
  return placeRank(catalogue, container) <= PLACES.length
}
