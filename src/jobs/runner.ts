// Takes one run from where it stands to its end, step by step, writing down each thing before the next begins. What it
// finds begun by a worker that is dead it looks at before it does anything again.
import { attempt } from './attempt.ts'
import type { Claimed } from './claim.ts'
import type { Crew } from './crew.ts'
import { Held } from './held.ts'
import { Fenced } from './ledger.ts'
import { begin, cancelled, done, type Next } from './record.ts'
import { takeOver } from './recovery.ts'
import { errorText } from './statement.ts'
import { StepWork } from './step-work.ts'
import type { StopCause, Task } from './task.ts'
import { verdict } from './verdict.ts'

// In milliseconds.
const AFTER_A_DEFECT = 10_000

export class Runner {
  readonly id: number
  readonly fence: number
  readonly #claimed: Claimed
  readonly #task: Task
  readonly #held: Held

  constructor(claimed: Claimed, task: Task, crew: Crew) {
    this.id = claimed.run.id
    this.fence = claimed.run.fence
    this.#claimed = claimed
    this.#task = task
    this.#held = new Held(claimed, crew)
  }

  /** Tells the step to stop. */
  stop(cause: StopCause): void {
    this.#held.stop(cause)
  }

  cancel(by: string): void {
    this.#held.cancelBy ??= by
    this.stop('cancelled')
  }

  /** No further step is begun. */
  drain(): void {
    this.#held.isDraining = true
  }

  /** Never throws. */
  async run(): Promise<void> {
    const { crew, ledger, progress } = this.#held
    try {
      await this.#go()
    } catch (error) {
      if (error instanceof Fenced) return
      crew.onTrouble(error)
      // A defect of ours: whoever takes the run over sees the step as it stands. Not at once, or it goes round.
      const note = { kind: 'released', step: null, text: errorText(error), facts: { id: this.id } } as const
      await ledger.retryLater(-1, '', AFTER_A_DEFECT, note).catch(() => undefined)
    } finally {
      await progress.flush()
    }
  }

  async #go(): Promise<void> {
    const held = this.#held
    const { steps } = this.#claimed
    const changed = held.readSteps(
      this.#task,
      steps.map(({ name }) => name),
    )
    if (changed !== null) return void (await held.write(() => held.ledger.stop('failed', changed)))
    const position = steps.findIndex(({ state }) => state !== 'done')
    if (position < 0) return void (await held.write(() => held.ledger.end(steps.length - 1, steps.at(-1)?.output)))
    for (let at = await this.#begun(position); at !== null && (await this.#do(at)) === 'go on'; ) at++
  }

  /** The position of the step that is recorded as begun by us, the first not done or the next; null where it is over. */
  async #begun(position: number): Promise<number | null> {
    const held = this.#held
    const first = this.#claimed.steps[position]
    const isOurs = this.#claimed.begun === position
    if (first?.state === 'running' && !isOurs) {
      const { next, isDone } = await takeOver(held, position)
      return next === 'over' ? null : position + (isDone ? 1 : 0)
    }
    if (held.cancelBy !== null) {
      await cancelled(held)
      return null
    }
    if (!isOurs) return (await begin(held, position)) === 'over' ? null : position
    held.attempts[position] = (first?.attempt ?? 0) + (first?.state === 'pending' ? 1 : 0)
    return position
  }

  /** Does a step that is recorded as begun, and what follows from how it went. */
  async #do(position: number): Promise<Next> {
    const held = this.#held
    const { crew, stopped } = held
    const { run, timeout } = held.step(position)
    const work = new StepWork(held, position)
    const limits = { timeoutMs: timeout, graceMs: crew.graceMs, stopped }
    crew.faults('before step')
    const attempted = await attempt((signal) => run(work.context(), signal), limits)
    crew.faults('after step')
    await held.progress.flush()
    const completed = await work.completed()
    return completed === null ? verdict(held, position, attempted) : done(held, position, completed.output)
  }
}
