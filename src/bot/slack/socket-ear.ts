// Hears Slack through Socket Mode: one line at a time, and a new one as soon as it is over, without end.
import { setTimeout as pause } from 'node:timers/promises'
import { type Ear, type EarOptions, Intake } from './ear.ts'
import { chatRefused } from './refused.ts'
import { SocketLine } from './socket-line.ts'
import { isDismissal, refusalOf, restOf } from './trouble.ts'

export interface SocketEarOptions extends EarOptions {
  readonly appToken: string
  readonly apiUrl: string | null
}

// In milliseconds: a line that has held for so long was a good one, and the next is opened at once.
const GOOD = 10_000
const WAITS = [0, 250, 500, 1000, 2000, 3000]
/** Where somebody has to do something first. */
const SLOW = 60_000

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
    this.#stop.abort()
    await this.#intake.close()
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
        await rest(isFinal(error) ? SLOW : (restOf(error) ?? 0), signal)
      }
      await rest(WAITS[Math.min(failures, WAITS.length) - 1] ?? 0, signal)
    }
    if (isFirst) onRefused(new Error('told to end before Slack was heard'))
  }

  /** Until the line is over. */
  async #hear(onUp: () => void): Promise<void> {
    const { appToken, apiUrl } = this.#options
    const { signal } = this.#stop
    const line = await SocketLine.open({ appToken, apiUrl, app: this.#intake.app() }, signal)
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
    if (!this.#isTold) this.#options.onTrouble(error)
    this.#isTold = true
  }
}

/** It does not mend itself. */
const isFinal = (error: unknown): boolean =>
  isDismissal(error) || /^(?:missing_scope|forbidden_team|access_denied|unknown_method)$/.test(refusalOf(error) ?? '')

const rest = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  milliseconds === 0 ? Promise.resolve() : pause(milliseconds, undefined, { signal }).catch(() => undefined)

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
