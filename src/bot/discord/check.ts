// What doctor tells of Discord: whether the token, the intents, the guild and the permissions are as they should be, and what
// to click where they are not.
import { DiscordAPIError, type REST } from 'discord.js'
import type { Check } from '../../commands/check.ts'
import type { DiscordSetting } from '../config.ts'
import { inviteLink, missingOf } from './invite.ts'
import { refusalOf } from './trouble.ts'

// The application's flags for the content of messages, of a large bot and of a small one.
const CONTENT = (1 << 18) | (1 << 19)

const row = (name: string, isWell: boolean, detail: string): Check => ({
  name: `discord ${name}`,
  state: isWell ? 'ok' : 'failed',
  detail,
})

export async function checkDiscord(
  rest: REST,
  setting: DiscordSetting,
  /** Null where nobody listens: doctor alone asks. */
  isHearing: boolean | null,
  signal: AbortSignal,
): Promise<readonly Check[]> {
  try {
    const application = (await rest.get('/applications/@me', { signal })) as {
      readonly id: string
      readonly flags?: number
    }
    return [
      tokenRow(application.id, setting),
      intentRow(application.flags ?? 0),
      ...(await guildRows(rest, setting, signal)),
      ...(isHearing === null
        ? []
        : [row('events', isHearing, isHearing ? 'they come' : 'none come: the log says why')]),
    ]
  } catch (error) {
    const refusal = refusalOf(error)
    if (refusal) return [row('token', false, `${refusal.facts.reason}: ${refusal.facts.next}`)]
    const said = error instanceof DiscordAPIError ? `Discord answers ${error.status}` : 'Discord cannot be reached'
    return [row('token', false, `could not be looked at: ${said}`)]
  }
}

function tokenRow(id: string, { appId }: DiscordSetting): Check {
  return id === appId
    ? row('token', true, `of application ${id}`)
    : row('token', false, `DISCORD_TOKEN is of application ${id}, DISCORD_APP_ID says ${appId}: set it to ${id}`)
}

function intentRow(flags: number): Check {
  const isOn = (flags & CONTENT) !== 0
  const how = 'off: in the Developer Portal open the application, Bot, switch on Message Content Intent'
  return row('intent', isOn, isOn ? 'the bot may read messages' : how)
}

interface Guild {
  readonly id: string
  readonly name: string
  readonly permissions: string
}

async function guildRows(
  rest: REST,
  { appId, guildId }: DiscordSetting,
  signal: AbortSignal,
): Promise<readonly Check[]> {
  const all = (await rest.get('/users/@me/guilds', { signal })) as readonly Guild[]
  const guilds = guildId === null ? all : all.filter(({ id }) => id === guildId)
  const invite = `invite it: ${inviteLink(appId)}`
  if (guilds.length === 0)
    return [row('guild', false, `the bot is not in ${guildId === null ? 'any guild' : `guild ${guildId}`}: ${invite}`)]
  const lacks = guilds.flatMap(({ name, permissions }) =>
    missingOf(BigInt(permissions)).map((one) => `${one} in ${name}`),
  )
  return [
    row('guild', true, `in ${guilds.map(({ name }) => name).join(', ')}`),
    row(
      'permissions',
      lacks.length === 0,
      lacks.length === 0 ? 'all there' : `missing: ${lacks.join(', ')}; ${invite}`,
    ),
  ]
}
