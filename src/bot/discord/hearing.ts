// Hands what Discord tells to the bot: channels to what knows them, messages, slash commands and presses to the front, which
// stores them before they are acknowledged.
import type {
  APIInteraction,
  GatewayGuildCreateDispatchData,
  GatewayMessageCreateDispatchData,
  GatewayMessageUpdateDispatchData,
  GatewayThreadListSyncDispatchData,
  REST,
} from 'discord.js'
import type { Front } from '../adapter.ts'
import type { Incoming } from '../inbox/incoming.ts'
import {
  CHAT,
  editCame,
  identityOf,
  isForUs,
  lineOf,
  messageCame,
  overheard,
  pressCame,
  slashCame,
  userOf,
} from './events.ts'
import { formModal } from './form.ts'
import type { Groups } from './groups.ts'
import type { Interactions } from './interactions.ts'
import { CHOICES, type Times } from './limits.ts'
import { channelName, type Known, type Places, type Told } from './places.ts'
import type { Sending } from './sending.ts'
import { CODE, isCode } from './trouble.ts'

// Discord's numbers.
const SLASH = 2
const PRESS = 3
const COMPLETE = 4
const SUBMIT = 5
const CHOICES_ANSWER = 8
const MODAL_ANSWER = 9

interface Options {
  readonly front: Front
  readonly rest: REST
  readonly times: Times
  readonly places: Places
  readonly interactions: Interactions
  readonly groups: Groups
  readonly sending: Sending
  readonly self: () => string
  /** Something was heard and could not be stored: it is to be read again from the history. */
  readonly onLost: () => void
}

export class Hearing {
  readonly #options: Options
  /** What each author has done is taken in its order. */
  readonly #lines = new Map<string, Promise<void>>()

  constructor(options: Options) {
    this.#options = options
  }

  /** An event, by its name. Never throws. */
  hear(name: string, told: unknown): void {
    switch (name) {
      case 'GUILD_CREATE':
        this.#guild(told as GatewayGuildCreateDispatchData)
        return
      case 'THREAD_LIST_SYNC': {
        const { guild_id, threads } = told as GatewayThreadListSyncDispatchData
        for (const one of threads) this.#options.places.tell(one as Told, guild_id)
        return
      }
      case 'CHANNEL_CREATE':
      case 'CHANNEL_UPDATE':
      case 'THREAD_CREATE':
      case 'THREAD_UPDATE':
        this.#options.places.tell(told as Told)
        return
      case 'CHANNEL_DELETE':
      case 'THREAD_DELETE':
        this.#options.places.forget((told as Told).id)
        return
      case 'MESSAGE_CREATE':
        this.#message(told as GatewayMessageCreateDispatchData)
        return
      case 'MESSAGE_UPDATE':
        this.#edit(told as GatewayMessageUpdateDispatchData)
        return
      case 'INTERACTION_CREATE':
        this.#interaction(told as APIInteraction)
        return
      default:
    }
  }

  /** Until everything that was heard is taken. */
  async settled(): Promise<void> {
    await Promise.all(this.#lines.values())
  }

  #guild({ id, channels, threads }: GatewayGuildCreateDispatchData): void {
    for (const one of [...(channels ?? []), ...(threads ?? [])]) this.#options.places.tell(one as Told, id)
  }

  #message(message: GatewayMessageCreateDispatchData): void {
    const { self, sending, places } = this.#options
    places.wrote(message.channel_id, message.id)
    if (message.author.id === self()) sending.seen(message)
    if (message.author.bot === true || message.author.id === self()) return
    this.#inLine(message.author.id, async () => {
      const channel = await this.#channel(message)
      const incoming = await this.#meant(message, channel)
      if (incoming === null) return
      await this.#roles(message.author.id, message.guild_id, message.member?.roles)
      sending.asked(incoming)
      await this.#options.front.take(incoming)
    })
  }

  /** Null for what is not for the bot. */
  async #meant(message: GatewayMessageCreateDispatchData, channel: Known): Promise<Incoming | null> {
    const { self, front } = this.#options
    if (isForUs(message, channel, self())) return messageCame(message, channel, self(), false)
    const heard = overheard(message, channel, self())
    return heard !== null && (await front.wants(heard.thread)) ? heard : null
  }

  #edit(message: GatewayMessageUpdateDispatchData): void {
    const { edited_timestamp: edited, author } = message
    // Discord tells as well of previews that it has drawn.
    if (!edited || !author || author.bot === true) return
    this.#inLine(author.id, async () => {
      const channel = await this.#channel(message)
      if (!isForUs(message, channel, this.#options.self())) return
      await this.#roles(author.id, message.guild_id, message.member?.roles)
      await this.#options.front.take(editCame(message, channel, this.#options.self(), edited))
    })
  }

  #channel({
    channel_id,
    guild_id,
    channel_type,
  }: Pick<GatewayMessageCreateDispatchData, 'channel_id' | 'guild_id' | 'channel_type'>): Promise<Known> {
    return this.#options.places.of(channel_id, { guild: guild_id ?? null, type: channel_type ?? null })
  }

  #interaction(interaction: APIInteraction): void {
    const at = new Date()
    switch (Number(interaction.type)) {
      case SLASH:
        this.#ask(interaction, 'slash', (channel) => slashCame(interaction, channel, at))
        return
      case PRESS:
        this.#press(interaction, at)
        return
      case SUBMIT:
        this.#ask(interaction, 'press', (channel) => pressCame(interaction, channel, at, typedIn(interaction)))
        return
      case COMPLETE:
        void this.#complete(interaction).catch((error: unknown) => this.#tooLate(error))
        return
      default:
    }
  }

  /** Interactions tell of the channel that they are in. */
  #place({ channel, channel_id, guild_id }: APIInteraction): Promise<Known> | Known {
    const { places } = this.#options
    if (channel && 'type' in channel && (channel as Told).parent_id !== undefined)
      return places.tell(channel as Told, guild_id ?? null)
    const type = channel && 'type' in channel ? Number(channel.type) : null
    return places.of(channel?.id ?? channel_id ?? '', { guild: guild_id ?? null, type })
  }

  /** A press of what asks for a line first opens a form; nothing is stored of it. */
  #press(interaction: APIInteraction, at: Date): void {
    const { front, rest } = this.#options
    const { data } = interaction
    const button = data && 'custom_id' in data ? data.custom_id : ''
    const user = userOf(interaction)
    this.#inLine(user, async () => {
      const form = await front.formOf(button, identityOf(user))
      if (form === null)
        return this.#taken(interaction, 'press', (channel) => pressCame(interaction, channel, at, null))
      await this.#answer(rest, interaction, MODAL_ANSWER, formModal(button, form)).catch((error: unknown) =>
        this.#tooLate(error),
      )
    })
  }

  #ask(interaction: APIInteraction, kind: 'slash' | 'press', came: (channel: Known) => Incoming | null): void {
    this.#inLine(userOf(interaction), () => this.#taken(interaction, kind, came))
  }

  async #taken(
    { ...interaction }: APIInteraction,
    kind: 'slash' | 'press',
    came: (channel: Known) => Incoming | null,
  ): Promise<void> {
    const { front, interactions, sending } = this.#options
    const { id, token, member, guild_id } = interaction
    const incoming = came(await this.#place(interaction))
    if (incoming === null) return
    interactions.add({ id, token, kind })
    sending.asked(incoming)
    try {
      await this.#roles(userOf(interaction), guild_id, member?.roles)
      await front.take(incoming)
    } catch (error) {
      interactions.drop(id)
      throw error
    }
    interactions.taken(id)
  }

  async #complete(interaction: APIInteraction): Promise<void> {
    const { front, rest, times } = this.#options
    const channel = channelName(await this.#place(interaction))
    const lines = await within(
      times.complete,
      front.complete(lineOf(interaction), identityOf(userOf(interaction)), channel),
    )
    const choices = [...new Set(lines)]
      .filter((line) => line.trim() !== '' && line.length <= CHOICES.length)
      .slice(0, CHOICES.most)
      .map((line) => ({ name: line, value: line }))
    await this.#answer(rest, interaction, CHOICES_ANSWER, { choices })
  }

  async #answer(rest: REST, { id, token }: APIInteraction, type: number, data: object): Promise<void> {
    await rest.post(`/interactions/${id}/${token}/callback`, { body: { type, data }, auth: false })
  }

  /** Who is asked too late has typed on: nothing is lost. */
  #tooLate(error: unknown): void {
    if (!isCode(error, CODE.unknownInteraction, CODE.alreadyAnswered)) this.#options.front.trouble(CHAT, error)
  }

  async #roles(user: string, guild: string | undefined, roles: readonly string[] | undefined): Promise<void> {
    const { groups } = this.#options
    if (guild === undefined) await groups.ask(user)
    else if (roles) await groups.heard(user, guild, roles)
  }

  #inLine(author: string, run: () => Promise<void>): void {
    const { front, onLost } = this.#options
    const before = this.#lines.get(author) ?? Promise.resolve()
    const line = before.then(run).catch((error: unknown) => {
      front.trouble(CHAT, error)
      onLost()
    })
    this.#lines.set(author, line)
    void line.then(() => {
      if (this.#lines.get(author) === line) this.#lines.delete(author)
    })
  }
}

function typedIn({ data }: APIInteraction): string {
  if (!data || !('components' in data)) return ''
  const rows = data.components as readonly { readonly components?: readonly { readonly value?: string }[] }[]
  return rows.flatMap(({ components }) => components ?? []).find(({ value }) => value !== undefined)?.value ?? ''
}

/** Empty where it takes longer. */
async function within(milliseconds: number, lines: Promise<readonly string[]>): Promise<readonly string[]> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<readonly string[]>((resolve) => {
    timer = setTimeout(() => resolve([]), milliseconds)
  })
  try {
    return await Promise.race([lines, late])
  } finally {
    clearTimeout(timer)
  }
}
