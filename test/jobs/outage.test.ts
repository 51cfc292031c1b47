// A database that is away or busy while steps run: what they have done is written when it is back, and nothing is lost.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { Inventory } from '../../src/inventory/inventory.ts'
import { enqueue } from '../../src/jobs/enqueue.ts'
import type { Task } from '../../src/jobs/task.ts'
import { watch } from '../../src/jobs/watch.ts'
import { Worker } from '../../src/jobs/worker.ts'
import { createDatabase, databases } from '../inventory/open.ts'
import { type Line, openLine } from './line.ts'
import { gate, task } from './shop.ts'

// Milliseconds that a query may take here; the watchdog's limit.
const LIMIT = 2000
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

describe('an embedded database with a query that does not end', () => {
  let folder: string
  let inventory: Inventory
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'clusto-outage-'))
    const config = { kind: 'embedded' as const, directory: join(folder, 'data'), template: inject('template') }
    inventory = await Inventory.open({ ...config, limit: LIMIT }, [])
  })
  afterAll(async () => {
    await inventory.close()
    await rm(folder, { recursive: true })
  })

  it('delays the end of a step, and other answers, by no more than the watchdog; a step is done once', async () => {
    const begun = gate()
    const go = gate()
    let times = 0
    const once = task({
      once: {
        repeatable: false,
        run: async () => {
          times++
          begun.open()
          await go.opened
          return 'kept'
        },
      },
    })
    const troubles: unknown[] = []
    const worker = new Worker({ inventory, tasks: [once], onTrouble: (error) => troubles.push(error) })
    await worker.start()
    const id = await ask(inventory, once)
    await begun.opened
    const start = performance.now()
    const endless = expect(inventory.database.knex.raw(ENDLESS)).rejects.toMatchObject({ code: 'query-too-long' })
    go.open()
    const answered = ask(inventory, once)
    expect(await stateOf(inventory, id)).toBe('done')
    expect(await stateOf(inventory, await answered)).toBe('done')
    await endless
    // Opening it again takes a second or so, more on a busy machine.
    expect(performance.now() - start).toBeLessThan(LIMIT + 15_000)
    expect(times).toBe(2)
    await worker.drain(0)
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
    const begun = gate()
    const go = gate()
    let times = 0
    const once = task({
      once: {
        repeatable: false,
        run: async () => {
          times++
          begun.open()
          await go.opened
          return 'kept'
        },
      },
      next: { run: async ({ outputs }) => outputs.once ?? null },
    })
    const told = gate<unknown>()
    const worker = new Worker({ inventory, tasks: [once], onTrouble: (error) => told.open(error) })
    await worker.start()
    const id = await ask(inventory, once)
    await begun.opened
    line.cut()
    go.open()
    await told.opened
    line.mend()
    expect(await stateOf(inventory, id)).toBe('done')
    expect(times).toBe(1)
    expect(await stateOf(inventory, await ask(inventory, once))).toBe('done')
    await worker.drain(0)
    await inventory.close()
  })
})
