// A run in the hands of a worker: how far it has come and what it has been told. What is done with it and what is recorded
// of it both begin from here.
import type { Claimed } from './claim.ts'
import type { Crew } from './crew.ts'
import { Fenced, Ledger } from './ledger.ts'
import { persist } from './persist.ts'
import { Progress } from './progress.ts'
import type { Reason, RunRow } from './run.ts'
import { errorText } from './statement.ts'
import { type Json, type Step, StepStop, type StopCause, type Task } from './task.ts'

export class Held {
  readonly run: RunRow
  readonly crew: Crew
  readonly ledger: Ledger
  readonly progress: Progress
  /** Of the steps that are done, by name. */
  readonly outputs: Record<string, Json> = {}
  /** By position. */
  readonly attempts: number[]
  /** No further step is begun. */
  isDraining = false
  cancelBy: string | null
  readonly #stop = new AbortController()
  #steps: readonly Step[] = []

  constructor({ run, steps }: Claimed, crew: Crew) {
    this.run = run
    this.crew = crew
    this.cancelBy = run.cancel_by
    this.attempts = steps.map(({ attempt }) => attempt)
    this.ledger = new Ledger(crew.inventory.database.knex, run, crew.faults)
    this.progress = new Progress(
      (notes) => this.ledger.note('progress', notes),
      (error) => {
        if (!(error instanceof Fenced)) crew.onTrouble(error)
      },
    )
    for (const { name, state, output } of steps) if (state === 'done') this.outputs[name] = output
  }

  /** Takes the steps of the task; answers why they are not those of the run, where they are not. */
  readSteps(task: Task, names: readonly string[]): Reason | null {
    const expected = names.join(', ')
    try {
      this.#steps = task.steps(this.run.input)
    } catch (error) {
      return { code: 'task-changed', expected, found: errorText(error) }
    }
    const found = this.#steps.map(({ name }) => name).join(', ')
    return found === expected ? null : { code: 'task-changed', expected, found }
  }

  step(position: number): Step {
    const step = this.#steps[position]
    if (!step) throw new Error(`run ${this.run.id} has no step ${position}`)
    return step
  }

  isLast(position: number): boolean {
    return position + 1 === this.#steps.length
  }

  mayRetry(position: number): boolean {
    return (this.attempts[position] ?? 0) <= (this.step(position).retries?.times ?? 0)
  }

  /** Aborted, with a StepStop, where the step has to stop. */
  get stopped(): AbortSignal {
    return this.#stop.signal
  }

  stop(cause: StopCause): void {
    if (!this.#stop.signal.aborted) this.#stop.abort(new StepStop(cause))
  }

  isStoppedFor(cause: StopCause): boolean {
    const { aborted, reason } = this.#stop.signal
    return aborted && reason instanceof StepStop && reason.stop === cause
  }

  /** However long the database is away. */
  write<T>(work: () => Promise<T>): Promise<T> {
    return persist(work, this.crew.givenUp, this.crew.onTrouble)
  }
}
