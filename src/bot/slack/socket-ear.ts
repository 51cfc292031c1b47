// Hears Slack through Socket Mode: one line at a time, and a new one as soon as it is over, without end.
import { type Ear, type EarOptions, Intake } from './ear.ts'
import type { Patience } from './patience.ts'
import { pause } from './pause.ts'
import { chatRefused } from './refused.ts'
import { SocketLine } from './socket-line.ts'
import { isDismissal, refusalOf, restOf } from './trouble.ts'

export interface SocketEarOptions extends EarOptions {
  readonly appToken: string
  readonly apiUrl: string | null
  readonly patience: Patience
}

// In milliseconds: a line that has held for so long was a good one, and the next is opened at once.
const GOOD = 2000
const WAITS = [0, 250, 500, 1000, 2000, 3000]

export class SocketEar implements Ear {
  readonly #options: SocketEarOptions
  readonly #intake: Intake
  readonly #stop = new AbortController()
  #line: SocketLine | null = null
  #loop: Promise<void> | null = null
  #deafSince: number | null = null
  #isTold = false

  constructor(options: SocketEarOptions) {
    this.#options = options
    this.#intake = new Intake(options)
  }

  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#loop = this.#run(resolve, reject)
    })
  }

  async stop(): Promise<void> {
    // What is being stored is acknowledged through the line that it came by.
    await this.#intake.close()
    this.#stop.abort()
    await this.#line?.close()
    await this.#loop
  }

  isHearing(): boolean {
    return this.#line?.isUp() === true
  }

  async #run(onFirst: () => void, onRefused: (error: unknown) => void): Promise<void> {
    const { signal } = this.#stop
    let isFirst = true
    for (let failures = 0; !signal.aborted; ) {
      const begun = performance.now()
      try {
        await this.#hear(isFirst ? onFirst : () => undefined)
        isFirst = false
        failures = performance.now() - begun > GOOD ? 0 : failures + 1
      } catch (error) {
        if (signal.aborted) break
        if (isFirst && isFinal(error)) return onRefused(chatRefused(error, 'SLACK_APP_TOKEN'))
        this.#tell(error)
        failures++
        await pause(isFinal(error) ? this.#options.patience.slow : (restOf(error) ?? 0), signal)
      }
      await pause(WAITS[Math.min(failures, WAITS.length) - 1] ?? 0, signal)
    }
    if (isFirst) onRefused(new Error('told to end before Slack was heard'))
  }

  /** Until the line is over. */
  async #hear(onUp: () => void): Promise<void> {
    const { appToken, apiUrl, patience } = this.#options
    const { signal } = this.#stop
    const line = await SocketLine.open({ appToken, apiUrl, patience, app: this.#intake.app() }, signal)
    this.#line = line
    this.#isTold = false
    if (this.#deafSince !== null) this.#options.onBack(performance.now() - this.#deafSince)
    onUp()
    await aborted(AbortSignal.any([line.over, signal]))
    this.#deafSince = performance.now()
    // Nothing waits for it: the next line is opened meanwhile.
    void line.close()
  }

  #tell(error: unknown): void {
    if (!this.#isTold) this.#options.onTrouble(isFinal(error) ? chatRefused(error, 'SLACK_APP_TOKEN') : error)
    this.#isTold = true
  }
}

/** It does not mend itself. */
const isFinal = (error: unknown): boolean =>
  isDismissal(error) || /^(?:missing_scope|forbidden_team|access_denied|unknown_method)$/.test(refusalOf(error) ?? '')

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
