// A simulated machine: what its hardware would be doing by now, computed from when it was switched on and from what. So
// it goes on while no program runs, as a real one does. Attributes of the thing make it fast, or faulty:
// `simulated.speed=10`, `simulated.fault=hangs`.
import type { Knex } from 'knex'
import type { Stage } from '../boot/boot.ts'
import { ask } from '../statement.ts'
import type { Machine } from './machine.ts'

export interface SimulatedRow {
  readonly thing_id: number
  readonly power: 'on' | 'off'
  readonly boot: 'disk' | 'network'
  readonly started_from: 'disk' | 'network'
  readonly since: Date | null
  readonly offered: string | null
  readonly image: string | null
  readonly events: number
  /** Seconds since `since` by the database's clock; null where it was on from the beginning. */
  readonly age: number | null
}

export const FAULTS = {
  'no-answer': 'its BMC answers nothing',
  'goes-silent': 'its BMC answers nothing from its next power event on',
  'stays-on': 'its power cannot be switched',
  hangs: 'its installer stops in the middle',
} as const
export type Fault = keyof typeof FAULTS

// Seconds after the power came on, at speed 1: a rebuild of one machine takes some 25 in all.
const STARTED = 3
const INSTALLER = 6
const INSTALLED = 18
const BOOTED = 23
const BOOTED_FROM_DISK = 5
/** Seconds without power in a power cycle. */
export const DARK = 1.5
// Percent at which an installer that hangs stands still.
const HANGS_AT = 40

const isFault = (text: string): text is Fault => Object.hasOwn(FAULTS, text)

export function faultOf({ settings }: Machine): Fault | null {
  const fault = settings['simulated.fault'] ?? ''
  return isFault(fault) ? fault : null
}

export function speedOf({ settings }: Machine): number {
  const speed = Number(settings['simulated.speed'] ?? 1)
  return speed > 0 && speed <= 1000 ? speed : 1
}

export function simulatedTrouble({ settings }: Machine): string | null {
  const fault = settings['simulated.fault']
  if (fault !== undefined && !isFault(fault)) return `simulated.fault is one of ${Object.keys(FAULTS).join(', ')}`
  const speed = settings['simulated.speed']
  if (speed !== undefined && !(Number(speed) > 0 && Number(speed) <= 1000))
    return 'simulated.speed is a number above 0, and 1000 at most'
  return null
}

/** Whether its BMC answers, as the fault has it; null where it does, else what is said. */
export function silence(machine: Machine, { events }: SimulatedRow): string | null {
  const fault = faultOf(machine)
  return fault === 'no-answer' || (fault === 'goes-silent' && events > 0) ? 'the simulated BMC does not answer' : null
}

/** What it does now; the percentage of an installation. */
export function stageOf(machine: Machine, row: SimulatedRow): { readonly stage: Stage; readonly percent: number } {
  if (row.power === 'off' || (row.age ?? 0) < 0) return { stage: 'off', percent: 0 }
  const age = (row.age ?? Number.POSITIVE_INFINITY) * speedOf(machine)
  if (row.started_from === 'disk') return { stage: age < BOOTED_FROM_DISK ? 'starting' : 'up', percent: 0 }
  if (age < STARTED) return { stage: 'starting', percent: 0 }
  if (age < INSTALLER) return { stage: 'installer', percent: 0 }
  const percent = Math.min(100, ((age - INSTALLER) / (INSTALLED - INSTALLER)) * 100)
  if (faultOf(machine) === 'hangs') return { stage: 'installing', percent: Math.min(percent, HANGS_AT) }
  if (age < INSTALLED) return { stage: 'installing', percent }
  return { stage: age < BOOTED ? 'first boot' : 'up', percent: 100 }
}

/** What is on its disk now. */
export function imageOn(machine: Machine, row: SimulatedRow): string | null {
  const { percent } = stageOf(machine, row)
  return percent === 100 ? (row.offered ?? row.image) : row.image
}

/** One row for each, in order. */
export async function simulatedRows(knex: Knex, machines: readonly Pick<Machine, 'id'>[]): Promise<SimulatedRow[]> {
  const rows = await ask<SimulatedRow>(
    knex,
    'simulated machines',
    `select *, extract(epoch from clock_timestamp() - since)::float8 as age from simulated_machines
     where thing_id = any(?::bigint[])`,
    [machines.map(({ id }) => id)],
  )
  const known = new Map(rows.map((row) => [row.thing_id, row]))
  return machines.map(({ id }) => known.get(id) ?? { ...UNTOUCHED, thing_id: id })
}

const UNTOUCHED = {
  power: 'on',
  boot: 'disk',
  started_from: 'disk',
  since: null,
  offered: null,
  image: null,
  events: 0,
  age: null,
} as const

/** Jobs hold the thing while they do this, so that nobody else writes the row. `inSeconds`: when the power is so. */
export async function writeSimulated(
  knex: Knex,
  row: Omit<SimulatedRow, 'age' | 'since'>,
  inSeconds: number | null,
): Promise<void> {
  await ask(
    knex,
    'write simulated machine',
    `insert into simulated_machines as s (thing_id, power, boot, started_from, offered, image, events, since)
     values (?, ?, ?, ?, ?, ?, ?, clock_timestamp() + ?::float8 * interval '1 second')
     on conflict (thing_id) do update set power = excluded.power, boot = excluded.boot,
       started_from = excluded.started_from, offered = excluded.offered, image = excluded.image,
       events = excluded.events, since = coalesce(excluded.since, s.since)`,
    [row.thing_id, row.power, row.boot, row.started_from, row.offered, row.image, row.events, inSeconds],
  )
}
