// What a step tells about itself, folded before it is written: twice a second at most, and of each text only the last
// percentage. Losing some of it is no harm.
import type { Note } from './ledger.ts'
import { plainText } from './statement.ts'

// In milliseconds.
const EVERY = 500
const MOST = 100
const LONGEST = 500

export class Progress {
  readonly #write: (notes: readonly Note[]) => Promise<unknown>
  readonly #onTrouble: (error: unknown) => void
  #notes: Note[] = []
  #timer: NodeJS.Timeout | null = null
  #writing: Promise<unknown> = Promise.resolve()
  #lastAt = Number.NEGATIVE_INFINITY

  constructor(write: (notes: readonly Note[]) => Promise<unknown>, onTrouble: (error: unknown) => void) {
    this.#write = write
    this.#onTrouble = onTrouble
  }

  tell(step: string, percent: number | null, text: string): void {
    const within = percent === null || !Number.isFinite(percent) ? null : Math.min(100, Math.max(0, percent))
    const note: Note = { kind: 'progress', step, percent: within, text: plainText(text).slice(0, LONGEST) }
    const last = this.#notes.at(-1)
    if (last && last.step === note.step && last.text === note.text) this.#notes.pop()
    this.#notes.push(note)
    if (this.#notes.length > MOST) this.#notes.shift()
    const wait = Math.max(0, this.#lastAt + EVERY - performance.now())
    this.#timer ??= setTimeout(() => void this.flush(), wait)
  }

  /** Writes what is left. Never throws. */
  async flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    const notes = this.#notes
    this.#notes = []
    if (notes.length > 0) {
      this.#lastAt = performance.now()
      this.#writing = this.#writing.then(() => this.#write(notes)).catch(this.#onTrouble)
    }
    await this.#writing
  }
}
