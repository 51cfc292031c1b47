// Slack, as the bot sees it: what comes is made data and handed to the front, what is to be said is drawn and sent.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Check } from '../../commands/check.ts'
import type { Adapter, Front } from '../adapter.ts'
import type { SlackSetting } from '../config.ts'
import type { Attached } from '../inbox/incoming.ts'
import type { Post } from '../outbox/post.ts'
import { slackMessage } from './blocks.ts'
import { CatchUp } from './catch-up.ts'
import { Channels } from './channels.ts'
import { checkSlack, missingScopes } from './check.ts'
import { download, isSlacks } from './download.ts'
import type { Ear, EarOptions } from './ear.ts'
import { type Heard, heardIn, type Self } from './events.ts'
import { formView } from './form.ts'
import { readGroup, readGroups } from './groups.ts'
import { HttpEar } from './http-ear.ts'
import { LIMITS } from './limits.ts'
import { LEAST } from './needs.ts'
import { text } from './payload.ts'
import { addScopes, chatRefused, scopesRefused } from './refused.ts'
import { Responses } from './responses.ts'
import { SocketEar } from './socket-ear.ts'
import { readThread, threadOfOwn } from './thread.ts'
import { isDismissal, refusalOf, restOf, sendTrouble } from './trouble.ts'
import { Uploads } from './uploads.ts'
import { Voice } from './voice.ts'
import { type Web, webOf } from './web.ts'

const CHAT = 'slack'
// In milliseconds.
const AGAIN = 5000
const MARK_EVERY = 10_000
const OVERLAP = 30_000
const MOST_BACK = 24 * 3600_000
/** Whoever types during so short a gap does not notice it. */
const SHORT_GAP = 30_000
/** So long Slack may take to bring again what it could not deliver, before the histories are read. */
const SETTLE = 10_000
const KNOWN_EVERY = 60_000

/** What there is once Slack knows us. */
interface Live {
  readonly front: Front
  readonly self: Self
  readonly voice: Voice
  readonly ear: Ear
}

export class SlackAdapter implements Adapter {
  readonly name = CHAT
  readonly limits = LIMITS
  readonly #setting: SlackSetting
  readonly #web: Web
  readonly #responses: Responses
  readonly #stop = new AbortController()
  readonly #background = new Set<Promise<void>>()
  #live: Live | null = null
  #isDismissed = false
  /** Until the histories are read, what was heard last stays where it is: the next start reads them again. */
  #isCaughtUp = false

  constructor(setting: SlackSetting) {
    this.#setting = setting
    this.#web = webOf(setting.botToken, setting.apiUrl)
    this.#responses = new Responses((url) => isSlacks(url, setting.apiUrl))
  }

  async start(front: Front): Promise<void> {
    const self = await this.#introduce(front)
    const { client, uploader } = this.#web
    const uploads = new Uploads(uploader, (id) => front.file(id))
    const voice = new Voice({ client, self, channels: new Channels(client), uploads, responses: this.#responses })
    const ear = this.#earFor({
      take: (body) => this.#take(body, front, self),
      onBack: (gap) => this.#inBackground(() => this.#afterGap(gap)),
      onTrouble: (error) => this.#troubled(error),
    })
    this.#live = { front, self, voice, ear }
    const from = await front.heardUntil(CHAT)
    await ear.start()
    this.#inBackground(() => this.#catchUp(from, true))
    this.#inBackground(() => this.#readGroups(null))
    this.#inBackground(() => this.#keepMark())
    this.#inBackground(() => this.#keepKnown())
  }

  #earFor(options: EarOptions): Ear {
    const { mode, apiUrl } = this.#setting
    switch (mode.tag) {
      case 'socket':
        return new SocketEar({ ...options, appToken: mode.appToken, apiUrl })
      case 'http':
        return new HttpEar({ ...options, signingSecret: mode.signingSecret, port: mode.port })
      default:
        return mode satisfies never
    }
  }

  /** Who we are; tried again while Slack cannot be asked. Throws BotError `chat-refused`. */
  async #introduce(front: Front): Promise<Self> {
    for (let isTold = false; ; isTold = true) {
      this.#stop.signal.throwIfAborted()
      try {
        const who: unknown = await this.#web.client.auth.test()
        const missing = missingScopes(who)
        if (missing.includes(LEAST)) throw scopesRefused(missing)
        if (missing.length > 0) front.trouble(CHAT, new Error(`Slack: ${addScopes(missing)}`))
        const user = text(who, 'user_id')
        if (user !== null) return { user, bot: text(who, 'bot_id') }
        throw new Error('Slack does not say who the bot is')
      } catch (error) {
        if (isDismissal(error)) throw chatRefused(error, 'SLACK_BOT_TOKEN')
        if (!(error instanceof Error) || error.name === 'BotError') throw error
        if (!isTold) front.trouble(CHAT, error)
        await pause(restOf(error) ?? AGAIN, this.#stop.signal)
      }
    }
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#live?.ear.stop()
    await Promise.allSettled(this.#background)
  }

  isHearing(): boolean {
    return !this.#isDismissed && this.#live?.ear.isHearing() === true
  }

  speaks(): boolean {
    return !this.#isDismissed && this.#live !== null
  }

  async check(): Promise<readonly Check[]> {
    return checkSlack(this.#web.client, this.isHearing())
  }

  async download(file: Attached): Promise<Uint8Array> {
    return download(this.#web.client, this.#setting, file)
  }

  channelOf(thread: string): string {
    return readThread(thread).channel
  }

  threadIn(channel: string): string {
    return threadOfOwn(channel.replace(/^#/, ''))
  }

  async post(thread: string, post: Post, nonce: string, first: string | null): Promise<string> {
    return this.#speaking(({ voice }) => voice.post(thread, post, nonce, first))
  }

  async edit(ref: string, post: Post): Promise<void> {
    return this.#speaking(({ voice }) => voice.edit(ref, post))
  }

  async find(thread: string, nonce: string, first: string | null): Promise<string | null> {
    return this.#speaking(({ voice }) => voice.find(thread, nonce, first))
  }

  async #speaking<T>(say: (live: Live) => Promise<T>): Promise<T> {
    if (this.#live === null) throw sendTrouble(new Error('Slack does not know the bot yet'))
    try {
      return await say(this.#live)
    } catch (error) {
      if (error instanceof Error && isDismissal(error.cause)) this.#dismissed(error.cause)
      throw error
    }
  }

  /** Stored when it answers: then it is acknowledged. */
  async #take(body: unknown, front: Front, self: Self): Promise<void> {
    const heard = heardIn(body, self, new Date())
    switch (heard.tag) {
      case 'incoming':
        if (heard.response !== null) this.#responses.keep(heard.response)
        return front.take(heard.incoming)
      case 'press':
        return this.#pressed(heard, front)
      case 'home':
        return this.#inBackground(() => this.#showHome(heard.user, front))
      case 'group':
        return this.#inBackground(() => this.#readGroups(heard.id))
      case 'dismissed':
        return this.#inBackground(() => this.#lookKnown())
      case 'nothing':
        return
      default:
        heard satisfies never
    }
  }

  /** A form is opened and nothing else: what stands in it is the press. */
  async #pressed({ incoming, trigger }: Extract<Heard, { tag: 'press' }>, front: Front): Promise<void> {
    const form = trigger === null ? null : await front.formOf(incoming.button, incoming.author)
    if (form === null || trigger === null) return front.take(incoming)
    this.#inBackground(async () => {
      await this.#web.client.views.open({ trigger_id: trigger, view: formView(form, incoming) })
    })
  }

  async #showHome(user: string, front: Front): Promise<void> {
    const post = await front.home(`slack:${user}`)
    const { blocks } = slackMessage(post, [])
    await this.#web.client.views.publish({ user_id: user, view: { type: 'home', blocks } })
  }

  async #readGroups(id: string | null): Promise<void> {
    const { client } = this.#web
    const setMembers: Front['setMembers'] = (group, identities) =>
      this.#live === null ? Promise.resolve() : this.#live.front.setMembers(group, identities)
    try {
      await (id === null ? readGroups(client, setMembers) : readGroup(client, id, setMembers))
    } catch (error) {
      // Not every workspace has groups, nor every bot the scope: `doctor` tells of that.
      if (refusalOf(error) === null || isDismissal(error)) throw error
    }
  }

  async #afterGap(gap: number): Promise<void> {
    if (this.#live === null) return
    await pause(SETTLE, this.#stop.signal)
    await this.#catchUp(await this.#live.front.heardUntil(CHAT), gap > SHORT_GAP)
  }

  async #catchUp(heardUntil: Date | null, isAway: boolean): Promise<void> {
    if (this.#live === null) return
    const { front, self } = this.#live
    const { client } = this.#web
    this.#isCaughtUp = heardUntil === null
    const catchUp = new CatchUp({ client, self, take: (incoming) => front.take(incoming), pause })
    for (let isTold = false; !this.#isCaughtUp && !this.#stop.signal.aborted; isTold = true) {
      const from = new Date(Math.max((heardUntil ?? new Date()).getTime() - OVERLAP, Date.now() - MOST_BACK))
      try {
        await catchUp.since(from, isAway, this.#stop.signal)
        this.#isCaughtUp = true
      } catch (error) {
        if (!isTold) this.#troubled(error)
        await pause(SHORT_GAP, this.#stop.signal)
      }
    }
  }

  async #keepMark(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      if (this.#live && this.#isCaughtUp && this.isHearing()) await this.#live.front.setHeardUntil(CHAT, new Date())
      await pause(MARK_EVERY, this.#stop.signal)
    }
  }

  async #keepKnown(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      await pause(KNOWN_EVERY, this.#stop.signal)
      await this.#lookKnown()
    }
  }

  async #lookKnown(): Promise<void> {
    try {
      await this.#web.client.auth.test()
      this.#isDismissed = false
    } catch (error) {
      if (isDismissal(error)) this.#dismissed(error)
    }
  }

  /** Told once; whether the token is good again is looked at from time to time. */
  #dismissed(error: unknown): void {
    if (!this.#isDismissed) this.#live?.front.trouble(CHAT, chatRefused(error, 'SLACK_BOT_TOKEN'))
    this.#isDismissed = true
  }

  #troubled(error: unknown): void {
    if (!this.#stop.signal.aborted) this.#live?.front.trouble(CHAT, error)
  }

  #inBackground(work: () => Promise<void>): void {
    const done = work().catch((error: unknown) => this.#troubled(error))
    this.#background.add(done)
    void done.finally(() => this.#background.delete(done))
  }
}

const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  sleep(milliseconds, undefined, { signal }).catch(() => undefined)
