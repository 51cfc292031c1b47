// In which threads consoles are open, for adapters: what is typed there is for the bot without a mention.
import type { Knex } from 'knex'
import { consoleThreads } from '../jobs/console/open-consoles.ts'

// In milliseconds: every message of every thread asks.
const GOOD = 1000

export class ConsoleThreads {
  readonly #knex: Knex
  #threads: ReadonlySet<string> = new Set()
  #asked = Number.NEGATIVE_INFINITY
  #asking: Promise<void> | null = null

  constructor(knex: Knex) {
    this.#knex = knex
  }

  /** Never throws: while the database is away it is as it was. */
  async has(thread: string): Promise<boolean> {
    if (performance.now() - this.#asked >= GOOD) this.#asking ??= this.#ask()
    await this.#asking
    return this.#threads.has(thread)
  }

  async #ask(): Promise<void> {
    const at = performance.now()
    const threads = await consoleThreads(this.#knex).catch(() => null)
    if (threads !== null) this.#threads = new Set(threads)
    this.#asked = at
    this.#asking = null
  }
}
