// Takes what comes: into the database where that answers quickly, else into the spool, which is emptied into it later.
// Many that come at once are one statement, or one write.
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Knex } from 'knex'
import { type ChatFaults, NO_CHAT_FAULTS } from '../fault.ts'
import { BOUND } from './floods.ts'
import { store } from './inbox.ts'
import type { Incoming } from './incoming.ts'
import type { Spool } from './spool.ts'

export interface IntakeOptions {
  readonly knex: Knex
  readonly spool: Spool
  /** There is something new in the database. */
  readonly onStored: () => void
  /** Told once an outage. */
  readonly onTrouble: (error: unknown) => void
  /** Milliseconds that the database may take before the spool does it. */
  readonly patience?: number
  readonly faults?: ChatFaults
  /** How much of one person may wait. */
  readonly bound?: number
}

// In milliseconds: a chat waits for three seconds.
const PATIENCE = 150
// In milliseconds, between attempts to empty the spool; and before it is looked at again what others have left in it.
const AGAIN = 1000
const LATER = 60_000
const MOST = 500

interface Waiting {
  readonly incoming: Incoming
  readonly done: () => void
  readonly failed: (error: unknown) => void
}

export class Intake {
  readonly #options: Required<IntakeOptions>
  readonly #waiting: Waiting[] = []
  #flushing: Promise<void> | null = null
  /** A statement that has not ended yet, however long it takes; meanwhile the spool takes what comes. */
  #storing: Promise<boolean> | null = null
  #drain: NodeJS.Timeout | null = null
  #drainAt = 0
  #isTold = false
  #isOver = false

  constructor(options: IntakeOptions) {
    this.#options = { patience: PATIENCE, faults: NO_CHAT_FAULTS, bound: BOUND, ...options }
  }

  /** Empties what earlier processes have left. */
  start(): Promise<void> {
    return this.#empty()
  }

  async stop(): Promise<void> {
    this.#isOver = true
    if (this.#drain) clearTimeout(this.#drain)
    await this.#flushing
    await this.#storing
    await this.#empty()
  }

  /** On disk or in the database when it answers; throws where neither took it. */
  take(incoming: Incoming): Promise<void> {
    return new Promise((done, failed) => {
      this.#waiting.push({ incoming, done, failed })
      this.#flushing ??= this.#flush()
    })
  }

  async #flush(): Promise<void> {
    // What comes at the same moment goes together.
    await nextTurn()
    while (this.#waiting.length > 0) await this.#keep(this.#waiting.splice(0, MOST))
    this.#flushing = null
  }

  async #keep(batch: readonly Waiting[]): Promise<void> {
    const all = batch.map(({ incoming }) => incoming)
    const { faults } = this.#options
    try {
      faults('before store')
      if (!(await this.#stored(all))) {
        await this.#options.spool.add(all)
        this.#emptyLater(AGAIN)
      }
      faults('after store')
      for (const { done } of batch) done()
    } catch (error) {
      for (const { failed } of batch) failed(error)
    }
  }

  /** False where the database has not taken it yet: it may still do so, which does no harm. */
  async #stored(all: readonly Incoming[]): Promise<boolean> {
    if (this.#storing !== null) return false
    const { knex, patience, onStored, bound } = this.#options
    const storing = store(knex, all, bound).then(
      () => {
        this.#isTold = false
        onStored()
        return true
      },
      (error: unknown) => {
        this.#tell(error)
        return false
      },
    )
    this.#storing = storing
    void storing.finally(() => {
      if (this.#storing === storing) this.#storing = null
    })
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), patience)
    })
    return Promise.race([storing, late]).finally(() => clearTimeout(timer))
  }

  #emptyLater(after: number): void {
    const at = performance.now() + after
    if (this.#isOver || (this.#drain !== null && this.#drainAt <= at)) return
    if (this.#drain) clearTimeout(this.#drain)
    this.#drainAt = at
    this.#drain = setTimeout(() => void this.#empty(), after)
  }

  async #empty(): Promise<void> {
    this.#drain = null
    const { spool, knex, onStored, bound } = this.#options
    try {
      const isAll = await spool.drain((all) => store(knex, all, bound))
      if (!isAll) this.#emptyLater(LATER)
      this.#isTold = false
      onStored()
    } catch (error) {
      this.#tell(error)
      this.#emptyLater(AGAIN)
    }
  }

  #tell(error: unknown): void {
    if (!this.#isTold) this.#options.onTrouble(error)
    this.#isTold = true
  }
}
