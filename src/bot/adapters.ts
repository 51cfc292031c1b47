// Which chats are configured, and how they are. Nothing of them is loaded before it is needed: a command at the terminal
// is not late because of them.
import type { Check, Examination } from '../commands/check.ts'
import type { Adapter } from './adapter.ts'
import type { Config } from './config.ts'

/** Those that are configured; their libraries are loaded only then. */
export async function configuredAdapters({ slack, discord }: Config): Promise<Adapter[]> {
  const adapters: Adapter[] = []
  // Discord's goes first: Slack's brings an HTTP client that takes the place of everybody's, and breaks its uploads.
  if (discord !== null) {
    const { DiscordAdapter } = await import('./discord/adapter.ts')
    adapters.push(new DiscordAdapter(discord))
  }
  if (slack !== null) {
    const { SlackAdapter } = await import('./slack/adapter.ts')
    adapters.push(new SlackAdapter(slack))
  }
  return adapters
}

/** For `doctor`, where the adapters are there. */
export function adapterExaminations(adapters: readonly Adapter[]): readonly Examination[] {
  return adapters.map((adapter) => ({ name: adapter.name, look: (signal) => adapter.check(signal) }))
}

/** For `doctor`, where nothing else needs them. */
export function lookAtChats(config: Config): Examination {
  return {
    name: 'chats',
    look: async (signal) => {
      const adapters = await configuredAdapters(config)
      const checks = (await Promise.all(adapters.map((adapter) => adapter.check(signal)))).flat()
      const wrong = config.chatTrouble.map(({ facts }): Check => {
        const { variable, reason, expected } = facts
        const name = variable.startsWith('SLACK') ? 'slack' : 'discord'
        return { name, state: 'failed', detail: `${variable} is wrong: ${reason}; it looks like ${expected}` }
      })
      return [...wrong, ...checks]
    },
  }
}
