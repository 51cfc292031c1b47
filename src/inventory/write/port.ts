// Ports of things: those that the driver counts, and further ones that exist because they hold attributes or a cable.
import type { Driver } from '../catalogue.ts'
import { InventoryError } from '../error.ts'
import type { ThingRow } from '../rows.ts'
import type { View } from '../view.ts'
import { ask } from './ask.ts'
import { driverOf } from './kinds.ts'

/** A port by its type and number, as the thing's driver counts them from 1. */
export interface Port {
  readonly type: string
  readonly number: number
}

export interface PortRef extends Port {
  readonly thing: ThingRow
}

/** `server1:nic-eth:1` */
export const printPort = ({ thing, type, number }: PortRef): string => `${thing.name}:${type}:${number}`

/** `nic-eth:1`, as attributes hold it; null for anything else. */
export function readPort(text: string): Port | null {
  const match = /^([^:]+):(0|[1-9]\d{0,8})$/.exec(text)
  return match?.[1] && match[2] ? { type: match[1], number: Number(match[2]) } : null
}

/** Whether a driver brings the port with it. */
export const hasPort = (driver: Driver, { type, number }: Port): boolean =>
  number >= 1 && number <= (driver.ports[type]?.count ?? 0)

/** The ports that a driver brings, for answers: `nic-eth:1-2`. */
export const portRanges = (driver: Driver): string[] =>
  Object.entries(driver.ports)
    .filter(([, { count }]) => count > 0)
    .map(([type, { count }]) => (count === 1 ? `${type}:1` : `${type}:1-${count}`))

/** The ports of things that hold an attribute or a cable, in one statement: by thing, as `nic-eth:1`. */
export async function usedPorts(view: View, thingIds: readonly number[]): Promise<ReadonlyMap<number, Set<string>>> {
  const rows = await ask<{ thing_id: number; port: string }>(
    view,
    `select distinct thing_id, port from attributes where thing_id = any(?::bigint[]) and port <> ''
     union select thing_id, port_type || ':' || port_number from links where thing_id = any(?::bigint[])`,
    [[...thingIds], [...thingIds]],
  )
  const ports = new Map<number, Set<string>>()
  for (const { thing_id, port } of rows) ports.set(thing_id, (ports.get(thing_id) ?? new Set()).add(port))
  return ports
}

/** Refuses ports that do not exist (`unknown-port`); asks the database only about those that no driver brings. */
export async function refuseUnknownPorts(view: View, ports: readonly PortRef[]): Promise<void> {
  const extra = ports.filter((port) => !hasPort(driverOf(view.catalogue, port.thing), port))
  if (extra.length === 0) return
  const used = await usedPorts(view, [...new Set(extra.map(({ thing }) => thing.id))])
  for (const { thing, type, number } of extra) {
    const more = used.get(thing.id)
    if (!more?.has(`${type}:${number}`)) throw unknownPort(view, thing, `${type}:${number}`, { extra: more ?? [] })
  }
}

/** The error for a port that a thing does not have, with those that it has, and those that may be meant. */
export function unknownPort(
  view: View,
  thing: ThingRow,
  port: string,
  { extra = [], near }: { readonly extra?: Iterable<string>; readonly near?: readonly string[] } = {},
): InventoryError {
  const driver = driverOf(view.catalogue, thing)
  const more = [...extra].filter((name) => !hasPort(driver, readPort(name) ?? { type: '', number: 0 }))
  const has = [...portRanges(driver), ...more.sort()]
  return new InventoryError('unknown-port', { thing: thing.name, port, has, ...(near ? { near } : {}) })
}
