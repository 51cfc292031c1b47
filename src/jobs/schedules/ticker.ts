// Ticks in every process that works. The tick is only an impulse: what is due is decided by the database's clock and by
// its rows, so that any number of processes may tick, at any time.
import cron, { type Logger, type ScheduledTask } from 'node-cron'
import type { Inventory } from '../../inventory/inventory.ts'
import type { Desk } from './desk.ts'
import { databaseNow } from './store.ts'
import { claimAllDue, lookAfterOwners, runSome } from './tick.ts'

export interface TickerOptions {
  readonly inventory: Inventory
  readonly desk: Desk
  /** Trouble in the background: told once an outage. */
  readonly onTrouble: (error: unknown) => void
}

const EVERY_FIVE_SECONDS = '*/5 * * * * *'

export class Ticker {
  readonly #options: TickerOptions
  #impulse: ScheduledTask | null = null
  #claiming: Promise<void> | null = null
  #running: Promise<void> | null = null
  #looking: Promise<void> | null = null
  #isOver = false
  #isTold = false

  constructor(options: TickerOptions) {
    this.#options = options
  }

  /** Begins to tick; what was missed while nobody did is seen at once. */
  async start(): Promise<void> {
    this.#impulse = cron.schedule(EVERY_FIVE_SECONDS, () => void this.tick(), { logger: this.#logger })
    await this.tick()
  }

  /** Begins nothing any more; answers when what was begun has ended. The inventory may be closed after it. */
  async stop(): Promise<void> {
    this.#isOver = true
    await this.#impulse?.destroy()
    await this.#claiming
    await this.#running
    await this.#looking
  }

  /** Claims what is due, and runs it beside: a long one delays no other's claim. Never throws. */
  async tick(): Promise<void> {
    if (this.#isOver) return
    this.#claiming ??= this.#claim().finally(() => {
      this.#claiming = null
    })
    await this.#claiming
  }

  async #claim(): Promise<void> {
    const { inventory, desk } = this.#options
    const { knex } = inventory.database
    try {
      const now = await databaseNow(knex)
      await claimAllDue(knex, now, desk)
      this.#isTold = false
    } catch (error) {
      this.#trouble(error)
      return
    }
    this.#running ??= this.#run().finally(() => {
      this.#running = null
    })
    this.#looking ??= this.#look().finally(() => {
      this.#looking = null
    })
  }

  async #run(): Promise<void> {
    const { inventory, desk } = this.#options
    const { knex, kind } = inventory.database
    const now = () => databaseNow(knex)
    try {
      for (let ran = 1; ran > 0 && !this.#isOver; ) ran = await runSome(knex, now, desk, kind === 'embedded')
    } catch (error) {
      this.#trouble(error)
    }
  }

  /** Plans are made for it, which may ask machines that do not answer: nothing that is due waits for that. */
  async #look(): Promise<void> {
    const { inventory, desk } = this.#options
    const { knex } = inventory.database
    try {
      await lookAfterOwners(knex, await databaseNow(knex), desk)
    } catch (error) {
      this.#trouble(error)
    }
  }

  // A tick that was missed is made up for by the next one, and nothing to be read about in a journal.
  readonly #logger: Logger = {
    info: () => undefined,
    warn: () => undefined,
    debug: () => undefined,
    error: (error) => this.#trouble(error),
  }

  #trouble(error: unknown): void {
    if (this.#isTold) return
    this.#isTold = true
    this.#options.onTrouble(error)
  }
}
