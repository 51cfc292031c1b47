// What a task is: code in named steps. Only the worker loops, times, retries and records; a step does one thing and says
// whether doing it again would matter.
import type { Change } from '../inventory/change.ts'
import type { Changed, Entry, Inventory } from '../inventory/inventory.ts'

/** What JSON can hold. Secrets stay out of it: `secret:<id>` names one. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

export interface Task {
  readonly name: string
  /** Its runs mostly wait: they keep their things from no other job, and take none of a worker's places. */
  readonly isBeside?: true
  /**
   * The steps for an input; the same ones each time that it is asked, since a run that was cut off is gone on with by
   * their positions and names. Throws where the input is not what it should be.
   */
  steps(input: Json): readonly Step[]
}

export interface Step {
  readonly name: string
  /** Milliseconds that one attempt may take; then its signal is aborted. */
  readonly timeout: number
  /**
   * Whether doing it twice is the same as doing it once. True for reading, for setting what may be set already, and for
   * a step whose only effect is `change` with `completes`. All else is never repeated unless `probe` says `not-done`.
   */
  readonly repeatable: boolean
  /** After a failure: how often again, and how long to wait before the first time; each wait doubles the one before. */
  readonly retries?: { readonly times: number; readonly delayMs: number }
  /**
   * Does it; what it answers with is its output. To throw is to say that it was not done; where that is not known, throw
   * OutcomeUnknown. It stops soon after its signal, whose `reason` is a StepStop; one that does not is never done again
   * beside itself: its outcome is unknown. So is that of a step which is cancelled, is not repeatable and has no probe.
   */
  run(context: StepContext, signal: AbortSignal): Promise<Json | undefined>
  /** Looks whether it was done, where its outcome got lost. */
  probe?(context: StepContext, signal: AbortSignal): Promise<Probed>
}

export type Probed = 'done' | 'not-done' | 'unknown'

export interface StepContext {
  readonly run: { readonly id: number; readonly operator: string; readonly command: string }
  readonly input: Json
  /** The outputs of the steps before, by name. */
  readonly outputs: Readonly<Record<string, Json>>
  /** 1 for the first attempt. */
  readonly attempt: number
  readonly inventory: Inventory
  /** How this run's changes are entered in the history. */
  readonly entry: Entry
  now(): Date
  /** Tells how far it is; null where that is not known. Folded: only what is new is kept, twice a second. */
  progress(percent: number | null, text: string): void
  /**
   * An inventory change of this run and of nobody else: refused (Fenced) where another worker has taken the run over.
   * With `completes` the step is recorded as done in the same transaction, exactly once, with the result of `work` as its
   * output; then the step's own answer is not looked at.
   */
  change<T>(
    entry: Entry,
    work: (change: Change) => Promise<T>,
    options?: { readonly completes?: boolean },
  ): Promise<Changed<T>>
}

/** Thrown by a step that cannot say whether it was done: the worker probes, and repeats nothing. */
export class OutcomeUnknown extends Error {
  override readonly name = 'OutcomeUnknown'
}

export type StopCause = 'timeout' | 'cancelled' | 'drain' | 'fenced'

/** Why a step's signal was aborted. */
export class StepStop extends Error {
  override readonly name = 'StepStop'
  readonly stop: StopCause

  constructor(stop: StopCause) {
    super(stop)
    this.stop = stop
  }
}
