// What the fake Slack answers instead of doing what it was asked.
import type { Fields } from './json.ts'

/** `{ ok: false, error }`, as the Web API refuses. */
export class Refusal extends Error {
  readonly more: Fields

  constructor(error: string, more: Fields = {}) {
    super(error)
    this.more = more
  }
}

/** Status 429. */
export class TooMany extends Error {
  /** Seconds. */
  readonly after: number

  constructor(after: number) {
    super('ratelimited')
    this.after = after
  }
}
