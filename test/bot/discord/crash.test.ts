// Discord tells nothing again to a bot that was killed: what it had not stored is read from the history, and each question is
// answered once, in its own thread, wherever the bot is killed. `RUNS=200` kills so often.
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { CHAT_POINTS } from '../../../src/bot/fault.ts'
import { databases } from '../../inventory/open.ts'
import type { Orders, Report } from '../crash/answerer.ts'
import { begin, databaseOf, start } from '../crash/crash.ts'
import { FakeDiscord } from './server.ts'
import type { FakeMessage } from './world.ts'

const RUNS = Number(process.env.RUNS ?? 0)
const POINTS = RUNS > 0 ? [...CHAT_POINTS, null] : (['before store', 'after send', null] as const)
const CHANNELS = 20
// In milliseconds.
const LIMIT = 60_000

test('each question is answered once, although the bot is killed', async () => {
  const kills = Array.from({ length: Math.max(1, Math.floor(RUNS / POINTS.length)) }, () => POINTS).flat()
  const directory = await mkdtemp(join(tmpdir(), 'clusto-discord-crash-'))
  const { config, drop } = await databaseOf(databases.at(-1) ?? 'embedded', directory)
  const discord = await FakeDiscord.start()
  const { world } = discord
  const people = ['ann', 'bob', 'cat'].map((name) => world.user(name))
  const channels = Array.from({ length: CHANNELS }, (_, n) => world.channel(`ops${n}`))
  const setting = { token: discord.token, appId: world.appId, guildId: world.guildId, apiUrl: discord.url }
  const orders: Omit<Orders, 'point'> = { config, directory, chat: { discord: setting } }
  const asked: FakeMessage[] = []
  const troubles: string[] = []
  const missed: string[] = []
  const ask = (count: number) => {
    for (let more = 0; more < count; more++) {
      const n = asked.length
      const [by, channel] = [people[n % people.length], channels[n % channels.length]]
      if (by && channel) asked.push(discord.type(by, channel, `<@${world.bot.id}> locate n${n}`))
    }
  }
  try {
    await begin(
      config,
      people.map(({ id }) => `discord:${id}`),
    )
    for (const point of kills) {
      const child = start({ ...orders, point }, troubles)
      const exit = once(child, 'exit')
      // One that was never there has nothing to catch up on: the first one hears before anything is typed.
      await Promise.race([hears(child), exit])
      ask(6)
      if (point === null) void pause(300 + Math.random() * 2000).then(() => child.kill('SIGKILL'))
      if (!(await Promise.race([exit.then(() => true), pause(LIMIT, false)]))) missed.push(String(point))
      child.kill('SIGKILL')
      await exit
      // While nobody is there.
      ask(1)
    }
    const last = start({ ...orders, point: null }, troubles)
    const exit = once(last, 'exit')
    await Promise.race([discord.until(() => asked.every((one) => answersOf(discord, one).length > 0)), exit])
    last.kill('SIGKILL')
    await exit
    const wrong = asked.flatMap((message, n) => {
      const answers = answersOf(discord, message)
      return answers.length === 1 && answers[0]?.includes(`n${n}`) ? [] : [`n${n}: ${JSON.stringify(answers)}`]
    })
    const { wrong: refused, rates } = discord
    expect({ wrong, missed, refused, ignored: rates.ignored }).toEqual({
      wrong: [],
      missed: [],
      refused: [],
      ignored: 0,
    })
  } finally {
    await discord.stop()
    await drop()
    await rm(directory, { recursive: true, force: true })
  }
}, 7_200_000)

const answersOf = (discord: FakeDiscord, { shown }: FakeMessage): string[] => discord.said(shown.id)

function hears(child: ReturnType<typeof start>): Promise<void> {
  return new Promise((resolve) => {
    child.on('message', ({ tag }: Report) => {
      if (tag === 'hears') resolve()
    })
  })
}
