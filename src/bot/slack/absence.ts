// Until when everything in Slack was heard, and what was said since: after a start and after each gap the histories are
// read, and only then the mark moves on.
import type { Front } from '../adapter.ts'
import type { CatchUp } from './catch-up.ts'
import type { Patience } from './patience.ts'
import { pause } from './pause.ts'
import { isDismissal, refusalOf } from './trouble.ts'

export interface AbsenceOptions {
  readonly front: Front
  readonly catchUp: CatchUp
  readonly patience: Patience
  readonly signal: AbortSignal
  readonly isHearing: () => boolean
  readonly onTrouble: (error: unknown) => void
}

const CHAT = 'slack'
// In milliseconds. What one process marks, another may have heard a moment later.
const OVERLAP = 30_000
const MOST_BACK = 24 * 3600_000
/** Who types during so short a gap does not notice it. */
const SHORT = 30_000

export class Absence {
  readonly #options: AbsenceOptions
  #turn: Promise<void> = Promise.resolve()
  #waiting = 0

  constructor(options: AbsenceOptions) {
    this.#options = options
  }

  started(): Promise<void> {
    return this.#after(this.#options.patience.started, true)
  }

  /** Heard again after so many milliseconds. */
  gap(length: number): Promise<void> {
    return this.#after(this.#options.patience.settled, length > SHORT)
  }

  /** One after the other, and none where another has just begun to wait for the same. */
  #after(settle: number, isAway: boolean): Promise<void> {
    this.#waiting++
    this.#turn = this.#turn.then(async () => {
      await pause(settle, this.#options.signal)
      await this.#catchUp(isAway)
      this.#waiting--
    })
    return this.#turn
  }

  async #catchUp(isAway: boolean): Promise<void> {
    const { front, catchUp, patience, signal, onTrouble } = this.#options
    for (let isTold = false; !signal.aborted; isTold = true) {
      try {
        const heard = await front.heardUntil(CHAT)
        if (heard === null) return
        const from = new Date(Math.max(heard.getTime() - OVERLAP, Date.now() - MOST_BACK))
        return await catchUp.since(from, isAway, signal)
      } catch (error) {
        if (!isTold && !signal.aborted) onTrouble(error)
        // A scope is missing: asking again does not help.
        if (refusalOf(error) !== null && !isDismissal(error)) return
        await pause(patience.again, signal)
      }
    }
  }

  async keepMark(): Promise<void> {
    const { front, patience, signal, isHearing, onTrouble } = this.#options
    for (let isTold = false; !signal.aborted; ) {
      try {
        if (this.#waiting === 0 && isHearing()) await front.setHeardUntil(CHAT, new Date())
        isTold = false
      } catch (error) {
        if (!isTold) onTrouble(error)
        isTold = true
      }
      await pause(patience.mark, signal)
    }
  }
}
