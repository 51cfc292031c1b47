// Puts the slash command where it belongs: into one guild, or everywhere.
import type { REST } from 'discord.js'
import type { DiscordSetting } from '../config.ts'
import { definitions } from './commands.ts'
import { refusalOf } from './trouble.ts'

/** Only where it differs from what is there: Discord counts the changes of a day. */
export async function keepCommands(rest: REST, { appId, guildId }: DiscordSetting): Promise<void> {
  const route =
    guildId === null
      ? (`/applications/${appId}/commands` as const)
      : (`/applications/${appId}/guilds/${guildId}/commands` as const)
  const wanted = definitions(guildId)
  const there = await rest.get(route).catch((error: unknown) => {
    if (refusalOf(error)) throw error
    return null
  })
  if (there !== null && matches(there, wanted)) return
  await rest.put(route, { body: wanted })
}

/** Discord adds members of its own, and leaves out what is false. */
export function matches(there: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted))
    return Array.isArray(there) && there.length === wanted.length && wanted.every((one, at) => matches(there[at], one))
  if (typeof wanted !== 'object' || wanted === null) return there === wanted
  if (typeof there !== 'object' || there === null) return false
  const members = new Map<string, unknown>(Object.entries(there))
  return Object.entries(wanted).every(([key, value]) => matches(members.get(key), value))
}
