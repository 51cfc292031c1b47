// The machines that a command on hardware is about, and what its plan says of them: how each is fed and how it is now.
import type { Expression } from '../grammar/ast.ts'
import { selectForChange } from '../inventory/query/select.ts'
import { portRole } from '../inventory/read/ports.ts'
import { surroundingsOf } from '../inventory/read/surroundings.ts'
import { refuseOwn } from '../inventory/resources/own-things.ts'
import { refuseProtected } from '../inventory/resources/protection.ts'
import type { ThingRow } from '../inventory/rows.ts'
import type { View } from '../inventory/view.ts'
import { POWER_KINDS, powerDriver, readPower } from '../jobs/power/drivers.ts'
import { isMachine, type Machine, machinesOf, type Unpowered } from '../jobs/power/machine.ts'
import type { Reading } from '../jobs/power/power.ts'
import { CommandError } from './error.ts'

const REASONS_SHOWN = 10
// In milliseconds: a plan is made while nobody else can write.
const READING = 2000

export interface Found {
  readonly things: readonly ThingRow[]
  readonly machines: readonly Machine[]
}

/** Throws InventoryError where nothing is meant, CommandError `too-many-machines`, `no-power`. */
export async function machinesNamed(view: View, expression: Expression, now: Date, limit: number): Promise<Found> {
  const things = await selectForChange(view, expression, now)
  if (things.length > limit) throw new CommandError('too-many-machines', { found: things.length, limit })
  return { things, machines: await machinesFor(view, things) }
}

/** Throws CommandError `no-power`. */
export async function machinesFor(view: View, things: readonly ThingRow[]): Promise<readonly Machine[]> {
  const found = await machinesOf(view, things, POWER_KINDS)
  const without = found.flatMap((one) => (isMachine(one) ? badSetting(view, one) : [one]))
  if (without.length > 0)
    throw new CommandError('no-power', { things: without.slice(0, REASONS_SHOWN), total: without.length })
  return found.filter(isMachine)
}

/** The same for a job on them: none of them is protected. `isEnding`: they are off for a while, or for good. */
export async function machinesForJob(
  view: View,
  expression: Expression,
  now: Date,
  { limit, isEnding }: { readonly limit: number; readonly isEnding: boolean },
): Promise<Found> {
  const found = await machinesNamed(view, expression, now, limit)
  await refuseProtected(view, found.things)
  if (isEnding) await refuseOwn(view, found.things)
  return found
}

function badSetting(view: View, machine: Machine): Unpowered[] {
  const reason = powerDriver(machine.kind, view.knex).trouble(machine)
  return reason === null ? [] : [{ tag: 'bad-setting', thing: machine.name, reason }]
}

/** `feed pdu101 outlet 13`, by id. */
export async function feedsOf(view: View, things: readonly ThingRow[]): Promise<ReadonlyMap<number, string>> {
  const around = await surroundingsOf(view, things, ['cables'], null)
  return new Map(
    things.map((thing) => {
      const feeds = around
        .cables(thing)
        .filter(({ type, number }) => portRole(view.catalogue, thing, type, number) === 'inlet')
        .map(({ peer, peerNumber }) => `${peer.name} outlet ${peerNumber}`)
      if (feeds.length === 0) return [thing.id, 'no feed recorded']
      return [thing.id, `${feeds.length === 1 ? 'feed' : 'feeds'} ${feeds.join(' and ')}`]
    }),
  )
}

/** `simulated; feed pdu101 outlet 13` */
export function howOf(view: View, machine: Machine, feeds: ReadonlyMap<number, string>): string {
  return `${powerDriver(machine.kind, view.knex).label}; ${feeds.get(machine.id) ?? ''}`
}

export function readingsOf(view: View, machines: readonly Machine[]): Promise<ReadonlyMap<number, Reading>> {
  return readPower(view.knex, machines, READING)
}

/** `now: 3 on, 1 unknown (simulated)`: no part of a plan's hash, since it moves by itself. */
export async function nowLine(view: View, machines: readonly Machine[]): Promise<string> {
  const counts = new Map<string, number>()
  for (const reading of (await readingsOf(view, machines)).values()) {
    const power = reading.tag === 'known' ? reading.power : 'unknown'
    counts.set(power, (counts.get(power) ?? 0) + 1)
  }
  const labels = [...new Set(machines.map(({ kind }) => powerDriver(kind, view.knex).label))]
  return `power now: ${[...counts].map(([power, count]) => `${count} ${power}`).join(', ')} (${labels.join(', ')})`
}
