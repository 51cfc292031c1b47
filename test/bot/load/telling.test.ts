// Many jobs tell how far they are at once, in channels that let through little: the bot never comes again before the time
// that it was told, and the end of each job is shown soon. RUNS=100 for the size that counts: 100 jobs for five minutes.
import { describe, expect, test } from 'vitest'
import type { Adapter } from '../../../src/bot/adapter.ts'
import { DiscordAdapter } from '../../../src/bot/discord/adapter.ts'
import { SlackAdapter } from '../../../src/bot/slack/adapter.ts'
import { enqueue } from '../../../src/jobs/enqueue.ts'
import { publicId } from '../../../src/jobs/public-id.ts'
import { databases } from '../../inventory/open.ts'
import { FakeDiscord } from '../discord/server.ts'
import { BOT, FakeSlack } from '../slack/server.ts'
import { percentile, serving, telling } from './serving.ts'

const JOBS = Number(process.env.RUNS ?? 8)
const SECONDS = process.env.RUNS === undefined ? 10 : Math.min(300, JOBS * 3)
const CHANNELS = 10
const LAST_LIMIT = 90

interface Stage {
  readonly adapter: Adapter
  /** A thread on a message of somebody, in one of some channels. */
  threadOf(job: number): string
  /** Requests that came before the time that they were told, and how often they were told one. */
  ignored(): { readonly ignored: number; readonly wrong: readonly unknown[] }
  stop(): Promise<void>
}

async function onSlack(): Promise<Stage> {
  const slack = await FakeSlack.start()
  const channels = Array.from({ length: CHANNELS }, (_, at) => `C0LOAD${String(at).padStart(4, '0')}`)
  for (const id of channels) slack.workspace.addChannel(id, id.toLowerCase(), ['U0ANN0001', BOT.user])
  const mode = { tag: 'socket', appToken: 'xapp-good' } as const
  return {
    adapter: new SlackAdapter({ botToken: 'xoxb-good', mode, apiUrl: slack.url }),
    threadOf(job) {
      const channel = channels[job % CHANNELS] ?? ''
      return JSON.stringify({ channel, root: slack.people.says('U0ANN0001', channel, 'tell', { isHeard: false }) })
    },
    ignored: () => ({ ignored: slack.rates.ignored, wrong: [] }),
    stop: () => slack.stop(),
  }
}

async function onDiscord(): Promise<Stage> {
  const discord = await FakeDiscord.start()
  const ann = discord.world.user('ann')
  const channels = Array.from({ length: CHANNELS }, (_, at) => discord.world.channel(`load${at}`))
  const { appId, guildId } = discord.world
  return {
    adapter: new DiscordAdapter({ token: discord.token, appId, guildId, apiUrl: discord.url }),
    threadOf(job) {
      const channel = channels[job % CHANNELS]
      if (!channel) throw new Error('no channel')
      const { shown } = discord.typeUnheard(ann, channel, 'tell')
      return JSON.stringify({ channel: channel.id, message: shown.id })
    },
    ignored: () => ({ ignored: discord.rates.ignored, wrong: discord.wrong }),
    stop: () => discord.stop(),
  }
}

const stages = { slack: onSlack, discord: onDiscord } as const
const kind = databases.at(-1) ?? 'embedded'

describe.each(['slack', 'discord'] as const)('many jobs at once, in %s', (name) => {
  test('tell all they have to, within the limits', { timeout: 900_000 }, async () => {
    const stage = await stages[name]()
    const options = { kind, adapters: [stage.adapter], operators: [], tasks: [telling], concurrency: JOBS }
    const bot = await serving(options)
    const { knex } = bot.inventory.database
    try {
      const ids: number[] = []
      for (let job = 0; job < JOBS; job++) {
        const message = { chat: name, thread: stage.threadOf(job) }
        const asked = { task: telling, input: SECONDS, operator: `${name}:1`, command: `tell ${job}`, message }
        ids.push((await enqueue(knex, asked)).id)
      }
      const limit = (SECONDS + LAST_LIMIT * 3) * 1000
      for (const end = performance.now() + limit; ; ) {
        const { rows } = await knex.raw<{ rows: { left: number }[] }>(
          `select (select count(*) from runs where state in ('queued', 'running')) + (select count(*) from outbox where state = 'open'
             and shown < wanted) + (select ? - count(*) from outbox where key like 'job % end') as left`,
          [JOBS],
        )
        if (rows[0]?.left === 0) break
        if (performance.now() > end) throw new Error(`${rows[0]?.left} are not told`)
        await new Promise((resolve) => setTimeout(resolve, 500))
      }
      const { rows } = await knex.raw<{ rows: { id: number; card: number; last: number; edits: number }[] }>(
        `select r.id, extract(epoch from c.shown_at - r.ended_at)::float8 as card, c.wanted as edits,
           extract(epoch from e.shown_at - r.ended_at)::float8 as last
         from runs r join outbox c on c.key = 'job ' || r.id join outbox e on e.key = 'job ' || r.id || ' end'`,
      )
      expect(rows.map(({ id }) => publicId(id)).toSorted()).toEqual(ids.map((id) => publicId(id)).toSorted())
      const seconds = (values: readonly number[]) =>
        [0.5, 1].map((share) => `${percentile(values, share).toFixed(1)} s`).join(', ')
      const [last, card] = [rows.map((row) => row.last), rows.map((row) => row.card)]
      console.log(
        `${name}: ${JOBS} jobs for ${SECONDS} s; after its end, median and most: told ${seconds(last)}, card ${seconds(card)}`,
      )
      expect(stage.ignored()).toEqual({ ignored: 0, wrong: [] })
      expect(Math.max(...last)).toBeLessThan(LAST_LIMIT)
      expect(bot.troubles).toEqual([])
    } finally {
      await bot.end()
      await stage.stop()
    }
  })
})
