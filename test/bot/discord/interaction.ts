// Interactions of the fake Discord: answered within three seconds, once, and with a token that dies after 15 minutes.
import { randomBytes } from 'node:crypto'
import { InvalidForm, Refused } from './answer.ts'
import { type FakeChannel, type FakeMessage, type FakeUser, snowflake } from './world.ts'

export const KIND = { command: 2, press: 3, complete: 4, submit: 5 } as const
export const CALLBACK = { message: 4, deferred: 5, deferredUpdate: 6, update: 7, choices: 8, modal: 9 } as const

const ANSWER_WITHIN = 3000
const TOKEN_LIVES = 15 * 60_000

export interface Choice {
  readonly name: string
  readonly value: string
}

export interface Modal {
  readonly custom_id: string
  readonly title: string
  readonly components: readonly {
    readonly components: readonly { readonly custom_id: string; readonly label: string; readonly value?: string }[]
  }[]
}

/** One of them, as the test sees it. */
export class Interaction {
  readonly id = snowflake()
  readonly token = randomBytes(24).toString('hex')
  readonly kind: number
  readonly channel: FakeChannel
  readonly user: FakeUser
  readonly at: number
  /** The message that a pressed button hangs on. */
  readonly on: FakeMessage | null
  /** The type of the callback; null before it is answered. */
  answered: number | null = null
  original: FakeMessage | null = null
  readonly followUps: FakeMessage[] = []
  choices: readonly Choice[] | null = null
  modal: Modal | null = null
  readonly #waiting = new Set<() => void>()

  constructor(kind: number, channel: FakeChannel, user: FakeUser, at: number, on: FakeMessage | null) {
    this.kind = kind
    this.channel = channel
    this.user = user
    this.at = at
    this.on = on
  }

  /** Throws Refused, InvalidForm. */
  answer(type: number, now: number): void {
    if (now - this.at > ANSWER_WITHIN) throw new Refused(10_062)
    if (this.answered !== null) throw new Refused(40_060)
    const allowed = {
      [KIND.command]: [CALLBACK.message, CALLBACK.deferred, CALLBACK.modal],
      [KIND.press]: [CALLBACK.message, CALLBACK.deferred, CALLBACK.deferredUpdate, CALLBACK.update, CALLBACK.modal],
      [KIND.complete]: [CALLBACK.choices],
      [KIND.submit]: [CALLBACK.message, CALLBACK.deferred, CALLBACK.deferredUpdate, CALLBACK.update],
    } as Readonly<Record<number, readonly number[]>>
    if (!allowed[this.kind]?.includes(type)) throw new InvalidForm('Interaction response type is not allowed here')
    this.answered = type
    this.changed()
  }

  /** Throws Refused where the token is dead, or nothing was answered yet. */
  live(now: number): void {
    if (now - this.at > TOKEN_LIVES) throw new Refused(50_027)
    if (this.answered === null) throw new Refused(10_015)
  }

  changed(): void {
    for (const resolve of this.#waiting) resolve()
    this.#waiting.clear()
  }

  /** Until something is so; looked at whenever something is done about it. */
  async until(isSo: (interaction: Interaction) => boolean): Promise<this> {
    while (!isSo(this)) await new Promise<void>((resolve) => this.#waiting.add(resolve))
    return this
  }
}
