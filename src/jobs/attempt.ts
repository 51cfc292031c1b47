// One attempt of a step: its time limit, its signal, and what is made of a step that does not listen to it.
import { OutcomeUnknown, StepStop, type StopCause } from './task.ts'

export type Attempted<T> =
  | { readonly tag: 'answered'; readonly value: T }
  /** `stop` where it was told to. */
  | { readonly tag: 'threw'; readonly error: unknown; readonly isUnknown: boolean; readonly stop: StopCause | null }
  /** It was told to stop and goes on. */
  | { readonly tag: 'deaf'; readonly stop: StopCause }

export interface Limits {
  readonly timeoutMs: number
  /** How long a step may take to end after its signal. */
  readonly graceMs: number
  /** Aborted, with a StepStop, where the run has to stop. */
  readonly stopped: AbortSignal
}

/** Never throws. A deaf step's later answer, or failure, is lost. */
export async function attempt<T>(
  work: (signal: AbortSignal) => Promise<T>,
  { timeoutMs, graceMs, stopped }: Limits,
): Promise<Attempted<T>> {
  const own = new AbortController()
  const stop = (cause: StopCause): void => {
    if (!own.signal.aborted) own.abort(new StepStop(cause))
  }
  const follow = () => stop(causeOf(stopped))
  if (stopped.aborted) follow()
  stopped.addEventListener('abort', follow)
  const limit = setTimeout(() => stop('timeout'), timeoutMs)
  let grace: NodeJS.Timeout | undefined
  const deaf = new Promise<Attempted<T>>((resolve) => {
    const wait = () => {
      const cause = causeOf(own.signal)
      // Nobody waits for a step whose run is another worker's.
      grace = setTimeout(() => resolve({ tag: 'deaf', stop: cause }), cause === 'fenced' ? 0 : graceMs)
    }
    if (own.signal.aborted) wait()
    else own.signal.addEventListener('abort', wait, { once: true })
  })
  try {
    return await Promise.race([settle(work, own.signal), deaf])
  } finally {
    clearTimeout(limit)
    clearTimeout(grace)
    stopped.removeEventListener('abort', follow)
  }
}

async function settle<T>(work: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<Attempted<T>> {
  try {
    return { tag: 'answered', value: await work(signal) }
  } catch (error) {
    const isUnknown = error instanceof OutcomeUnknown
    return { tag: 'threw', error, isUnknown, stop: signal.aborted ? causeOf(signal) : null }
  }
}

function causeOf(signal: AbortSignal): StopCause {
  const reason: unknown = signal.reason
  return reason instanceof StepStop ? reason.stop : 'cancelled'
}
