// The moves that a run can make, each of which is written down before the next one begins.
import type { Held } from './held.ts'
import type { Reason } from './run.ts'
import type { Json, Probed } from './task.ts'

/** `go on`: to the next position, which is recorded as begun. */
export type Next = 'go on' | 'over'
export type Because = Extract<Reason, { code: 'step-unknown' }>['because']
/** What a look brought whether a step was done. */
export type Looked = Probed | 'none' | 'failed'

// In milliseconds.
const LONGEST_DELAY = 3_600_000

/** After `go on` it is recorded as begun. */
export async function begin(held: Held, position: number): Promise<Next> {
  if (held.isDraining) return release(held, null)
  const cancelBy = await held.write(() => held.ledger.begin(position))
  if (cancelBy !== null) {
    held.cancelBy = cancelBy
    return cancelled(held)
  }
  held.attempts[position] = (held.attempts[position] ?? 0) + 1
  return 'go on'
}

export async function done(held: Held, position: number, output: Json): Promise<Next> {
  const { ledger } = held
  held.outputs[held.step(position).name] = output
  const next = position + 1
  if (held.isLast(position)) {
    await held.write(() => ledger.end(position, output))
    return 'over'
  }
  if (held.isDraining) {
    await held.write(() => ledger.done(position, output))
    return release(held, null)
  }
  const cancelBy = await held.write(() => ledger.finish(position, output, next))
  if (cancelBy !== null) {
    held.cancelBy = cancelBy
    return cancelled(held)
  }
  held.attempts[next] = 1
  return 'go on'
}

/** Tries again later, where the step may be. */
export async function failedOnce(held: Held, position: number, error: string): Promise<Next> {
  const { name, retries } = held.step(position)
  if (!retries || !held.mayRetry(position)) return failed(held, position, error)
  const attempt = held.attempts[position] ?? 1
  const delay = Math.min(retries.delayMs * 2 ** (attempt - 1), LONGEST_DELAY)
  const note = { kind: 'attempt-failed', step: name, text: error, facts: { attempt, delay } } as const
  await held.write(() => held.ledger.retryLater(position, error, delay, note))
  held.crew.wakeIn(delay)
  return 'over'
}

export async function failed(held: Held, position: number, error: string): Promise<Next> {
  const reason = { code: 'step-failed', step: held.step(position).name, error } as const
  await held.write(() => held.ledger.fail({ position, step: 'failed', error, run: 'failed', reason }))
  return 'over'
}

export async function unknown(
  held: Held,
  position: number,
  because: Because,
  looked: Looked,
  error: string | null,
): Promise<Next> {
  const probe = looked === 'unknown' || looked === 'failed' ? looked : 'none'
  const reason = { code: 'step-unknown', step: held.step(position).name, because, probe, error } as const
  await held.write(() => held.ledger.unknown(position, error, reason))
  return 'over'
}

/** Between two steps. */
export async function cancelled(held: Held): Promise<Next> {
  const reason = { code: 'cancelled', by: held.cancelBy ?? 'unknown', step: null } as const
  await held.write(() => held.ledger.stop('cancelled', reason))
  return 'over'
}

/** In the middle of a step. */
export async function cancelledIn(held: Held, position: number, error: string | null): Promise<Next> {
  const reason = { code: 'cancelled', by: held.cancelBy ?? 'unknown', step: held.step(position).name } as const
  await held.write(() => held.ledger.fail({ position, step: 'failed', error, run: 'cancelled', reason }))
  return 'over'
}

/** For another worker to go on with; `position` is a step that shall be begun again without being an attempt. */
export async function release(held: Held, position: number | null): Promise<Next> {
  await held.write(() => held.ledger.release(position, { kind: 'released', step: null }))
  return 'over'
}
