// A server that is away for longer than a lease while two workers have much to do. `npm run crash` takes the leases of
// every day, and a minute.
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { Inventory } from '../../src/inventory/inventory.ts'
import { enqueue } from '../../src/jobs/enqueue.ts'
import type { Task } from '../../src/jobs/task.ts'
import { Worker } from '../../src/jobs/worker.ts'
import { createDatabase, databases } from '../inventory/open.ts'
import { type Line, openLine } from './line.ts'
import { gate, task } from './shop.ts'

const IS_LONG = Number(process.env.RUNS ?? 0) > 0
const PACE = IS_LONG ? { leaseMs: 6000, tickMs: 1000 } : { leaseMs: 1000, tickMs: 200 }
// In milliseconds, and longer than a lease in any case.
const AWAY = IS_LONG ? 60_000 : 2500
const MANY = 20

describe.runIf(databases.includes('postgres'))('two workers on a server that goes away', () => {
  let database: Awaited<ReturnType<typeof createDatabase>>
  let line: Line
  /** Not by the line. */
  let outside: Inventory
  const inside: Inventory[] = []
  const workers: Worker[] = []
  const unhandled: unknown[] = []
  const note = (error: unknown) => unhandled.push(error)
  const done = new Map<string, number>()

  beforeAll(async () => {
    process.on('unhandledRejection', note)
    database = await createDatabase()
    line = await openLine(database.url)
    outside = await Inventory.open({ kind: 'postgres', url: database.url }, [])
    for (const _ of ['one', 'other']) inside.push(await Inventory.open({ kind: 'postgres', url: line.url }, []))
  })
  afterEach(async () => {
    for (const worker of workers.splice(0)) await worker.drain(0)
    expect(unhandled).toEqual([])
    done.clear()
  })
  afterAll(async () => {
    for (const inventory of inside) await inventory.close()
    await outside.close()
    await line.close()
    await database.drop()
    process.off('unhandledRejection', note)
  })

  const work = async (known: readonly Task[]) => {
    for (const inventory of inside) {
      const worker = new Worker({ ...PACE, inventory, tasks: known, concurrency: 12, onTrouble: () => undefined })
      workers.push(worker)
      await worker.start()
    }
  }
  const ask = async (inventory: Inventory, one: Task, command: string) =>
    (await enqueue(inventory.database.knex, { task: one, input: null, operator: 'os:test', command })).id
  const count = (name: string) => done.set(name, (done.get(name) ?? 0) + 1)
  const settled = async () => {
    for (;;) {
      const { rows } = await outside.database.knex.raw<{ rows: { left: number }[] }>(
        `select count(*) as left from runs where state in ('queued', 'running')`,
      )
      if (rows[0]?.left === 0) return
      await pause(20)
    }
  }
  const ends = (known: Task) => outside.database.knex('runs').where({ task: known.name }).select('command', 'state')
  const twice = () => [...done].filter(([, times]) => times > 1)

  it('for longer than a lease loses no run, and does no step twice that matters', { timeout: 180_000 }, async () => {
    let begun = 0
    const allBegun = gate()
    const back = gate()
    const away = gate()
    // Some end while the server is away, some after it.
    const known = task({
      once: {
        repeatable: false,
        run: async ({ run }) => {
          count(`${run.command} once`)
          if (++begun === MANY) allBegun.open()
          await (run.id % 2 === 0 ? away.opened : back.opened)
          return 'kept'
        },
      },
      again: {
        retries: { times: 1, delayMs: 1 },
        run: async ({ attempt, outputs }) => {
          if (attempt === 1) throw new Error('not yet')
          return outputs.once ?? null
        },
      },
      last: {
        repeatable: false,
        run: async ({ run }) => {
          count(`${run.command} last`)
          return null
        },
      },
    })
    await work([known])
    for (let at = 0; at < MANY; at++) await ask(outside, known, `run ${at}`)
    await allBegun.opened
    line.cut()
    away.open()
    await pause(AWAY)
    line.mend()
    back.open()
    await settled()
    const found = await ends(known)
    expect(found).toHaveLength(MANY)
    expect(found.filter(({ state }) => state !== 'done')).toEqual([])
    expect([done.size, twice()]).toEqual([2 * MANY, []])
  })
})
