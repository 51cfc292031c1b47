// What is said of a part of a thing: a port, with its cable and attributes, or a rack unit, with what stands on it.
import type { Part } from '../../grammar/ast.ts'
import { InventoryError } from '../error.ts'
import type { Moment } from '../query/source.ts'
import { withPrefix } from '../resources/network.ts'
import type { View } from '../view.ts'
import { printUnits as unitsText } from '../write/units.ts'
import { type Occupant, readElevation } from './elevation.ts'
import { placeLines } from './locate.ts'
import { portLabel, refuseAbsentPort } from './ports.ts'
import { lookupWith } from './surroundings.ts'

export type Inner = Exclude<Part, { tag: 'thing' }>

/**
 * `server1:nic-eth:2 -> connected to port 4 on switch2a`, and where the thing stands; `rack101:U13 -> server1 at RU13`.
 * With `whole` also what is recorded of a port. Throws what `lookup` throws, `unknown-port`, `units-outside`, `no-elevation`.
 */
export function partLines(
  view: View,
  part: Inner,
  moment: Moment,
  { whole }: { readonly whole: boolean },
): Promise<string[]> {
  return part.tag === 'unit' ? unitLines(view, part, moment) : portLines(view, part, moment, whole)
}

async function portLines(
  view: View,
  { thing: name, type, number }: Extract<Inner, { tag: 'port' }>,
  moment: Moment,
  whole: boolean,
): Promise<string[]> {
  const kinds = ['attributes', 'cables', 'addresses', 'containers'] as const
  const { thing, around } = await lookupWith(view, name, kinds, moment)
  const label = portLabel(type, number)
  await refuseAbsentPort(view, thing, label, moment)
  const cable = around.cables(thing).find((end) => end.type === type && end.number === number)
  const peer = cable ? `connected to port ${cable.peerNumber} on ${cable.peer.name}` : 'connected to nothing'
  const facts = !whole
    ? []
    : [
        ...around
          .attributes(thing)
          .filter(({ port, key }) => port === label && !key.startsWith('_'))
          .map(({ key, subkey, number, text }) => {
            const name = `${key}${subkey === '' ? '' : `.${subkey}`}${number === null ? '' : `#${number}`}`
            return `${name} = ${text}`
          }),
        ...around
          .addresses(thing)
          .filter(({ port, holder }) => port === label && holder === thing.id)
          .map(({ address, mask }) => `address ${withPrefix(address, mask)}`),
      ]
  return [
    ...[peer, ...facts].map((fact) => `${thing.name}:${label} -> ${fact}`),
    ...(await placeLines(view, thing, around.containers(thing), moment)),
  ]
}

async function unitLines(
  view: View,
  { thing: name, unit }: Extract<Inner, { tag: 'unit' }>,
  moment: Moment,
): Promise<string[]> {
  const { rack, min, max, occupants } = await readElevation(view, name, moment)
  const end = Number.isInteger(unit) ? unit + 1 : unit + 0.5
  if (unit < min || end > max + 1) throw new InventoryError('units-outside', { rack, units: `U${unit}`, min, max })
  const there = occupants.filter((one) => one.low < end && unit < one.end)
  const free = there.length === 0 ? ['free'] : there.some(({ face }) => face === null) ? [] : freeFace(there)
  return [...there.map(standing), ...free].map((fact) => `${rack}:U${unit} -> ${fact}`)
}

function standing({ name, type, low, end, face }: Occupant): string {
  const high = end - low < 1 ? low : end - 1
  return `${name} (${type}), ${unitsText({ low, high })}${face === null ? '' : `, ${face}`}`
}

function freeFace(there: readonly Occupant[]): string[] {
  const faces = (['front', 'rear'] as const).filter((face) => there.every((one) => one.face !== face))
  return faces.map((face) => `free at the ${face}`)
}
