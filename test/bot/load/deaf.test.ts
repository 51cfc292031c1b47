// Connections that drop and are refreshed while people type: nothing is lost or answered twice, the bot hears again within
// seconds, and `/readyz` says not ready for as long as it does not. RUNS=600 for about an hour.
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { Adapter } from '../../../src/bot/adapter.ts'
import { DiscordAdapter } from '../../../src/bot/discord/adapter.ts'
import { SlackAdapter } from '../../../src/bot/slack/adapter.ts'
import { databases } from '../../inventory/open.ts'
import { FakeDiscord } from '../discord/server.ts'
import { BOT, FakeSlack } from '../slack/server.ts'
import { percentile, type Serving, serving } from './serving.ts'

const ROUNDS = Number(process.env.RUNS ?? 5)
// In milliseconds; a busy machine gets more. Discord takes one identify in five seconds, which an invalid session needs.
const LEEWAY = process.env.RUNS === undefined ? 15_000 : 0
const BACK = 5000 + LEEWAY
const BACK_WITH_IDENTIFY = 12_000 + LEEWAY

// In milliseconds, between two looks.
const LOOK = 10

// In milliseconds: what has not made it deaf by then will not.
const SETTLED = 5000

interface Stage {
  readonly adapter: Adapter
  readonly operator: string
  type(text: string): void
  /** What befalls the connection in a round; answers with how soon the bot has to hear again. */
  befall(round: number): number
  /** How many answers there are. */
  said(): number
  readonly wrong: readonly unknown[]
  stop(): Promise<void>
}

async function onSlack(): Promise<Stage> {
  const slack = await FakeSlack.start({ again: 500 })
  const { lines, people, workspace } = slack
  const mode = { tag: 'socket', appToken: 'xapp-good' } as const
  const events = [
    () => lines.drop(),
    () => lines.refresh('warning'),
    () => lines.refresh('refresh_requested'),
    () => lines.refresh('link_disabled'),
    () => lines.silence(),
  ] as const
  return {
    adapter: new SlackAdapter({ botToken: 'xoxb-good', mode, apiUrl: slack.url }),
    operator: 'slack:U0ANN0001',
    type: (text) => void people.says('U0ANN0001', 'C0OPS0001', `<@${BOT.user}> ${text}`),
    befall(round) {
      events[round % events.length]?.()
      return BACK
    },
    said: () => (workspace.messages.get('C0OPS0001') ?? []).filter(({ botId }) => botId !== null).length,
    wrong: [],
    stop: () => slack.stop(),
  }
}

async function onDiscord(): Promise<Stage> {
  const discord = await FakeDiscord.start()
  const { world, gateway } = discord
  const [ann, ops] = [world.user('ann'), world.channel('ops')]
  const isOurs = ({ shown }: { shown: { author: object } }) => 'id' in shown.author && shown.author.id === world.bot.id
  return {
    adapter: new DiscordAdapter({
      ...{ token: discord.token, appId: world.appId, guildId: world.guildId, apiUrl: discord.url },
    }),
    operator: `discord:${ann.id}`,
    type: (text) => void discord.type(ann, ops, `<@${world.bot.id}> ${text}`),
    befall(round) {
      if (round % 4 === 3) gateway.invalidate()
      else if (round % 2 === 1) gateway.askReconnect()
      else gateway.drop()
      return round % 4 === 3 ? BACK_WITH_IDENTIFY : BACK
    },
    said: () => [...world.channels.values()].flatMap(({ messages }) => messages.filter(isOurs)).length,
    wrong: discord.wrong,
    stop: () => discord.stop(),
  }
}

const stages = { slack: onSlack, discord: onDiscord } as const
const kind = databases.at(-1) ?? 'embedded'

/** Whether it says that it is ready as far as this chat is concerned: on a busy machine the database may be slow. */
async function isReady({ url }: Serving, chat: string): Promise<boolean> {
  const response = await fetch(`${url}/readyz`)
  const { checks } = (await response.json()) as { checks: Record<string, string> }
  const isReadyHere = checks[chat] === 'ok'
  if (!isReadyHere) expect(response.status).toBe(503)
  return isReadyHere
}

/** How often an adapter's answer whether it hears has changed, whoever asked. */
function changesOf(adapter: Adapter): () => number {
  const isHearing = adapter.isHearing.bind(adapter)
  let changes = 0
  let last = isHearing()
  adapter.isHearing = () => {
    const now = isHearing()
    if (now !== last) changes++
    last = now
    return now
  }
  return () => changes
}

describe.each(['slack', 'discord'] as const)('connections that break, in %s', (name) => {
  test('lose nothing, are told, and are soon made again', { timeout: 7_200_000 }, async () => {
    const stage = await stages[name]()
    const { adapter } = stage
    const bot = await serving({ kind, adapters: [adapter], operators: [stage.operator], tasks: [], concurrency: 1 })
    const backs: number[] = []
    const slow: string[] = []
    let reds = 0
    let typed = 0
    const type = () => {
      stage.type(`count web${String((typed++ % 20) + 1).padStart(2, '0')}`)
    }
    try {
      const changes = changesOf(adapter)
      expect(await isReady(bot, name)).toBe(true)
      for (let round = 0; round < ROUNDS; round++) {
        type()
        const limit = stage.befall(round)
        const begun = performance.now()
        let deafSince: number | null = null
        type()
        // Until it was deaf and hears again, or has not been deaf for so long that it will not be.
        for (;;) {
          const before = adapter.isHearing()
          const changed = changes()
          const ready = await isReady(bot, name)
          const after = adapter.isHearing()
          // Else it was asked in the very moment.
          if (changes() === changed) expect({ round, ready }).toEqual({ round, ready: before })
          if (!ready) reds++
          const now = performance.now()
          if (!after) deafSince ??= now
          else if (deafSince !== null || now - begun > SETTLED) break
          await pause(LOOK)
        }
        const back = performance.now() - begun
        if (deafSince !== null) backs.push(back)
        if (deafSince !== null && back > limit) slow.push(`round ${round}: ${back.toFixed(0)} ms`)
        type()
      }
      await bot.answered(typed, 60_000 + typed * 1500)
      const { rows } = await bot.inventory.database.knex.raw<{ rows: { count: number }[] }>(
        'select count(*)::int as count from inbox',
      )
      const shown = [0.5, 0.99, 1].map((share) => `${percentile(backs, share).toFixed(0)} ms`)
      console.log(
        `${name}: ${ROUNDS} rounds, ${typed} typed; back after (median, p99, most) ${shown}; red ${reds} times`,
      )
      expect({ taken: rows[0]?.count, said: stage.said() }).toEqual({ taken: typed, said: typed })
      expect(reds).toBeGreaterThan(0)
      expect(slow).toEqual([])
      expect(stage.wrong).toEqual([])
    } finally {
      await bot.end()
      await stage.stop()
    }
  })
})
