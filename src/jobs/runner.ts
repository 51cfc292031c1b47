// Takes one run from where it stands to its end, step by step, writing down each thing before the next begins. What it
// finds begun by a worker that is dead it looks at before it does anything again.
import type { Change } from '../inventory/change.ts'
import { DatabaseError } from '../inventory/database/error.ts'
import type { Changed, Entry, Inventory } from '../inventory/inventory.ts'
import { type Attempted, attempt } from './attempt.ts'
import type { Claimed } from './claim.ts'
import type { Faults } from './fault.ts'
import { Fenced, Ledger } from './ledger.ts'
import { persist } from './persist.ts'
import { Progress } from './progress.ts'
import { publicId } from './public-id.ts'
import type { Reason, StepState } from './run.ts'
import { ask, errorText, jsonText } from './statement.ts'
import { type Json, type Probed, type Step, type StepContext, StepStop, type StopCause, type Task } from './task.ts'

/** What all runs of a worker share. */
export interface Crew {
  readonly inventory: Inventory
  readonly graceMs: number
  readonly faults: Faults
  readonly now: () => Date
  readonly onTrouble: (error: unknown) => void
  /** Aborted when the worker has no time left to write anything. */
  readonly givenUp: AbortSignal
  /** Told how long a run that was put down waits. */
  readonly wakeIn: (delayMs: number) => void
}

// In milliseconds.
const LONGEST_DELAY = 3_600_000
// A repeatable step that is found begun so many times kills its workers.
const MOST_CRASHES = 20
// Characters of JSON.
const LARGEST_OUTPUT = 1_000_000

type Next = 'go on' | 'over'
type Because = Extract<Reason, { code: 'step-unknown' }>['because']
type Looked = Probed | 'none' | 'failed'

export class Runner {
  readonly id: number
  readonly fence: number
  readonly #claimed: Claimed
  readonly #task: Task
  readonly #crew: Crew
  readonly #ledger: Ledger
  readonly #progress: Progress
  readonly #stop = new AbortController()
  readonly #outputs: Record<string, Json> = {}
  readonly #attempts: number[]
  #steps: readonly Step[] = []
  #isDraining = false
  #cancelBy: string | null
  /** What `change` with `completes` has recorded for the present step; or that nobody knows whether it has. */
  #completed: { readonly output: Json } | 'perhaps' | null = null

  constructor(claimed: Claimed, task: Task, crew: Crew) {
    const { run, steps } = claimed
    this.id = run.id
    this.fence = run.fence
    this.#claimed = claimed
    this.#task = task
    this.#crew = crew
    this.#cancelBy = run.cancel_by
    this.#attempts = steps.map(({ attempt }) => attempt)
    this.#ledger = new Ledger(crew.inventory.database.knex, run, crew.faults)
    this.#progress = new Progress(
      (notes) => this.#ledger.note('progress', notes),
      (error) => {
        if (!(error instanceof Fenced)) crew.onTrouble(error)
      },
    )
  }

  /** Tells the step to stop. */
  stop(cause: StopCause): void {
    if (!this.#stop.signal.aborted) this.#stop.abort(new StepStop(cause))
  }

  cancel(by: string): void {
    this.#cancelBy ??= by
    this.stop('cancelled')
  }

  /** No further step is begun. */
  drain(): void {
    this.#isDraining = true
  }

  /** Never throws. */
  async run(): Promise<void> {
    const { crew, ...self } = { crew: this.#crew, id: this.id }
    try {
      await this.#go()
    } catch (error) {
      if (error instanceof Fenced) return
      crew.onTrouble(error)
      // A defect of ours: whoever takes the run over sees the step as it stands. Not at once, or it goes round.
      await this.#ledger
        .retryLater(-1, '', 10_000, { kind: 'released', step: null, text: errorText(error), facts: { id: self.id } })
        .catch(() => undefined)
    } finally {
      await this.#progress.flush()
    }
  }

  async #go(): Promise<void> {
    const { steps, begun } = this.#claimed
    const changed = this.#readTask()
    if (changed !== null) return void (await this.#write(() => this.#ledger.stop('failed', changed)))
    for (const { name, state, output } of steps) if (state === 'done') this.#outputs[name] = output
    let position = steps.findIndex(({ state }) => state !== 'done')
    if (position < 0) return void (await this.#write(() => this.#ledger.end(steps.length - 1, steps.at(-1)?.output)))
    const first = steps[position]
    if (first?.state === 'running' && begun !== position) {
      const before = this.#completedSteps()
      if ((await this.#goOnWith(position)) === 'over') return
      // It had been done: the next one is begun.
      position += this.#completedSteps() - before
    } else if (this.#cancelBy !== null) {
      await this.#cancelled(null)
      return
    } else if (begun !== position) {
      if ((await this.#begin(position)) === 'over') return
    } else this.#attempts[position] = (first?.attempt ?? 0) + (first?.state === 'pending' ? 1 : 0)
    while ((await this.#do(position)) === 'go on') position++
  }

  #completedSteps(): number {
    return Object.keys(this.#outputs).length
  }

  /** The steps of the task; or why they are not those of the run. */
  #readTask(): Reason | null {
    const { run, steps } = this.#claimed
    const expected = steps.map(({ name }) => name).join(', ')
    try {
      this.#steps = this.#task.steps(run.input)
    } catch (error) {
      return { code: 'task-changed', expected, found: errorText(error) }
    }
    const found = this.#steps.map(({ name }) => name).join(', ')
    return found === expected ? null : { code: 'task-changed', expected, found }
  }

  #step(position: number): Step {
    const step = this.#steps[position]
    if (!step) throw new Error(`run ${this.id} has no step ${position}`)
    return step
  }

  #write<T>(work: () => Promise<T>): Promise<T> {
    return persist(work, this.#crew.givenUp, this.#crew.onTrouble)
  }

  /** A step was begun by a worker that is dead. After `go on` it is begun again. */
  async #goOnWith(position: number): Promise<Next> {
    const step = this.#step(position)
    const attempts = this.#attempts[position] ?? 0
    await this.#write(() => this.#ledger.note('probed', [{ kind: 'taken-over', step: step.name, facts: { attempts } }]))
    if (step.repeatable) {
      if (this.#cancelBy !== null) return this.#cancelledIn(position, 'failed', 'cut off')
      if (attempts > MOST_CRASHES) return this.#failed(position, `its worker was cut off ${attempts} times`)
      return this.#begin(position)
    }
    const looked = await this.#look(position)
    if (this.#isStoppedFor('drain')) return this.#release(null)
    if (looked === 'done') return this.#done(position, null)
    if (looked !== 'not-done') return this.#unknown(position, 'crash', looked, null)
    if (this.#cancelBy !== null) return this.#cancelledIn(position, 'failed', 'cut off')
    return this.#begin(position)
  }

  async #begin(position: number): Promise<Next> {
    if (this.#isDraining) return this.#release(null)
    const cancelBy = await this.#write(() => this.#ledger.begin(position))
    if (cancelBy !== null) {
      this.#cancelBy = cancelBy
      return this.#cancelled(null)
    }
    this.#attempts[position] = (this.#attempts[position] ?? 0) + 1
    return 'go on'
  }

  /** Does a step that is recorded as begun, and what follows from how it went. */
  async #do(position: number): Promise<Next> {
    const step = this.#step(position)
    this.#completed = null
    this.#crew.faults('before step')
    const attempted = await attempt((signal) => step.run(this.#context(position), signal), this.#limits(step))
    this.#crew.faults('after step')
    await this.#progress.flush()
    const completed = await this.#whetherCompleted(position)
    if (completed !== null) return this.#done(position, completed.output)
    if (attempted.tag === 'answered') return this.#answered(position, attempted.value)
    return this.#stoppedOrFailed(position, attempted)
  }

  #answered(position: number, value: Json | undefined): Promise<Next> {
    try {
      const output = value ?? null
      if (jsonText(output).length > LARGEST_OUTPUT)
        throw new Error(`its output is larger than ${LARGEST_OUTPUT} characters`)
      return this.#done(position, output)
    } catch (error) {
      return this.#failed(position, errorText(error))
    }
  }

  async #stoppedOrFailed(position: number, attempted: Exclude<Attempted<unknown>, { tag: 'answered' }>): Promise<Next> {
    const { repeatable, timeout } = this.#step(position)
    const isDeaf = attempted.tag === 'deaf'
    const isUnknown = !isDeaf && attempted.isUnknown
    const error = isDeaf ? null : errorText(attempted.error)
    switch (attempted.stop) {
      case 'fenced':
        return 'over'
      case 'drain':
        return this.#release(repeatable && !isDeaf ? position : null)
      case 'cancelled':
        if (repeatable) return this.#cancelledIn(position, 'failed', error)
        if (isDeaf) return this.#unknown(position, 'cancelled', 'none', null)
        return this.#cancelledAmid(position, isUnknown, error)
      case 'timeout': {
        const late = `it took longer than ${timeout / 1000} s`
        if (repeatable) return this.#failedOnce(position, late)
        return isDeaf ? this.#unknown(position, 'timeout', 'none', late) : this.#lost(position, 'timeout', late)
      }
      case null:
        if (isUnknown && !repeatable) return this.#lost(position, 'said', error)
        return repeatable ? this.#failedOnce(position, error ?? '') : this.#failedUnrepeatable(position, error ?? '')
    }
  }

  /** The outcome of a step that is not to be repeated is not known. */
  async #lost(position: number, because: Because, error: string | null): Promise<Next> {
    const looked = await this.#look(position)
    if (this.#isStoppedFor('drain')) return this.#release(null)
    if (looked === 'done') return this.#done(position, null)
    if (looked === 'not-done') return this.#failedOnce(position, error ?? 'it was not done')
    return this.#unknown(position, because, looked, error)
  }

  /** It says that it was not done; that is enough to fail, and not to do it again. */
  async #failedUnrepeatable(position: number, error: string): Promise<Next> {
    if (!this.#mayRetry(position) || !this.#step(position).probe) return this.#failed(position, error)
    return this.#lost(position, 'said', error)
  }

  async #cancelledAmid(position: number, isUnknown: boolean, error: string | null): Promise<Next> {
    const looked = await this.#look(position)
    if (looked === 'done') return this.#done(position, null)
    if (looked === 'not-done') return this.#cancelledIn(position, 'failed', error)
    if (isUnknown || looked !== 'none') return this.#unknown(position, 'cancelled', looked, error)
    // It has ended in its own way: the run is over, and the record says that nobody has looked.
    return this.#cancelledIn(position, 'unknown', error)
  }

  async #look(position: number): Promise<Looked> {
    const { probe, name, timeout } = this.#step(position)
    if (!probe) return 'none'
    const { graceMs } = this.#crew
    // Looking is what a cancelled run still does; only a worker that has to go does not.
    const stopped = this.#isStoppedFor('cancelled') ? new AbortController().signal : this.#stop.signal
    const looked = await attempt((signal) => probe(this.#context(position), signal), {
      timeoutMs: timeout,
      graceMs,
      stopped,
    })
    const outcome = looked.tag === 'answered' ? looked.value : 'failed'
    const text = looked.tag === 'threw' ? errorText(looked.error) : null
    await this.#write(() => this.#ledger.note('probed', [{ kind: 'probed', step: name, text, facts: { outcome } }]))
    return outcome
  }

  async #done(position: number, output: Json): Promise<Next> {
    const { name } = this.#step(position)
    this.#outputs[name] = output
    const next = position + 1
    if (next === this.#steps.length) {
      await this.#write(() => this.#ledger.end(position, output))
      return 'over'
    }
    if (this.#isDraining) {
      await this.#write(() => this.#ledger.done(position, output))
      return this.#release(null)
    }
    const cancelBy = await this.#write(() => this.#ledger.finish(position, output, next))
    if (cancelBy !== null) {
      this.#cancelBy = cancelBy
      await this.#cancelled(null)
      return 'over'
    }
    this.#attempts[next] = 1
    return 'go on'
  }

  #mayRetry(position: number): boolean {
    return (this.#attempts[position] ?? 0) <= (this.#step(position).retries?.times ?? 0)
  }

  async #failedOnce(position: number, error: string): Promise<Next> {
    const { name, retries } = this.#step(position)
    if (!retries || !this.#mayRetry(position)) return this.#failed(position, error)
    const attempts = this.#attempts[position] ?? 1
    const delay = Math.min(retries.delayMs * 2 ** (attempts - 1), LONGEST_DELAY)
    const note = { kind: 'attempt-failed', step: name, text: error, facts: { attempt: attempts, delay } } as const
    await this.#write(() => this.#ledger.retryLater(position, error, delay, note))
    this.#crew.wakeIn(delay)
    return 'over'
  }

  async #failed(position: number, error: string): Promise<Next> {
    const reason = { code: 'step-failed', step: this.#step(position).name, error } as const
    await this.#write(() => this.#ledger.fail({ position, step: 'failed', error, run: 'failed', reason }))
    return 'over'
  }

  async #unknown(position: number, because: Because, looked: Looked, error: string | null): Promise<Next> {
    const probe = looked === 'unknown' || looked === 'failed' ? looked : 'none'
    const reason = { code: 'step-unknown', step: this.#step(position).name, because, probe, error } as const
    await this.#write(() => this.#ledger.unknown(position, error, reason))
    return 'over'
  }

  async #cancelled(step: string | null): Promise<Next> {
    const reason = { code: 'cancelled', by: this.#cancelBy ?? 'unknown', step } as const
    await this.#write(() => this.#ledger.stop('cancelled', reason))
    return 'over'
  }

  async #cancelledIn(position: number, step: StepState, error: string | null): Promise<Next> {
    const reason = { code: 'cancelled', by: this.#cancelBy ?? 'unknown', step: this.#step(position).name } as const
    await this.#write(() => this.#ledger.fail({ position, step, error, run: 'cancelled', reason }))
    return 'over'
  }

  async #release(position: number | null): Promise<Next> {
    await this.#write(() => this.#ledger.release(position, { kind: 'released', step: null }))
    return 'over'
  }

  #isStoppedFor(cause: StopCause): boolean {
    const { aborted, reason } = this.#stop.signal
    return aborted && reason instanceof StepStop && reason.stop === cause
  }

  #limits({ timeout }: Step) {
    return { timeoutMs: timeout, graceMs: this.#crew.graceMs, stopped: this.#stop.signal }
  }

  #context(position: number): StepContext {
    const { run } = this.#claimed
    const { inventory, now } = this.#crew
    const { id, operator, command, because } = run
    const { name } = this.#step(position)
    const message = run.message === null ? null : JSON.stringify(run.message)
    const entry = { operator, command, because, message, job: publicId(id) }
    return {
      run: { id, operator, command },
      input: run.input,
      outputs: this.#outputs,
      attempt: this.#attempts[position] ?? 1,
      inventory,
      entry,
      now,
      progress: (percent, text) => this.#progress.tell(name, percent, text),
      change: (entry, work, options) => this.#change(position, entry, work, options?.completes ?? false),
    }
  }

  async #change<T>(
    position: number,
    entry: Entry,
    work: (change: Change) => Promise<T>,
    completes: boolean,
  ): Promise<Changed<T>> {
    const { inventory } = this.#crew
    try {
      const changed = await inventory.change(entry, async (change) => {
        await this.#ledger.hold(change.knex)
        const result = await work(change)
        if (completes) await this.#ledger.complete(change.knex, position, result as Json)
        return result
      })
      // Without a version nothing was committed, nor was the step.
      if (completes && changed.version === null)
        await this.#write(() => this.#ledger.done(position, changed.result as Json))
      if (completes) this.#completed = { output: (changed.result as Json | undefined) ?? null }
      return changed
    } catch (error) {
      if (completes && error instanceof DatabaseError && error.code === 'outcome-unknown') this.#completed = 'perhaps'
      throw error
    }
  }

  async #whetherCompleted(position: number): Promise<{ readonly output: Json } | null> {
    if (this.#completed !== 'perhaps') return this.#completed
    const { knex } = this.#crew.inventory.database
    const [step] = await this.#write(() =>
      ask<{ output: Json }>(
        knex,
        'completed',
        `select output from run_steps where run_id = ? and position = ? and state = 'done' and fence = ?`,
        [this.id, position, this.fence],
      ),
    )
    return step ?? null
  }
}
