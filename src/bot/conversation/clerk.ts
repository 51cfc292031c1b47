// Takes what waits in the inbox and answers it, some at a time and of each author one after the other. What a process that
// died has begun is begun again by another.

import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { BotError } from '../error.ts'
import { type ChatFaults, NO_CHAT_FAULTS } from '../fault.ts'
import { ClaimLost, claim, type Item, keepClaims, putBack } from '../inbox/inbox.ts'
import { refusalOf } from '../refusal.ts'
import { answerPost } from '../render/posts/answer-post.ts'
import { attend } from './attend.ts'
import { tellFloods } from './floods.ts'
import { type Room, settle } from './room.ts'

export interface ClerkOptions extends Omit<Room, 'by'> {
  /** What comes from these is answered. */
  readonly chats: readonly string[]
  /** How many are answered at a time. */
  readonly most?: number
  /** Seconds that an item stays with a process that says nothing. */
  readonly lease?: number
  readonly faults?: ChatFaults
  /** How much of one person may wait. */
  readonly bound: number
  /** Something was answered: there may be something to tell. */
  readonly onAnswered: () => void
  /** Told once an outage. */
  readonly onTrouble: (error: unknown) => void
}

const MOST = 8
const LEASE = 10
// In milliseconds: how often it looks for what no bell has told of.
const LOOK = 1000
// In seconds, before one that the database did not let end is begun again.
const AGAIN = 2
const ATTEMPTS = 10

export class Clerk {
  readonly #options: ClerkOptions & Required<Pick<ClerkOptions, 'most' | 'lease' | 'faults'>>
  readonly #room: Room
  readonly #active = new Map<number, Promise<void>>()
  #timer: NodeJS.Timeout | null = null
  #beat: NodeJS.Timeout | null = null
  #turn: Promise<void> | null = null
  #isRung = false
  #keeping: Promise<void> = Promise.resolve()
  #areFloodsDue = false
  /** It was begun, and not ended since. */
  #isOpen = false
  #isTold = false

  constructor(options: ClerkOptions) {
    this.#options = { most: MOST, lease: LEASE, faults: NO_CHAT_FAULTS, ...options }
    this.#room = {
      bot: options.bot,
      download: options.download,
      by: `${hostname()}:${process.pid} ${randomBytes(4).toString('hex')}`,
    }
  }

  start(): void {
    this.#isOpen = true
    this.#timer = setInterval(() => {
      this.#areFloodsDue = true
      this.wake()
    }, LOOK)
    this.#beat = setInterval(() => this.#keep(), (this.#options.lease * 1000) / 3)
    this.wake()
  }

  /** Begins nothing more; answers when what is under way has ended. */
  async stop(): Promise<void> {
    this.#isOpen = false
    if (this.#timer) clearInterval(this.#timer)
    await this.#turn
    await Promise.all(this.#active.values())
    if (this.#beat) clearInterval(this.#beat)
    await this.#keeping
  }

  /** There is something new. What comes before the start waits for it, and after the end for the next process. */
  wake(): void {
    this.#isRung = true
    if (!this.#isOpen) return
    this.#turn ??= this.#look().finally(() => {
      this.#turn = null
    })
  }

  async #look(): Promise<void> {
    while (this.#isRung && this.#isOpen) {
      this.#isRung = false
      const free = this.#options.most - this.#active.size
      if (free <= 0) return
      try {
        const { bot, chats, lease } = this.#options
        const active = [...this.#active.keys()]
        const items = await claim(bot.inventory.database.knex, this.#room.by, {
          chats,
          seconds: lease,
          most: free,
          active,
        })
        for (const item of items) this.#begin(item)
        if (this.#areFloodsDue) await this.#tellFloods()
        this.#isTold = false
      } catch (error) {
        this.#tell(error)
        return
      }
    }
  }

  async #tellFloods(): Promise<void> {
    const { bot, chats, bound, onAnswered } = this.#options
    this.#areFloodsDue = false
    if (await tellFloods(bot.inventory.database.knex, chats, bound)) onAnswered()
  }

  #begin(item: Item): void {
    const done = this.#attend(item).finally(() => {
      this.#active.delete(item.id)
      this.wake()
    })
    this.#active.set(item.id, done)
  }

  async #attend(item: Item): Promise<void> {
    const { bot, onAnswered, faults } = this.#options
    const { knex } = bot.inventory.database
    try {
      faults('before answer')
      if (item.attempts > ATTEMPTS) await this.#giveUp(item)
      else await attend(item, this.#room)
      faults('after answer')
      onAnswered()
    } catch (error) {
      // Whoever has taken it over answers it.
      if (error instanceof ClaimLost) return
      this.#tell(error)
      // Where the database is away it may be begun for ever; else something is wrong with it or with us.
      const counts = refusalOf(error, '').source !== 'database'
      const back = () => putBack(knex, this.#room.by, item.id, AGAIN, { counts })
      // The first may get the connection that was lost.
      await back()
        .catch(back)
        .catch(() => undefined)
    }
  }

  #giveUp(item: Item): Promise<void> {
    const error = new BotError('never-ended', { attempts: ATTEMPTS })
    const draft = answerPost(
      { tag: 'refused', command: '', refusal: refusalOf(error, '') },
      { asker: item.incoming.author, quote: null },
    )
    return this.#options.bot.inventory.database.knex.transaction((knex) => settle(knex, this.#room, item, draft))
  }

  #keep(): void {
    const { bot, lease } = this.#options
    const { knex } = bot.inventory.database
    const keep = () => keepClaims(knex, this.#room.by, lease, [...this.#active.keys()])
    this.#keeping = this.#keeping.then(keep).catch((error) => this.#tell(error))
  }

  #tell(error: unknown): void {
    if (!this.#isTold) this.#options.onTrouble(error)
    this.#isTold = true
  }
}
