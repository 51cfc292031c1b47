// Tells in their threads how jobs, proposals, consoles and schedules are getting on. What has been said is in the outbox, so that
// another process, or this one after a crash, goes on with the same messages.
import type { Command } from '../../commands/command.ts'
import type { Inventory } from '../../inventory/inventory.ts'
import { Bell } from '../../jobs/bell.ts'
import type { Chat } from './chat.ts'
import { tellConsoles } from './tell/consoles.ts'
import { each } from './tell/each.ts'
import { tellJobs, tellStalls } from './tell/jobs.ts'
import { tellNotices } from './tell/notices.ts'
import { remindOfProposals, tellProposals } from './tell/proposals.ts'
import { tidy } from './tidy.ts'

export interface ReporterOptions {
  readonly inventory: Inventory
  /** The chats that this bot speaks in: what belongs to others is not told. */
  readonly chats: readonly Pick<Chat, 'name' | 'threadIn' | 'threadBelow'>[]
  readonly registry: readonly Command[]
  readonly onTrouble: (error: unknown) => void
}

// In milliseconds: how often it looks, how often for what comes with time, and how often it clears away.
const EVERY = 1000
const SELDOM = 15_000
const HOURLY = 3_600_000

export class Reporter {
  readonly #options: ReporterOptions
  readonly #changed = new Set<number>()
  #timer: NodeJS.Timeout | null = null
  #turn: Promise<void> = Promise.resolve()
  #deafen: () => void = () => undefined
  #isTold = false
  #isDue = false
  #looked = { seldom: Number.NEGATIVE_INFINITY, hourly: performance.now() }

  constructor(options: ReporterOptions) {
    this.#options = options
  }

  start(): void {
    this.#deafen = Bell.of(this.#options.inventory.database.knex).on((ring) => {
      const id = /^change (\d+)$/.exec(ring)?.[1]
      if (id !== undefined) this.#changed.add(Number(id))
    })
    this.#timer = setInterval(() => this.wake(), EVERY)
    this.wake()
  }

  async stop(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer)
    this.#deafen()
    await this.#turn
    await this.turn()
  }

  /** There is something to tell. */
  wake(): void {
    // One that waits sees what is there by then.
    if (this.#isDue) return
    this.#isDue = true
    this.#turn = this.#turn.then(() => {
      this.#isDue = false
      return this.turn()
    })
  }

  /** Says what is new. Never throws. */
  async turn(): Promise<void> {
    const { inventory, chats, registry, onTrouble } = this.#options
    const { knex } = inventory.database
    const names = chats.map(({ name }) => name)
    const changed = [...this.#changed]
    this.#changed.clear()
    const now = performance.now()
    const isSeldom = now - this.#looked.seldom >= SELDOM
    const isHourly = now - this.#looked.hourly >= HOURLY
    const tasks = [
      () => tellProposals(inventory, chats, registry),
      // What no bell has told of, also before this process began.
      () => tellJobs(knex, names, isSeldom ? 'all' : changed),
      () => tellConsoles(knex, chats),
      () => tellNotices(knex, chats),
      ...(isSeldom ? [() => remindOfProposals(inventory, chats, registry), () => tellStalls(knex, names)] : []),
      ...(isHourly ? [() => tidy(knex)] : []),
    ]
    if (isSeldom) this.#looked.seldom = now
    if (isHourly) this.#looked.hourly = now
    try {
      await each(tasks, (task) => task())
      this.#isTold = false
    } catch (error) {
      // What has changed and could not be told is looked at again with all that is under way.
      if (!this.#isTold) onTrouble(error)
      this.#isTold = true
    }
  }
}
