// A server that goes away again and again while two workers do what two others ask for all the time: its connections are
// cut, and it is really stopped, in good order and as by a crash, and started again. RUNS=200 (`npm run crash`): that often.
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readShippedDrivers } from '../../src/inventory/catalogue.ts'
import { Inventory } from '../../src/inventory/inventory.ts'
import { addThings } from '../../src/inventory/write/things.ts'
import { enqueue } from '../../src/jobs/enqueue.ts'
import { OutcomeUnknown, type StepContext, type Task } from '../../src/jobs/task.ts'
import { Worker } from '../../src/jobs/worker.ts'
import { createDatabase, databases } from '../inventory/open.ts'
import { startServer } from '../setup/server.ts'
import { openLine } from './line.ts'
import { task } from './shop.ts'

const RESTARTS = Number(process.env.RUNS ?? 4)
// Runs that are asked for between two restarts, at least.
const MANY = 20
// In milliseconds: longer than a lease is long, where `AWAY` says so.
const PACE = { leaseMs: 1000, tickMs: 200 }
const AWAY = [10, 300, 10, 1500]

interface Breakable {
  readonly url: string
  /** Takes the server away and brings it back. */
  restart(count: number): Promise<void>
  close(): Promise<void>
}

async function cutLine(): Promise<Breakable> {
  const database = await createDatabase()
  const line = await openLine(database.url)
  return {
    url: line.url,
    restart: async (count) => {
      line.cut()
      await pause(AWAY[count % AWAY.length])
      line.mend()
    },
    close: async () => {
      await line.close()
      await database.drop()
    },
  }
}

/** A server of its own, which forgets nothing that it has committed. */
async function ownServer(): Promise<Breakable> {
  const server = await startServer({ fsync: 'off', max_connections: '60' })
  return {
    url: await server.createDatabase('load'),
    restart: (count) =>
      server.restart(count % 2 === 0 ? 'immediate' : 'fast', () => pause(AWAY[Math.floor(count / 2) % AWAY.length])),
    close: () => server.stop(),
  }
}

const WAYS = [
  ['whose connections are cut', cutLine],
  ['that is stopped and started', ownServer],
] as const

describe.runIf(databases.includes('postgres')).each(WAYS)('under load, a server %s', (_, open) => {
  let server: Breakable
  const inside: Inventory[] = []
  const unhandled: unknown[] = []
  const note = (error: unknown) => unhandled.push(error)

  beforeAll(async () => {
    process.on('unhandledRejection', note)
    server = await open()
    for (const _ of ['one', 'other'])
      inside.push(await Inventory.open({ kind: 'postgres', url: server.url }, readShippedDrivers('drivers')))
  })
  afterAll(async () => {
    for (const inventory of inside) await inventory.close()
    await server.close()
    process.off('unhandledRejection', note)
  })

  it('loses nothing that was asked for, and nothing is done twice', { timeout: 3_600_000 }, async () => {
    const done = new Map<string, number>()
    const known = errand(done)
    const troubles: unknown[] = []
    const workers = inside.map((inventory) => {
      const onTrouble = (error: unknown) => troubles.push(error)
      return new Worker({ ...PACE, inventory, tasks: [known], concurrency: 12, onTrouble })
    })
    for (const worker of workers) await worker.start()
    const answered = await askWhile(inside, known, async (soFar) => {
      for (let count = 0; count < RESTARTS; count++) {
        const before = soFar.size
        while (soFar.size < before + MANY) await pause(5)
        await server.restart(count)
      }
    })
    const found = await ends(server.url)
    for (const worker of workers) await worker.drain(0)
    if (process.env.RUNS !== undefined) console.log(`${RESTARTS} restarts, ${found.runs.size} runs`)

    expect([...answered].filter((command) => !found.runs.has(command))).toEqual([])
    expect([...found.runs].filter(([, state]) => state !== 'done')).toEqual([])
    const wanted = [...found.runs.keys()].flatMap((command) => [`${command} send`, `${command} ship`])
    expect([...done.keys()].sort()).toEqual(wanted.sort())
    expect([...done].filter(([, times]) => times > 1)).toEqual([])
    expect(found).toMatchObject({ things: found.runs.size, versions: found.runs.size, locks: 0 })
    expect(troubles).not.toEqual([])
    expect(unhandled).toEqual([])
  })
})

/** Steps that must not be done twice, with a way to look and without, and a change of the inventory. */
function errand(done: Map<string, number>): Task {
  const count = ({ run }: StepContext, step: string) => {
    const key = `${run.command} ${step}`
    done.set(key, (done.get(key) ?? 0) + 1)
  }
  const patient = { retries: { times: 100, delayMs: 10 } }
  return task({
    send: {
      ...patient,
      repeatable: false,
      probe: async ({ run }) => (done.has(`${run.command} send`) ? 'done' : 'not-done'),
      run: async (context) => {
        count(context, 'send')
        throw new OutcomeUnknown('no answer')
      },
    },
    record: {
      ...patient,
      run: async ({ run, entry, change }) => {
        await change(
          entry,
          async (inside) => {
            const driver = inside.catalogue.get('server')
            if (!driver) throw new Error('no driver server')
            await addThings(inside, [{ name: `run${run.id}`, driver }])
          },
          { completes: true },
        )
        return null
      },
    },
    ship: {
      repeatable: false,
      run: async (context) => {
        count(context, 'ship')
        return null
      },
    },
  })
}

/** Asks for runs from each inventory as long as `meanwhile` takes; the commands of those that were answered. */
async function askWhile(
  inventories: readonly Inventory[],
  known: Task,
  meanwhile: (soFar: ReadonlySet<string>) => Promise<void>,
): Promise<ReadonlySet<string>> {
  const answered = new Set<string>()
  let isOver = false
  const asking = inventories.map(async ({ database: { knex } }, who) => {
    for (let at = 0; !isOver; at++) {
      const command = `${who} ${at}`
      // Without an answer it is not known whether it was asked for.
      await enqueue(knex, { task: known, input: null, operator: 'os:test', command, targets: [at % 50] }).then(
        () => answered.add(command),
        () => undefined,
      )
      await pause(10)
    }
  })
  try {
    await meanwhile(answered)
  } finally {
    isOver = true
    await Promise.all(asking)
  }
  return answered
}

/** What is there when all has been done, by the command of each run. */
async function ends(url: string) {
  const { database } = await Inventory.open({ kind: 'postgres', url }, [])
  try {
    const one = async <T>(sql: string): Promise<T[]> => (await database.knex.raw<{ rows: T[] }>(sql)).rows
    for (;;) {
      const [row] = await one<{ left: number }>(
        `select count(*) as left from runs where state in ('queued', 'running')`,
      )
      if (row?.left === 0) break
      await pause(50)
    }
    const runs = await one<{ command: string; state: string }>('select command, state from runs')
    const [counts] = await one<{ things: number; versions: number; locks: number }>(
      `select (select count(*) from things) as things, (select count(*) from versions where job is not null) as versions,
         (select count(*) from run_locks) as locks`,
    )
    return { runs: new Map(runs.map(({ command, state }) => [command, state])), ...counts }
  } finally {
    await database.close()
  }
}
