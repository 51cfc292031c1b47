// How a terminal's process is told to stop. While a job is waited for, the first time only the waiting ends; else, and the
// second time, the process does.

export class Stop {
  #waiting: AbortController | null = null
  readonly #end: () => void
  #isEnding = false
  #wasInterrupted = false

  /** `end` ends the process in order. */
  constructor(end: () => void) {
    this.#end = end
    process.on('SIGINT', () => this.interrupt())
    for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => this.end())
  }

  /** Somebody did not want to wait any longer. */
  get wasInterrupted(): boolean {
    return this.#wasInterrupted
  }

  /** Whether something is waited for that Ctrl-C leaves. */
  get isWaiting(): boolean {
    return this.#waiting !== null
  }

  /** At the prompt what was left is over with the next command. */
  forget(): void {
    this.#wasInterrupted = false
  }

  /** Ctrl-C. */
  interrupt(): void {
    this.#wasInterrupted = true
    if (this.#waiting !== null && !this.#waiting.signal.aborted) this.#waiting.abort()
    else this.end()
  }

  end(): void {
    this.#waiting?.abort()
    if (this.#isEnding) process.exit(1)
    this.#isEnding = true
    this.#end()
  }

  /** A signal for what may be interrupted without an end of the process. */
  async during<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const waiting = new AbortController()
    this.#waiting = waiting
    try {
      return await work(waiting.signal)
    } finally {
      this.#waiting = null
    }
  }
}
