// Discord's slash command: `/clusto` and one line, whose completion is the grammar's.
import type { RESTPutAPIApplicationCommandsJSONBody } from 'discord.js'

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
