// Slash commands and presses that Discord waits to have answered: within three seconds, once, and by a token that this
// process alone has, in memory, for 15 minutes. What comes later goes the way of every other message.
import {
  type APIMessage,
  DiscordAPIError,
  type REST,
  type RESTPostAPIInteractionCallbackWithResponseResult,
} from 'discord.js'
import type { Times } from './limits.ts'
import type { Outgoing } from './outgoing.ts'
import { refText } from './place.ts'
import { CODE, codeOf, isCode, sendTrouble } from './trouble.ts'

// Discord's numbers for what an interaction is answered with.
const CALLBACK = { message: 4, deferred: 5, seen: 6 } as const
const PRIVATE = 64
const LOADING = 128

export interface Asked {
  readonly id: string
  readonly token: string
  /** A slash command has an answer of its own; a press is only seen. */
  readonly kind: 'slash' | 'press'
}

type State =
  /** Nothing is answered yet. */
  | 'fresh'
  /** Discord shows that we think. */
  | 'deferred'
  /** An answer was sent, and nobody knows whether it came. */
  | 'unsure'
  /** It is answered, or was only to be seen: what follows is said beside it. */
  | 'answered'

interface Open extends Asked {
  readonly at: number
  state: State
  timer: NodeJS.Timeout | null
  /** The acknowledgement that is under way. */
  acknowledging: Promise<void>
  /** Of the post that was its answer. */
  nonce: string | null
}

interface Options {
  readonly rest: REST
  readonly appId: string
  readonly times: Times
  readonly onTrouble: (error: unknown) => void
}

export class Interactions {
  readonly #options: Options
  readonly #open = new Map<string, Open>()

  constructor(options: Options) {
    this.#options = options
  }

  /** Before it is stored: its answer may be quicker than this process. */
  add(asked: Asked): void {
    const oldest = Date.now() - this.#options.times.token
    for (const [id, { at }] of this.#open) if (at < oldest) this.#open.delete(id)
    const more = { at: Date.now(), state: 'fresh', timer: null, acknowledging: Promise.resolve(), nonce: null } as const
    this.#open.set(asked.id, { ...asked, ...more })
  }

  /** It is stored: a press is acknowledged at once, a slash command when no answer comes soon. */
  taken(id: string): void {
    const open = this.#open.get(id)
    if (open?.state !== 'fresh' || open.timer !== null) return
    if (open.kind === 'press') {
      this.#see(open)
      return
    }
    const wait = Math.max(0, open.at + this.#options.times.direct - Date.now())
    open.timer = setTimeout(() => {
      open.acknowledging = this.#acknowledge(open, CALLBACK.deferred, 'deferred')
    }, wait)
  }

  /** It could not be stored, and is not acknowledged. */
  drop(id: string): void {
    this.#open.delete(id)
  }

  async stop(): Promise<void> {
    for (const open of this.#open.values()) {
      if (open.timer === null) continue
      clearTimeout(open.timer)
      // Another process answers in the channel; until then Discord shows that somebody thinks.
      if (open.state === 'fresh') open.acknowledging = this.#acknowledge(open, CALLBACK.deferred, 'deferred')
    }
    await Promise.all([...this.#open.values()].map(({ acknowledging }) => acknowledging))
  }

  /** Whether it can still be answered. */
  has(id: string): boolean {
    const open = this.#open.get(id)
    return open !== undefined && Date.now() - open.at < this.#options.times.token
  }

  /**
   * Says it as the answer; null where it is to be said as any other message. Throws SendTrouble.
   */
  async answer(id: string, { body, files }: Outgoing, isPrivate: boolean, nonce: string): Promise<string | null> {
    const open = this.#open.get(id)
    if (!open) return null
    if (open.timer) clearTimeout(open.timer)
    open.timer = null
    // The answer to a press is said beside it, and may be quicker than its acknowledgement.
    if (open.kind === 'press' && open.state === 'fresh') this.#see(open)
    await open.acknowledging
    open.nonce ??= nonce
    try {
      return await this.#said(open, { body, files, isPrivate, nonce })
    } catch (error) {
      // Too late, or answered by somebody else: the token is of no use.
      if (isCode(error, CODE.unknownInteraction, CODE.alreadyAnswered, CODE.unknownWebhook, CODE.badToken)) {
        this.#open.delete(id)
        return null
      }
      throw sendTrouble(error)
    }
  }

  /** The reference of an answer whose coming nobody was sure of. */
  async find(nonce: string): Promise<string | null> {
    const open = [...this.#open.values()].find((one) => one.nonce === nonce && one.state === 'unsure')
    if (!open) return null
    const original = await this.#original(open)
    open.state = original === null ? 'fresh' : (original.flags ?? 0) & LOADING ? 'deferred' : 'answered'
    return open.state === 'answered' && original ? shownRef(original) : null
  }

  async #said(open: Open, sent: Sent): Promise<string | null> {
    switch (open.state) {
      case 'fresh':
        return this.#direct(open, sent)
      case 'deferred':
        return sent.isPrivate ? this.#inPrivate(open, sent, true) : this.#instead(open, sent)
      case 'unsure':
        return (await this.find(sent.nonce)) ?? this.#said(open, sent)
      case 'answered':
        return sent.isPrivate ? this.#inPrivate(open, sent, false) : null
      default:
        return open.state satisfies never
    }
  }

  async #direct(open: Open, sent: Sent): Promise<string | null> {
    // From here on nobody else acknowledges it.
    open.state = 'unsure'
    try {
      // Files take longer than Discord waits: they follow.
      if (sent.files.length > 0) {
        await this.#callback(open, CALLBACK.deferred, sent.isPrivate ? { flags: PRIVATE } : undefined)
        open.state = 'deferred'
        return await this.#instead(open, sent)
      }
      const { resource } = (await this.#callback(open, CALLBACK.message, flagged(sent))) ?? {}
      const message = resource?.message ?? (await this.#original(open))
      open.state = 'answered'
      return message === null ? nameless(open) : shownRef(message, sent.isPrivate)
    } catch (error) {
      if (open.state === 'unsure' && sendTrouble(error).trouble.tag !== 'uncertain') {
        open.state = 'fresh'
        this.taken(open.id)
      }
      throw error
    }
  }

  /** In the place of what shows that we think. */
  async #instead(open: Open, { body, files }: Sent): Promise<string | null> {
    try {
      const message = (await this.#options.rest.patch(`${this.#webhook(open)}/messages/@original`, {
        ...{ body, files, auth: false },
      })) as APIMessage
      open.state = 'answered'
      return shownRef(message)
    } catch (error) {
      if (!isCode(error, CODE.unknownMessage)) throw error
      // Whoever asked has taken it away.
      open.state = 'answered'
      return null
    }
  }

  async #inPrivate(open: Open, sent: Sent, isDeferred: boolean): Promise<string> {
    const { rest } = this.#options
    // What follows a deferral would take its place, and be seen by everybody.
    if (isDeferred)
      await rest.delete(`${this.#webhook(open)}/messages/@original`, { auth: false }).catch((error: unknown) => {
        if (!isCode(error, CODE.unknownMessage)) throw error
      })
    open.state = 'answered'
    const message = (await rest.post(this.#webhook(open), {
      body: flagged(sent),
      files: sent.files,
      auth: false,
    })) as APIMessage
    return shownRef(message, true)
  }

  /** Null where there is none. */
  async #original(open: Open): Promise<APIMessage | null> {
    try {
      return (await this.#options.rest.get(`${this.#webhook(open)}/messages/@original`, { auth: false })) as APIMessage
    } catch (error) {
      if (error instanceof DiscordAPIError && error.status === 404) return null
      throw sendTrouble(error)
    }
  }

  #see(open: Open): void {
    open.acknowledging = this.#acknowledge(open, CALLBACK.seen, 'answered')
  }

  async #acknowledge(open: Open, type: number, state: State): Promise<void> {
    open.timer = null
    try {
      await this.#callback(open, type)
      open.state = state
    } catch (error) {
      if (isCode(error, CODE.alreadyAnswered)) {
        open.state = state
        return
      }
      // Discord may show that we think.
      if (open.kind === 'slash' && sendTrouble(error).trouble.tag === 'uncertain') {
        open.state = 'unsure'
        return
      }
      // Whatever it was, the answer is said in the channel.
      this.#open.delete(open.id)
      if (codeOf(error) !== CODE.unknownInteraction) this.#options.onTrouble(error)
    }
  }

  async #callback(
    { id, token }: Asked,
    type: number,
    data?: object,
  ): Promise<RESTPostAPIInteractionCallbackWithResponseResult | null> {
    const answer = await this.#options.rest.post(`/interactions/${id}/${token}/callback`, {
      ...{
        body: { type, ...(data ? { data } : {}) },
        auth: false,
        query: new URLSearchParams({ with_response: 'true' }),
      },
    })
    return typeof answer === 'object' && answer !== null && 'interaction' in answer
      ? (answer as RESTPostAPIInteractionCallbackWithResponseResult)
      : null
  }

  #webhook({ token }: Asked): `/webhooks/${string}` {
    return `/webhooks/${this.#options.appId}/${token}`
  }
}

interface Sent extends Outgoing {
  readonly isPrivate: boolean
  readonly nonce: string
}

const flagged = ({ body, isPrivate }: Sent): object => ({ ...body, ...(isPrivate ? { flags: PRIVATE } : {}) })

/** It is there, and taken away already, or nobody says what it is called: it cannot be edited. */
const nameless = ({ id }: Open): string => refText({ channel: '0', message: id, isPrivate: true })

function shownRef({ id, channel_id, flags }: APIMessage, isPrivate = false): string {
  return refText({ channel: channel_id, message: id, isPrivate: isPrivate || ((flags ?? 0) & PRIVATE) !== 0 })
}
