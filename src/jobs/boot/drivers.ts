// The boot drivers that there are, by the kind of a machine's power driver.
import type { Knex } from 'knex'
import type { Machine } from '../power/machine.ts'
import type { Boot, BootDriver } from './boot.ts'
import { simulatedBoot } from './simulated.ts'

export function bootDriver(kind: string, knex: Knex): BootDriver {
  if (kind === 'simulated') return simulatedBoot(knex)
  throw new Error(`machines with the power driver ${kind} cannot be installed over the network`)
}

/** How far machines are, by id. Throws only with its signal. */
export async function readStages(
  knex: Knex,
  machines: readonly Machine[],
  signal: AbortSignal,
): Promise<ReadonlyMap<number, Boot>> {
  const kinds = [...new Set(machines.map(({ kind }) => kind))]
  const found = await Promise.all(
    kinds.map((kind) =>
      bootDriver(kind, knex).stages(
        machines.filter((machine) => machine.kind === kind),
        signal,
      ),
    ),
  )
  return new Map(found.flatMap((readings) => [...readings]))
}
