// A database that is away or busy (with RUNS set, for longer) while steps run: what they have done is written when it is back, and nothing is lost.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { readShippedDrivers } from '../../src/inventory/catalogue.ts'
import { Inventory } from '../../src/inventory/inventory.ts'
import { enqueue } from '../../src/jobs/enqueue.ts'
import type { FaultPoint } from '../../src/jobs/fault.ts'
import type { Task } from '../../src/jobs/task.ts'
import { watch } from '../../src/jobs/watch.ts'
import { Worker } from '../../src/jobs/worker.ts'
import { createDatabase, databases, ENTRY } from '../inventory/open.ts'
import { writeScene } from '../inventory/scene.ts'
import { Session } from '../language/session.ts'
import { type Line, openLine } from './line.ts'
import { gate, task } from './shop.ts'

const IS_LONG = Number(process.env.RUNS ?? 0) > 0
// Milliseconds that a query may take here, the watchdog's limit; a query that takes long and not too long; and what it
// takes to open the database again, a second or so and more on a busy machine.
const LIMIT = IS_LONG ? 30_000 : 5000
const SLOW = IS_LONG ? 20_000 : 1000
const REOPENED = 15_000
// Things with a long text.
const LONG = IS_LONG ? 200 : 40
const ENDLESS = 'select count(*) from generate_series(1, 20000000000) n'

async function ask(inventory: Inventory, one: Task): Promise<number> {
  const request = { task: one, input: null, operator: 'os:test', command: 'test' }
  return (await enqueue(inventory.database.knex, request)).id
}

async function stateOf(inventory: Inventory, id: number): Promise<string> {
  let state = ''
  const { signal } = new AbortController()
  for await (const { run } of watch(inventory.database.knex, id, { signal })) state = run.state
  return state
}

/** A step that may not be repeated, and is held until it is let go. */
function heldStep() {
  const held = { begun: gate(), go: gate(), times: 0 }
  const once = {
    repeatable: false,
    run: async () => {
      held.times++
      held.begun.open()
      await held.go.opened
      return 'kept'
    },
  }
  return { once, held }
}

describe('an embedded database that is kept busy', () => {
  let folder: string
  let inventory: Inventory
  const config = () => ({
    ...{ kind: 'embedded' as const, directory: join(folder, 'data'), template: inject('template'), limit: LIMIT },
  })
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'clusto-outage-'))
    inventory = await Inventory.open(config(), readShippedDrivers('drivers'))
  })
  afterAll(async () => {
    await inventory.close()
    await rm(folder, { recursive: true })
  })

  const troubles: unknown[] = []
  const beats: number[] = []
  const work = async (tasks: readonly Task[]) => {
    const faults = (point: FaultPoint) => {
      if (point === 'after heartbeat') beats.push(performance.now())
    }
    const worker = new Worker({ inventory, tasks, faults, onTrouble: (error) => troubles.push(error) })
    await worker.start()
    return worker
  }
  /** Asks again and again until `isOver`; the longest that an answer took, in milliseconds. */
  const askAll = async (isOver: () => boolean): Promise<number> => {
    let longest = 0
    while (!isOver()) {
      const asked = performance.now()
      await inventory.read((view) => view.latest())
      longest = Math.max(longest, performance.now() - asked)
      await pause(50)
    }
    return longest
  }
  /**
   * A run whose step begins before `busy` does and ends while it goes on, one that is asked for meanwhile, one that goes on
   * all the time, and questions. Answers how long all of it took.
   */
  const meanwhile = async (busy: () => Promise<unknown>) => {
    const { once, held } = heldStep()
    const one = task({ once })
    const stays = gate()
    const staying = task({ stays: { run: () => stays.opened.then(() => null) } })
    beats.length = 0
    const worker = await work([one, staying])
    const kept = await ask(inventory, staying)
    const id = await ask(inventory, one)
    await held.begun.opened
    // What acknowledges messages has this loop.
    const loop = monitorEventLoopDelay({ resolution: 10 })
    loop.enable()
    const start = performance.now()
    const others = async () => {
      held.go.open()
      const other = await ask(inventory, one)
      return [await stateOf(inventory, id), await stateOf(inventory, other)]
    }
    let isOver = false
    const answers = askAll(() => isOver)
    const [, states] = await Promise.all([busy(), others()])
    const waited = performance.now() - start
    isOver = true
    const answer = await answers
    loop.disable()
    const heard = [start, ...beats.filter((at) => at > start), performance.now()]
    const silence = Math.max(...heard.slice(1).map((at, before) => at - (heard[before] ?? at)))
    stays.open()
    expect(await stateOf(inventory, kept)).toBe('done')
    await worker.drain(0)
    if (IS_LONG) console.log({ waited, answer, silence, loop: loop.max / 1e6 })
    expect(answer).toBeLessThan(LIMIT + REOPENED)
    expect(silence).toBeLessThan(LIMIT + REOPENED)
    expect(states).toEqual(['done', 'done'])
    expect(held.times).toBe(2)
    expect(loop.max / 1e6).toBeLessThan(LIMIT)
    return waited
  }

  it('by a query below its limit keeps others waiting for that long, and nothing is cut off', async () => {
    await meanwhile(async () => inventory.database.knex.raw('select pg_sleep(?)', [SLOW / 1000]))
    expect(troubles).toEqual([])
  })

  it('by a query without end delays no answer by more than the watchdog, and a step is done once', async () => {
    const waited = await meanwhile(() =>
      expect(inventory.database.knex.raw(ENDLESS)).rejects.toMatchObject({ code: 'query-too-long' }),
    )
    expect(waited).toBeLessThan(LIMIT + REOPENED)
  })

  it('by a regular expression of an operator tells them so, and has lost nothing when it is open again', {
    timeout: 180_000,
  }, async () => {
    const session = await Session.begin(inventory, false)
    const { knex } = inventory.database
    const things = Object.fromEntries(Array.from({ length: LONG }, (_, at) => [`web${at}`, 'server']))
    const attributes = Object.keys(things).map((name) => [name, 'note', 'abab'] as const)
    await inventory.change(ENTRY, (change) => writeScene(change, { things, attributes }))
    // Longer than anybody types, and without a period: an automaton remembers where it has been. In small slices, each of
    // them far below the limit on a busy machine as well.
    for (let at = 0; at < LONG; at += 2)
      await knex.raw(
        `update attributes set text = (select string_agg(translate(md5(random()::text || thing_id || n), '0123456789cdef', 'ababababababab'), '')
           from generate_series(1, 6250) n) where thing_id in (select thing_id from attributes where text = 'abab' limit 2)`,
      )
    const waited = await meanwhile(async () => {
      const answer = await session.ask('find attr:note,/a[ab]{12}a[ab]{90}a[ab]{90}a[ab]{90}c/')
      expect(answer).toMatchObject({ tag: 'refused' })
      expect(JSON.stringify(answer)).toContain('regex-too-slow')
    })
    expect(waited).toBeLessThan(LIMIT + REOPENED)
    await inventory.close()
    inventory = await Inventory.open(config(), readShippedDrivers('drivers'))
    const { rows } = await inventory.database.knex.raw(
      `select (select count(*) from things) as things, (select sum(length(text)) from attributes) as letters,
        (select count(*) from runs where state <> 'done') as runs`,
    )
    expect(rows).toEqual([{ things: LONG, letters: LONG * 32 * 6250, runs: 0 }])
  })
})

describe.runIf(databases.includes('postgres'))('a server that goes away', () => {
  let database: Awaited<ReturnType<typeof createDatabase>>
  let line: Line
  beforeAll(async () => {
    database = await createDatabase()
    line = await openLine(database.url)
  })
  afterAll(async () => {
    await line.close()
    await database.drop()
  })

  it('loses nothing of what is done meanwhile, and the same worker goes on', async () => {
    const inventory = await Inventory.open({ kind: 'postgres', url: line.url }, [])
    const { once, held } = heldStep()
    const both = task({ once, next: { run: async ({ outputs }) => outputs.once ?? null } })
    const told = gate<unknown>()
    const worker = new Worker({ inventory, tasks: [both], onTrouble: (error) => told.open(error) })
    await worker.start()
    const id = await ask(inventory, both)
    await held.begun.opened
    line.cut()
    held.go.open()
    await told.opened
    line.mend()
    expect(await stateOf(inventory, id)).toBe('done')
    expect(held.times).toBe(1)
    expect(await stateOf(inventory, await ask(inventory, both))).toBe('done')
    await worker.drain(0)
    await inventory.close()
  })
})
