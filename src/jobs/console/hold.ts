// Holds a console open for a thread: writes down what it shows, sends what was typed, and says why it ends.
import { setTimeout as pause } from 'node:timers/promises'
import type { Knex } from 'knex'
import { Bell } from '../bell.ts'
import { type Json, StepStop } from '../task.ts'
import type { Session } from './console.ts'
import { consoleDriver } from './drivers.ts'
import type { Opening } from './look-at.ts'
import {
  appendOutput,
  type Closed,
  closeConsole,
  openConsole,
  type Standing,
  standingOf,
  takeLines,
} from './open-consoles.ts'
import { plainOutput } from './pages.ts'

export interface Holding extends Opening {
  readonly chat: string
  readonly thread: string
}

// In milliseconds: between two looks at what was typed or asked, how long somebody else may take to let it go, and between
// two signs of life.
const LOOK = 500
const LET_GO = 20_000
const TELL = 300_000
// In seconds: one that was written to is given back when nobody types any more.
export const IDLE = 300

export async function hold(holding: Holding): Promise<Json> {
  const { context, signal } = holding
  const { knex } = context.inventory.database
  const opened = await taken(holding)
  if (opened === null) return { closed: 'before' }
  const { id, isAgain } = opened
  const over = new AbortController()
  try {
    const until = AbortSignal.any([signal, over.signal])
    const session = await consoleDriver(holding.machine.kind, knex).open(holding.machine, until)
    if (isAgain) await appendOutput(knex, id, '\n[connected again]\n')
    const reason = await new Held(holding, id, session).untilOver()
    await closeConsole(knex, id, reason)
    context.progress(100, `closed: ${reason}`)
    return { closed: reason }
  } catch (error) {
    const reason = endOf(signal)
    if (reason !== null) await closeConsole(knex, id, reason)
    throw error
  } finally {
    over.abort()
  }
}

/** Why it is over where it was stopped; null where somebody goes on with it. */
function endOf(signal: AbortSignal): Closed | null {
  if (!signal.aborted) return 'failed'
  const stop = signal.reason instanceof StepStop ? signal.reason.stop : 'cancelled'
  switch (stop) {
    case 'cancelled':
      return 'cancelled'
    case 'timeout':
      return 'time'
    case 'drain':
    case 'fenced':
      return null
    default:
      return stop satisfies never
  }
}

/** Its row, as soon as nobody else has it; null where it was over before. Throws where it cannot be had. */
async function taken({ machine, seconds, chat, thread, context, signal }: Holding) {
  const { knex } = context.inventory.database
  const { label } = consoleDriver(machine.kind, knex)
  const run = context.run
  for (const limit = performance.now() + LET_GO; ; ) {
    const opened = await openConsole(knex, {
      ...{ run: run.id, thing: machine, label, chat, thread, opener: run.operator, seconds },
    })
    if (opened.tag === 'open') return opened
    if (opened.tag === 'over') return null
    if (opened.tag === 'busy') throw new Error(`the console of ${opened.thing} is open in this thread already`)
    if (performance.now() > limit) throw new Error(`${opened.for} has the console and does not let it go`)
    context.progress(0, `takes the console from ${opened.for}, who is told`)
    await pause(LOOK, undefined, { signal })
  }
}

class Held {
  readonly #holding: Holding
  readonly #knex: Knex
  readonly #id: number
  readonly #session: Session
  #pending = ''
  /** Null while there may be more. */
  #ended: { readonly error: unknown } | null = null
  #wake = new AbortController()
  #told = Number.NEGATIVE_INFINITY

  constructor(holding: Holding, id: number, session: Session) {
    this.#holding = holding
    this.#knex = holding.context.inventory.database.knex
    this.#id = id
    this.#session = session
  }

  /** Throws with its signal, and where the console breaks. */
  async untilOver(): Promise<Closed> {
    const { signal } = this.#holding
    const deafen = Bell.of(this.#knex).on((ring) => {
      if (ring === `console ${this.#id}`) this.#wake.abort()
    })
    void this.#read()
    try {
      for (;;) {
        this.#wake = new AbortController()
        await this.#writeDown()
        signal.throwIfAborted()
        const standing = await standingOf(this.#knex, this.#id)
        const reason = standing === null ? 'gone' : overBecause(standing)
        if (reason !== null) return reason
        if (this.#ended !== null) {
          if (this.#ended.error !== null) throw this.#ended.error
          return 'ended'
        }
        for (const line of await takeLines(this.#knex, this.#id)) await this.#session.write(line)
        if (standing) this.#tell(standing)
        const woken = AbortSignal.any([signal, this.#wake.signal])
        await pause(LOOK, undefined, { signal: woken }).catch(() => undefined)
      }
    } finally {
      deafen()
    }
  }

  async #read(): Promise<void> {
    try {
      for await (const text of this.#session.output) this.#pending += text
      this.#ended = { error: null }
    } catch (error) {
      this.#ended = { error }
    }
    this.#wake.abort()
  }

  async #writeDown(): Promise<void> {
    const text = plainOutput(this.#pending)
    this.#pending = ''
    if (text !== '') await appendOutput(this.#knex, this.#id, text)
  }

  /** What it shows is told elsewhere; a job that says nothing for long is taken for one that stands still. */
  #tell({ until }: Standing): void {
    const { label } = consoleDriver(this.#holding.machine.kind, this.#knex)
    const now = performance.now()
    if (now - this.#told < TELL) return
    this.#told = now
    this.#holding.context.progress(null, `open until ${until.toISOString().slice(0, 16)}Z (${label})`)
  }
}

function overBecause({ isClosed, taken_by, left, idle }: Standing): Closed | null {
  if (isClosed) return 'gone'
  if (taken_by !== null) return 'taken'
  if (left <= 0) return 'time'
  return idle !== null && idle >= IDLE ? 'idle' : null
}
