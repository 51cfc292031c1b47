// Switches one machine and looks whether it is so. What is so already is left as it is; a power cycle that the machine
// has had since it was looked at first is not done again.
import { setTimeout as pause } from 'node:timers/promises'
import type { Knex } from 'knex'
import { powerDriver, readPower } from './drivers.ts'
import type { Machine } from './machine.ts'
import type { PowerVerb, Reading } from './power.ts'

export type Outcome =
  | { readonly tag: 'done'; readonly text: string }
  | { readonly tag: 'failed' | 'unknown' | 'skipped'; readonly text: string }

// In milliseconds.
const LOOK_EVERY = 250
export const READING = 5000

export interface Switching {
  readonly knex: Knex
  readonly verb: PowerVerb
  readonly signal: AbortSignal
  /** Its events before the job did anything; null where the hardware keeps no count. */
  readonly before: number | null
  /** The step was begun before, and may have done it. */
  readonly isAgain: boolean
}

/** Throws only with its signal. */
export async function switchPower(
  machine: Machine,
  { knex, verb, signal, before, isAgain }: Switching,
): Promise<Outcome> {
  const driver = powerDriver(machine.kind, knex)
  const now = await read(knex, machine, signal)
  if (now.tag === 'unknown') return { tag: isAgain ? 'unknown' : 'failed', text: `not touched: ${now.reason}` }
  if (verb !== 'cycle' && now.power === verb) return { tag: 'done', text: `was ${verb} already` }
  if (verb === 'cycle' && before !== null && now.events !== before && now.power === 'on')
    return { tag: 'done', text: 'has had its power cycle' }
  if (verb === 'cycle' && before === null && isAgain)
    return { tag: 'unknown', text: 'it keeps no count of power events: nobody knows whether it was cycled' }
  let trouble: string | null = null
  try {
    await driver[verb](machine, signal)
  } catch (error) {
    signal.throwIfAborted()
    trouble = error instanceof Error ? error.message : String(error)
  }
  const until = performance.now() + driver.patience(machine)
  for (;;) {
    const seen = await read(knex, machine, signal)
    if (isSo(seen, verb, before)) return { tag: 'done', text: verb === 'cycle' ? 'cycled' : `is ${verb}` }
    // Nobody knows what became of it.
    if (performance.now() >= until) return verdict(seen, verb, trouble)
    await pause(Math.min(LOOK_EVERY, driver.patience(machine) / 10), undefined, { signal })
  }
}

function isSo(seen: Reading, verb: PowerVerb, before: number | null): boolean {
  if (seen.tag === 'unknown') return false
  return verb === 'cycle' ? seen.power === 'on' && (before === null || seen.events !== before) : seen.power === verb
}

function verdict(seen: Reading, verb: PowerVerb, trouble: string | null): Outcome {
  const said = trouble === null ? '' : ` (${trouble})`
  if (seen.tag === 'unknown') return { tag: 'unknown', text: `was told, and then: ${seen.reason}` }
  return { tag: 'failed', text: verb === 'cycle' ? `was not cycled${said}` : `is still ${seen.power}${said}` }
}

async function read(knex: Knex, machine: Machine, signal: AbortSignal): Promise<Reading> {
  const readings = await readPower(knex, [machine], READING, signal)
  return readings.get(machine.id) ?? { tag: 'unknown', reason: 'no answer' }
}
