// What an error of Discord means for a message that was to be sent, or for the bot as a whole.
import { DiscordAPIError, HTTPError, RateLimitError } from 'discord.js'
import { BotError } from '../error.ts'
import { SendTrouble } from '../outbox/chat.ts'

/** Codes of Discord's errors. */
export const CODE = {
  unknownChannel: 10_003,
  unknownMessage: 10_008,
  unknownUser: 10_013,
  unknownWebhook: 10_015,
  unknownInteraction: 10_062,
  alreadyAnswered: 40_060,
  missingAccess: 50_001,
  closedDirect: 50_007,
  missingPermission: 50_013,
  wrongChannel: 50_024,
  badToken: 50_027,
  archived: 50_083,
  threadThere: 160_004,
  threadLocked: 160_005,
} as const

const GONE: Readonly<Record<number, string>> = {
  [CODE.unknownChannel]: 'the channel or thread is deleted',
  [CODE.unknownMessage]: 'the message is deleted',
  [CODE.unknownUser]: 'there is no such person',
  [CODE.missingAccess]: 'the bot does not see the channel: give it View Channel there',
  [CODE.closedDirect]: 'they take no direct messages of this bot',
  [CODE.missingPermission]: 'the bot may not write there: give it Send Messages, and Send Messages in Threads',
  [CODE.archived]: 'the thread is archived, and the bot may not open it again',
  [CODE.threadLocked]: 'the thread is locked',
}

/** The code of an error of Discord; null for anything else. */
export function codeOf(error: unknown): number | null {
  return error instanceof DiscordAPIError ? Number(error.code) : null
}

export function isCode(error: unknown, ...codes: readonly number[]): boolean {
  return codes.includes(codeOf(error) ?? -1)
}

// Nothing was sent where no connection came about.
const UNSENT = /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/

export function sendTrouble(error: unknown): SendTrouble {
  if (error instanceof SendTrouble) return error
  if (error instanceof RateLimitError)
    return new SendTrouble({ tag: 'limited', after: Math.max(error.retryAfter, error.sublimitTimeout, 1) })
  if (error instanceof HTTPError)
    return new SendTrouble({ tag: 'uncertain', reason: `Discord answers ${error.status}` })
  if (error instanceof DiscordAPIError) return refusedTrouble(error)
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (UNSENT.test(code)) return new SendTrouble({ tag: 'passing', reason: `no connection to Discord (${code})` })
  if (error instanceof Error && error.message.startsWith('Expected token'))
    return new SendTrouble({ tag: 'passing', reason: 'Discord refuses the token' })
  const name = error instanceof Error ? error.name : 'unknown'
  return new SendTrouble({ tag: 'uncertain', reason: name === 'AbortError' ? 'Discord did not answer in time' : name })
}

function refusedTrouble({ code, status, message }: DiscordAPIError): SendTrouble {
  const gone = GONE[Number(code)]
  if (gone !== undefined) return new SendTrouble({ tag: 'gone', reason: gone })
  // A token can be put right.
  if (status === 401) return new SendTrouble({ tag: 'passing', reason: 'Discord refuses the token' })
  return new SendTrouble({ tag: 'gone', reason: `Discord refuses it: ${message} (${code})` })
}

const TOKEN_NEXT =
  'in the Developer Portal (discord.com/developers/applications) open your application, Bot, Reset Token, and set DISCORD_TOKEN to what it shows'
const INTENT_NEXT =
  'in the Developer Portal (discord.com/developers/applications) open your application, Bot, switch on Message Content Intent, save, and start again'

/** Why the bot as a whole is refused, and what to click; null where it is not. */
export function refusalOf(error: unknown): BotError<'chat-refused'> | null {
  const refused = (reason: string, next: string) => new BotError('chat-refused', { chat: 'Discord', reason, next })
  const said = error instanceof Error ? error.message : ''
  const isToken =
    (error instanceof DiscordAPIError && error.status === 401) ||
    (error instanceof Error && 'code' in error && error.code === 'TokenInvalid') ||
    /Authentication failed|^Expected token/.test(said)
  if (isToken) return refused('DISCORD_TOKEN is wrong, or was revoked', TOKEN_NEXT)
  if (/disallowed intents/i.test(said)) return refused('the bot may not read messages: an intent is off', INTENT_NEXT)
  return null
}

/** Of the codes that a gateway closes with for good. */
export function closeRefusal(code: number): BotError<'chat-refused'> | null {
  if (code === 4004) return refusalOf(new Error('Authentication failed'))
  if (code === 4013 || code === 4014) return refusalOf(new Error('Used disallowed intents'))
  return null
}
