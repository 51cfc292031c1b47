// Discord's slash command: `/clusto` and one line, whose completion is the grammar's.
import type { REST, RESTPutAPIApplicationCommandsJSONBody } from 'discord.js'
import type { DiscordSetting } from '../config.ts'

export const COMMAND = 'clusto'
export const OPTION = 'command'

// Discord's numbers.
const CHAT_INPUT = 1
const STRING = 3
const IN_GUILD = 0
const WITH_BOT = 1
const MOST = 2000

/** What is registered in one guild; everywhere, it says also where it can be typed. */
export function definitions(guildId: string | null): RESTPutAPIApplicationCommandsJSONBody {
  return [
    {
      type: CHAT_INPUT,
      name: COMMAND,
      description: 'Asks and changes the datacenter: type a command, or help',
      options: [
        {
          type: STRING,
          name: OPTION,
          description: 'The command as you would type it, for example: locate server1',
          required: true,
          autocomplete: true,
          max_length: MOST,
        },
      ],
      ...(guildId === null ? { contexts: [IN_GUILD, WITH_BOT], integration_types: [0] } : {}),
    },
  ]
}

/** Puts them where they belong, where they differ from what is there: Discord counts the changes of a day. */
export async function keepCommands(rest: REST, { appId, guildId }: DiscordSetting): Promise<void> {
  const route =
    guildId === null
      ? (`/applications/${appId}/commands` as const)
      : (`/applications/${appId}/guilds/${guildId}/commands` as const)
  const wanted = definitions(guildId)
  const there = await rest.get(route).catch(() => null)
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
