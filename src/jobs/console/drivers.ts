// The consoles that there are, by the kind of a machine's power driver.
import type { Knex } from 'knex'
import type { Console } from './console.ts'
import { simulatedConsole } from './simulated.ts'

export function consoleDriver(kind: string, knex: Knex): Console {
  if (kind === 'simulated') return simulatedConsole(knex)
  throw new Error(`machines with the power driver ${kind} have no console`)
}
