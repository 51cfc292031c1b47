// Whoever watches over the bot is told how it is: quickly, also when the database says nothing, and nothing that is not theirs.
import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { BotError } from '../../../src/bot/error.ts'
import type { Health } from '../../../src/bot/http/health.ts'
import { Metrics } from '../../../src/bot/http/metrics.ts'
import { type HttpService, openHttp } from '../../../src/bot/http/open-http.ts'
import { PRIORITY, say } from '../../../src/bot/outbox/outbox.ts'
import { plainDraft } from '../../../src/bot/outbox/post.ts'
import { answer } from '../../../src/bot/pipeline.ts'
import { COMMANDS } from '../../../src/commands/registry.ts'
import { createLanguage } from '../../../src/grammar/language.ts'
import type { Inventory } from '../../../src/inventory/inventory.ts'
import { enrolFirst } from '../../../src/inventory/operators/operators.ts'
import { closeInventory, databases, openInventory } from '../../inventory/open.ts'

const AT = { host: '127.0.0.1', port: 0 }
const slack = { name: 'slack', hears: true }
const discord = { name: 'discord', hears: true }
const healths: readonly Health[] = [slack, discord].map((chat) => ({
  name: chat.name,
  isWell: () => chat.hears,
  detail: 'hears nothing',
}))

describe.each(databases)('over HTTP, on %s', (kind) => {
  let inventory: Inventory
  let http: HttpService | null = null
  let metrics: Metrics
  let isEnding: boolean

  beforeAll(async () => {
    inventory = await openInventory(kind)
    await enrolFirst(inventory.database.knex, [{ identity: 'os:test', role: 'admin' }])
  })
  afterAll(() => closeInventory(inventory))
  afterEach(async () => {
    await http?.stop()
    http = null
  })

  async function get(path: string): Promise<{ status: number; type: string | null; text: string }> {
    http ??= await open()
    const response = await fetch(`${http.url}${path}`)
    return { status: response.status, type: response.headers.get('content-type'), text: await response.text() }
  }

  function open(): Promise<HttpService> {
    metrics = new Metrics('1.2.3')
    isEnding = false
    slack.hears = discord.hears = true
    return openHttp(AT, { knex: inventory.database.knex, healths, metrics, isEnding: () => isEnding })
  }

  /** All that the pool can give is taken, as by questions that take long. */
  async function occupied<T>(work: () => Promise<T>): Promise<T> {
    const { knex } = inventory.database
    const all = Array.from({ length: knex.client.pool.max }, () => knex.transaction())
    const taken = await Promise.all(all)
    return work().finally(() => Promise.all(taken.map((one) => one.rollback())))
  }

  test('a bot that is well says so', async () => {
    expect(await get('/healthz')).toMatchObject({ status: 200, text: '{"status":"ok","checks":{"database":"ok"}}' })
    const ready = await get('/readyz')
    expect(ready.status).toBe(200)
    expect(JSON.parse(ready.text)).toEqual({
      status: 'ready',
      checks: { database: 'ok', slack: 'ok', discord: 'ok', process: 'ok' },
    })
  })

  test('a chat that is not heard makes it not ready, by name, and ready again', async () => {
    http = await open()
    discord.hears = false
    const deaf = await get('/readyz')
    expect(deaf.status).toBe(503)
    expect(JSON.parse(deaf.text)).toMatchObject({
      status: 'not ready',
      checks: { slack: 'ok', discord: 'hears nothing' },
    })
    expect((await get('/healthz')).status).toBe(200)
    expect((await get('/metrics')).text).toContain('clusto_chat_hearing{chat="discord"} 0')
    discord.hears = true
    expect((await get('/readyz')).status).toBe(200)
    expect((await get('/metrics')).text).toContain('clusto_chat_hearing{chat="discord"} 1')
  })

  test('a bot that ends is not ready, and healthy until it has ended', async () => {
    http = await open()
    isEnding = true
    expect(await get('/readyz')).toMatchObject({ status: 503, text: expect.stringContaining('"it is ending"') })
    expect((await get('/healthz')).status).toBe(200)
  })

  test('a database that does not answer in time is told, however many ask, and so is that it does again', async () => {
    http = await open()
    await occupied(async () => {
      const asked = Array.from({ length: 20 }, () => get('/healthz'))
      const told = await Promise.all([...asked, get('/readyz')])
      expect(new Set(told.map(({ status }) => status))).toEqual(new Set([503]))
      expect(told[0]?.text).toBe('{"status":"not ok","checks":{"database":"no answer within 2 s"}}')
      // One question waits, and not twenty.
      expect(inventory.database.knex.client.pool.numPendingAcquires()).toBe(1)
      const { status, text } = await get('/metrics')
      expect({ status, text }).toMatchObject({ status: 200, text: expect.stringContaining('clusto_database_up 0') })
      expect(text).not.toMatch(/^clusto_(jobs|workers|inbox_waiting)\b/m)
    })
    expect((await get('/healthz')).status).toBe(200)
  })

  test('figures of the work, and nothing of the inventory', async () => {
    http = await open()
    const { knex } = inventory.database
    const language = createLanguage(COMMANDS)
    const bot = { inventory, language, commands: COMMANDS, tally: metrics }
    const type = (text: string) =>
      answer(
        {
          ...{ text, author: 'os:test', chat: 'terminal', thread: '{}', channel: null, isConfirmed: true, limit: 10 },
          readFile: () => Promise.reject(new Error('no files')),
          writeFile: (name) => Promise.resolve(name),
        },
        bot,
      )
    for (const text of ['add server secret01', 'count secret01', 'locate nowhere', 'no such thing at all ('])
      await type(text)
    metrics.acknowledged('slack', 0.03)
    const post = { ...plainDraft('secret01 is done'), buttons: [], files: [], answers: null }
    await say(knex, [{ chat: 'slack', thread: 't', key: 'k', priority: PRIORITY.answer, post, asker: null }])
    await say(knex, [{ chat: 'slack', thread: 't', key: 'gone', priority: PRIORITY.answer, post, asker: null }])
    await knex.raw(`update outbox set state = 'lost', trouble = 'is_archived' where key = 'gone'`)
    await knex.raw(`insert into inbox (chat, key, author, incoming) values ('slack', 'k', 'slack:U1', '{}')`)
    await knex.raw(`insert into runs (task, input, operator, command, state)
      select 't', '{}'::jsonb, 'o', 'c', case when n = 1 then 'unknown' when n > 2990 then 'failed' else 'done' end
      from generate_series(1, 3000) n union all select 't', '{}'::jsonb, 'o', 'c', 'queued'`)
    const { status, type: contentType, text } = await get('/metrics')
    expect({ status, contentType }).toEqual({
      status: 200,
      contentType: 'text/plain; version=0.0.4; charset=utf-8',
    })
    for (const line of [
      'clusto_info{version="1.2.3"} 1',
      'clusto_commands_total{outcome="done"} 2',
      'clusto_commands_total{outcome="refused"} 1',
      'clusto_commands_total{outcome="not-understood"} 1',
      'clusto_commands_total{outcome="bug"} 0',
      'clusto_database_up 1',
      'clusto_inbox_waiting 1',
      'clusto_outbox_waiting{chat="slack"} 1',
      'clusto_outbox_lost{chat="slack"} 1',
      'clusto_outbox_lost{chat="discord"} 0',
      'clusto_jobs{state="queued"} 1',
      // What has not ended is counted; of what has, the newest.
      'clusto_jobs{state="unknown"} 1',
      'clusto_jobs{state="failed"} 10',
      'clusto_jobs{state="done"} 989',
      'clusto_workers 0',
      'clusto_ack_seconds_bucket{le="0.025",chat="slack"} 0',
      'clusto_ack_seconds_bucket{le="0.05",chat="slack"} 1',
    ])
      expect(text.split('\n')).toContain(line)
    expect(text).toMatch(/^clusto_uptime_seconds [\d.]+$/m)
    expect(text).toMatch(/^clusto_outbox_oldest_seconds\{chat="slack"\} [\d.e-]+$/m)
    expect(text).not.toMatch(/secret01|os:test|slack:U1/)
    const told = new Set(text.match(/(?<=^# TYPE )clusto_\w+/gm))
    const page = readFileSync('docs/operations.md', 'utf8')
    expect([...told].filter((name) => !page.includes(`\`${name}\``))).toEqual([])
    expect(told.size).toBeGreaterThan(10)
    // Each line is as the format wants it.
    const sample = /^[a-z0-9_]+(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? [\d.e+-]+$|^[a-z_]+(\{.*\})? (NaN|\+Inf)$/
    expect(text.split('\n').filter((line) => line !== '' && !line.startsWith('# ') && !sample.test(line))).toEqual([])
  })

  test('what it does not have is not found, and nothing but looking is possible', async () => {
    expect((await get('/')).status).toBe(404)
    const response = await fetch(`${http?.url}/healthz`, { method: 'POST', body: 'x' })
    expect(response.status).toBe(404)
  })

  test('an address that cannot be listened on is refused', async () => {
    http = await open()
    const { port } = new URL(http.url)
    const watched = { knex: inventory.database.knex, healths, metrics, isEnding: () => false }
    const refused = openHttp({ host: '127.0.0.1', port: Number(port) }, watched)
    await expect(refused).rejects.toThrow(BotError)
    await expect(refused).rejects.toMatchObject({ code: 'http-unusable', facts: { code: 'EADDRINUSE' } })
    await expect(openHttp({ host: '192.0.2.1', port: 0 }, watched)).rejects.toMatchObject({
      facts: { code: 'EADDRNOTAVAIL' },
    })
  })
})
