// How much memory a bot takes that listens in Slack and Discord on the embedded database, against a process that only loads
// the two clients and opens a bare database. Resident, when both have been idle for some seconds; Linux tells it.
import { type ChildProcess, spawn } from 'node:child_process'
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { FakeDiscord } from '../test/bot/discord/server.ts'
import { FakeSlack } from '../test/bot/slack/server.ts'
import { type Figures, figures } from './measure.ts'
import { ended } from './start.ts'
import { print } from './table.ts'

const ROUNDS = 3
const IDLE = 5000
const LIMIT = 120_000
const BAR = 1.3

const here = dirname(fileURLToPath(import.meta.url))
const PROGRAM = resolve('dist', 'main.js')
const BARE = join(here, 'bare.js')

/** Prints the table. */
export async function run(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'clusto-bench-'))
  const [slack, discord] = await Promise.all([FakeSlack.start(), FakeDiscord.start()])
  const { appId, guildId } = discord.world
  const data = join(folder, 'data')
  const bot = {
    ...{
      SLACK_BOT_TOKEN: 'xoxb-good',
      SLACK_APP_TOKEN: 'xapp-good',
      SLACK_API_URL: slack.url,
      CLUSTO_HTTP: '127.0.0.1:0',
    },
    ...{ DISCORD_TOKEN: discord.token, DISCORD_APP_ID: appId, DISCORD_GUILD_ID: guildId, DISCORD_API_URL: discord.url },
  }
  try {
    await residentOf([PROGRAM, '--demo', '--data', data, 'serve'], bot, 'speaks in slack')
    await cp(join(data, 'db'), join(folder, 'bare'), { recursive: true })
    const [ours, bare]: [number[], number[]] = [[], []]
    for (let round = 0; round < ROUNDS; round++) {
      ours.push(await residentOf([PROGRAM, '--demo', '--data', data, 'serve'], bot, 'speaks in slack'))
      bare.push(await residentOf([BARE, join(folder, 'bare'), 'clients'], {}, '\n'))
    }
    show(figures(ours), figures(bare))
  } finally {
    await Promise.all([slack.stop(), discord.stop()])
    await rm(folder, { recursive: true, force: true })
  }
}

function show(ours: Figures, bare: Figures): void {
  const ratio = ours.median / bare.median
  const mib = (kib: number) => (kib / 1024).toFixed(0)
  print(
    ['', 'MiB', 'most', 'ratio', 'bar', ''],
    [
      ...[['ours: clusto serve in Slack and Discord', mib(ours.median), mib(ours.p95), ratio.toFixed(2), `<= ${BAR}`]],
      ['both clients and a bare database', mib(bare.median), mib(bare.p95), '1.00', ''],
    ].map((row, at) => [...row, at > 0 ? '' : ratio <= BAR ? 'pass' : 'MISS']),
    [0, 5],
  )
}

/** In KiB, of a process that has said a text and then done nothing for some seconds. */
async function residentOf(
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
  text: string,
): Promise<number> {
  const env = { ...process.env, ...environment }
  const child = spawn(process.execPath, words, { env, stdio: 'pipe', timeout: LIMIT })
  await said(child, text)
  await pause(IDLE)
  const [, resident] = /^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${child.pid}/status`, 'utf8')) ?? []
  child.stdin.end()
  child.kill()
  await ended(child)
  return Number(resident)
}

function said(child: ChildProcess, text: string): Promise<void> {
  let all = ''
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (piece: string) => {
        all += piece
        if (all.includes(text)) resolve()
      })
    child.once('close', () => reject(new Error(`it has not said ${text}: ${all}`)))
  })
}
