// Many type at once while jobs run: each is acknowledged long before the chat would bring it again, and answered once.
// RUNS=200 for the size that counts; the fake server shares this process, and its work is in the figures.
import { describe, expect, test } from 'vitest'
import { SlackAdapter } from '../../../src/bot/slack/adapter.ts'
import { enqueue } from '../../../src/jobs/enqueue.ts'
import { databases } from '../../inventory/open.ts'
import { BOT, FakeSlack } from '../slack/server.ts'
import { percentile, serving, telling } from './serving.ts'

const COMMANDS = Number(process.env.RUNS ?? 40)
const JOBS = 20
// In milliseconds. On a busy machine only what the chat itself waits for is asked.
const LIMIT = process.env.RUNS === undefined ? 3000 : 500
const TEXTS = [
  'locate server1',
  'count driver:Server',
  'info web01',
  'attr set web02 note x',
  'jobs',
  'pool:prod',
] as const

describe.each(databases)('commands in a second, on %s', (kind) => {
  test('are acknowledged in time, and answered once each', { timeout: 600_000 }, async () => {
    const slack = await FakeSlack.start()
    // Each types in a channel of their own: what is measured is not how fast Slack lets us answer.
    const people = Array.from({ length: COMMANDS }, (_, at) => `U0LOAD${String(at).padStart(4, '0')}`)
    for (const user of people) {
      slack.workspace.addUser(user, user.toLowerCase())
      slack.workspace.addChannel(user.replace('U', 'C'), user.toLowerCase(), [user, BOT.user])
    }
    const mode = { tag: 'socket', appToken: 'xapp-good' } as const
    const adapter = new SlackAdapter({ botToken: 'xoxb-good', mode, apiUrl: slack.url })
    const operators = people.map((user) => `slack:${user}`)
    const bot = await serving({ kind, adapters: [adapter], operators, tasks: [telling], concurrency: JOBS })
    try {
      const job = { task: telling, input: 30, operator: 'os:root', command: 'tell', message: null }
      for (let at = 0; at < JOBS; at++) await enqueue(bot.inventory.database.knex, job)
      const running = async () => {
        const { rows } = await bot.inventory.database.knex.raw(`select from runs where state = 'running'`)
        return rows.length
      }
      while ((await running()) < JOBS) await new Promise((resolve) => setTimeout(resolve, 100))

      const begun = performance.now()
      for (const [at, user] of people.entries()) {
        const early = begun + (at * 1000) / COMMANDS - performance.now()
        if (early > 0) await new Promise((resolve) => setTimeout(resolve, early))
        slack.people.says(user, user.replace('U', 'C'), `<@${BOT.user}> ${TEXTS[at % TEXTS.length]}`)
      }
      await slack.until(() => slack.deliveries.areAcked(), 'all is acknowledged', 60_000)
      expect(await running()).toBe(JOBS)
      const times = slack.deliveries.all.map(({ ackedAt, sentAt }) => (ackedAt ?? Number.POSITIVE_INFINITY) - sentAt)
      const p99 = percentile(times, 0.99)
      const figures = [0.5, 0.95, 0.99, 1].map((share) => `${percentile(times, share).toFixed(0)} ms`)
      console.log(`${kind}: ${COMMANDS} commands, ${times.length} events: p50, p95, p99, most ${figures.join(', ')}`)
      // None was brought again.
      expect(slack.deliveries.all.filter(({ attempts }) => attempts > 0)).toEqual([])
      expect(p99).toBeLessThan(LIMIT)

      await bot.answered(COMMANDS, 300_000)
      const said = people.map((user) => {
        const all = slack.workspace.messages.get(user.replace('U', 'C')) ?? []
        return all.filter(({ botId, text }) => botId !== null && text !== '').length
      })
      expect(said.filter((count) => count !== 1)).toEqual([])
      expect(slack.rates.ignored).toBe(0)
      const metrics = await (await fetch(`${bot.url}/metrics`)).text()
      const counted = /^clusto_ack_seconds_count\{chat="slack"\} (\d+)$/m.exec(metrics)?.[1]
      expect(Number(counted)).toBe(times.length)
      expect(bot.troubles).toEqual([])
    } finally {
      await bot.end()
      await slack.stop()
    }
  })
})
