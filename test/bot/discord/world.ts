// What is in the fake Discord: one guild, its channels, threads and members, direct messages, and all that was written.
// Objects are as Discord shows them, with what only the test sees beside them.

const EPOCH = 1_420_070_400_000n
let serial = 0n

/** A snowflake of a moment; later ones are greater. */
export function snowflake(at = Date.now()): string {
  serial = (serial + 1n) % 4_194_304n
  return String(((BigInt(at) - EPOCH) << 22n) + serial)
}

export const CHANNEL = { text: 0, dm: 1, announcement: 5, thread: 11 } as const

export interface FakeUser {
  readonly id: string
  readonly username: string
  readonly bot?: boolean
  roles: string[]
}

export interface FakeChannel {
  readonly id: string
  readonly type: number
  readonly name: string
  /** Of a thread: the channel that it is in. */
  readonly parent: string | null
  /** Of a direct message: with whom. */
  readonly recipient: FakeUser | null
  archived: boolean
  locked: boolean
  /** What the bot may not do there. */
  readonly forbidden: Set<'view' | 'send' | 'threads' | 'history'>
  isGone: boolean
  /** Somebody who takes no direct messages of the bot. */
  isClosed: boolean
  messages: FakeMessage[]
}

export interface Attachment {
  readonly id: string
  readonly filename: string
  readonly size: number
  readonly url: string
  readonly proxy_url: string
  readonly description?: string
}

/** A message as Discord shows it. */
export interface Shown {
  readonly id: string
  readonly channel_id: string
  readonly type: number
  readonly author: object
  readonly timestamp: string
  content: string
  mentions: object[]
  mention_roles: string[]
  mention_everyone: boolean
  attachments: Attachment[]
  embeds: object[]
  edited_timestamp: string | null
  flags: number
  components: ShownRow[]
  pinned: boolean
  tts: boolean
  nonce?: string
  webhook_id?: string
  interaction_metadata?: object
  message_reference?: object
}

export interface ShownRow {
  readonly type: number
  readonly components: readonly {
    readonly type: number
    readonly custom_id?: string
    readonly label?: string
    readonly style?: number
    readonly disabled?: boolean
  }[]
}

export interface FakeMessage {
  readonly shown: Shown
  /** For the eyes of this user alone. */
  readonly onlyFor: string | null
  isDeleted: boolean
  /** Whom it called: ids, `everyone`. */
  readonly pings: string[]
  /** All contents that it has had, the present one last. */
  readonly contents: string[]
  /** The files that hang on it, by their name. */
  readonly files: Map<string, Uint8Array>
}

export const userShown = ({ id, username, bot }: FakeUser) => ({
  id,
  username,
  avatar: null,
  discriminator: '0',
  public_flags: 0,
  flags: 0,
  global_name: username,
  primary_guild: null,
  ...(bot ? { bot: true } : {}),
})

export const memberShown = ({ roles }: FakeUser) => ({
  avatar: null,
  banner: null,
  communication_disabled_until: null,
  flags: 0,
  joined_at: '2024-01-01T00:00:00.000000+00:00',
  nick: null,
  pending: false,
  premium_since: null,
  roles,
  mute: false,
  deaf: false,
})

export class World {
  readonly guildId = snowflake()
  readonly appId = snowflake()
  readonly bot: FakeUser
  readonly users = new Map<string, FakeUser>()
  readonly channels = new Map<string, FakeChannel>()
  /** Whether the bot is in the guild, and what it may do there. */
  isInvited = true
  permissions = 0n

  constructor() {
    // The bot of an application has its id.
    this.bot = { id: this.appId, username: 'clusto', bot: true, roles: [] }
    this.users.set(this.bot.id, this.bot)
  }

  user(username: string, roles: string[] = [], bot = false): FakeUser {
    const user = { id: snowflake(), username, roles, ...(bot ? { bot: true } : {}) }
    this.users.set(user.id, user)
    return user
  }

  channel(name: string, more: Partial<Pick<FakeChannel, 'id' | 'type' | 'parent' | 'recipient'>> = {}): FakeChannel {
    const channel: FakeChannel = {
      ...{ id: snowflake(), type: CHANNEL.text, name, parent: null, recipient: null },
      ...{ archived: false, locked: false, isGone: false, isClosed: false, messages: [], forbidden: new Set() },
      ...more,
    }
    this.channels.set(channel.id, channel)
    return channel
  }

  dm(user: FakeUser): FakeChannel {
    const known = [...this.channels.values()].find(({ recipient }) => recipient === user)
    return known ?? this.channel('', { type: CHANNEL.dm, recipient: user })
  }

  message(channelId: string, id: string): FakeMessage | undefined {
    return this.channels
      .get(channelId)
      ?.messages.find(({ shown, isDeleted, onlyFor }) => shown.id === id && !isDeleted && onlyFor === null)
  }

  channelShown(channel: FakeChannel) {
    const { id, type, name, parent, recipient, archived, locked, messages } = channel
    const last = messages.findLast(({ onlyFor, isDeleted }) => onlyFor === null && !isDeleted)
    const last_message_id = last?.shown.id ?? null
    if (recipient) return { id, type, flags: 0, recipients: [userShown(recipient)], last_message_id }
    const common = { id, type, name, flags: 0, guild_id: this.guildId, last_message_id }
    if (type !== CHANNEL.thread)
      return { ...common, position: 0, parent_id: null, permission_overwrites: [], nsfw: false, rate_limit_per_user: 0 }
    const thread_metadata = { archived, locked, archive_timestamp: null, auto_archive_duration: 1440 }
    const counts = { message_count: messages.length, member_count: 1, total_message_sent: messages.length }
    return { ...common, parent_id: parent, owner_id: this.bot.id, thread_metadata, ...counts, rate_limit_per_user: 0 }
  }

  guildShown() {
    const shown = [...this.channels.values()].filter(({ isGone, recipient }) => !isGone && recipient === null)
    const ofType = (isThread: boolean) =>
      shown
        .filter(
          ({ type, forbidden, archived }) =>
            (type === CHANNEL.thread) === isThread && !forbidden.has('view') && !archived,
        )
        .map((channel) => this.channelShown(channel))
    return {
      ...{
        id: this.guildId,
        name: 'acme',
        owner_id: '1',
        unavailable: false,
        large: false,
        member_count: this.users.size,
      },
      ...{
        channels: ofType(false),
        threads: ofType(true),
        roles: [this.everyone()],
        emojis: [],
        stickers: [],
        features: [],
      },
      ...{ members: [{ ...memberShown(this.bot), user: userShown(this.bot) }], voice_states: [], presences: [] },
      ...{ stage_instances: [], guild_scheduled_events: [], soundboard_sounds: [], joined_at: '2024-01-01T00:00:00Z' },
      ...{ verification_level: 0, default_message_notifications: 1, explicit_content_filter: 0, mfa_level: 0 },
      ...{ premium_tier: 0, nsfw_level: 0, preferred_locale: 'en-US', afk_timeout: 300, system_channel_flags: 0 },
    }
  }

  everyone() {
    return {
      ...{ id: this.guildId, name: '@everyone', permissions: '2251799813685247', position: 0, color: 0, hoist: false },
      ...{
        colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
        managed: false,
        mentionable: false,
      },
      ...{ icon: null, unicode_emoji: null, flags: 0 },
    }
  }
}
