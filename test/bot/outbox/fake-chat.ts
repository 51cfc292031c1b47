// A chat that enforces its limits, loses answers and refuses, as the platforms do. It keeps what it was told.
import { type Chat, type Limits, SendTrouble } from '../../../src/bot/outbox/chat.ts'
import type { Post } from '../../../src/bot/outbox/post.ts'

export interface Shown {
  readonly thread: string
  readonly nonce: string
  body: Post
  edits: number
}

export class FakeChat implements Chat {
  readonly name = 'fake'
  readonly limits: Limits
  readonly messages = new Map<string, Shown>()
  /** How often somebody went too fast. */
  tooFast = 0
  /** What befalls the next calls, in order. */
  readonly mishaps: ('limited' | 'lost-after' | 'lost-before' | 'gone' | 'bug')[] = []
  readonly #now: () => number
  readonly #posts = new Map<string, number[]>()
  #edits: number[] = []

  constructor(limits: Limits, now: () => number) {
    this.limits = limits
    this.#now = now
  }

  speaks(): boolean {
    return true
  }

  threadIn(channel: string, of: string): string {
    return `${channel}/${of}`
  }

  threadBelow(ref: string): string {
    return `below ${ref}`
  }

  channelOf(thread: string): string {
    if (thread.startsWith('?')) throw new SyntaxError('not a thread')
    return thread.split('/')[0] ?? ''
  }

  async post(thread: string, body: Post, nonce: string): Promise<string> {
    const channel = this.channelOf(thread)
    const times = this.#posts.get(channel) ?? []
    this.#posts.set(channel, this.#counted(times, this.limits.posts.count, this.limits.posts.per))
    const mishap = this.mishaps.shift()
    this.#befall(mishap)
    const ref = `m${this.messages.size + 1}`
    this.messages.set(ref, { thread, nonce, body, edits: 0 })
    if (mishap === 'lost-after') throw new SendTrouble({ tag: 'uncertain', reason: 'timeout' })
    return ref
  }

  async edit(ref: string, body: Post): Promise<void> {
    this.#edits = this.#counted(this.#edits, this.limits.edits.count, this.limits.edits.per)
    const mishap = this.mishaps.shift()
    this.#befall(mishap)
    const message = this.messages.get(ref)
    if (!message) throw new SendTrouble({ tag: 'gone', reason: 'no such message' })
    message.body = body
    message.edits++
    if (mishap === 'lost-after') throw new SendTrouble({ tag: 'uncertain', reason: 'timeout' })
  }

  async find(thread: string, nonce: string): Promise<string | null> {
    for (const [ref, message] of this.messages) if (message.thread === thread && message.nonce === nonce) return ref
    return null
  }

  #befall(mishap: FakeChat['mishaps'][number] | undefined): void {
    if (mishap === 'bug') throw new TypeError('x is not a function')
    if (mishap === 'limited') throw new SendTrouble({ tag: 'limited', after: 3000 })
    if (mishap === 'lost-before') throw new SendTrouble({ tag: 'uncertain', reason: 'connection reset' })
    if (mishap === 'gone') throw new SendTrouble({ tag: 'gone', reason: 'the channel is archived' })
  }

  #counted(times: readonly number[], count: number, per: number): number[] {
    const recent = [...times.filter((at) => at > this.#now() - per), this.#now()]
    if (recent.length > count) {
      this.tooFast++
      throw new SendTrouble({ tag: 'limited', after: per })
    }
    return recent
  }
}
