// Sends what a chat is to be told: the most urgent first, never faster than the chat allows, each message once. One
// process at a time does it for a chat; another takes over when that one falls silent.
import { randomBytes } from 'node:crypto'
import type { Knex } from 'knex'
import { type Chat, SendTrouble, type Trouble } from './chat.ts'
import { type Due, dueIn, holdChat, leaveChat, setBack, setLost, setNonce, setShown } from './outbox.ts'
import { Pace } from './pace.ts'

export interface SenderOptions {
  readonly knex: Knex
  readonly chat: Chat
  /** What goes wrong in the background, and messages that could not be sent at all. */
  readonly onTrouble: (error: unknown) => void
  /** Milliseconds of a clock that does not jump. */
  readonly now?: () => number
  /** Waits; ends early with its signal. */
  readonly pause?: (milliseconds: number, signal: AbortSignal) => Promise<void>
}

// Seconds that a silent process keeps a chat.
const LEASE = 10
// Milliseconds between looks for something to send.
const LOOK = 250
const MOST = 50
const FIRST_WAIT = 500
const LONGEST_WAIT = 60_000
const ATTEMPTS = 12
const WORKSPACE = ''

export class Sender {
  readonly #options: Required<SenderOptions>
  readonly #name = `${process.pid} ${randomBytes(6).toString('hex')}`
  readonly #posts: Pace
  readonly #edits: Pace
  readonly #stop = new AbortController()
  #loop: Promise<void> | null = null

  constructor(options: SenderOptions) {
    this.#options = { now: () => performance.now(), pause, ...options }
    const { chat, now } = this.#options
    this.#posts = new Pace(chat.limits.posts, now)
    this.#edits = new Pace(chat.limits.edits, now)
  }

  start(): void {
    this.#loop ??= this.#run()
  }

  /** Ends after what is being sent. */
  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#loop
    await leaveChat(this.#options.knex, this.#options.chat.name, this.#name).catch(this.#options.onTrouble)
  }

  async #run(): Promise<void> {
    let isTold = false
    while (!this.#stop.signal.aborted) {
      let wait = LOOK
      try {
        wait = await this.turn()
        isTold = false
      } catch (error) {
        // The database is away: told once, tried again.
        if (!isTold) this.#options.onTrouble(error)
        isTold = true
      }
      if (wait > 0) await this.#options.pause(wait, this.#stop.signal)
    }
  }

  /** Sends one message if there is one that may go; answers with the milliseconds to wait before the next turn. */
  async turn(): Promise<number> {
    const { knex, chat } = this.#options
    if (!chat.speaks()) return LOOK
    if (!(await holdChat(knex, chat.name, this.#name, LEASE))) return LOOK * 4
    const due = await dueIn(knex, chat.name, MOST)
    const waits = due.map((one) => this.#waitFor(one))
    const next = due[waits.indexOf(0)]
    if (next) await this.#send(next)
    return next ? 0 : Math.min(LOOK, ...waits)
  }

  #waitFor({ ref, thread }: Due): number {
    return ref === null ? this.#posts.wait(this.#options.chat.channelOf(thread)) : this.#edits.wait(WORKSPACE)
  }

  async #send(due: Due): Promise<void> {
    const { knex, chat } = this.#options
    try {
      if (due.ref === null) {
        await setShown(knex, due, await this.#post(due))
      } else {
        this.#edits.took(WORKSPACE)
        await chat.edit(due.ref, due.post)
        await setShown(knex, due, due.ref)
      }
    } catch (error) {
      if (!(error instanceof SendTrouble)) throw error
      await this.#troubled(due, error.trouble)
    }
  }

  /** A message that may be there already, after a crash or a lost answer, is looked for before it is sent again. */
  async #post({ id, thread, post, nonce: old, first }: Due): Promise<string> {
    const { knex, chat } = this.#options
    if (old !== null) {
      const found = await chat.find(thread, old, first)
      if (found !== null) {
        this.#edits.took(WORKSPACE)
        await chat.edit(found, post)
        return found
      }
    }
    const nonce = old ?? randomBytes(9).toString('base64url')
    if (old === null) await setNonce(knex, id, nonce)
    this.#posts.took(chat.channelOf(thread))
    return chat.post(thread, post, nonce, first)
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
