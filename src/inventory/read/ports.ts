// The ports of a thing: those of its driver, those that were recorded beside them, and what is at their other end.
import { type Catalogue, type PortRole, roleAt } from '../catalogue.ts'
import { InventoryError } from '../error.ts'
import type { Moment } from '../query/source.ts'
import type { ThingRow } from '../rows.ts'
import type { View } from '../view.ts'
import { hasPort, portRanges } from '../write/port.ts'
import { catalogueAt } from './catalogue.ts'
import { byText, type Surroundings, surroundingsOf } from './surroundings.ts'

/** A port in an answer. */
export interface PortCell {
  readonly type: string
  readonly number: number
  /** What the operating system or the panel calls it. */
  readonly name: string | null
  readonly mac?: string
  readonly peer: string | null
  readonly peerPort: string | null
}

/** In the driver's order, those it does not know after them. */
export async function portsOf(view: View, thing: ThingRow, moment: Moment): Promise<PortCell[]> {
  const around = await surroundingsOf(view, [thing], ['attributes', 'cables', 'addresses'], moment)
  return listPorts(await catalogueAt(view, moment), thing, around)
}

/** Refuses a port such as `nic-eth:9` that a thing does not have at a moment (`unknown-port`). */
export async function refuseAbsentPort(view: View, thing: ThingRow, port: string, moment: Moment): Promise<void> {
  const ports = await portsOf(view, thing, moment)
  if (ports.some(({ type, number }) => portLabel(type, number) === port)) return
  const driver = (await catalogueAt(view, moment)).get(thing.driver)
  const more = ports.filter((found) => !driver || !hasPort(driver, found))
  const has = [...(driver ? portRanges(driver) : []), ...more.map(({ type, number }) => portLabel(type, number))]
  throw new InventoryError('unknown-port', { thing: thing.name, port, has })
}

export function listPorts(
  catalogue: Catalogue,
  thing: ThingRow,
  around: Surroundings<'attributes' | 'cables' | 'addresses'>,
): PortCell[] {
  const driver = catalogue.get(thing.driver)
  const ports = new Map<string, { type: string; number: number; name: string | null; mac?: string }>()
  const note = (type: string, number: number) => {
    const label = portLabel(type, number)
    const known = ports.get(label) ?? { type, number, name: driver?.ports[type]?.names?.[number - 1] ?? null }
    ports.set(label, known)
    return known
  }
  for (const [type, { count }] of Object.entries(driver?.ports ?? {}))
    for (let number = 1; number <= count; number++) note(type, number)
  for (const { port, key, text } of around.attributes(thing)) {
    const read = readPortLabel(port)
    if (read === null) continue
    const known = note(read.type, read.number)
    if (key === 'name') known.name = text
    if (key === 'mac') known.mac = text
  }
  const cables = around.cables(thing)
  for (const { type, number } of cables) note(type, number)
  for (const { port, holder } of around.addresses(thing)) {
    const read = readPortLabel(port)
    // A network lists the addresses of others too, with their ports.
    if (read !== null && holder === thing.id) note(read.type, read.number)
  }
  const peers = new Map(cables.map((cable) => [portLabel(cable.type, cable.number), cable]))
  const types = Object.keys(driver?.ports ?? {})
  const rank = (type: string) => (types.includes(type) ? types.indexOf(type) : types.length)
  return [...ports.entries()]
    .map(([label, port]) => {
      const cable = peers.get(label)
      return {
        ...port,
        peer: cable?.peer.name ?? null,
        peerPort: cable ? portLabel(cable.peerType, cable.peerNumber) : null,
      }
    })
    .sort((a, b) => rank(a.type) - rank(b.type) || byText(a.type, b.type) || a.number - b.number)
}

/** What a port is for; of ports that the driver does not know, by those of other drivers with the same type. */
export function portRole(catalogue: Catalogue, thing: ThingRow, type: string, number: number): PortRole | null {
  const own = catalogue.get(thing.driver)?.ports[type]
  return (
    roleAt(own, number) ?? own?.role ?? catalogue.all().find(({ ports }) => type in ports)?.ports[type]?.role ?? null
  )
}

/** `nic-eth:4` */
export const portLabel = (type: string, number: number): string => `${type}:${number}`

function readPortLabel(label: string): { type: string; number: number } | null {
  const colon = label.lastIndexOf(':')
  const number = Number(label.slice(colon + 1))
  return colon > 0 && Number.isInteger(number) ? { type: label.slice(0, colon), number } : null
}
