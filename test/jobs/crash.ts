// The crash harness: workers are killed with SIGKILL, at each named point and at random moments, and started again; then
// the database and the file of effects are asked whether anything was lost or done twice. `npm run crash` kills 200 times.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { readShippedDrivers } from '../../src/inventory/catalogue.ts'
import type { DatabaseConfig } from '../../src/inventory/database/database.ts'
import { Inventory } from '../../src/inventory/inventory.ts'
import { WRITES } from '../../src/jobs/fault.ts'
import type { Reason } from '../../src/jobs/run.ts'
import { ONCE } from './crash-tasks.ts'
import type { Orders, Report } from './crash-worker.ts'

export const POINTS: readonly string[] = [
  'before step',
  'after step',
  ...WRITES.flatMap((write) => [`before ${write}`, `after ${write}`]),
]

export interface Plan {
  readonly config: DatabaseConfig
  /** For the file of effects. */
  readonly folder: string
  readonly points: readonly string[]
  /** Kills at random moments. */
  readonly random: number
  /** Waits after each restart until everything that was left over is settled, and measures how long that takes. */
  readonly patient: boolean
  readonly leaseMs: number
  readonly tickMs: number
}

export interface Outcome {
  readonly kills: number
  /** Points that no worker came to. */
  readonly missed: readonly string[]
  /** Milliseconds from the start of a process until everything is settled, the longest. */
  readonly slowest: number
  /** The same without those in which it waited for a processor: on a machine that has nothing else to do. */
  readonly slowestOfItself: number
  readonly troubles: readonly string[]
  readonly runs: Readonly<Record<string, number>>
  /** What should not be. */
  readonly wrong: readonly string[]
}

// In milliseconds; a worker that does not come to its point, or is not settled, by then never does.
const LIMIT = 120_000
// In milliseconds: a round of work, and a start with what follows it.
const WORK = 200
const WHOLE_LIFE = 4000

export async function crash(plan: Plan): Promise<Outcome> {
  const harness = new Harness(plan)
  try {
    return await harness.run()
  } finally {
    harness.killAll()
  }
}

class Harness {
  readonly #plan: Plan
  readonly #effects: string
  readonly #children = new Set<ChildProcess>()
  readonly #asked: number[] = []
  readonly #troubles: string[] = []
  readonly #missed: string[] = []
  #slowest = 0
  #slowestOfItself = 0
  #kills = 0
  #other: ChildProcess | null = null

  constructor(plan: Plan) {
    this.#plan = plan
    this.#effects = join(plan.folder, 'effects')
  }

  async run(): Promise<Outcome> {
    const { points, random, patient } = this.#plan
    await this.#startOther()
    for (const point of points) {
      if (point.endsWith('begin')) await this.#killAtBegin(point)
      else await this.#killAt({ point, early: false, patient })
      // It may have been the one that drained.
      if (point.endsWith('release')) await this.#restartOther()
    }
    for (let i = 0; i < random; i++) {
      if (i % 5 === 4) await this.#restartOther()
      await this.#killAtRandom(i % 3 === 2)
    }
    await this.#settle()
    await this.#end()
    const { runs, wrong } = await this.#verify()
    return {
      ...{ kills: this.#kills, missed: this.#missed, troubles: this.#troubles, runs, wrong },
      ...{ slowest: this.#slowest, slowestOfItself: this.#slowestOfItself },
    }
  }

  killAll(): void {
    for (const child of this.#children) child.kill('SIGKILL')
  }

  async #end(): Promise<void> {
    const gone = [...this.#children].map((child) => once(child, 'exit'))
    this.killAll()
    await Promise.all(gone)
  }

  #start(orders: Partial<Orders>): ChildProcess {
    const { config, leaseMs, tickMs } = this.#plan
    const all: Orders = {
      ...{ config, effects: this.#effects, leaseMs, tickMs, point: null, early: false, idle: false, patient: false },
      ...orders,
    }
    const child = fork(join(import.meta.dirname, 'crash-worker.ts'), [JSON.stringify(all)], {
      // Most of a start is PGlite's WebAssembly: compiled once only.
      execArgv: ['--liftoff-only', '--import', 'tsx'],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    this.#children.add(child)
    child.stderr?.setEncoding('utf8').on('data', (text: string) => this.#troubles.push(text))
    child.once('exit', (code) => {
      this.#children.delete(child)
      if (code !== null) this.#troubles.push(`a worker ended by itself with ${code}`)
    })
    child.on('message', (report: Report) => {
      if (report.tag === 'asked') this.#asked.push(...report.ids)
      if (report.tag === 'trouble') this.#troubles.push(report.text)
      if (report.tag === 'settled') this.#noteSettled(report)
    })
    return child
  }

  #noteSettled({ ms, starved }: Extract<Report, { tag: 'settled' }>): void {
    this.#slowest = Math.max(this.#slowest, ms)
    this.#slowestOfItself = Math.max(this.#slowestOfItself, ms - starved)
  }

  async #killed(child: ChildProcess): Promise<void> {
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
    this.#kills++
  }

  /** On a server a second worker is there all the time. */
  async #startOther(): Promise<void> {
    if (this.#plan.config.kind === 'embedded') return
    this.#other = this.#start({ idle: true, patient: true })
    await this.#says(this.#other, 'settled')
  }

  async #killOther(): Promise<void> {
    const other = this.#other
    this.#other = null
    if (other) await this.#killed(other)
  }

  async #restartOther(): Promise<void> {
    await this.#killOther()
    await this.#startOther()
  }

  async #killAt(orders: Partial<Orders> & { readonly point: string }): Promise<void> {
    const child = this.#start(orders)
    const gone = once(child, 'exit')
    const said = await Promise.race([gone.then(() => 'gone'), this.#says(child, 'missed')])
    if (said === 'gone') this.#kills++
    else {
      this.#missed.push(orders.point)
      await this.#killed(child)
    }
  }

  /** A step is begun by itself only where a dead worker has left it: so somebody dies first, with nobody else there. */
  async #killAtBegin(point: string): Promise<void> {
    await this.#killOther()
    await this.#killAt({ point: 'before step', patient: false })
    await this.#killAt({ point, early: true, idle: true, patient: true })
    await this.#startOther()
  }

  /** While it does its own work; or at any moment of its life, the opening of the database and what was left over too. */
  async #killAtRandom(isAnyMoment: boolean): Promise<void> {
    const child = this.#start({ patient: this.#plan.patient })
    if (!isAnyMoment) await this.#says(child, 'asked')
    await pause(Math.random() * (isAnyMoment ? WHOLE_LIFE : WORK))
    await this.#killed(child)
  }

  async #settle(): Promise<void> {
    await this.#says(this.#start({ idle: true, patient: true }), 'settled')
  }

  async #says(child: ChildProcess, tag: Report['tag']): Promise<string> {
    const signal = AbortSignal.timeout(LIMIT)
    return new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error(`no ${tag} in time: ${this.#troubles.slice(-3)}`)))
      child.on('message', (report: Report) => {
        if (report.tag === tag) resolve(tag)
      })
      child.once('exit', (code) => {
        if (code !== null) reject(new Error(`a worker ended with ${code}: ${this.#troubles.slice(-3)}`))
      })
    })
  }

  async #verify(): Promise<Pick<Outcome, 'runs' | 'wrong'>> {
    const inventory = await Inventory.open(this.#plan.config, readShippedDrivers('drivers'))
    try {
      const { knex } = inventory.database
      const all = await rows<RunEnd>(knex.raw(`select id, task, state, reason from runs order by id`))
      const known = new Set(all.map(({ id }) => id))
      const effects = existsSync(this.#effects) ? readFileSync(this.#effects, 'utf8').trim().split('\n') : []
      const counted = new Map<string, number>()
      for (const effect of effects) counted.set(effect, (counted.get(effect) ?? 0) + 1)
      const twice = [...counted].filter(([effect, count]) => count > 1 && ONCE.includes(effect.split(' ')[1] ?? ''))
      const done = await rows<{ run_id: number; name: string }>(
        knex.raw(`select run_id, name from run_steps where state = 'done'`),
      )
      const names = await rows<{ name: string }>(knex.raw('select name from things'))
      const things = new Set(names.map(({ name }) => name))
      const recorded = new Set(done.filter(({ name }) => name === 'record').map(({ run_id }) => `run${run_id}`))
      const unfinished = await rows<{ id: number }>(
        knex.raw(`select distinct id from runs join run_steps s on s.run_id = id
          where runs.state = 'done' and s.state <> 'done'`),
      )
      const held = await rows<{ run_id: number }>(
        knex.raw(`select run_id from run_locks join runs on runs.id = run_id where state <> 'unknown'`),
      )
      const wrong = [
        ...this.#asked.filter((id) => !known.has(id)).map((id) => `run ${id} is lost`),
        ...twice.map(([effect, count]) => `${effect} was done ${count} times`),
        ...all.flatMap(wrongEnd),
        ...done
          .filter(({ run_id, name }) => ONCE.includes(name) && !counted.has(`${run_id} ${name}`))
          .map(({ run_id, name }) => `${run_id} ${name} is recorded and was not done`),
        ...done
          .filter(({ run_id, name }) => name === 'record' && !things.has(`run${run_id}`))
          .map(({ run_id }) => `the change of ${run_id} is recorded and was not made`),
        ...[...things].filter((name) => !recorded.has(name)).map((name) => `${name} is made and not recorded`),
        ...unfinished.map(({ id }) => `run ${id} is done and not all of its steps`),
        ...held.map(({ run_id }) => `run ${run_id} has ended and locks`),
      ]
      const runs: Record<string, number> = {}
      for (const { task, state } of all) runs[`${task} ${state}`] = (runs[`${task} ${state}`] ?? 0) + 1
      return { runs, wrong }
    } finally {
      await inventory.close()
    }
  }
}

interface RunEnd {
  readonly id: number
  readonly task: string
  readonly state: string
  readonly reason: Reason | null
}

const ENDS: Readonly<Record<string, readonly string[]>> = {
  mixed: ['done', 'unknown'],
  probed: ['done'],
  lost: ['unknown'],
  failing: ['failed'],
  cancelled: ['cancelled'],
  slow: ['done'],
  drained: ['done'],
}

function wrongEnd({ id, task, state, reason }: RunEnd): string[] {
  if (!ENDS[task]?.includes(state)) return [`run ${id} of ${task} is ${state}: ${JSON.stringify(reason)}`]
  if (state !== 'unknown') return []
  // Only a step that must not be done twice, that was cut off or has said so itself, may leave a run so.
  const isSound =
    reason?.code === 'step-unknown' &&
    ONCE.includes(reason.step) &&
    (reason.because === 'crash' || (task === 'lost' && reason.because === 'said'))
  return isSound ? [] : [`run ${id} of ${task} is unknown because of ${JSON.stringify(reason)}`]
}

const rows = async <T>(query: PromiseLike<{ rows: T[] }>): Promise<T[]> => (await query).rows
