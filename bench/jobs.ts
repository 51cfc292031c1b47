// What it costs that a job is durable: from enqueue to the first step, against a bare LISTEN/NOTIFY round trip and one
// insert; and no-op jobs a second, against bare pg-boss that sends, fetches and completes as many at the same settings.
import knexModule, { type Knex } from 'knex'
import pg from 'pg'
import PgBoss from 'pg-boss'
import { Inventory } from '../src/inventory/inventory.ts'
import { enqueue } from '../src/jobs/enqueue.ts'
import type { Task } from '../src/jobs/task.ts'
import { Worker } from '../src/jobs/worker.ts'
import { sideBySide } from './measure.ts'
import { startPostgres } from './postgres.ts'

const CONCURRENCY = 8
const JOBS = 400
const EFFORT = { warm: 20, runs: 300, limit: 20_000 }
const BATCHES = { warm: 1, runs: 7, limit: 60_000 }

/** Prints both tables; each figure is a ratio of interleaved rounds. */
export async function run(): Promise<void> {
  const server = await startPostgres()
  try {
    const url = await server.createDatabase('jobs')
    const inventory = await Inventory.open({ kind: 'postgres', url }, [])
    try {
      await latency(inventory, url)
      await throughput(inventory, url)
    } finally {
      await inventory.close()
    }
  } finally {
    await server.stop()
  }
}

async function latency(inventory: Inventory, url: string): Promise<void> {
  let begun: () => void = () => undefined
  const noop: Task = step('latency', async () => begun())
  const worker = new Worker({ inventory, tasks: [noop], onTrouble: fail, concurrency: CONCURRENCY })
  await worker.start()
  const bare = await openBare(inventory.database.knex, url)
  // Another pool, as of another process: the bell that rings inside a process does not help.
  const other = knexModule({ ...inventory.database.knex.client.config })
  const ours = {
    name: 'enqueue to first step',
    run: async () => {
      const first = new Promise<void>((resolve) => {
        begun = resolve
      })
      await enqueue(other, request(noop))
      await first
    },
  }
  const [mine, theirs] = await sideBySide([ours, bare], EFFORT)
  if (!mine || !theirs) throw new Error('no figures')
  console.log('from enqueue to first step     median     p95  (ms)')
  for (const [name, one] of [['ours', mine] as const, ['bare: insert, notify, notify back', theirs] as const])
    console.log(`${name.padEnd(34)} ${one.median.toFixed(2)}  ${one.p95.toFixed(2)}  (${one.runs} runs)`)
  console.log(`ratio ${(mine.median / theirs.median).toFixed(2)} (bar: at most 1.5)\n`)
  await bare.close()
  await other.destroy()
  await worker.drain(1000)
}

/** An insert, a NOTIFY that another connection hears, and the NOTIFY that it answers with. */
async function openBare(knex: Knex, url: string) {
  await knex.raw('create table bare (id bigint generated always as identity primary key, payload jsonb not null)')
  const there = new pg.Client({ connectionString: url })
  const here = new pg.Client({ connectionString: url })
  await Promise.all([there.connect(), here.connect()])
  await there.query('listen ping')
  await here.query('listen pong')
  there.on('notification', () => void there.query('notify pong'))
  const close = () => Promise.all([there.end(), here.end()])
  const run = async () => {
    const answered = new Promise<void>((resolve) => here.once('notification', () => resolve()))
    await knex.raw('insert into bare (payload) values (?::jsonb)', ['{}']).options({ name: 'bare' })
    await knex.raw('notify ping')
    await answered
  }
  return { name: 'bare', run, close }
}

async function throughput(inventory: Inventory, url: string): Promise<void> {
  const boss = new PgBoss({ connectionString: url, max: CONCURRENCY, supervise: false, schedule: false })
  let isOver = false
  boss.on('error', (error) => isOver || fail(error))
  await boss.start()
  await boss.createQueue('noop')
  let left = 0
  let all: () => void = () => undefined
  const noop = step('noop', async () => {
    if (--left === 0) all()
  })
  const ours = async () => {
    const worker = new Worker({ inventory, tasks: [noop], onTrouble: fail, concurrency: CONCURRENCY })
    const done = new Promise<void>((resolve) => {
      left = JOBS
      all = resolve
    })
    await inTurns(JOBS, () => enqueue(inventory.database.knex, request(noop)))
    await worker.start()
    await done
    await worker.drain(1000)
  }
  const theirs = async () => {
    await inTurns(JOBS, () => boss.send('noop', {}))
    // Its own loop waits half a second between fetches: fetching as fast as it goes is what it is at best.
    await inTurns(JOBS, async () => {
      for (const { id } of await boss.fetch('noop')) await boss.complete('noop', id)
    })
  }
  const [mine, bare] = await sideBySide(
    [
      { name: 'ours', run: ours },
      { name: 'pg-boss', run: theirs },
    ],
    BATCHES,
  )
  if (!mine || !bare) throw new Error('no figures')
  const rate = (ms: number) => Math.round((JOBS / ms) * 1000)
  console.log(`no-op jobs a second, ${CONCURRENCY} at a time, enqueued, done and recorded one by one`)
  console.log(`ours           ${rate(mine.median)}  (${mine.runs} runs of ${JOBS})`)
  console.log(`bare pg-boss   ${rate(bare.median)}`)
  console.log(`ratio ${(bare.median / mine.median).toFixed(2)} (bar: at least 0.5)`)
  isOver = true
  await boss.stop({ graceful: false })
}

/** `count` pieces of work, CONCURRENCY at a time. */
async function inTurns(count: number, work: () => Promise<unknown>): Promise<void> {
  let next = 0
  const lane = async () => {
    while (next++ < count) await work()
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, lane))
}

function step(name: string, run: () => Promise<void>): Task {
  const only = { name: 'only', timeout: 60_000, repeatable: true, run: async () => run().then(() => null) }
  return { name, steps: () => [only] }
}

const request = (task: Task) => ({ task, input: null, operator: 'os:bench', command: 'bench' })

function fail(error: unknown): never {
  throw error
}
