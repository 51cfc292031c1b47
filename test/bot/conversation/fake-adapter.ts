// A chat of this process: what is typed in it is given to the front, and what is said in it can be looked at.
import { EventEmitter, once } from 'node:events'
import type { Adapter, Front } from '../../../src/bot/adapter.ts'
import type { Attached, Incoming } from '../../../src/bot/inbox/incoming.ts'
import { SendTrouble, type Trouble } from '../../../src/bot/outbox/chat.ts'
import type { Button, Post } from '../../../src/bot/outbox/post.ts'
import { CommandError } from '../../../src/commands/error.ts'
import { came } from '../inbox/came.ts'

// In milliseconds.
const LIMIT = 30_000

export interface Shown {
  readonly ref: string
  readonly thread: string
  readonly nonce: string
  post: Post
  edits: number
}

export class FakeAdapter implements Adapter {
  readonly name = 'fake'
  readonly limits = { posts: { count: 10_000, per: 1000 }, edits: { count: 10_000, per: 1000 } }
  readonly shown: Shown[] = []
  /** What befalls the next calls, in order. */
  readonly troubles: Trouble[] = []
  readonly attached = new Map<string, string>()
  readonly #changed = new EventEmitter().setMaxListeners(0)
  #front: Front | null = null
  #typed = 0

  start(front: Front): Promise<void> {
    this.#front = front
    return Promise.resolve()
  }

  stop(): Promise<void> {
    return Promise.resolve()
  }

  get front(): Front {
    if (this.#front === null) throw new Error('not started')
    return this.#front
  }

  isHearing = () => true
  speaks = () => true
  check = () => Promise.resolve([])
  channelOf = (thread: string) => thread.split('/')[0] ?? ''
  threadIn = (channel: string, of: string) => `${channel}/${of}`
  threadBelow = (ref: string) => `below ${ref}`

  download({ name }: Attached): Promise<Uint8Array> {
    const content = this.attached.get(name)
    if (content === undefined) throw new CommandError('file-not-found', { file: name, reason: 'it is gone' })
    return Promise.resolve(new TextEncoder().encode(content))
  }

  async post(thread: string, post: Post, nonce: string): Promise<string> {
    const trouble = this.troubles.shift()
    if (trouble) throw new SendTrouble(trouble)
    const ref = `m${this.shown.length + 1}`
    this.shown.push({ ref, thread, nonce, post, edits: 0 })
    this.#changed.emit('changed')
    return ref
  }

  async edit(ref: string, post: Post): Promise<void> {
    const found = this.shown.find((one) => one.ref === ref)
    if (!found) throw new SendTrouble({ tag: 'gone', reason: 'no such message' })
    found.post = post
    found.edits++
    this.#changed.emit('changed')
  }

  find = (thread: string, nonce: string) =>
    Promise.resolve(this.shown.find((one) => one.thread === thread && one.nonce === nonce)?.ref ?? null)

  /** Somebody types; answers with the thread that it is answered in. */
  async type(author: string, text: string, more: Partial<Incoming> = {}): Promise<string> {
    const n = ++this.#typed
    const incoming = {
      ...came(n, { author: `fake:${author}`, text, at: new Date().toISOString() }),
      ...more,
    } as Incoming
    await this.front.take(incoming)
    return incoming.thread
  }

  /** Somebody presses a button of what is shown. */
  async press(
    author: string,
    on: Shown,
    label: string,
    more: { typed?: string; card?: string | null } = {},
  ): Promise<void> {
    const { card = on.ref, typed = null } = more
    await this.front.take({
      ...came(++this.#typed, { author: `fake:${author}` }),
      ...{ key: `press ${this.#typed}`, kind: 'press', button: button(on, label).id, card, typed },
      answers: `press ${this.#typed}`,
    } as Incoming)
  }

  /** When there is such a message. Throws after some time. */
  async see(which: (shown: Shown) => boolean): Promise<Shown> {
    await this.until(() => this.shown.some(which))
    const found = this.shown.find(which)
    if (!found) throw new Error('it is gone again')
    return found
  }

  /** When it holds; looked at after each message. Throws after some time. */
  async until(holds: () => boolean): Promise<void> {
    const signal = AbortSignal.timeout(LIMIT)
    while (!holds())
      await once(this.#changed, 'changed', { signal }).catch(() => {
        const seen = this.shown.map(({ thread, post }) => `${thread}: ${post.title}`)
        throw new Error(`never seen; what is: ${seen.join('\n')}`)
      })
  }
}

export function button({ post }: Shown, label: string): Button {
  const found = post.buttons.find((one) => one.label === label)
  if (!found) throw new Error(`no button ${label}, but ${post.buttons.map((one) => one.label).join(', ')}`)
  return found
}
