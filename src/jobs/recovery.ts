// What is done about a step of which nobody knows whether it was done: it is looked at before anything is done again.
import { attempt } from './attempt.ts'
import type { Held } from './held.ts'
import {
  type Because,
  begin,
  cancelledIn,
  done,
  failed,
  failedOnce,
  type Looked,
  type Next,
  release,
  unknown,
} from './record.ts'
import { errorText } from './statement.ts'
import { StepWork } from './step-work.ts'

// A repeatable step that is found begun so many times kills its workers.
const MOST_CRASHES = 20

export interface TakenOver {
  readonly next: Next
  /** Whether it had been done: then `go on` means the step after it. */
  readonly isDone: boolean
}

/** A step was begun by a worker that is dead. */
export async function takeOver(held: Held, position: number): Promise<TakenOver> {
  const { name, repeatable } = held.step(position)
  const attempts = held.attempts[position] ?? 0
  await held.write(() => held.ledger.note('probed', [{ kind: 'taken-over', step: name, facts: { attempts } }]))
  const looked = repeatable ? 'not-done' : await look(held, position)
  if (held.isStoppedFor('drain')) return { next: await release(held, null), isDone: false }
  if (looked === 'done') return { next: await done(held, position, null), isDone: true }
  return { next: await again(held, position, looked), isDone: false }
}

async function again(held: Held, position: number, looked: Looked): Promise<Next> {
  const attempts = held.attempts[position] ?? 0
  if (looked !== 'not-done') return unknown(held, position, 'crash', looked, null)
  if (held.cancelBy !== null) return cancelledIn(held, position, 'cut off')
  if (held.step(position).repeatable && attempts > MOST_CRASHES)
    return failed(held, position, `its worker was cut off ${attempts} times`)
  return begin(held, position)
}

/** The outcome of a step that this worker has done itself is not known. */
export async function lost(held: Held, position: number, because: Because, error: string | null): Promise<Next> {
  const looked = await look(held, position)
  if (held.isStoppedFor('drain')) return release(held, null)
  if (looked === 'done') return done(held, position, null)
  if (looked === 'not-done') return failedOnce(held, position, error ?? 'it was not done')
  return unknown(held, position, because, looked, error)
}

/** Asks the step's probe, and notes what it says. */
export async function look(held: Held, position: number): Promise<Looked> {
  const { probe, name, timeout } = held.step(position)
  if (!probe) return 'none'
  const { graceMs } = held.crew
  // Looking is what a cancelled run still does; only a worker that has to go does not.
  const stopped = held.isStoppedFor('cancelled') ? new AbortController().signal : held.stopped
  const context = new StepWork(held, position).context()
  const looked = await attempt((signal) => probe(context, signal), { timeoutMs: timeout, graceMs, stopped })
  const outcome = looked.tag === 'answered' ? looked.value : 'failed'
  const text = looked.tag === 'threw' ? errorText(looked.error) : null
  await held.write(() => held.ledger.note('probed', [{ kind: 'probed', step: name, text, facts: { outcome } }]))
  return outcome
}
