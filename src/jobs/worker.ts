// Does the runs: claims them, keeps their leases alive, takes over those of dead workers, and hands them on when it has to
// go. Whether a worker is dead is seen from its heartbeats standing still for as long as a lease by this process's own
// monotonic clock, so that no clock which jumps, and no database that was away, makes a living one look dead. On the
// embedded database this process is alone: what it does not hold itself was left by one that is gone.
import { randomBytes } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import knexModule, { type Knex } from 'knex'
import type pg from 'pg'
import type { Inventory } from '../inventory/inventory.ts'
import { Bell, type Ring } from './bell.ts'
import { type Claimed, claim, type Lease, leases, recover } from './claim.ts'
import type { Crew } from './crew.ts'
import { type Faults, NO_FAULTS } from './fault.ts'
import { isPassing } from './persist.ts'
import { Runner } from './runner.ts'
import { ask } from './statement.ts'
import type { Task } from './task.ts'
import { forgetWorker, nameConnection, signOfLife } from './workers.ts'

export interface WorkerOptions {
  readonly inventory: Inventory
  readonly tasks: readonly Task[]
  /** Trouble in the background: told once an outage. */
  readonly onTrouble: (error: unknown) => void
  /** Who this is, for people: `host:pid` or so. */
  readonly name?: string
  /** Runs at a time. */
  readonly concurrency?: number
  /** How long a worker that gives no sign is waited for, in milliseconds. */
  readonly leaseMs?: number
  /** Between two heartbeats, and two looks for what no bell has told of; well below `leaseMs`. */
  readonly tickMs?: number
  /** How long a step may take to end after its signal. */
  readonly graceMs?: number
  readonly faults?: Faults
  readonly now?: () => Date
}

// Runs that are beside others, at a time.
const BESIDE = 32

const UNIQUE_VIOLATION = '23505'

export class Worker {
  readonly #options: Required<WorkerOptions>
  readonly #tasks: ReadonlyMap<string, Task>
  readonly #crew: Crew
  readonly #givenUp = new AbortController()
  readonly #runners = new Map<
    number,
    { readonly runner: Runner; readonly over: Promise<void>; readonly isBeside: boolean }
  >()
  readonly #seen = new Map<number, Lease & { readonly since: number }>()
  readonly #timers = new Set<NodeJS.Timeout>()
  /** Heartbeats do not wait until somebody's long query gives a connection back. */
  readonly #line: Knex
  readonly #isAlone: boolean
  /** No two workers have the same. */
  readonly #mark = randomBytes(6).toString('hex')
  #claims = 0
  #lostClaim: string | null = null
  #hunting: Promise<void> | null = null
  #huntAgain = false
  #isDraining = false
  #isTold = false
  #ticking: Promise<void> = Promise.resolve()
  #unlisten: () => Promise<void> = () => Promise.resolve()
  #deafen: () => void = () => undefined

  constructor(options: WorkerOptions) {
    this.#options = {
      name: `${process.pid}`,
      concurrency: 8,
      leaseMs: 6000,
      tickMs: 1000,
      graceMs: 5000,
      faults: NO_FAULTS,
      now: () => new Date(),
      ...options,
    }
    const { inventory, tasks, graceMs, faults, now, onTrouble } = this.#options
    const { knex, kind } = inventory.database
    this.#tasks = new Map(tasks.map((task) => [task.name, task]))
    this.#isAlone = kind === 'embedded'
    this.#line = this.#isAlone ? knex : ownLine(knex, nameConnection(this.#mark, this.#options.name))
    const wakeIn = (delayMs: number) => this.#wakeIn(delayMs)
    // As many as there are runs that wait for the database: no leak to warn of.
    setMaxListeners(0, this.#givenUp.signal)
    this.#crew = { inventory, graceMs, faults, now, onTrouble, givenUp: this.#givenUp.signal, wakeIn }
  }

  /** The ids of the runs that it has. */
  get active(): readonly number[] {
    return [...this.#runners.keys()]
  }

  /** Begins to work; answers when it has looked for work once. */
  async start(): Promise<void> {
    const { inventory, onTrouble } = this.#options
    const { knex, kind } = inventory.database
    const bell = Bell.of(knex)
    this.#deafen = bell.on((ring) => this.#hear(ring))
    this.#unlisten = bell.listen(kind, onTrouble)
    await this.#tick()
    this.#ticking = this.#tickOn()
  }

  /**
   * Ends in order: takes nothing new, gives steps that are running `limitMs` and then their signal, and gives back what
   * is not at its end, for another worker to go on with at once. The inventory may be closed after it.
   */
  async drain(limitMs: number): Promise<void> {
    const { graceMs, tickMs } = this.#options
    this.#isDraining = true
    for (const timer of this.#timers) clearTimeout(timer)
    await this.#hunting
    const held = [...this.#runners.values()]
    for (const { runner } of held) runner.drain()
    const late = setTimeout(() => {
      for (const { runner } of held) runner.stop('drain')
    }, limitMs)
    const tooLate = setTimeout(() => this.#givenUp.abort(), limitMs + graceMs + tickMs)
    await Promise.all(held.map(({ over }) => over))
    clearTimeout(late)
    clearTimeout(tooLate)
    this.#givenUp.abort()
    await this.#ticking
    forgetWorker(this.#options.inventory.database.knex, this.#mark)
    this.#deafen()
    await this.#unlisten()
    if (this.#line !== this.#options.inventory.database.knex) await this.#line.destroy()
  }

  #hear(ring: Ring): void {
    if (ring === 'run') this.#wake()
    else if (ring.startsWith('cancel ')) {
      const held = this.#runners.get(Number(ring.slice('cancel '.length)))
      // Who has cancelled it is in the row.
      if (held) void this.#beat([held.runner]).catch((error) => this.#trouble(error))
    }
  }

  /** Looks for work, unless it is looking; then it looks again. */
  #wake(): void {
    this.#huntAgain = true
    this.#hunting ??= this.#hunt().finally(() => {
      this.#hunting = null
      // Rung between the last look and here.
      if (this.#huntAgain && !this.#isDraining) this.#wake()
    })
  }

  async #hunt(): Promise<void> {
    while (this.#huntAgain && !this.#isDraining) {
      this.#huntAgain = false
      const { tasks, limit } = this.#places()
      if (tasks.length === 0) return
      try {
        const claimed = await this.#claim(tasks, limit)
        for (const one of claimed) this.#launch(one)
        this.#huntAgain ||= claimed.length === limit
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === UNIQUE_VIOLATION) this.#huntAgain = true
        else this.#trouble(error)
      }
    }
  }

  /** What can be begun, and how many of it. */
  #places(): { readonly tasks: readonly string[]; readonly limit: number } {
    const beside = [...this.#runners.values()].filter(({ isBeside }) => isBeside).length
    const free = this.#options.concurrency - (this.#runners.size - beside)
    const tasks = this.#options.tasks.filter(({ isBeside }) => (isBeside ? beside < BESIDE : free > 0))
    return { tasks: tasks.map(({ name }) => name), limit: free > 0 ? free : BESIDE - beside }
  }

  async #claim(tasks: readonly string[], limit: number): Promise<Claimed[]> {
    const { leaseMs, name, faults } = this.#options
    if (this.#lostClaim !== null) {
      const found = await recover(this.#line, this.#lostClaim)
      this.#lostClaim = null
      const unknown = found.filter(({ run }) => !this.#runners.has(run.id))
      if (unknown.length > 0) return unknown
    }
    const claimant = `${name} ${this.#claims++} ${this.#mark}`
    faults('before claim')
    try {
      const claimed = await claim(this.#line, { claimant, leaseMs, tasks, limit, dead: this.#dead() })
      if (claimed.length > 0) faults('after claim')
      return claimed
    } catch (error) {
      if (isPassing(error)) this.#lostClaim = claimant
      throw error
    }
  }

  #launch(claimed: Claimed): void {
    const task = this.#tasks.get(claimed.run.task)
    if (!task) throw new Error(`claimed a run of ${claimed.run.task}, which is not known`)
    const runner = new Runner(claimed, task, this.#crew)
    const over = runner.run().then(() => {
      if (this.#runners.get(runner.id)?.runner === runner) this.#runners.delete(runner.id)
      this.#wake()
    })
    this.#runners.set(runner.id, { runner, over, isBeside: task.isBeside ?? false })
  }

  #wakeIn(delayMs: number): void {
    if (this.#isDraining) return
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      this.#wake()
    }, delayMs + 1)
    this.#timers.add(timer)
  }

  async #tickOn(): Promise<void> {
    const { signal } = this.#givenUp
    while (!signal.aborted) {
      await pause(this.#options.tickMs, undefined, { signal }).catch(() => undefined)
      if (!signal.aborted) await this.#tick()
    }
  }

  /** Never throws. */
  async #tick(): Promise<void> {
    try {
      await this.#beat([...this.#runners.values()].map(({ runner }) => runner))
      await this.#watch()
      this.#isTold = false
      signOfLife(this.#options.inventory.database.knex, this.#mark, this.#options.name)
    } catch (error) {
      // A worker that could not write may have been unable to beat as well.
      this.#seen.clear()
      this.#trouble(error)
      return
    }
    if (this.#isDraining) return
    this.#wake()
    await this.#hunting
  }

  /** Renews leases; stops those that are somebody else's by now, or were cancelled. */
  async #beat(runners: readonly Runner[]): Promise<void> {
    if (runners.length === 0) return
    const { faults, leaseMs } = this.#options
    faults('before heartbeat')
    const kept = await ask<{ id: number; cancel_by: string | null }>(this.#line, 'beat', BEAT, [
      runners.map(({ id }) => id),
      runners.map(({ fence }) => fence),
      leaseMs,
    ])
    faults('after heartbeat')
    const cancelled = new Map(kept.map(({ id, cancel_by }) => [id, cancel_by]))
    for (const runner of runners) {
      const by = cancelled.get(runner.id)
      if (by === undefined) runner.stop('fenced')
      else if (by !== null) runner.cancel(by)
    }
  }

  /** Looks at the heartbeats of the others. */
  async #watch(): Promise<void> {
    const found = await leases(this.#line, this.active)
    const now = performance.now()
    const ids = new Set(found.map(({ id }) => id))
    for (const id of this.#seen.keys()) if (!ids.has(id)) this.#seen.delete(id)
    for (const lease of found) {
      const before = this.#seen.get(lease.id)
      const stands = before !== undefined && before.fence === lease.fence && before.beats === lease.beats
      if (!stands) this.#seen.set(lease.id, { ...lease, since: now })
    }
  }

  #dead(): Lease[] {
    const long = performance.now() - this.#options.leaseMs
    return [...this.#seen.values()].filter(
      ({ id, since }) => !this.#runners.has(id) && (this.#isAlone || since <= long),
    )
  }

  #trouble(error: unknown): void {
    if (this.#isTold) return
    this.#isTold = true
    this.#options.onTrouble(error)
  }
}

function ownLine(knex: Knex, greeting: string): Knex {
  const afterCreate = (connection: pg.Client, done: (error: Error | null) => void) => connection.query(greeting, done)
  return knexModule({ ...knex.client.config, pool: { min: 0, max: 2, afterCreate } })
}

// A change that is under way holds its run's row, and is a sign of life when it ends: the others do not wait for it.
const BEAT = `with mine as (select * from unnest(?::bigint[], ?::bigint[]) as mine(id, fence)),
  free as materialized (select r.id from runs r join mine using (id, fence) where r.state = 'running' order by r.id
    for update of r skip locked),
  beaten as (update runs r set beats = r.beats + 1, lease_until = clock_timestamp() + ? * interval '1 millisecond'
    from free where r.id = free.id and r.lease_by is not null)
  select r.id, r.cancel_by from runs r join mine using (id, fence) where r.state = 'running'`
