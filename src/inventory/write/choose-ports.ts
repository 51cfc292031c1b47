// Which ports a cable takes where the operator named one or none: the roles that fit, the lowest that are free.
import { type PortRole, roleAt } from '../catalogue.ts'
import type { Change } from '../change.ts'
import { InventoryError } from '../error.ts'
import type { ThingRow } from '../rows.ts'
import { ask } from './ask.ts'
import { driverOf } from './kinds.ts'
import type { Port, PortRef } from './port.ts'
import { portRanges, readPort, usedPorts } from './port.ts'

interface End {
  readonly thing: ThingRow
  readonly port: Port | null
}

// What meets what, the first that both things have: power before consoles before networks.
const FITS: readonly (readonly [PortRole, PortRole])[] = [
  ['outlet', 'inlet'],
  ['inlet', 'outlet'],
  ['line', 'device'],
  ['device', 'line'],
  ['network', 'network'],
]

/**
 * The two ports of a new cable. Named ports are taken as they are. Throws `no-common-port` where no types and roles fit,
 * and `no-free-port` where the ports that fit are all taken: another kind of cable was not meant then.
 */
export async function choosePorts(change: Change, a: End, b: End): Promise<{ a: PortRef; b: PortRef }> {
  if (a.port && b.port) return { a: { thing: a.thing, ...a.port }, b: { thing: b.thing, ...b.port } }
  const ports = await portsOf(change, [a.thing, b.thing])
  const [ofA, ofB] = [ports.get(a.thing.id) ?? [], ports.get(b.thing.id) ?? []]
  const fit = fitOf(meant(a, ofA), meant(b, ofB))
  if (fit === null)
    throw new InventoryError('no-common-port', {
      a: a.port ? `${a.thing.name}:${a.port.type}:${a.port.number}` : a.thing.name,
      b: b.port ? `${b.thing.name}:${b.port.type}:${b.port.number}` : b.thing.name,
      aHas: portRanges(driverOf(change.catalogue, a.thing)),
      bHas: portRanges(driverOf(change.catalogue, b.thing)),
    })
  const pick = ({ thing, port }: End, known: readonly Known[], role: PortRole | null): PortRef => {
    if (port) return { thing, ...port }
    const free = known.filter(
      (candidate) =>
        candidate.type === fit.type && !candidate.taken && (!role || !candidate.role || candidate.role === role),
    )
    // A management port is taken only where nothing else is free.
    const chosen = free.find(({ management }) => !management) ?? free[0]
    if (!chosen) throw new InventoryError('no-free-port', { thing: thing.name, type: fit.type })
    return { thing, type: fit.type, number: chosen.number }
  }
  return { a: pick(a, ofA, fit.a), b: pick(b, ofB, fit.b) }
}

interface Known extends Port {
  /** Null for a port that no driver describes: it fits any of its type. */
  readonly role: PortRole | null
  readonly taken: boolean
  readonly management: boolean
}

/** The ports that an end may mean: the named one, or all. A named one that nobody knows is as any of its type. */
function meant({ port }: End, known: readonly Known[]): readonly Known[] {
  if (!port) return known
  const same = known.filter(({ type }) => type === port.type)
  const named = same.filter(({ number }) => number === port.number)
  return named.length > 0 ? named : same
}

interface Fit {
  readonly type: string
  /** Null where any will do. */
  readonly a: PortRole | null
  readonly b: PortRole | null
}

function fitOf(ofA: readonly Known[], ofB: readonly Known[]): Fit | null {
  for (const [a, b] of FITS) {
    const types = new Set(ofB.filter(({ role }) => role === b).map(({ type }) => type))
    const found = ofA.find(({ role, type }) => role === a && types.has(type))
    if (found) return { type: found.type, a, b }
  }
  const odd = ofA.find((port) => ofB.some((other) => other.type === port.type && !(other.role && port.role)))
  return odd ? { type: odd.type, a: null, b: null } : null
}

/** All ports of things, by thing: types in the driver's order, numbers ascending. */
async function portsOf(change: Change, things: readonly ThingRow[]): Promise<ReadonlyMap<number, Known[]>> {
  const ids = things.map(({ id }) => id)
  const used = await usedPorts(change, ids)
  const links = await ask<{ slot: string }>(
    change,
    `select thing_id || ' ' || port_type || ':' || port_number as slot from links where thing_id = any(?::bigint[])`,
    [ids],
  )
  const taken = new Set(links.map(({ slot }) => slot))
  return new Map(
    things.map((thing) => {
      const specs = driverOf(change.catalogue, thing).ports
      const counted = Object.entries(specs).flatMap(([type, { count }]) =>
        Array.from({ length: count }, (_, index) => ({ type, number: index + 1 })),
      )
      const extra = [...(used.get(thing.id) ?? [])]
        .flatMap((text) => readPort(text) ?? [])
        .filter(({ type, number }) => number > (specs[type]?.count ?? 0))
        .sort((x, y) => (x.type < y.type ? -1 : x.type > y.type ? 1 : x.number - y.number))
      const known = [...counted, ...extra].map((port) => ({
        ...port,
        role: roleAt(specs[port.type], port.number),
        management: specs[port.type]?.management?.includes(port.number) ?? false,
        taken: taken.has(`${thing.id} ${port.type}:${port.number}`),
      }))
      return [thing.id, known]
    }),
  )
}
