// What has to be set up in Discord: the slash command is kept by the bot, the rest is told by doctor, with what to click.
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { discordPage } from '../../../scripts/discord-page.ts'
import { DiscordAdapter } from '../../../src/bot/discord/adapter.ts'
import { definitions } from '../../../src/bot/discord/commands.ts'
import { inviteLink, PERMISSIONS, permissionBits } from '../../../src/bot/discord/invite.ts'
import { TIMES } from '../../../src/bot/discord/limits.ts'
import { type Bench, openBench } from './bench.ts'
import { MemoryFront } from './front.ts'

let bench: Bench

beforeEach(async () => {
  bench = await openBench()
  bench.discord.world.permissions = permissionBits
})
afterEach(async () => {
  expect(bench.discord.wrong).toEqual([])
  await bench.end()
})

const GUILD = 'PUT /applications/{application_id}/guilds/{guild_id}/commands'
const puts = () => bench.discord.seen.filter(({ method }) => method === 'PUT').map(({ route }) => route)

describe('the slash command', () => {
  test('is registered in the guild, and only where it differs', async () => {
    const { discord } = bench
    const one = await bench.join('one')
    await discord.until(() => discord.commands.size > 0)
    await one.adapter.stop()
    const two = await bench.join('two', one.front.store)
    await discord.until(
      () => discord.seen.filter(({ path, method }) => path.endsWith('/commands') && method === 'GET').length === 2,
    )
    await two.adapter.stop()
    expect(puts()).toEqual([GUILD])
    discord.commands.set(discord.world.guildId, [])
    await bench.join('three', one.front.store)
    await discord.until(() => puts().length === 2)
  })

  test('is one line whose completion is the grammar’s', () => {
    const [command, ...others] = definitions(null)
    expect(others).toEqual([])
    expect(command).toMatchObject({
      name: 'clusto',
      contexts: [0, 1],
      options: [{ type: 3, autocomplete: true, required: true }],
    })
    // Those of one guild say nothing of where else.
    expect(definitions('1')[0]).not.toHaveProperty('contexts')
  })
})

describe('doctor', () => {
  const rows = async (more: { token?: string; appId?: string; guildId?: string | null } = {}) => {
    const { discord } = bench
    const { appId, guildId } = discord.world
    const setting = { token: discord.token, appId, guildId, apiUrl: discord.url, ...more }
    const found = await new DiscordAdapter(setting, TIMES).check(AbortSignal.timeout(20_000))
    return new Map(found.map(({ name, state, detail }) => [name, `${state}: ${detail}`]))
  }

  test('finds all well', async () => {
    expect([...(await rows()).values()].filter((row) => !row.startsWith('ok'))).toEqual([])
    const { adapter } = await bench.join('one')
    const events = (await adapter.check(AbortSignal.timeout(20_000))).find(({ name }) => name === 'discord events')
    expect(events?.state).toBe('ok')
  })

  test('says what to click for a token that is wrong, and does not show it', async () => {
    const found = await rows({ token: 'AbCdEf.secret.token' })
    expect(found.get('discord token')).toContain('Reset Token')
    expect([...found.values()].join()).not.toContain('secret')
  })

  test('says which application the token is of', async () => {
    expect((await rows({ appId: '80351110224678912' })).get('discord token')).toContain(bench.discord.world.appId)
  })

  test('says what to click where the intent is off', async () => {
    bench.discord.grantsContent = false
    expect((await rows()).get('discord intent')).toContain('Message Content Intent')
  })

  test('gives the invite where the bot is not in the guild', async () => {
    bench.discord.world.isInvited = false
    expect((await rows()).get('discord guild')).toContain(inviteLink(bench.discord.world.appId))
  })

  test('names the permissions that are missing', async () => {
    bench.discord.world.permissions = permissionBits & ~(1n << 35n)
    expect((await rows()).get('discord permissions')).toMatch(/^failed: missing: Create Public Threads in acme/)
  })

  test('does not wait for a Discord that says nothing', async () => {
    bench.discord.mishaps.push({ route: 'GET /applications/@me', what: 'cut' })
    expect((await rows()).get('discord token')).toContain('cannot be reached')
  })
})

test('can be ended while Discord takes a question and says nothing', async () => {
  const silent = createServer().listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const asked = once(silent, 'request')
  const apiUrl = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/api`
  const setting = { token: 'any', appId: '80351110224678912', guildId: null, apiUrl }
  // Waiting for the answer would take longer than this test may.
  const adapter = new DiscordAdapter(setting, { ...TIMES, request: 600_000, start: 600_000 })
  const start = adapter.start(new MemoryFront('one'))
  await asked
  await adapter.stop()
  await start
  expect(adapter.isHearing()).toBe(false)
  silent.closeAllConnections()
  silent.close()
})

test('the invite asks for the bot, its commands, and no more than it needs', () => {
  const url = new URL(inviteLink('80351110224678912'))
  expect(url.searchParams.get('scope')).toBe('bot applications.commands')
  const bits = BigInt(url.searchParams.get('permissions') ?? '')
  // Neither an administrator nor one who manages anything, nor one who may call everybody.
  for (const bit of [3n, 4n, 5n, 13n, 17n, 28n, 29n, 34n]) expect(bits & (1n << bit)).toBe(0n)
})

test('docs/discord.md says what the bot needs', () => {
  const page = readFileSync('docs/discord.md', 'utf8')
  expect(discordPage(page)).toBe(page)
  for (const { name } of PERMISSIONS) expect(page).toContain(name)
  // Ten steps, from nothing.
  expect(page.match(/^\d+\. /gm)).toHaveLength(10)
})
