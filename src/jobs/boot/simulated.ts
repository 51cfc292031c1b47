// How simulated machines boot and are installed: see power/simulated-machine.ts for what they do by themselves.
import type { Knex } from 'knex'
import type { Machine } from '../power/machine.ts'
import { answering } from '../power/simulated.ts'
import {
  imageOn,
  type SimulatedRow,
  silence,
  simulatedRows,
  speedOf,
  stageOf,
  writeSimulated,
} from '../power/simulated-machine.ts'
import type { Boot, BootDriver } from './boot.ts'

// In milliseconds at speed 1.
const PATIENCE = 45_000
const LEAST_PATIENCE = 500

export function simulatedBoot(knex: Knex): BootDriver {
  const write = async (machine: Machine, change: Partial<SimulatedRow>, signal: AbortSignal) => {
    const row = await answering(knex, machine, signal)
    await writeSimulated(knex, { ...row, image: imageOn(machine, row), ...change }, null)
  }
  return {
    kind: 'simulated',
    label: 'simulated',
    patience: (machine) => Math.max(LEAST_PATIENCE, PATIENCE / speedOf(machine)),
    offer: (machine, image, signal) => write(machine, { offered: image }, signal),
    fromNetwork: (machine, signal) => write(machine, { boot: 'network' }, signal),
    fromDisk: (machine, signal) => write(machine, { boot: 'disk', offered: null }, signal),
    async stages(machines) {
      const rows = await simulatedRows(knex, machines)
      return new Map(machines.map((machine, at) => [machine.id, bootOf(machine, rows[at])]))
    },
  }
}

function bootOf(machine: Machine, row: SimulatedRow | undefined): Boot {
  if (!row) return { tag: 'unknown', reason: 'no answer' }
  const reason = silence(machine, row)
  if (reason !== null) return { tag: 'unknown', reason }
  return { tag: 'known', ...stageOf(machine, row), from: row.started_from, image: imageOn(machine, row) }
}
