// People type in Slack while the bot is killed, again and again; Slack brings each event several times, under other ids.
// At the end each command was done once, and answered once in its own thread.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { inject } from 'vitest'
import { SCOPES } from '../../../src/bot/slack/needs.ts'
import { readShippedDrivers } from '../../../src/inventory/catalogue.ts'
import type { DatabaseConfig } from '../../../src/inventory/database/database.ts'
import { Inventory } from '../../../src/inventory/inventory.ts'
import { enrolFirst } from '../../../src/inventory/operators/operators.ts'
import { createDatabase, type DatabaseKind, ENTRY } from '../../inventory/open.ts'
import { BOT, FakeSlack } from '../slack/server.ts'
import type { Orders, Report } from './answerer.ts'

export interface Plan {
  readonly kind: DatabaseKind
  /** Where it is killed; null at a random moment. */
  readonly kills: readonly (string | null)[]
  readonly events: number
}

export interface Outcome {
  readonly kills: number
  /** Points that were not come to. */
  readonly missed: readonly string[]
  /** What should not be. */
  readonly wrong: readonly string[]
}

const AUTHORS = ['U0ANN0001', 'U0BOB0001', 'U0CAT0001', 'U0DAN0001']
const CHANNELS = 25
// In milliseconds.
const LIMIT = 60_000
const AGAIN = 700
// What has waited for so long is asked about, and not done: five minutes.
const LATE = 300_000

// On a machine that is too busy a change waits for its turn for five seconds, and is refused to its author alone.
const BUSY = 'another change is being written'

interface Typed {
  readonly n: number
  /** Milliseconds of `performance.now()`. */
  readonly at: number
  readonly channel: string
  readonly root: string
}

export async function crash({ kind, kills, events }: Plan): Promise<Outcome> {
  const directory = await mkdtemp(join(tmpdir(), 'clusto-chat-crash-'))
  const { config, drop } = await databaseOf(kind, directory)
  const slack = await FakeSlack.start({ again: AGAIN })
  slack.web.scopes = new Set([...slack.web.scopes, ...Object.keys(SCOPES)])
  const channels = Array.from({ length: CHANNELS }, (_, n) => `C0OPS1${String(n).padStart(3, '0')}`)
  for (const [n, id] of channels.entries()) slack.workspace.addChannel(id, `ops${n}`, [...AUTHORS, BOT.user])
  const mode = { tag: 'socket', appToken: 'xapp-good' } as const
  const orders = { config, directory, chat: { slack: { botToken: 'xoxb-good', mode, apiUrl: slack.url } } }
  const typed: Typed[] = []
  const missed: string[] = []
  const troubles: string[] = []
  try {
    await begin(
      config,
      AUTHORS.map((id) => `slack:${id}`),
    )
    const each = Math.ceil(events / (kills.length + 1))
    const typeSome = () => {
      for (let i = 0; i < each && typed.length < events; i++) {
        const n = typed.length
        slack.people.copies = { count: 1 + (n % 11), isMixed: true }
        const channel = channels[n % CHANNELS] ?? ''
        const root = slack.people.says(
          AUTHORS[n % AUTHORS.length] ?? '',
          channel,
          `<@${BOT.user}> attr add t1 hit n${n}`,
        )
        typed.push({ n, at: performance.now(), channel, root })
      }
    }
    for (const point of kills) {
      const child = start({ ...orders, point }, troubles)
      const exit = once(child, 'exit')
      typeSome()
      if (point === null) void pause(500 + Math.random() * 4000).then(() => child.kill('SIGKILL'))
      const over = new AbortController()
      const isDead = await Promise.race([
        exit.then(() => true),
        pause(LIMIT, false, { signal: over.signal }).catch(() => false),
      ])
      over.abort()
      if (!isDead) missed.push(String(point))
      child.kill('SIGKILL')
      await exit
    }
    typeSome()
    const last = start({ ...orders, point: null }, troubles)
    await settled(last, slack)
    const exit = once(last, 'exit')
    last.kill('SIGKILL')
    await exit
    return { kills: kills.length, missed, wrong: [...troubles, ...(await verify(config, slack, typed))] }
  } finally {
    await slack.stop()
    await drop()
    await rm(directory, { recursive: true, force: true })
  }
}

export async function databaseOf(
  kind: DatabaseKind,
  directory: string,
): Promise<{ config: DatabaseConfig; drop: () => Promise<void> }> {
  if (kind === 'postgres') {
    const { url, drop } = await createDatabase()
    return { config: { kind: 'postgres', url }, drop }
  }
  const data = join(directory, 'data')
  await mkdir(data, { mode: 0o700 })
  return { config: { kind: 'embedded', directory: data, template: inject('template') }, drop: async () => undefined }
}

export async function begin(config: DatabaseConfig, operators: readonly string[]): Promise<void> {
  const inventory = await Inventory.open(config, readShippedDrivers('drivers'))
  const people = operators.map((identity) => ({ identity, role: 'operator' }))
  await enrolFirst(inventory.database.knex, [{ identity: 'os:root', role: 'admin' }, ...people])
  await inventory.change(ENTRY, (change) =>
    change.insert('things', [{ name: 't1', name_key: 't1', driver: 'server', type: 'server' }]),
  )
  await inventory.close()
}

export function start(orders: Orders, troubles: string[]): ChildProcess {
  const child = fork(join(import.meta.dirname, 'answerer.ts'), [JSON.stringify(orders)], {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  child.on('message', (report: Report) => {
    // A socket that a dead process has left open is no trouble of this one.
    if (report.tag === 'trouble') troubles.push(report.text)
  })
  return child
}

/** When Slack was told that all has come, and all is answered. */
async function settled(child: ChildProcess, slack: FakeSlack): Promise<void> {
  let left = Number.POSITIVE_INFINITY
  child.on('message', (report: Report) => {
    if (report.tag === 'left') left = report.count
  })
  const exited = once(child, 'exit').then(() => {
    throw new Error('the last process has ended')
  })
  const done = slack.until(() => left === 0 && slack.deliveries.areAcked(), 'all is acknowledged and answered', 600_000)
  await Promise.race([done, exited])
}

async function verify(config: DatabaseConfig, slack: FakeSlack, typed: readonly Typed[]): Promise<string[]> {
  const inventory = await Inventory.open(config, readShippedDrivers('drivers'))
  const { rows } = await inventory.database.knex.raw<{ rows: { text: string; count: number }[] }>(
    `select text, count(*) as count from attributes where key = 'hit' group by text`,
  )
  await inventory.close()
  const counts = new Map(rows.map(({ text, count }) => [text, count]))
  const end = performance.now()
  const busy = slack.workspace.whispers.filter(({ text }) => text.includes(BUSY))
  return typed.flatMap(({ n, at, channel, root }) => {
    const done = counts.get(`n${n}`) ?? 0
    const answers = slack.workspace.thread(channel, root).filter(({ botId }) => botId !== null)
    const own = answers.filter(({ text }) => new RegExp(`\\bn${n}\\b`).test(text))
    const isAskedAbout = end - at > LATE && own.some(({ text }) => text.includes('nothing is done yet'))
    if (done === 0 && answers.length === 0) {
      const told = busy.findIndex((one) => one.channel === channel && one.to === AUTHORS[n % AUTHORS.length])
      if (told >= 0 && busy.splice(told, 1)) return []
    }
    return [
      ...(done === (isAskedAbout ? 0 : 1) ? [] : [`n${n} was done ${done} times`]),
      ...(answers.length === 1 && own.length === 1
        ? []
        : [`n${n} was answered ${answers.length} times: ${answers.map(({ text }) => text).join(' | ')}`]),
    ]
  })
}
