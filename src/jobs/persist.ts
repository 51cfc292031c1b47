// Writes what must be written, however long the database is away. What is tried again has to be right when it was done
// the first time after all and only its answer was lost.
import { setTimeout as pause } from 'node:timers/promises'
import { DatabaseError } from '../inventory/database/error.ts'

// In milliseconds.
const FIRST_WAIT = 50
const LONGEST_WAIT = 2000

/** Throws what is no trouble of the database's, and the last trouble when `givenUp` is aborted. */
export async function persist<T>(
  work: () => Promise<T>,
  givenUp: AbortSignal,
  onTrouble: (error: unknown) => void,
): Promise<T> {
  for (let wait = FIRST_WAIT, isTold = false; ; wait = Math.min(wait * 2, LONGEST_WAIT)) {
    try {
      return await work()
    } catch (error) {
      if (!isPassing(error) || givenUp.aborted) throw error
      if (!isTold) onTrouble(error)
      isTold = true
      // Ends early when there is no time left: then it is tried for the last time.
      await pause(wait, undefined, { signal: givenUp }).catch(() => undefined)
    }
  }
}

// Connections, resources, operator intervention, deadlocks, locks and the server's own files: classes of SQLSTATE that
// another time may go well. Only what a server sends has a severity.
const PASSING = /^(?:08|40|53|55|57|58|XX)/

/** Whether the same may go well later. */
export function isPassing(error: unknown): boolean {
  if (error instanceof DatabaseError) return true
  if (!(error instanceof Error) || error.name === 'Fenced') return false
  if ('severity' in error && 'code' in error) return PASSING.test(String(error.code))
  return !BUGS.some((bug) => error instanceof bug)
}

const BUGS = [TypeError, RangeError, ReferenceError, SyntaxError]
