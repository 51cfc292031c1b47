// Sends what a chat is to be told: the most urgent first, never faster than the chat allows, each message once. One
// process at a time does it for a chat; another takes over when that one falls silent.
import { randomBytes } from 'node:crypto'
import type { Knex } from 'knex'
import { type ChatFaults, NO_CHAT_FAULTS } from '../fault.ts'
import { type Chat, SendTrouble, type Trouble } from './chat.ts'
import { Fair } from './fair.ts'
import { contentsOf, type Due, dueIn, holdChat, leaveChat, setBack, setLost, setNonce, setShown } from './outbox.ts'
import { Pace } from './pace.ts'
import type { Post } from './post.ts'
import { turning } from './turning.ts'

export interface SenderOptions {
  readonly knex: Knex
  readonly chat: Chat
  /** What goes wrong in the background, and messages that could not be sent at all. */
  readonly onTrouble: (error: unknown) => void
  readonly faults?: ChatFaults
  /** Seconds that a silent process keeps a chat. */
  readonly lease?: number
  /** Milliseconds of a clock that does not jump. */
  readonly now?: () => number
  /** Waits; ends early with its signal. */
  readonly pause?: (milliseconds: number, signal: AbortSignal) => Promise<void>
}

const LEASE = 10
// Milliseconds between looks for something to send.
const LOOK = 250
// Many more than a channel takes for a long while: those of one channel that is flooded hide none of another.
const MOST = 10_000
const AT_ONCE = 8
// Milliseconds for the last messages of a process that ends.
const FAREWELL = 2000
const FIRST_WAIT = 500
const LONGEST_WAIT = 60_000
// With a minute between them, a day: a chat that is away for long loses nothing.
const ATTEMPTS = 1440
const WORKSPACE = ''

export class Sender {
  readonly #options: Required<SenderOptions>
  readonly #name = `${process.pid} ${randomBytes(6).toString('hex')}`
  readonly #posts: Pace
  readonly #edits: Pace
  readonly #fair = new Fair()
  readonly #stop = new AbortController()
  #bell = new AbortController()
  #isHolder = false
  #loop: Promise<void> | null = null

  constructor(options: SenderOptions) {
    this.#options = { now: () => performance.now(), pause, faults: NO_CHAT_FAULTS, lease: LEASE, ...options }
    const { chat, now } = this.#options
    this.#posts = new Pace(chat.limits.posts, now)
    this.#edits = new Pace(chat.limits.edits, now)
  }

  start(): void {
    this.#loop ??= this.#run()
  }

  /** There is something to send. */
  wake(): void {
    this.#bell.abort()
  }

  /** Ends after what is being sent and what may be sent at once, some seconds at most. */
  async stop(): Promise<void> {
    const { knex, chat, now, onTrouble } = this.#options
    this.#stop.abort()
    await this.#loop
    try {
      for (const limit = now() + FAREWELL; now() < limit && (await this.turn()) === 0; );
      await leaveChat(knex, chat.name, this.#name)
    } catch (error) {
      onTrouble(error)
    }
  }

  async #run(): Promise<void> {
    const { knex, chat, onTrouble, pause, lease } = this.#options
    // A message that takes long to send does not lose us the chat.
    const beat = setInterval(
      () => {
        if (this.#isHolder) holdChat(knex, chat.name, this.#name, lease).catch(() => undefined)
      },
      (lease * 1000) / 3,
    )
    let isTold = false
    while (!this.#stop.signal.aborted) {
      let wait = LOOK
      this.#bell = new AbortController()
      try {
        wait = await this.turn()
        isTold = false
      } catch (error) {
        // The database is away: told once, tried again.
        if (!isTold) onTrouble(error)
        isTold = true
      }
      if (wait > 0) await pause(wait, AbortSignal.any([this.#stop.signal, this.#bell.signal]))
    }
    clearInterval(beat)
  }

  /** Sends what may go now, a message of each channel; answers with the milliseconds to wait before the next turn. */
  async turn(): Promise<number> {
    const { knex, chat, lease } = this.#options
    this.#isHolder = chat.speaks() && (await holdChat(knex, chat.name, this.#name, lease))
    if (!this.#isHolder) return LOOK * 4
    const due = this.#fair.order(await dueIn(knex, chat.name, MOST))
    const taken = new Set<string>()
    const now: Due[] = []
    let wait = LOOK
    for (const one of due) {
      const channel = this.#channelOf(one)
      if (channel === null) {
        await this.#troubled(one, { tag: 'gone', reason: 'where it goes cannot be read' })
        continue
      }
      const [pace, key] = one.ref === null ? [this.#posts, channel] : [this.#edits, WORKSPACE]
      const left = pace.wait(key)
      wait = Math.min(wait, left)
      if (left > 0 || taken.has(key) || now.length === AT_ONCE) continue
      taken.add(key)
      this.#fair.told(one)
      now.push(one)
    }
    // All of them: one that is still under way would be begun again.
    const sent = await Promise.allSettled(now.map((one) => this.#send(one)))
    for (const one of sent) if (one.status === 'rejected') throw one.reason
    return now.length > 0 ? 0 : wait
  }

  /** New messages are counted by channel, edits in the whole workspace. Null where the chat cannot read the thread. */
  #channelOf({ ref, thread }: Due): string | null {
    if (ref !== null) return WORKSPACE
    try {
      return this.#options.chat.channelOf(thread)
    } catch {
      return null
    }
  }

  async #send(due: Due): Promise<void> {
    const { knex, faults } = this.#options
    const { post: kept, wanted, first } = await contentsOf(knex, due.id)
    const post = turning(kept)
    try {
      faults('before send')
      const ref = due.ref === null ? await this.#post(due, post, first) : await this.#edit(due, due.ref, post)
      faults('after send')
      await setShown(knex, due.id, wanted, ref)
      faults('after shown')
    } catch (error) {
      if (!(error instanceof SendTrouble)) throw error
      await this.#troubled(due, error.trouble)
    }
  }

  /** A message that may be there already, after a crash or a lost answer, is looked for before it is sent again. */
  async #post(due: Due, post: Post, first: string | null): Promise<string> {
    const { knex, chat } = this.#options
    const { id, thread, nonce: old } = due
    this.#posts.took(chat.channelOf(thread))
    if (old !== null) {
      const found = await this.#ask(due, () => chat.find(thread, old, first))
      if (found !== null) return this.#edit(due, found, post)
    }
    const nonce = old ?? randomBytes(9).toString('base64url')
    if (old === null) await setNonce(knex, id, nonce)
    return this.#ask(due, () => chat.post(thread, post, nonce, first))
  }

  async #edit(due: Due, ref: string, post: Post): Promise<string> {
    this.#edits.took(WORKSPACE)
    await this.#ask(due, () => this.#options.chat.edit(ref, post))
    return ref
  }

  /** What the chat's adapter did not expect befalls this message alone, and is told the first time. Throws SendTrouble. */
  async #ask<T>({ attempts, key }: Due, call: () => Promise<T>): Promise<T> {
    const { chat, onTrouble } = this.#options
    try {
      return await call()
    } catch (error) {
      if (error instanceof SendTrouble) throw error
      if (attempts === 0) onTrouble(new Error(`${chat.name}: ${key} could not be sent yet: ${error}`, { cause: error }))
      throw new SendTrouble({ tag: 'uncertain', reason: error instanceof Error ? error.name : 'unknown' })
    }
  }

  async #troubled({ id, ref, attempts, key }: Due, trouble: Trouble): Promise<void> {
    const { knex, chat, onTrouble } = this.#options
    switch (trouble.tag) {
      case 'limited': {
        const pace = ref === null ? this.#posts : this.#edits
        pace.rest(trouble.after)
        await setBack(knex, id, trouble.after, 'limited', { counts: false })
        return
      }
      case 'uncertain':
      case 'passing':
        if (attempts + 1 < ATTEMPTS) {
          await setBack(knex, id, Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** attempts), trouble.reason, {
            counts: true,
          })
          return
        }
        break
      case 'gone':
        break
      default:
        trouble satisfies never
    }
    await setLost(knex, id, trouble.reason)
    onTrouble(new Error(`${chat.name}: ${key} could not be sent: ${trouble.reason}`))
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const over = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', over)
      resolve()
    }
    const timer = setTimeout(over, milliseconds)
    signal.addEventListener('abort', over)
  })
}
