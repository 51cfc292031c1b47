// Waits, and not longer than it is told to.
import { setTimeout as sleep } from 'node:timers/promises'

/** Ends early with its signal; never throws. */
export const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  sleep(milliseconds, undefined, { signal }).catch(() => undefined)
