// Asks the database something with a bound on the wait. Who comes while it is being asked shares that answer: nothing piles
// up before a database that does not answer.

export type Seen<T> =
  | { readonly tag: 'answered'; readonly answer: T }
  /** Why not, in a few words: never what the database says, which names hosts and users. */
  | { readonly tag: 'trouble'; readonly detail: string }

// In milliseconds.
const LIMIT = 2000

export class Probe<T> {
  readonly #ask: () => Promise<T>
  readonly #limit: number
  #asking: Promise<Seen<T>> | null = null

  constructor(ask: () => Promise<T>, limit = LIMIT) {
    this.#ask = ask
    this.#limit = limit
  }

  look(): Promise<Seen<T>> {
    this.#asking ??= this.#ask().then(
      (answer): Seen<T> => this.#over({ tag: 'answered', answer }),
      (error: unknown): Seen<T> => this.#over({ tag: 'trouble', detail: failed(error) }),
    )
    let timer: NodeJS.Timeout | undefined
    const silence = new Promise<Seen<T>>((resolve) => {
      const detail = `no answer within ${this.#limit / 1000} s`
      timer = setTimeout(() => resolve({ tag: 'trouble', detail }), this.#limit)
    })
    return Promise.race([this.#asking, silence]).finally(() => clearTimeout(timer))
  }

  #over(seen: Seen<T>): Seen<T> {
    this.#asking = null
    return seen
  }
}

/** `it cannot be asked (ECONNREFUSED)`, `it cannot be asked (57P03)` */
function failed(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return `it cannot be asked${/^[\w-]{3,40}$/.test(code) ? ` (${code})` : ''}`
}
