// Where a thing is, in the words of the seed: what it is connected to, then what it is in.
import type { ThingName } from '../../grammar/ast.ts'
import type { Catalogue } from '../catalogue.ts'
import type { Moment } from '../query/source.ts'
import type { ThingRow } from '../rows.ts'
import type { View } from '../view.ts'
import { catalogueAt } from './catalogue.ts'
import { isPlace, placeRank } from './place.ts'
import { portRole } from './ports.ts'
import { byText, type Cable, lookupWith, type Neighbour } from './surroundings.ts'
import { printUnits } from './units.ts'

/**
 * A line a cable (network first, then power, then consoles, in the order of the thing's own ports) and a line a place that
 * it stands in (racks, other locations, machines): `server1 -> connected to port 4 on switch2a`,
 * `server1 -> connected to RU13 in rack101`. Pools and other groups are no places: they are named only of a thing that has
 * neither cable nor place. One line says it of a thing that is nowhere. Throws what `lookup` throws.
 */
export async function locateLines(view: View, name: ThingName, moment: Moment): Promise<string[]> {
  const { thing, around } = await lookupWith(view, name, ['cables', 'containers'], moment)
  const catalogue = await catalogueAt(view, moment)
  const containers = around.containers(thing).toSorted(byPlace(catalogue))
  const physical = [
    ...around.cables(thing).toSorted(byRole(catalogue, thing)).map(cableWords),
    ...containers.filter((container) => isPlace(catalogue, container.thing)).map(containerWords),
  ]
  const places = physical.length > 0 ? physical : containers.map(containerWords)
  const words = places.length === 0 ? ['nowhere: connected to nothing and in no container'] : places
  return words.map((place) => `${thing.name} -> ${place}`)
}

/** Only the places that it stands in. */
export async function placeLines(
  view: View,
  thing: ThingRow,
  containers: readonly Neighbour[],
  moment: Moment,
): Promise<string[]> {
  const catalogue = await catalogueAt(view, moment)
  return containers
    .toSorted(byPlace(catalogue))
    .filter((container) => isPlace(catalogue, container.thing))
    .map((container) => `${thing.name} -> ${containerWords(container)}`)
}

const ROLES: readonly (string | null)[] = ['network', 'inlet', 'outlet', 'device', 'line', null]

function byRole(catalogue: Catalogue, thing: ThingRow): (a: Cable, b: Cable) => number {
  const rank = ({ type, number }: Cable) => ROLES.indexOf(portRole(catalogue, thing, type, number))
  return (a, b) => rank(a) - rank(b) || byText(a.type, b.type) || a.number - b.number
}

function byPlace(catalogue: Catalogue): (a: Neighbour, b: Neighbour) => number {
  const rank = ({ thing }: Neighbour) => placeRank(catalogue, thing)
  return (a, b) => rank(a) - rank(b) || byText(a.thing.name_key, b.thing.name_key)
}

const cableWords = ({ peer, peerNumber }: Cable) => `connected to port ${peerNumber} on ${peer.name}`

function containerWords(container: Neighbour): string {
  const units = printUnits({ ...container, face: null })
  return units === null
    ? `in ${container.thing.type} ${container.thing.name}`
    : `connected to ${units} in ${container.thing.name}`
}
