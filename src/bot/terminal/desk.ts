// Finds where a command can be answered, and asks there: in this process if the database is free, else in the one that
// holds it. Two that come at the same moment end up with one holder and one that asks it.
import { setTimeout as pause } from 'node:timers/promises'
import type { JobReply } from '../../commands/reply.ts'
import type { Invocation } from '../../grammar/ast.ts'
import { ParseError } from '../../grammar/parse-error.ts'
import { DatabaseError } from '../../inventory/database/error.ts'
import type { Words } from '../completion.ts'
import type { Config } from '../config.ts'
import { demoIdentity } from '../demo.ts'
import { examineAlone } from '../examinations.ts'
import type { Answer, Refusal } from '../message.ts'
import { refusalOf } from '../refusal.ts'
import { messageText, say } from '../render/refusal.ts'
import { openLocalSeat, type Setting } from './local-seat.ts'
import { openRemoteSeat, TurnedAway } from './remote-seat.ts'
import { type Seat, SeatGone } from './seat.ts'

// A holder that neither answers nor ends is given up after this many milliseconds; making the demo takes some of them.
const PATIENCE = 60_000
const PAUSE = 50

const DOCTOR = 'doctor'

function refused(error: unknown, text: string): Answer {
  const refusal: Refusal = error instanceof TurnedAway ? error.refusal : refusalOf(error, text)
  return { tag: 'refused', command: text, refusal }
}

const FAREWELLS = {
  server: 'Not waiting any longer: the job goes on in another worker, or when the next one starts (`doctor` tells).',
  elsewhere: 'Not waiting any longer: the job goes on in the process that holds the database.',
  here: 'Not waiting any longer: the job goes on in the background.',
  ending:
    'Not waiting any longer: the step that runs is given a few seconds, and the job goes on with the next command of clusto.',
} as const

export class Desk {
  readonly #config: Config
  readonly #as: string | null
  readonly #setting: Setting
  #seat: Promise<Seat> | null = null
  #worksHere = false
  #closed: Promise<void> | null = null

  constructor(config: Config, as: string | null, setting: Setting) {
    this.#config = config
    this.#as = as
    this.#setting = setting
  }

  /** Never throws: where nobody can answer, that is the answer. */
  async ask(text: string): Promise<Answer> {
    try {
      // Most slips are found before a database is opened for them.
      const { command } = this.#setting.language.parse(text)
      const answer = await this.#anywhere((seat) => seat.ask(text)).catch((error) => refused(error, text))
      return command === DOCTOR ? await this.#examined(answer) : answer
    } catch (error) {
      return refused(error, text)
    }
  }

  /** Whoever asks what is wrong is told more than that the database is. */
  async #examined(answer: Answer): Promise<Answer> {
    if (answer.tag === 'done' || answer.refusal.source !== 'database') return answer
    const trouble = messageText(say(answer.refusal, answer.command))
    return { tag: 'done', command: answer.command, reply: await examineAlone(this.#config, trouble), version: null }
  }

  /** Nothing where nobody can say. */
  async complete(text: string): Promise<Words> {
    try {
      return await this.#anywhere((seat) => seat.complete(text))
    } catch {
      return { from: text.length, words: [] }
    }
  }

  /** Opens what answers before the first command, so that this does not wait. Throws as asking would. */
  async open(): Promise<void> {
    await this.#take()
  }

  /** What the language makes of a text, or why it does not understand it. */
  read(text: string): Invocation | ParseError {
    try {
      return this.#setting.language.parse(text)
    } catch (error) {
      if (error instanceof ParseError) return error
      throw error
    }
  }

  /** Until the job stands still or the signal comes, wherever it is by then. Throws what opening the database throws. */
  async follow(job: string, onProgress: (job: JobReply) => void, signal: AbortSignal): Promise<void> {
    await this.#anywhere(async (seat) => {
      if (!signal.aborted) await seat.follow(job, onProgress, signal)
    })
  }

  /** What becomes of a job that is not waited for any longer. */
  farewell(): string {
    const { databaseUrl } = this.#config
    if (databaseUrl !== null) return FAREWELLS.server
    if (!this.#worksHere) return FAREWELLS.elsewhere
    return this.#setting.stays ? FAREWELLS.here : FAREWELLS.ending
  }

  close(options?: { readonly leaves: boolean }): Promise<void> {
    this.#closed ??= (async () => {
      const seat = await this.#seat?.catch(() => null)
      await seat?.close(options)
    })()
    return this.#closed
  }

  async #anywhere<T>(work: (seat: Seat) => Promise<T>): Promise<T> {
    for (;;) {
      const seat = await this.#take()
      try {
        return await work(seat)
      } catch (error) {
        if (!(error instanceof SeatGone)) throw error
        this.#seat = null
      }
    }
  }

  #take(): Promise<Seat> {
    if (this.#seat === null) {
      const seat = this.#find()
      this.#seat = seat
      // What failed is tried again with the next command.
      seat.catch(() => {
        if (this.#seat === seat) this.#seat = null
      })
    }
    return this.#seat
  }

  async #find(): Promise<Seat> {
    const author = this.#config.demo ? demoIdentity(this.#as) : this.#config.user
    if (this.#config.databaseUrl !== null) return openLocalSeat(this.#config, author, this.#setting)
    for (const limit = Date.now() + PATIENCE; ; ) {
      const remote = await openRemoteSeat(this.#config, this.#as, this.#setting)
      this.#worksHere = remote === null
      if (remote !== null) return remote
      try {
        return await openLocalSeat(this.#config, author, this.#setting)
      } catch (error) {
        const isHeld = error instanceof DatabaseError && error.code === 'data-locked'
        if (!isHeld || Date.now() > limit) throw error
        await pause(PAUSE)
      }
    }
  }
}
