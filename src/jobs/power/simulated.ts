// The power of simulated machines, for the demo and to practise on: takes its time, and fails where an attribute says so.
import { setTimeout as pause } from 'node:timers/promises'
import type { Knex } from 'knex'
import type { Machine } from './machine.ts'
import type { PowerDriver, Reading } from './power.ts'
import {
  DARK,
  faultOf,
  imageOn,
  type SimulatedRow,
  silence,
  simulatedRows,
  simulatedTrouble,
  speedOf,
  writeSimulated,
} from './simulated-machine.ts'

// In milliseconds at speed 1: what a BMC takes to do as it is told, and how long one that does not answer is waited for.
const TAKES = 800
const SILENT = 3000
const PATIENCE = 5000
const LEAST_PATIENCE = 100

export function simulatedPower(knex: Knex): PowerDriver {
  return {
    kind: 'simulated',
    label: 'simulated',
    trouble: simulatedTrouble,
    patience: (machine) => Math.max(LEAST_PATIENCE, PATIENCE / speedOf(machine)),
    async status(machines) {
      const rows = await simulatedRows(knex, machines)
      return new Map(rows.map((row, at) => [row.thing_id, readingOf(machines[at], row)]))
    },
    on: (machine, signal) => switchTo(knex, machine, 'on', signal),
    off: (machine, signal) => switchTo(knex, machine, 'off', signal),
    cycle: (machine, signal) => switchTo(knex, machine, 'cycle', signal),
  }
}

function readingOf(machine: Machine | undefined, row: SimulatedRow): Reading {
  const reason = machine ? silence(machine, row) : null
  if (reason !== null) return { tag: 'unknown', reason }
  const isDark = (row.age ?? 0) < 0
  return { tag: 'known', power: isDark ? 'off' : row.power, since: isDark ? null : row.since, events: row.events }
}

async function switchTo(
  knex: Knex,
  machine: Machine,
  wanted: 'on' | 'off' | 'cycle',
  signal: AbortSignal,
): Promise<void> {
  const speed = speedOf(machine)
  const row = await answering(knex, machine, signal)
  await pause(TAKES / speed, undefined, { signal })
  if (faultOf(machine) === 'stays-on') return
  if (wanted === row.power) return
  // What an installation has left on the disk by now stays there.
  const settled = { ...row, image: imageOn(machine, row), events: row.events + 1 }
  if (wanted === 'off') await writeSimulated(knex, { ...settled, power: 'off', started_from: 'disk' }, 0)
  else {
    // Booting from the network is for once, so that no later power event installs again.
    const dark = wanted === 'cycle' ? DARK / speed : 0
    await writeSimulated(knex, { ...settled, power: 'on', started_from: row.boot, boot: 'disk' }, dark)
  }
  await answering(knex, machine, signal)
}

/** Its row. Throws where its BMC does not answer, after the time that is waited for one. */
export async function answering(knex: Knex, machine: Machine, signal: AbortSignal): Promise<SimulatedRow> {
  const [row] = await simulatedRows(knex, [machine])
  if (!row) throw new Error('a machine without a row')
  const reason = silence(machine, row)
  if (reason === null) return row
  await pause(SILENT / speedOf(machine), undefined, { signal })
  throw new Error(reason)
}
