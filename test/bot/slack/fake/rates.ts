// How often Slack lets something be done: so many in a window that moves.
import { TooMany } from './refusal.ts'

export interface Window {
  readonly count: number
  /** Milliseconds. */
  readonly per: number
}

export class Rates {
  readonly #times = new Map<string, number[]>()
  /** How often somebody went too fast. */
  tooFast = 0
  /** How often somebody came again before the time that they were told. */
  ignored = 0
  readonly #until = new Map<string, number>()

  /** Throws TooMany. */
  take(key: string, { count, per }: Window): void {
    const now = performance.now()
    if ((this.#until.get(key) ?? 0) > now) this.ignored++
    const times = (this.#times.get(key) ?? []).filter((at) => at > now - per)
    if (times.length >= count) {
      this.tooFast++
      const seconds = Math.max(1, Math.ceil(((times[0] ?? now) + per - now) / 1000))
      // Some leeway: the answer takes its time to arrive.
      this.#until.set(key, now + seconds * 1000 - 100)
      throw new TooMany(seconds)
    }
    this.#times.set(key, [...times, now])
  }
}
