// A fake Discord on this machine for the real discord.js: its HTTP API and its gateway, with its limits, its errors and its
// faults. It keeps all that was asked of it, and `wrong` holds what the real one would not have taken.
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Gateway, INTENT } from './gateway.ts'
import { type Mishap, type Seen, serve } from './http.ts'
import { Interaction, KIND } from './interaction.ts'
import { Rates } from './rates.ts'
import { ROUTES } from './routes.ts'
import { prepare } from './schema.ts'
import { type FakeChannel, type FakeMessage, type FakeUser, memberShown, snowflake, userShown, World } from './world.ts'
import { mentioned, type Upload, write } from './writing.ts'

// The application's flag for the content of messages, as a bot in fewer than a hundred guilds has it.
const MESSAGE_CONTENT_LIMITED = 1 << 19

export class FakeDiscord {
  readonly world = new World()
  readonly seen: Seen[] = []
  readonly wrong: string[] = []
  readonly interactions: Interaction[] = []
  readonly commands = new Map<string, object[]>()
  readonly mishaps: Mishap[] = []
  readonly rates = new Rates(() => this.now())
  token = `${Buffer.from(this.world.appId).toString('base64url')}.fake.token`
  grantsContent = true
  /** Added to the clock: interactions expire by it. */
  ahead = 0
  readonly #server: Server
  readonly gateway: Gateway
  readonly #waiting = new Set<() => void>()

  private constructor() {
    this.#server = createServer((request, response) => void serve(this, request, response))
    this.gateway = new Gateway(this.#server, {
      token: () => this.token,
      refusal: (intents) => ((intents & INTENT.messageContent) !== 0 && !this.grantsContent ? 4014 : null),
      url: () => this.#gatewayUrl(),
      ready: (session_id, resume_gateway_url) => ({
        ...{
          v: 10,
          session_id,
          resume_gateway_url,
          shard: [0, 1],
          user: { ...userShown(this.world.bot), mfa_enabled: true, verified: true, email: null },
        },
        ...{
          guilds: [{ id: this.world.guildId, unavailable: true }],
          application: { id: this.world.appId, flags: this.#flags() },
        },
      }),
      greet: () => [{ t: 'GUILD_CREATE', d: this.world.guildShown(), intents: INTENT.guilds }],
    })
  }

  static async start(): Promise<FakeDiscord> {
    for (const { method, path } of ROUTES) prepare(method, path)
    const discord = new FakeDiscord()
    discord.#server.listen(0, '127.0.0.1')
    await once(discord.#server, 'listening')
    return discord
  }

  async stop(): Promise<void> {
    await this.gateway.stop()
    this.#server.closeAllConnections()
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
  }

  /** For DISCORD_API_URL. */
  get url(): string {
    return `${this.base}/api`
  }

  get base(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  now(): number {
    return Date.now() + this.ahead
  }

  /** Until something is so; looked at after each request, and each change of the gateway's connections. */
  async until(isSo: () => boolean): Promise<void> {
    while (!isSo())
      await Promise.race([new Promise<void>((resolve) => this.#waiting.add(resolve)), this.gateway.until(isSo)])
  }

  /** What people do. */

  type(by: FakeUser, channel: FakeChannel, content: string, uploads: readonly Upload[] = []): FakeMessage {
    const message = this.typeUnheard(by, channel, content, uploads)
    this.show(message, 'MESSAGE_CREATE')
    return message
  }

  /** As if the event were lost: it is only in the history. */
  typeUnheard(by: FakeUser, channel: FakeChannel, content: string, uploads: readonly Upload[] = []): FakeMessage {
    return write({ world: this.world, base: this.base, channel, by, written: { content }, uploads })
  }

  edit(message: FakeMessage, content: string): void {
    message.shown.content = content
    message.shown.mentions = mentioned(this.world, content)
    message.shown.edited_timestamp = new Date().toISOString()
    message.contents.push(content)
    this.show(message, 'MESSAGE_UPDATE')
  }

  /** `/clusto <text>`; null for no text at all. */
  slash(by: FakeUser, channel: FakeChannel, text: string | null): Interaction {
    const options = text === null ? [] : [{ name: this.#option(), type: 3, value: text }]
    return this.#interact(KIND.command, by, channel, null, { ...this.#command(), options })
  }

  /** What is typed so far behind `/clusto`. */
  complete(by: FakeUser, channel: FakeChannel, text: string): Interaction {
    const options = [{ name: this.#option(), type: 3, value: text, focused: true }]
    return this.#interact(KIND.complete, by, channel, null, { ...this.#command(), options })
  }

  press(by: FakeUser, message: FakeMessage, label: string): Interaction {
    const button = message.shown.components.flatMap(({ components }) => components).find((one) => one.label === label)
    if (!button) throw new Error(`no button ${label} on ${JSON.stringify(message.shown.components)}`)
    return this.pressId(by, message, button.custom_id ?? '')
  }

  pressId(by: FakeUser, message: FakeMessage, custom_id: string): Interaction {
    const channel = this.world.channels.get(message.shown.channel_id)
    if (!channel) throw new Error('no such channel')
    return this.#interact(KIND.press, by, channel, message, { custom_id, component_type: 2 })
  }

  /** Sends the form that a press opened. */
  submit(opened: Interaction, value: string): Interaction {
    if (!opened.modal) throw new Error('no form is open')
    const components = opened.modal.components.map((row) => ({
      type: 1,
      components: row.components.map(({ custom_id }) => ({ type: 4, custom_id, value })),
    }))
    return this.#interact(KIND.submit, opened.user, opened.channel, opened.on, {
      custom_id: opened.modal.custom_id,
      components,
    })
  }

  /** Sends the event of a message, again where it was sent before. */
  show({ shown, onlyFor }: FakeMessage, t: 'MESSAGE_CREATE' | 'MESSAGE_UPDATE'): void {
    if (onlyFor !== null) return
    const channel = this.world.channels.get(shown.channel_id)
    if (!channel || channel.forbidden.has('view')) return
    const user = this.world.users.get((shown.author as { id: string }).id)
    const isDm = channel.recipient !== null
    const { nonce: _, ...rest } = shown
    const d = {
      ...(user?.id === this.world.bot.id ? shown : rest),
      channel_type: channel.type,
      ...(isDm ? {} : { guild_id: this.world.guildId, ...(user ? { member: memberShown(user) } : {}) }),
    }
    const isForUs = isDm || shown.mentions.some((one) => (one as { id: string }).id === this.world.bot.id)
    const without =
      isForUs || user?.id === this.world.bot.id ? d : { ...d, content: '', components: [], attachments: [] }
    this.gateway.dispatch({ t, d, without, intents: isDm ? INTENT.directMessages : INTENT.guildMessages })
  }

  told(t: string, d: object): void {
    this.gateway.dispatch({ t, d, intents: INTENT.guilds })
  }

  /** What a channel shows to everybody. */
  texts(channel: string): string[] {
    const found = this.world.channels.get(channel)
    return (found?.messages ?? [])
      .filter(({ onlyFor, isDeleted }) => onlyFor === null && !isDeleted)
      .map(({ shown }) => shown.content)
  }

  /** What the bot said there. */
  said(channel: string): string[] {
    const messages = this.world.channels.get(channel)?.messages ?? []
    return messages
      .filter((one) => this.#isOurs(one) && one.onlyFor === null && !one.isDeleted)
      .map(({ shown }) => shown.content)
  }

  #isOurs({ shown }: FakeMessage): boolean {
    return (shown.author as { id: string }).id === this.world.bot.id
  }

  #option(): string {
    const [kept] = [...this.commands.values()].flat() as { options?: { name: string }[] }[]
    return kept?.options?.[0]?.name ?? 'command'
  }

  #command() {
    const [guild, kept] = [...this.commands.entries()].find(([, all]) => all.length > 0) ?? []
    const id = (kept?.[0] as { id: string } | undefined)?.id ?? snowflake()
    return { id, name: 'clusto', type: 1, ...(guild ? { guild_id: guild } : {}) }
  }

  #interact(kind: number, by: FakeUser, channel: FakeChannel, on: FakeMessage | null, data: object): Interaction {
    const interaction = new Interaction(kind, channel, by, this.now(), on)
    this.interactions.push(interaction)
    const isDm = channel.recipient !== null
    const who = isDm
      ? { user: userShown(by) }
      : { member: { ...memberShown(by), user: userShown(by), permissions: '0' }, guild_id: this.world.guildId }
    const d = {
      ...{
        id: interaction.id,
        application_id: this.world.appId,
        type: kind,
        data,
        token: interaction.token,
        version: 1,
      },
      ...{ channel_id: channel.id, channel: this.world.channelShown(channel), context: isDm ? 1 : 0, locale: 'en-US' },
      ...{ entitlements: [], attachment_size_limit: 10_485_760, app_permissions: '562949953601536' },
      ...{ authorizing_integration_owners: { 0: isDm ? '0' : this.world.guildId } },
      ...who,
      ...(on ? { message: on.shown } : {}),
    }
    this.gateway.dispatch({ t: 'INTERACTION_CREATE', d, intents: 0 })
    return interaction
  }

  /** What the routes show. */

  gatewayShown() {
    const session_start_limit = { total: 1000, remaining: 999, reset_after: 0, max_concurrency: 16 }
    return { url: this.#gatewayUrl(), shards: 1, session_start_limit }
  }

  applicationShown() {
    return {
      ...{
        id: this.world.appId,
        name: 'clusto',
        icon: null,
        description: '',
        type: null,
        verify_key: '0'.repeat(64),
        flags: this.#flags(),
      },
      ...{
        flags_new: `${this.#flags()}`,
        redirect_uris: [],
        interactions_endpoint_url: null,
        role_connections_verification_url: null,
      },
      ...{
        owner: userShown(this.world.bot),
        approximate_guild_count: 1,
        approximate_user_install_count: 0,
        team: null,
      },
      ...{
        approximate_user_authorization_count: 0,
        explicit_content_filter: 0,
        eligible_oauth2_scopes: [],
        bot: userShown(this.world.bot),
      },
      ...{ bot_public: false, bot_require_code_grant: false },
    }
  }

  commandShown({ name, description = '', ...rest }: { name: string; description?: string }, guild: string | undefined) {
    const common = {
      id: snowflake(),
      application_id: this.world.appId,
      version: snowflake(),
      default_member_permissions: null,
    }
    return { type: 1, nsfw: false, ...common, ...rest, name, description, ...(guild ? { guild_id: guild } : {}) }
  }

  #flags(): number {
    return this.grantsContent ? MESSAGE_CONTENT_LIMITED : 0
  }

  #gatewayUrl(): string {
    return `${this.base.replace('http', 'ws')}/gateway`
  }

  /** A request was answered: whoever waits looks again. */
  changed(): void {
    for (const resolve of this.#waiting) resolve()
    this.#waiting.clear()
  }
}
