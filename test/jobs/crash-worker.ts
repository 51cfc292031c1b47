// A process of the crash harness: a worker that kills itself at the point it is given, or waits to be killed. It tells
// its parent what it has seen.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { readShippedDrivers } from '../../src/inventory/catalogue.ts'
import type { DatabaseConfig } from '../../src/inventory/database/database.ts'
import { Inventory } from '../../src/inventory/inventory.ts'
import { enqueue } from '../../src/jobs/enqueue.ts'
import { Worker } from '../../src/jobs/worker.ts'
import { crashTasks, tasksFor } from './crash-tasks.ts'

export interface Orders {
  readonly config: DatabaseConfig
  readonly effects: string
  readonly leaseMs: number
  readonly tickMs: number
  /** Where to die; null to be killed from outside, if at all. */
  readonly point: string | null
  /** Die at work that was left over too, not only at what this process has asked for. */
  readonly early: boolean
  /** Brings no work of its own. */
  readonly idle: boolean
  /** Waits until everything left over has been settled before it brings its own. */
  readonly patient: boolean
}

export type Report =
  /**
   * Everything that was left over, so many milliseconds after this process was started; and how many of them it has waited
   * for a processor, which others had.
   */
  | { readonly tag: 'settled'; readonly ms: number; readonly starved: number }
  | { readonly tag: 'asked'; readonly ids: readonly number[] }
  | { readonly tag: 'trouble'; readonly text: string }
  /** All is done and the point was not reached. */
  | { readonly tag: 'missed' }

const orders = JSON.parse(process.argv[2] ?? '') as Orders
const { effects, leaseMs, tickMs, point, early, idle, patient } = orders

const tell = (report: Report) =>
  new Promise<void>((resolve) => (process.send ? process.send(report, () => resolve()) : resolve()))

// Whoever has started it is gone.
process.once('disconnect', () => process.exit())
let isArmed = early
const inventory = await Inventory.open(orders.config, readShippedDrivers('drivers'))
const { knex } = inventory.database
const drain = () => void worker.drain(0)
const worker = new Worker({
  inventory,
  tasks: crashTasks(effects, drain),
  leaseMs,
  tickMs,
  graceMs: 1000,
  onTrouble: (error) => void tell({ tag: 'trouble', text: String(error) }),
  faults: (here) => {
    if (isArmed && here === point) process.kill(process.pid, 'SIGKILL')
  },
})

await worker.start()
if (patient) {
  await settled()
  await tell({ tag: 'settled', ms: performance.now(), starved: starved() })
}
isArmed = true
// The other worker may take it all: then once more.
for (let round = 0; !idle && round < (point === null ? 1000 : 10); round++) {
  const known = crashTasks(effects, drain)
  const ids: number[] = []
  for (const name of tasksFor(point)) {
    const task = known.find((one) => one.name === name)
    if (!task) throw new Error(`no task ${name}`)
    const request = { task, input: null, operator: 'os:test', command: name, targets: targets(name, ids.length) }
    ids.push((await enqueue(knex, request)).id)
  }
  await tell({ tag: 'asked', ids })
  await settled()
}
if (!idle) await tell({ tag: 'missed' })
// One that has drained stays until it is killed.
setInterval(() => undefined, 60_000)

/** Those of `probed` are shared: they are never unknown, for a run that is would keep the others waiting. */
function targets(name: string, index: number): number[] {
  if (name === 'probed') return [1, 2]
  return name === 'mixed' ? [1000 + Math.floor(performance.timeOrigin) * 10 + index] : []
}

async function settled(): Promise<void> {
  for (;;) {
    const { rows } = await knex.raw<{ rows: { left: number }[] }>(
      `select count(*) as left from runs where state in ('queued', 'running')`,
    )
    if (rows[0]?.left === 0) return
    await pause(20)
  }
}

/** Of the thread that has waited most; Linux alone keeps count. */
function starved(): number {
  const tasks = '/proc/self/task'
  if (!existsSync(tasks)) return 0
  const waits = readdirSync(tasks).map((id) => {
    try {
      return Number(readFileSync(`${tasks}/${id}/schedstat`, 'utf8').split(' ')[1]) / 1e6
    } catch {
      // It has ended since.
      return 0
    }
  })
  return Math.max(0, ...waits)
}
