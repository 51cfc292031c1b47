// Follows a run from wherever it runs: what progress messages, the terminal's bar and whoever waits for an end are made of.
import type { Knex } from 'knex'
import { Bell } from './bell.ts'
import { eventsOf, type RunWithSteps, runWithSteps } from './read.ts'
import { type EventRow, isSettled } from './run.ts'

export interface Watched extends RunWithSteps {
  /** Those that are new since the one before. */
  readonly events: readonly EventRow[]
}

export interface WatchOptions {
  readonly signal: AbortSignal
  /** The last event that is known already. */
  readonly after?: number
}

// In milliseconds. Changes that come faster are seen as one; and what no bell has told of is seen this late.
const LEAST = 100
const MOST = 1000

/**
 * The run as it is, then again after each change, the last time when it stands still (done, failed, cancelled, unknown).
 * Ends early with its signal. In other processes' runs changes are seen within a second, at once where something here
 * listens (a worker, or Bell.listen). Throws what the database throws.
 */
export async function* watch(knex: Knex, id: number, { signal, after = 0 }: WatchOptions): AsyncGenerator<Watched> {
  let last = after
  let shown = ''
  const alarm = new Alarm(knex, id, signal)
  try {
    while (!signal.aborted) {
      alarm.reset()
      const events = await eventsOf(knex, id, last)
      const found = await runWithSteps(knex, id)
      if (!found) return
      last = events.at(-1)?.id ?? last
      const now = appearance(found)
      if (events.length > 0 || now !== shown) yield { ...found, events }
      shown = now
      if (isSettled(found.run.state) && events.length === 0) return
      if (!isSettled(found.run.state)) await alarm.sounds()
    }
  } finally {
    alarm.end()
  }
}

function appearance({ run, steps, waits_for }: RunWithSteps): string {
  return JSON.stringify([run.state, run.cancel_by, waits_for, steps.map(({ state, attempt }) => [state, attempt])])
}

/** Sounds when the run has changed, but not too often and not too seldom. */
class Alarm {
  readonly #off: () => void
  readonly #signal: AbortSignal
  readonly #sound = () => this.#ring?.()
  #changed = false
  #ring: (() => void) | null = null

  constructor(knex: Knex, id: number, signal: AbortSignal) {
    this.#signal = signal
    this.#off = Bell.of(knex).on((ring) => {
      if (ring !== `change ${id}`) return
      this.#changed = true
      this.#sound()
    })
    signal.addEventListener('abort', this.#sound)
  }

  reset(): void {
    this.#changed = false
  }

  async sounds(): Promise<void> {
    await this.#pause(LEAST, () => this.#signal.aborted)
    await this.#pause(MOST - LEAST, () => this.#changed || this.#signal.aborted)
  }

  #pause(ms: number, isOver: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      if (isOver()) return resolve()
      const timer = setTimeout(resolve, ms)
      this.#ring = () => {
        if (!isOver()) return
        clearTimeout(timer)
        resolve()
      }
    })
  }

  end(): void {
    this.#off()
    this.#signal.removeEventListener('abort', this.#sound)
  }
}
