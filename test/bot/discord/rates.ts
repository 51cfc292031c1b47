// The rate limits of the fake Discord: a bucket for each route and channel, and one for everything.

export interface Limit {
  readonly count: number
  /** Milliseconds. */
  readonly per: number
}

export interface Verdict {
  readonly headers: Readonly<Record<string, string>>
  /** Seconds; null where the request may go on. */
  readonly retryAfter: number | null
  readonly isGlobal: boolean
}

const GLOBAL: Limit = { count: 50, per: 1000 }

export class Rates {
  readonly #taken = new Map<string, number[]>()
  readonly #resting = new Map<string, number>()
  readonly #now: () => number
  /** Requests that came although they had been told to wait. */
  ignored = 0
  isOn = true

  constructor(now: () => number) {
    this.#now = now
  }

  /** Says `wait` to the next requests of a bucket, as a limit that others have used up. */
  rest(bucket: string, milliseconds: number): void {
    this.#resting.set(bucket, this.#now() + milliseconds)
  }

  take(bucket: string, limit: Limit): Verdict {
    if (!this.isOn) return { headers: {}, retryAfter: null, isGlobal: false }
    const now = this.#now()
    const told = this.#resting.get(bucket)
    if (told !== undefined && now < told) this.ignored++
    const all = this.#of('', GLOBAL, now)
    if (all.length >= GLOBAL.count) return this.#refused('', GLOBAL, all, now, true)
    const own = this.#of(bucket, limit, now)
    if (own.length >= limit.count) return this.#refused(bucket, limit, own, now, false)
    own.push(now)
    all.push(now)
    const resets = ((own[0] ?? now) + limit.per - now) / 1000
    const headers = {
      'X-RateLimit-Limit': `${limit.count}`,
      'X-RateLimit-Remaining': `${limit.count - own.length}`,
      'X-RateLimit-Reset': `${(now / 1000 + resets).toFixed(3)}`,
      'X-RateLimit-Reset-After': resets.toFixed(3),
      'X-RateLimit-Bucket': bucket.replaceAll(/[^a-z]/gi, '').slice(0, 32),
    }
    return { headers, retryAfter: null, isGlobal: false }
  }

  #of(bucket: string, { per }: Limit, now: number): number[] {
    const recent = (this.#taken.get(bucket) ?? []).filter((at) => at > now - per)
    this.#taken.set(bucket, recent)
    return recent
  }

  #refused(bucket: string, { per, count }: Limit, taken: readonly number[], now: number, isGlobal: boolean): Verdict {
    const retryAfter = Math.max(0.001, ((taken[0] ?? now) + per - now) / 1000)
    this.#resting.set(bucket, now + retryAfter * 1000)
    const headers = {
      'Retry-After': `${Math.ceil(retryAfter)}`,
      'X-RateLimit-Limit': `${count}`,
      'X-RateLimit-Remaining': '0',
      'X-RateLimit-Reset-After': retryAfter.toFixed(3),
      'X-RateLimit-Scope': isGlobal ? 'global' : 'user',
      ...(isGlobal ? { 'X-RateLimit-Global': 'true' } : {}),
    }
    return { headers, retryAfter, isGlobal }
  }
}
