// What follows from how an attempt of a step has ended.
import type { Attempted } from './attempt.ts'
import type { Held } from './held.ts'
import { cancelledIn, done, failed, failedOnce, type Next, release, unknown } from './record.ts'
import { look, lost } from './recovery.ts'
import { errorText, jsonText } from './statement.ts'
import { type Json, StepStop } from './task.ts'

// Characters of JSON.
const LARGEST_OUTPUT = 1_000_000
const DEAF = 'it was told to stop and has not'
const STOPPED = 'stopped'

export function verdict(held: Held, position: number, attempted: Attempted<Json | undefined>): Promise<Next> {
  return attempted.tag === 'answered'
    ? answered(held, position, attempted.value ?? null)
    : stoppedOrFailed(held, position, attempted)
}

function answered(held: Held, position: number, output: Json): Promise<Next> {
  try {
    if (jsonText(output).length > LARGEST_OUTPUT)
      throw new Error(`its output is larger than ${LARGEST_OUTPUT} characters`)
  } catch (error) {
    return failed(held, position, errorText(error))
  }
  return done(held, position, output)
}

function stoppedOrFailed(
  held: Held,
  position: number,
  attempted: Exclude<Attempted<unknown>, { tag: 'answered' }>,
): Promise<Next> {
  const { repeatable, timeout } = held.step(position)
  const isDeaf = attempted.tag === 'deaf'
  const isUnknown = !isDeaf && attempted.isUnknown
  const error = isDeaf ? null : isOnlyStopped(attempted) ? STOPPED : errorText(attempted.error)
  switch (attempted.stop) {
    case 'fenced':
      return Promise.resolve('over')
    case 'drain':
      // Deaf, it works on until this process ends: nobody takes it over before the lease has run out.
      return isDeaf ? Promise.resolve('over') : release(held, repeatable ? position : null)
    case 'cancelled':
      if (isDeaf) return unknown(held, position, 'cancelled', 'none', DEAF)
      return repeatable ? cancelledIn(held, position, error) : cancelledAmid(held, position, error)
    case 'timeout': {
      const late = `it took longer than ${timeout / 1000} s`
      // Done again beside itself, even a repeatable step might do harm.
      if (isDeaf) return unknown(held, position, 'timeout', 'none', `${late}; ${DEAF}`)
      return repeatable ? failedOnce(held, position, late) : lost(held, position, 'timeout', late)
    }
    case null:
      if (isUnknown && !repeatable) return lost(held, position, 'said', error)
      return repeatable ? failedOnce(held, position, error ?? '') : failedUnrepeatable(held, position, error ?? '')
  }
}

/** What its signal makes a wait throw says nothing of what the step came to. */
function isOnlyStopped({ stop, error }: Extract<Attempted<unknown>, { tag: 'threw' }>): boolean {
  return stop === 'cancelled' && (error instanceof StepStop || (error instanceof Error && error.name === 'AbortError'))
}

/** It says that it was not done; that is enough to fail, and not to do it again. */
function failedUnrepeatable(held: Held, position: number, error: string): Promise<Next> {
  if (!held.mayRetry(position) || !held.step(position).probe) return failed(held, position, error)
  return lost(held, position, 'said', error)
}

async function cancelledAmid(held: Held, position: number, error: string | null): Promise<Next> {
  const looked = await look(held, position)
  if (looked === 'done') return done(held, position, null)
  if (looked === 'not-done') return cancelledIn(held, position, error)
  // It has stopped, and how far it had come nobody has looked: that is no clean end.
  return unknown(held, position, 'cancelled', looked, error)
}
