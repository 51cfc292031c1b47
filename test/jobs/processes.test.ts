// Workers in several processes on one server: here each has an inventory of its own, and so connections and a bell.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { Inventory } from '../../src/inventory/inventory.ts'
import { cancel } from '../../src/jobs/cancel.ts'
import { enqueue } from '../../src/jobs/enqueue.ts'
import { runWithSteps } from '../../src/jobs/read.ts'
import { StepStop, type Task } from '../../src/jobs/task.ts'
import { watch } from '../../src/jobs/watch.ts'
import { Worker } from '../../src/jobs/worker.ts'
import { workersOf } from '../../src/jobs/workers.ts'
import { createDatabase, databases } from '../inventory/open.ts'
import { gate, task } from './shop.ts'
import { untilStopped } from './until-stopped.ts'

describe.runIf(databases.includes('postgres'))('workers in several processes', () => {
  let database: Awaited<ReturnType<typeof createDatabase>>
  let here: Inventory
  let there: Inventory
  const workers: Worker[] = []
  const troubles: unknown[] = []

  beforeAll(async () => {
    database = await createDatabase()
    here = await Inventory.open({ kind: 'postgres', url: database.url }, [])
    there = await Inventory.open({ kind: 'postgres', url: database.url }, [])
  })
  afterEach(async () => {
    for (const worker of workers.splice(0)) await worker.drain(0)
    expect(troubles.splice(0)).toEqual([])
  })
  afterAll(async () => {
    await here.close()
    await there.close()
    await database.drop()
  })

  const work = async (inventory: Inventory, one: Task, name = 'worker') => {
    const worker = new Worker({ inventory, name, tasks: [one], onTrouble: (error) => troubles.push(error) })
    workers.push(worker)
    await worker.start()
  }
  const ask = async (one: Task) =>
    (await enqueue(here.database.knex, { task: one, input: null, operator: 'os:test', command: 'test' })).id

  it('a step hears within a second that it was cancelled elsewhere, and is watched from elsewhere', async () => {
    const begun = gate()
    const stopped = gate<number>()
    const long = task({
      long: {
        run: async ({ progress }, signal) => {
          progress(50, 'half')
          begun.open()
          return untilStopped(signal).finally(() => stopped.open(performance.now()))
        },
      },
    })
    await work(there, long)
    const id = await ask(long)
    await begun.opened
    const asked = performance.now()
    await cancel(here.database.knex, id, 'os:bob')
    expect((await stopped.opened) - asked).toBeLessThan(1000)
    const seen = []
    for await (const { run, events } of watch(here.database.knex, id, { signal: AbortSignal.timeout(20_000) }))
      seen.push(...events.map(({ kind, percent }) => [kind, percent]), run.state)
    expect(seen).toContainEqual(['progress', 50])
    expect(seen.at(-1)).toBe('cancelled')
  })

  it('a worker that was taken for dead is stopped, and writes nothing any more', async () => {
    const begun = gate()
    const stopped = gate<unknown>()
    const long = task({
      long: {
        run: async (_, signal) => {
          begun.open()
          await untilStopped(signal).catch(stopped.open)
          return 'too late'
        },
      },
    })
    await work(there, long)
    const id = await ask(long)
    await begun.opened
    await here.database.knex('runs').where({ id }).update({ fence: 7, lease_by: 'another' })
    const reason = await stopped.opened
    expect(reason instanceof StepStop ? reason.stop : reason).toBe('fenced')
    for (const worker of workers.splice(0)) await worker.drain(0)
    expect(await runWithSteps(here.database.knex, id)).toMatchObject({
      run: { state: 'running', fence: 7 },
      steps: [{ state: 'running', output: null }],
    })
  })

  it('each sees the workers of all of them', async () => {
    const noop = task({ only: { run: async () => null } })
    await work(here, noop, 'here:1')
    await work(there, noop, 'there:2')
    const names = async ({ database: { knex } }: Inventory) => (await workersOf(knex)).map(({ name }) => name)
    expect(await names(here)).toEqual(['here:1', 'there:2'])
    expect(await names(there)).toEqual(['here:1', 'there:2'])
  })

  it('each run is done by one of two workers', async () => {
    const done: number[] = []
    const noop = task({
      only: {
        repeatable: false,
        run: async ({ run }) => {
          done.push(run.id)
          return null
        },
      },
    })
    await work(here, noop)
    await work(there, noop)
    const ids = await Promise.all(Array.from({ length: 60 }, () => ask(noop)))
    for (const id of ids)
      for await (const _ of watch(here.database.knex, id, { signal: AbortSignal.timeout(20_000) })) {
        // Until it has ended.
      }
    expect(done.toSorted((a, b) => a - b)).toEqual(ids.toSorted((a, b) => a - b))
  })
})
