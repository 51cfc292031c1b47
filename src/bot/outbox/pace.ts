// Keeps below a rate by going evenly: no burst at all, so that a restart cannot add two bursts in one window.
import type { Rate } from './chat.ts'

// A tenth is left for what others send in our name.
const SHARE = 0.9

export class Pace {
  readonly #every: number
  readonly #now: () => number
  readonly #next = new Map<string, number>()
  #start: number

  /** `now` in milliseconds of a clock that does not jump. */
  constructor({ count, per }: Rate, now: () => number) {
    this.#every = per / (count * SHARE)
    this.#now = now
    this.#start = now()
  }

  /** Milliseconds until one more may be sent. */
  wait(key: string): number {
    return Math.max(0, (this.#next.get(key) ?? this.#start) - this.#now())
  }

  took(key: string): void {
    this.#next.set(key, this.#now() + this.#every)
    // What lies in the past says nothing any more.
    if (this.#next.size > 1000) for (const [old, at] of this.#next) if (at <= this.#now()) this.#next.delete(old)
  }

  /** The chat says for how long it wants nothing at all. */
  rest(milliseconds: number): void {
    this.#start = Math.max(this.#start, this.#now() + milliseconds)
    for (const [key, at] of this.#next) this.#next.set(key, Math.max(at, this.#start))
  }
}
