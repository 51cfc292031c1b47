// The worker in this process, and what tells the audit of ended jobs: begun where a job is waited for or the process
// stays, and ended in order.
import { hostname } from 'node:os'
import type { Inventory } from '../inventory/inventory.ts'
import { countAlive } from '../jobs/alive.ts'
import type { Task } from '../jobs/task.ts'
import { Worker } from '../jobs/worker.ts'
import { JobEnds } from './job-ends.ts'

// In milliseconds: how long a step that runs may go on when the process ends. What stops containers waits for ten seconds.
const DRAIN_LIMIT = 6000
// Runs at a time beside answering.
const BESIDE = 4

export interface WorkplaceOptions {
  readonly inventory: Inventory
  readonly tasks: readonly Task[]
  readonly concurrency?: number
}

export class Workplace {
  readonly #options: WorkplaceOptions
  #worker: Worker | null = null
  #ends: JobEnds | null = null
  #started: Promise<void> = Promise.resolve()
  #drained: Promise<void> | null = null

  constructor(options: WorkplaceOptions) {
    this.#options = options
  }

  /** Takes up what waits, and what dead workers have left; answers when it has looked once. */
  start(): Promise<void> {
    if (this.#worker !== null || this.#drained !== null) return this.#started
    const { inventory, tasks, concurrency = BESIDE } = this.#options
    const name = `${hostname()}:${process.pid}`
    this.#worker = new Worker({ inventory, tasks, concurrency, name, onTrouble })
    this.#ends = new JobEnds({ knex: inventory.database.knex, onTrouble })
    this.#ends.start()
    this.#started = this.#worker.start()
    return this.#started
  }

  /** How many runs have not ended, here or elsewhere. */
  alive(): Promise<number> {
    const { inventory, tasks } = this.#options
    return countAlive(inventory.database.knex, tasks)
  }

  /** The ids of the runs that are under way here. */
  get active(): readonly number[] {
    return this.#worker?.active ?? []
  }

  /** Begins nothing more, lets steps that run end for some seconds, and hands on the rest. */
  drain(): Promise<void> {
    this.#drained ??= this.#started
      .then(() => this.#worker?.drain(DRAIN_LIMIT))
      // The last that it did is told too.
      .finally(() => this.#ends?.stop())
    return this.#drained
  }
}

/** Told once an outage; the worker tries again by itself. */
function onTrouble(error: unknown): void {
  const reason = error instanceof Error ? (error.message.split(' - ').at(-1) ?? '') : String(error)
  process.stderr.write(`clusto: the worker has trouble: ${reason}\n`)
}
