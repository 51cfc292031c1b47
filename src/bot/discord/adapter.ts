// Discord: what is typed and pressed there comes in, and what the outbox has to say goes out.
import { setTimeout as pause } from 'node:timers/promises'
import type { GatewayReadyDispatchData, REST } from 'discord.js'
import type { Check } from '../../commands/check.ts'
import type { Adapter, Front } from '../adapter.ts'
import type { DiscordSetting } from '../config.ts'
import type { Attached, Incoming } from '../inbox/incoming.ts'
import type { Limits } from '../outbox/chat.ts'
import type { Post } from '../outbox/post.ts'
import { catchUp } from './catch-up.ts'
import { checkDiscord } from './check.ts'
import { download } from './download.ts'
import { CHAT } from './events.ts'
import { Gateway } from './gateway.ts'
import { Groups } from './groups.ts'
import { Hearing } from './hearing.ts'
import { Interactions } from './interactions.ts'
import { keepCommands } from './keep-commands.ts'
import { LIMITS, TIMES, type Times } from './limits.ts'
import { placeOf, placeText, refOf } from './place.ts'
import { Places } from './places.ts'
import { restOf } from './rest.ts'
import { Sending } from './sending.ts'
import { refusalOf } from './trouble.ts'

// In milliseconds: what is being asked is given so long at the end.
const GRACE = 2000

export class DiscordAdapter implements Adapter {
  readonly name = CHAT
  readonly limits: Limits = LIMITS
  readonly #setting: DiscordSetting
  readonly #times: Times
  readonly #rest: REST
  readonly #places: Places
  readonly #stop = new AbortController()
  /** Ends every request. */
  readonly #cut = new AbortController()
  #ended: Promise<void> | null = null
  #parts: Parts | null = null
  #timer: NodeJS.Timeout | null = null
  /** Of the bot itself; an application's is the same as that of all but the oldest bots. */
  #self: string
  /** Guilds that Discord has still to tell of: before, nobody knows what to read. */
  #guilds: { readonly ids: Set<string>; readonly until: number } = { ids: new Set(), until: 0 }
  /** Something is to be read from the history before it may be said that everything was heard. */
  #isBehind = false
  #catching: Promise<void> = Promise.resolve()

  constructor(setting: DiscordSetting, times: Times = TIMES) {
    this.#setting = setting
    this.#times = times
    this.#rest = restOf(setting, times, this.#cut.signal)
    this.#places = new Places(this.#rest)
    this.#self = setting.appId
  }

  async start(front: Front): Promise<void> {
    const isKnown = await this.#isKnown(front)
    if (this.#stop.signal.aborted) return
    const parts = this.#assemble(front)
    this.#parts = parts
    this.#timer = setInterval(() => this.#note(), this.#times.heard)
    await parts.gateway.start(isKnown ? this.#times.start : 0)
  }

  stop(): Promise<void> {
    this.#ended ??= this.#end()
    return this.#ended
  }

  async #end(): Promise<void> {
    this.#stop.abort()
    const late = setTimeout(() => this.#cut.abort(), GRACE)
    await this.#settled()
    clearTimeout(late)
    this.#cut.abort()
  }

  async #settled(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer)
    const parts = this.#parts
    if (!parts) return
    const heardAt = this.#isBehind ? null : parts.gateway.heardAt()
    await parts.gateway.stop()
    await Promise.all([parts.hearing.settled(), parts.interactions.stop(), this.#catching])
    if (heardAt && !this.#isBehind) await parts.front.setHeardUntil(CHAT, heardAt).catch(parts.trouble)
  }

  isHearing(): boolean {
    return this.#parts?.gateway.isHearing() ?? false
  }

  /** Only the process that hears interactions can answer them. */
  speaks(): boolean {
    return this.#parts?.gateway.isLeading() ?? false
  }

  /** A thread is a channel of its own. */
  channelOf(thread: string): string {
    const place = placeOf(thread)
    if (place.tag === 'person') return place.user
    // Until it is opened, its channel's limit counts.
    return place.tag === 'thread' && this.#places.has(place.message) ? place.message : place.channel
  }

  threadIn(channel: string, of: string): string {
    // What is not written as a channel is somebody.
    if (/^\d+$/.test(channel)) return placeText({ tag: 'person', user: channel })
    return placeText({ tag: 'ours', channel: channel.replace(/^#/, ''), by: of })
  }

  /** A thread on a message has its id. */
  threadBelow(ref: string): string {
    const { channel, message } = refOf(ref)
    return placeText({ tag: 'thread', channel, message })
  }

  post(thread: string, post: Post, nonce: string, first: string | null): Promise<string> {
    return this.#running().sending.post(thread, post, nonce, first)
  }

  edit(ref: string, post: Post): Promise<void> {
    return this.#running().sending.edit(ref, post)
  }

  find(thread: string, nonce: string, first: string | null): Promise<string | null> {
    return this.#running().sending.find(thread, nonce, first)
  }

  check(signal: AbortSignal): Promise<readonly Check[]> {
    const isHearing = this.#parts?.gateway.isHearing() ?? null
    return checkDiscord(restOf(this.#setting, this.#times), this.#setting, isHearing, signal)
  }

  download(file: Attached): Promise<Uint8Array> {
    return download(this.#rest, this.#setting, file)
  }

  #running(): Parts {
    if (!this.#parts) throw new Error('Discord is not started')
    return this.#parts
  }

  /** Whether Discord knows us; false where it cannot be reached for long. Throws BotError `chat-refused`. */
  async #isKnown(front: Front): Promise<boolean> {
    const limit = performance.now() + this.#times.start
    for (let wait = 500; !this.#stop.signal.aborted; wait *= 2) {
      try {
        await this.#rest.get('/gateway/bot')
        return true
      } catch (error) {
        const refusal = refusalOf(error)
        if (refusal) throw refusal
        if (!this.#stop.signal.aborted) front.trouble(CHAT, error)
      }
      if (performance.now() + wait > limit) return false
      await pause(wait, null, { signal: this.#stop.signal }).catch(() => undefined)
    }
    return false
  }

  #assemble(front: Front): Parts {
    const [rest, places, times, setting] = [this.#rest, this.#places, this.#times, this.#setting]
    const self = () => this.#self
    const trouble = (error: unknown) => front.trouble(CHAT, error)
    const groups = new Groups(front, rest, setting.guildId)
    const interactions = new Interactions({ rest, appId: setting.appId, times, onTrouble: trouble })
    const sending = new Sending({ rest, places, interactions, self, file: (id) => front.file(id) })
    const onLost = () => {
      this.#isBehind = true
    }
    const hearing = new Hearing({ front, rest, times, places, interactions, groups, sending, self, onLost })
    const hear = (name: string, told: unknown) => {
      hearing.hear(name, told)
      if (name !== 'GUILD_CREATE') return
      const { id } = told as { readonly id: string }
      groups.joined(id)
      this.#told(id)
    }
    const onSession = (ready: GatewayReadyDispatchData) => this.#began(ready, groups)
    const gateway = new Gateway({ setting, front, times, rest, cut: this.#cut.signal, hear, onSession })
    return { front, hearing, interactions, sending, gateway, groups, trouble }
  }

  /** A session began: what came before it is read from the history, and the commands are put where they belong. */
  #began({ user, guilds }: GatewayReadyDispatchData, groups: Groups): void {
    this.#self = user.id
    groups.began(guilds.map(({ id }) => id))
    this.#places.missed()
    this.#guilds = { ids: new Set(guilds.map(({ id }) => id)), until: Date.now() + this.#times.guilds }
    this.#isBehind = true
    this.#rest.setToken(this.#setting.token)
    keepCommands(this.#rest, this.#setting).catch((error: unknown) =>
      this.#running().trouble(refusalOf(error) ?? error),
    )
    if (guilds.length === 0) this.#note()
  }

  #told(guild: string): void {
    const { ids } = this.#guilds
    if (ids.delete(guild) && ids.size === 0) this.#note()
  }

  /** Reads what was missed where something was, and writes down until when everything was heard. */
  #note(): void {
    const { trouble } = this.#running()
    this.#catching = this.#catching.then(() => this.#noted()).catch(trouble)
  }

  async #noted(): Promise<void> {
    const { front, gateway } = this.#running()
    const heardAt = gateway.heardAt()
    if (heardAt === null || this.#stop.signal.aborted) return
    if (this.#guilds.ids.size > 0 && Date.now() < this.#guilds.until) return
    if (this.#isBehind) {
      // What cannot be stored from now on is found by the next look.
      this.#isBehind = false
      await this.#caughtUp(front).catch((error: unknown) => {
        this.#isBehind = true
        throw error
      })
    }
    if (!this.#isBehind) await front.setHeardUntil(CHAT, heardAt)
  }

  async #caughtUp(front: Front): Promise<void> {
    const since = await front.heardUntil(CHAT)
    // It was never there: what was typed before is not for it.
    if (since === null) return
    // Discord lists no direct messages.
    for (const thread of await front.directs(CHAT)) {
      const place = placeOf(thread)
      if (place.tag === 'direct') this.#places.direct(place.channel)
    }
    const [rest, places, self, signal] = [this.#rest, this.#places, this.#self, this.#stop.signal]
    const { groups, sending } = this.#running()
    const take = (incoming: Incoming) => {
      sending.asked(incoming)
      return front.take(incoming)
    }
    const ask = (user: string) => groups.ask(user)
    await catchUp(since, { rest, places, self, signal, ask, take })
  }
}

interface Parts {
  readonly front: Front
  readonly hearing: Hearing
  readonly interactions: Interactions
  readonly sending: Sending
  readonly gateway: Gateway
  readonly groups: Groups
  readonly trouble: (error: unknown) => void
}
