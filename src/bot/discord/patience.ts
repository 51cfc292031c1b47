// Waits as long as Discord says, where a request is not worth giving up for that.
import { setTimeout as pause } from 'node:timers/promises'
import { RateLimitError } from 'discord.js'

const TIMES = 20

export async function patiently<T>(run: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let time = 1; ; time++) {
    try {
      return await run()
    } catch (error) {
      if (!(error instanceof RateLimitError) || time === TIMES) throw error
      await pause(Math.max(error.retryAfter, error.sublimitTimeout, 1), null, { signal })
    }
  }
}
