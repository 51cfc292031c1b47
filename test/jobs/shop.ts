// An inventory with workers on it, for tests of jobs; and a task made of the steps that a test writes down.
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import type { Inventory } from '../../src/inventory/inventory.ts'
import { enqueue, type Request } from '../../src/jobs/enqueue.ts'
import type { Step, Task } from '../../src/jobs/task.ts'
import { type Watched, watch } from '../../src/jobs/watch.ts'
import { Worker, type WorkerOptions } from '../../src/jobs/worker.ts'
import { closeInventory, type DatabaseKind, openInventory } from '../inventory/open.ts'

export class Shop {
  readonly troubles: unknown[] = []
  readonly #workers: Worker[] = []
  #inventory: Inventory | null = null

  /** For the tests of a `describe`: open before the first, without workers after each, closed after the last. */
  static on(kind: DatabaseKind): Shop {
    const shop = new Shop()
    beforeAll(async () => {
      shop.#inventory = await openInventory(kind)
    })
    afterEach(async () => {
      await shop.endWorkers()
      expect(shop.troubles).toEqual([])
    })
    afterAll(() => closeInventory(shop.inventory))
    return shop
  }

  get inventory(): Inventory {
    if (this.#inventory === null) throw new Error('the shop is not open')
    return this.#inventory
  }

  get knex() {
    return this.inventory.database.knex
  }

  async worker(tasks: readonly Task[], options: Partial<WorkerOptions> = {}): Promise<Worker> {
    const onTrouble = (error: unknown) => this.troubles.push(error)
    const worker = new Worker({ inventory: this.inventory, tasks, onTrouble, ...options })
    this.#workers.push(worker)
    await worker.start()
    return worker
  }

  async enqueue(task: Task, request: Partial<Request> = {}): Promise<number> {
    const asked = { task, input: null, operator: 'os:test', command: 'test', ...request }
    return (await enqueue(this.knex, asked)).id
  }

  /** The run as soon as `is` holds of it; it may not come to stand still before. */
  async until(id: number, is: (seen: Watched) => boolean): Promise<Watched> {
    for await (const seen of watch(this.knex, id, { signal: AbortSignal.timeout(20_000) })) if (is(seen)) return seen
    throw new Error(`run ${id} never came to that`)
  }

  /** The run when it stands still. */
  async settled(id: number): Promise<Watched> {
    return this.until(id, ({ run }) => run.state !== 'queued' && run.state !== 'running')
  }

  /** `made: done, sent: unknown` */
  async steps(id: number): Promise<string> {
    const { steps } = await this.settled(id)
    return steps.map(({ name, state }) => `${name}: ${state}`).join(', ')
  }

  async endWorkers(): Promise<void> {
    for (const worker of this.#workers.splice(0)) await worker.drain(0)
  }
}

let tasks = 0

/** A task of its own name, with these steps; a step is repeatable and has a minute unless said. */
export function task(steps: Readonly<Record<string, Partial<Step> & Pick<Step, 'run'>>>): Task {
  const list = Object.entries(steps).map(([name, step]) => ({ name, timeout: 60_000, repeatable: true, ...step }))
  return { name: `task${++tasks}`, steps: () => list }
}

/** A promise and what settles it. */
export function gate<T = void>(): { readonly opened: Promise<T>; open(value: T): void } {
  const { promise, resolve } = withResolvers<T>()
  return { opened: promise, open: resolve }
}

function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined
  const promise = new Promise<T>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}
