// Whatever happens to the connection, nothing that was typed is lost, and one process at a time has it.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DiscordAdapter } from '../../../src/bot/discord/adapter.ts'
import { TIMES } from '../../../src/bot/discord/limits.ts'
import { BotError } from '../../../src/bot/error.ts'
import { type Bench, openBench, post } from './bench.ts'
import { MemoryFront, Store } from './front.ts'
import { snowflake } from './world.ts'

// Short waits: what is measured in them is awaited, not slept.
const QUICK = { lease: 1500, renew: 100, heard: 100 }

let bench: Bench

beforeEach(async () => {
  bench = await openBench()
})
afterEach(async () => {
  expect(bench.discord.wrong).toEqual([])
  await bench.end()
})

const ask = (text: string) => bench.discord.type(bench.ann, bench.ops, `${bench.mention} ${text}`)
const askUnheard = (text: string) => bench.discord.typeUnheard(bench.ann, bench.ops, `${bench.mention} ${text}`)
const texts = (front: MemoryFront) => front.came().map((one) => (one.kind === 'message' ? one.text : one.kind))
const heardOf = async (front: MemoryFront, text: string) => {
  await front.until(() => texts(front).includes(text))
  return front.came().find((one) => one.kind === 'message' && one.text === text)
}

describe('a connection that breaks', () => {
  test('is resumed, with what was typed meanwhile', async () => {
    const { adapter, front } = await bench.join('one', undefined, QUICK)
    const { gateway } = bench.discord
    gateway.drop()
    await gateway.until(() => gateway.connected === 0)
    ask('while away')
    const came = await heardOf(front, 'while away')
    expect(came?.isCaughtUp).toBe(false)
    expect([gateway.identified, gateway.resumed]).toEqual([1, 1])
    expect(adapter.isHearing()).toBe(true)
  })

  test('because Discord asks for it, is resumed', async () => {
    const { front } = await bench.join('one', undefined, QUICK)
    const { gateway } = bench.discord
    gateway.askReconnect()
    ask('during it')
    await heardOf(front, 'during it')
    await gateway.until(() => gateway.resumed === 1)
    ask('after it')
    await heardOf(front, 'after it')
  })

  test('and cannot be resumed: what nobody tells is read from the history, once', async () => {
    const { adapter, front } = await bench.join('one', undefined, QUICK)
    const { gateway, world } = bench.discord
    const dm = world.dm(bench.bob)
    bench.discord.type(bench.bob, dm, 'in private')
    const asked = ask('before')
    const before = await heardOf(front, 'before')
    await adapter.post(before?.thread ?? '', post('answer'), 'n1', null)
    const thread = world.channels.get(asked.shown.id)
    if (!thread) throw new Error('no thread')
    await front.until(() => front.store.heard.has('discord'))
    gateway.invalidate()
    askUnheard('in the channel')
    bench.discord.typeUnheard(bench.ann, thread, `${bench.mention} in the thread`)
    bench.discord.typeUnheard(bench.ann, bench.ops, 'not for the bot')
    bench.discord.typeUnheard(bench.bob, dm, 'in private again')
    for (const text of ['in the channel', 'in the thread', 'in private again'])
      expect(await heardOf(front, text)).toMatchObject({ isCaughtUp: true })
    expect(await heardOf(front, 'in the thread')).toMatchObject({ thread: before?.thread, channel: `#${bench.ops.id}` })
    expect(gateway.identified).toBe(2)
    expect(texts(front).sort()).toEqual(['before', 'in private', 'in private again', 'in the channel', 'in the thread'])
    expect(await heardOf(front, 'before')).toMatchObject({ isCaughtUp: false })
  })

  test('is told to nobody as heard while it is broken', async () => {
    const { adapter, front } = await bench.join('one', undefined, QUICK)
    const { gateway } = bench.discord
    gateway.isClosed = true
    gateway.drop()
    await gateway.until(() => gateway.connected === 0)
    await expect.poll(() => adapter.isHearing(), { timeout: 20_000 }).toBe(false)
    gateway.isClosed = false
    ask('after')
    await heardOf(front, 'after')
    expect(adapter.isHearing()).toBe(true)
  })

  test.each([0, 120])('in a channel of many messages: after %i others', async (others) => {
    const store = new Store()
    const { adapter, front } = await bench.join('one', store, QUICK)
    await front.until(() => store.heard.has('discord'))
    await adapter.stop()
    for (let at = 0; at < others; at++) bench.discord.typeUnheard(bench.bob, bench.ops, `talk ${at}`)
    askUnheard('the last')
    const next = await bench.join('two', store, QUICK)
    expect(await heardOf(next.front, 'the last')).toMatchObject({ isCaughtUp: true })
  })
})

test('another process reads what was missed in direct messages as well', async () => {
  const store = new Store()
  const one = await bench.join('one', store, QUICK)
  const dm = bench.discord.world.dm(bench.bob)
  bench.discord.type(bench.bob, dm, 'whoami')
  await heardOf(one.front, 'whoami')
  await one.front.until(() => store.heard.has('discord'))
  await one.adapter.stop()
  bench.discord.typeUnheard(bench.bob, dm, 'jobs')
  const two = await bench.join('two', store, QUICK)
  expect(await heardOf(two.front, 'jobs')).toMatchObject({ isCaughtUp: true, channel: null })
})

describe('what cannot be stored', () => {
  test('is read again from the history', async () => {
    const { front } = await bench.join('one', undefined, QUICK)
    await front.until(() => front.store.heard.has('discord'))
    front.isDown = true
    ask('while the database is away')
    await front.until(() => front.troubles.some((error) => String(error).includes('away')))
    front.isDown = false
    expect(await heardOf(front, 'while the database is away')).toMatchObject({ isCaughtUp: true })
  })
})

describe('a bot that was never there', () => {
  test('does not answer what was typed before it came', async () => {
    askUnheard('long ago')
    const { front } = await bench.join('one', undefined, QUICK)
    await front.until(() => front.store.heard.has('discord'))
    ask('now')
    await heardOf(front, 'now')
    expect(texts(front)).toEqual(['now'])
  })

  test('does not answer what is older than a day', async () => {
    const store = new Store()
    store.heard.set('discord', new Date(Date.now() - 7 * 24 * 60 * 60_000))
    const old = askUnheard('two days ago')
    const at = new Date(Date.now() - 2 * 24 * 60 * 60_000)
    bench.ops.messages[0] = {
      ...old,
      shown: { ...old.shown, id: snowflake(at.getTime()), timestamp: at.toISOString() },
    }
    askUnheard('just now')
    const { front } = await bench.join('one', store, QUICK)
    await heardOf(front, 'just now')
    expect(texts(front)).toEqual(['just now'])
  })
})

describe('several processes', () => {
  test('one hears and speaks, the other stands by', async () => {
    const store = new Store()
    const one = await bench.join('one', store, QUICK)
    const two = await bench.join('two', store, QUICK)
    expect([one.adapter.speaks(), two.adapter.speaks()]).toEqual([true, false])
    expect([one.adapter.isHearing(), two.adapter.isHearing()]).toEqual([true, true])
    expect(bench.discord.gateway.connected).toBe(1)
  })

  test('when it falls silent, another takes over, and nothing is lost', async () => {
    const store = new Store()
    const one = await bench.join('one', store, QUICK)
    const two = await bench.join('two', store, QUICK)
    await one.front.until(() => store.heard.has('discord'))
    // As seen from the database: it is asked for nothing any more.
    one.front.isDown = true
    askUnheard('between the two')
    expect(await heardOf(two.front, 'between the two')).toMatchObject({ isCaughtUp: true })
    await expect.poll(() => [one.adapter.speaks(), two.adapter.speaks()], { timeout: 20_000 }).toEqual([false, true])
    expect(one.adapter.isHearing()).toBe(false)
    await bench.discord.gateway.until(() => bench.discord.gateway.connected === 1)
  })

  test('one that ends in order leaves it at once', async () => {
    const store = new Store()
    const one = await bench.join('one', store, { ...QUICK, lease: 600_000 })
    const two = await bench.join('two', store, QUICK)
    await one.adapter.stop()
    ask('after the first')
    await heardOf(two.front, 'after the first')
    expect(two.adapter.speaks()).toBe(true)
  })
})

describe('a refusal', () => {
  const refusalOf = (joined: Promise<unknown>) =>
    joined.then(
      () => Promise.reject(new Error('it was taken')),
      (error: unknown) =>
        error instanceof BotError && error.code === 'chat-refused' ? error.facts : Promise.reject(error),
    )

  test('of the token ends the start, and says what to click', async () => {
    const { world, url } = bench.discord
    const setting = { token: 'wrong', appId: world.appId, guildId: null, apiUrl: url }
    const adapter = new DiscordAdapter(setting, TIMES)
    const { reason, next } = (await refusalOf(adapter.start(new MemoryFront('two')))) as {
      reason: string
      next: string
    }
    expect(reason).toContain('DISCORD_TOKEN')
    expect(next).toContain('Reset Token')
    expect(`${reason} ${next}`).not.toContain('wrong.')
    await adapter.stop()
  })

  test('of the intent ends the start, and says what to click', async () => {
    bench.discord.grantsContent = false
    const { next } = (await refusalOf(bench.join('one', undefined, QUICK))) as { next: string }
    expect(next).toContain('Message Content Intent')
  })

  test('later is told once, and tried again slowly', async () => {
    const { adapter, front } = await bench.join('one', undefined, { ...QUICK, refused: 500 })
    const { discord } = bench
    await discord.until(() => discord.commands.size > 0)
    const [good, { gateway }] = [discord.token, discord]
    discord.token = 'revoked'
    gateway.drop()
    await front.until(() => front.troubles.length > 0)
    await expect.poll(() => adapter.isHearing(), { timeout: 20_000 }).toBe(false)
    await discord.until(
      () => discord.seen.filter(({ path, status }) => path === '/gateway/bot' && status === 401).length >= 2,
    )
    expect(front.troubles.map((error) => (error instanceof BotError ? error.code : String(error)))).toEqual([
      'chat-refused',
    ])
    discord.token = good
    ask('again')
    await heardOf(front, 'again')
    expect(adapter.isHearing()).toBe(true)
  })
})

test('a Discord that cannot be reached at the start is asked again', async () => {
  bench.discord.mishaps.push({ route: 'GET /gateway/bot', what: '500', times: 2 })
  const { front } = await bench.join('one', undefined, QUICK)
  ask('at last')
  await heardOf(front, 'at last')
})

test('a bot begins without a Discord that cannot be reached for long, and hears it later', async () => {
  bench.discord.mishaps.push({ route: 'GET /gateway/bot', what: '500', times: 3 })
  const { adapter, front } = await bench.join('one', undefined, { ...QUICK, start: 0 })
  expect(adapter.isHearing()).toBe(false)
  await bench.discord.gateway.until(() => bench.discord.gateway.connected === 1)
  ask('at last')
  await heardOf(front, 'at last')
})
