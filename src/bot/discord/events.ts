// What Discord's events and its history say, as what comes in: nothing here asks or answers anybody.
import type { APIInteraction, APIMessage } from 'discord.js'
import type { Attached, Incoming } from '../inbox/incoming.ts'
import { OPTION } from './commands.ts'
import { placeText, refText } from './place.ts'
import { channelName, isThread, type Known, placeIn } from './places.ts'
import { mentions, plainText } from './plain-text.ts'

export const CHAT = 'discord'

export const identityOf = (id: string): string => `${CHAT}:${id}`

// Discord's numbers: what people write, and replies. Others are told by Discord itself, such as that somebody has joined.
const DEFAULT = 0
const WRITTEN = new Set([DEFAULT, 19])

/** What is told of a message, be it by an event or in the history; events leave out what has not changed. */
export type ToldMessage = Pick<APIMessage, 'id' | 'channel_id' | 'author' | 'content' | 'timestamp'> &
  Partial<Pick<APIMessage, 'edited_timestamp' | 'type' | 'attachments' | 'webhook_id'>>

/** Whether somebody typed it at the bot: in a direct message, or mentioning it. */
export function isForUs(message: ToldMessage, channel: Known, self: string): boolean {
  return isTyped(message, self) && (channelName(channel) === null || mentions(message.content, self))
}

/** By a person. */
function isTyped({ author, type, webhook_id }: ToldMessage, self: string): boolean {
  return author.bot !== true && author.id !== self && webhook_id === undefined && WRITTEN.has(type ?? DEFAULT)
}

/** A line for a console, if one is open in its thread; null for what people say to each other. */
export function overheard(message: ToldMessage, channel: Known, self: string): Incoming | null {
  if (!isThread(channel) || !message.content.startsWith('>')) return null
  if (!isTyped(message, self) || isForUs(message, channel, self)) return null
  return {
    ...cameFrom(message, channel, false),
    ...{ key: messageKey(message), at: new Date(message.timestamp).toISOString(), answers: null },
    ...{ kind: 'message', text: plainText(message.content, self), isUnseen: false, isOverheard: true, files: [] },
  }
}

export function messageCame(message: ToldMessage, channel: Known, self: string, isCaughtUp: boolean): Incoming {
  return {
    ...cameFrom(message, channel, isCaughtUp),
    ...{ key: messageKey(message), at: new Date(message.timestamp).toISOString(), answers: null },
    ...{ kind: 'message', text: plainText(message.content, self), isUnseen: false },
    files: (message.attachments ?? []).map((one) => attached(message, one)),
  }
}

/** `edited` is when it was changed, which tells one change from another. */
export function editCame(message: ToldMessage, channel: Known, self: string, edited: string): Incoming {
  return {
    ...cameFrom(message, channel, false),
    ...{ key: `edit ${message.channel_id} ${message.id} ${edited}`, at: new Date(edited).toISOString(), answers: null },
    ...{ kind: 'edit', text: plainText(message.content, self), of: messageKey(message) },
  }
}

const messageKey = ({ channel_id, id }: ToldMessage): string => `message ${channel_id} ${id}`

function cameFrom({ author, id }: ToldMessage, channel: Known, isCaughtUp: boolean) {
  const thread = placeText(placeIn(channel, { message: id }))
  return { chat: CHAT, author: identityOf(author.id), channel: channelName(channel), thread, isCaughtUp }
}

/** Where a file is fetched, and where its address is asked for anew when it is no longer good. */
export interface Source {
  readonly channel: string
  readonly message: string
  readonly id: string
  readonly url: string
}

function attached({ channel_id, id }: ToldMessage, file: APIMessage['attachments'][number]): Attached {
  const source: Source = { channel: channel_id, message: id, id: file.id, url: file.url }
  return { name: file.filename, size: file.size, source: JSON.stringify(source) }
}

/** What all interactions tell. */
export type ToldInteraction = APIInteraction

export function userOf({ member, user }: ToldInteraction): string {
  return member?.user.id ?? user?.id ?? ''
}

/** The line that is typed, or has been, behind the slash command. */
export function lineOf(interaction: ToldInteraction): string {
  const { data } = interaction
  if (!data || !('options' in data)) return ''
  const option = data.options?.find(({ name }) => name === OPTION) ?? data.options?.[0]
  return option && 'value' in option ? String(option.value) : ''
}

export function slashCame(interaction: ToldInteraction, channel: Known, at: Date): Incoming {
  return {
    ...interactionFrom(interaction, channel, at),
    thread: placeText(placeIn(channel, { by: interaction.id })),
    ...{ kind: 'message', text: lineOf(interaction), files: [], isUnseen: true },
  }
}

/** `typed` is what stood in the form that the press had opened. */
export function pressCame(
  interaction: ToldInteraction,
  channel: Known,
  at: Date,
  typed: string | null,
): Incoming | null {
  const { data, message } = interaction
  if (!data || !('custom_id' in data)) return null
  const card = message ? refText({ channel: channel.id, message: message.id, isPrivate: false }) : null
  return {
    ...interactionFrom(interaction, channel, at),
    thread: placeText(cardPlace(interaction, channel)),
    ...{ kind: 'press', button: data.custom_id, card, typed },
  }
}

/** A card that answered a slash command is in the thread of that. */
function cardPlace({ id, message }: ToldInteraction, channel: Known) {
  const began = message?.interaction_metadata
  const isSlash = began?.type === 2
  return placeIn(channel, isSlash ? { by: began.id } : { message: message?.id ?? id })
}

function interactionFrom(interaction: ToldInteraction, channel: Known, at: Date) {
  const { id } = interaction
  return {
    ...{ chat: CHAT, key: `interaction ${id}`, author: identityOf(userOf(interaction)), channel: channelName(channel) },
    ...{ at: at.toISOString(), isCaughtUp: false, answers: id },
  }
}

const EPOCH = 1_420_070_400_000

/** When the thing with an id was made: ids of Discord say it. */
export const madeAt = (id: string): Date => new Date(Number(BigInt(id) >> 22n) + EPOCH)
