// The connection through which events come. One process has it at a time: Discord would tell each of several everything, and
// only the one that heard an interaction can answer it. The others stand by, and take over when it falls silent.
import { setTimeout as pause } from 'node:timers/promises'
import {
  Client,
  Events,
  GatewayIntentBits,
  type GatewayReadyDispatchData,
  Partials,
  type REST,
  SimpleShardingStrategy,
} from 'discord.js'
import type { Front } from '../adapter.ts'
import type { DiscordSetting } from '../config.ts'
import { CHAT } from './events.ts'
import type { Times } from './limits.ts'
import { restOptions } from './rest.ts'
import { closeRefusal, refusalOf } from './trouble.ts'

const ROLE = 'discord gateway'
// In milliseconds.
const TO_CLOSE = 1000

/** Of the library's connections; its class is hidden behind another of the same name. */
type SocketManager = ConstructorParameters<typeof SimpleShardingStrategy>[0]

export interface GatewayOptions {
  readonly setting: DiscordSetting
  readonly front: Front
  readonly times: Times
  readonly rest: REST
  /** Ends what is being asked. */
  readonly cut: AbortSignal
  /** Events, as Discord sends them. */
  readonly hear: (name: string, told: unknown) => void
  /** A session began of which nothing before is told. */
  readonly onSession: (ready: GatewayReadyDispatchData) => void
}

export class Gateway {
  readonly #options: GatewayOptions
  #client: Client | null = null
  #timer: NodeJS.Timeout | null = null
  #turn: Promise<void> = Promise.resolve()
  #isStopped = false
  #isConnected = false
  /** Another process has it. */
  #isStandingBy = false
  #leaseUntil = 0
  /** Not before, after a token was refused. */
  #notBefore = 0
  #isTold = false
  #heardAt = 0
  #firstTry: (error: Error | null) => void = () => undefined

  constructor(options: GatewayOptions) {
    this.#options = options
  }

  /** Throws BotError `chat-refused` where the first try is refused; ends when it went well, or takes longer than that. */
  async start(milliseconds: number): Promise<void> {
    const { times } = this.#options
    let timer: NodeJS.Timeout | undefined
    const tried = new Promise<Error | null>((resolve) => {
      this.#firstTry = resolve
      timer = setTimeout(() => resolve(null), milliseconds)
    })
    this.#timer = setInterval(() => this.#look(), times.renew)
    this.#look()
    const refused = await tried
    clearTimeout(timer)
    if (refused) throw refused
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    if (this.#timer) clearInterval(this.#timer)
    this.#firstTry(null)
    await this.#turn
    await this.#disconnect()
    if (this.isLeading()) await this.#options.front.release(ROLE).catch((error: unknown) => this.#trouble(error))
    this.#leaseUntil = 0
  }

  isLeading(): boolean {
    return performance.now() < this.#leaseUntil
  }

  isHearing(): boolean {
    return this.isLeading() ? this.#isConnected : this.#isStandingBy
  }

  /** When everything before had come; null while that is not so. */
  heardAt(): Date | null {
    if (!this.#isConnected || !this.isLeading()) return null
    const beat = this.#client?.ws.shards.first()?.lastPingTimestamp ?? 0
    return new Date(Math.max(beat, this.#heardAt))
  }

  #look(): void {
    this.#turn = this.#turn.then(() => this.#hold()).catch((error: unknown) => this.#trouble(error))
  }

  async #hold(): Promise<void> {
    if (this.#isStopped) return
    const { front, times } = this.#options
    const asked = performance.now()
    try {
      const isOurs = await front.hold(ROLE, times.lease / 1000)
      this.#leaseUntil = isOurs ? asked + times.lease : 0
      this.#isStandingBy = !isOurs
    } catch (error) {
      // Nobody can take it while nobody can be asked; but when it has run out, somebody may.
      this.#isStandingBy = false
      this.#trouble(error)
    }
    if (!this.isLeading()) {
      await this.#disconnect()
      this.#firstTry(null)
    } else if (this.#client === null && performance.now() >= this.#notBefore) this.#connect()
  }

  #connect(): void {
    const { setting, times, cut, hear, onSession } = this.#options
    const { Guilds, GuildMessages, DirectMessages, MessageContent } = GatewayIntentBits
    const client = new Client({
      intents: [Guilds, GuildMessages, DirectMessages, MessageContent],
      partials: [Partials.Channel],
      rest: restOptions(setting, times, cut),
      allowedMentions: { parse: [] },
      ws: { buildStrategy: (manager) => new SimpleShardingStrategy(guarded(manager, (error) => this.#trouble(error))) },
    })
    this.#client = client
    client.on(Events.Raw, ({ t, d }: { readonly t: string; readonly d: unknown }) => {
      if (client !== this.#client) return
      this.#heardAt = Date.now()
      if (t === 'READY' || t === 'RESUMED') this.#connected()
      if (t === 'READY') onSession(d as GatewayReadyDispatchData)
      hear(t, d)
    })
    client.on(Events.ShardReconnecting, () => this.#lost(client))
    client.on(Events.ShardDisconnect, ({ code }) =>
      this.#ended(client, closeRefusal(code) ?? new Error(`the gateway closed: ${code}`)),
    )
    client.on(Events.ShardError, (error) => this.#trouble(refusalOf(error) ?? error))
    client.on(Events.Error, (error) => this.#trouble(error))
    client.login(setting.token).catch((error: unknown) => this.#ended(client, refusalOf(error) ?? error))
  }

  #connected(): void {
    this.#isConnected = true
    this.#isTold = false
    this.#firstTry(null)
  }

  #lost(client: Client): void {
    if (client === this.#client) this.#isConnected = false
  }

  /** It does not connect again by itself. */
  #ended(client: Client, error: unknown): void {
    if (client !== this.#client) return
    const refusal = refusalOf(error) ?? (error instanceof Error && error.name === 'BotError' ? error : null)
    this.#notBefore = performance.now() + (refusal ? this.#options.times.refused : 0)
    if (refusal) this.#firstTry(refusal)
    this.#trouble(error)
    void this.#disconnect()
  }

  async #disconnect(): Promise<void> {
    const client = this.#client
    this.#client = null
    this.#isConnected = false
    if (!client) return
    const destroyed = client.destroy().catch((error: unknown) => this.#trouble(error))
    // A close that the other side does not confirm takes half a minute.
    await Promise.race([destroyed, pause(TO_CLOSE, undefined, { ref: false })])
  }

  #trouble(error: unknown): void {
    if (this.#isTold) return
    this.#isTold = true
    this.#options.front.trouble(CHAT, error)
  }
}

/**
 * What the library cannot digest would be a rejection that nobody handles, and end the process. Seen: a session that is
 * invalid right after it was resumed.
 */
function guarded(manager: SocketManager, onTrouble: (error: unknown) => void): SocketManager {
  const emit = manager.emit.bind(manager)
  manager.emit = (...told: Parameters<SocketManager['emit']>) => {
    try {
      return emit(...told)
    } catch (error) {
      onTrouble(error)
      return true
    }
  }
  return manager
}
