// The power drivers that there are, by kind, and readings through any of them.
import type { Knex } from 'knex'
import type { Machine } from './machine.ts'
import type { PowerDriver, Reading } from './power.ts'
import { simulatedPower } from './simulated.ts'

export const POWER_KINDS: readonly string[] = Object.freeze(['simulated'])

/** `knex` may be a transaction, for readings inside of one. */
export function powerDriver(kind: string, knex: Knex): PowerDriver {
  if (kind === 'simulated') return simulatedPower(knex)
  throw new Error(`there is no power driver ${kind}; there is ${POWER_KINDS.join(', ')}`)
}

/** How machines are now, by id; each that has not answered within `limitMs` is unknown. */
export async function readPower(
  knex: Knex,
  machines: readonly Machine[],
  limitMs: number,
  signal: AbortSignal = new AbortController().signal,
): Promise<ReadonlyMap<number, Reading>> {
  const found = new Map<number, Reading>()
  const limit = AbortSignal.timeout(limitMs)
  const kinds = new Set(machines.map(({ kind }) => kind))
  await Promise.all(
    [...kinds].map(async (kind) => {
      const own = machines.filter((machine) => machine.kind === kind)
      try {
        const asked = powerDriver(kind, knex).status(own, AbortSignal.any([signal, limit]))
        // Whoever waits may hold the inventory's write lock: one that does not hear its signal is not waited for either.
        for (const [id, reading] of await Promise.race([asked, late(limit)])) found.set(id, reading)
      } catch (error) {
        if (!limit.aborted) throw error
      }
    }),
  )
  const silent = { tag: 'unknown', reason: `no answer within ${limitMs / 1000} s` } as const
  return new Map(machines.map(({ id }) => [id, found.get(id) ?? silent]))
}

/** Throws when the time is over. */
function late(limit: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (limit.aborted) reject(limit.reason)
    else limit.addEventListener('abort', () => reject(limit.reason), { once: true })
  })
}
