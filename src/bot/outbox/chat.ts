// What the outbox needs of a chat, and what a chat can go through: limits are data.
import type { Post } from './post.ts'

export interface Rate {
  readonly count: number
  /** Milliseconds. */
  readonly per: number
}

export interface Limits {
  /** New messages in one channel. */
  readonly posts: Rate
  /** Edits in the whole workspace. */
  readonly edits: Rate
}

export interface Chat {
  /** `slack`, `discord`. */
  readonly name: string
  readonly limits: Limits
  /** Whether this process can speak there now; another one may. */
  speaks(): boolean
  /** The channel of a thread: the limit of new messages is the channel's. */
  channelOf(thread: string): string
  /** Where a notice for a channel (`#ops`, `#C012AB3CD`) goes: a thread of its own, that the message `of` (`notice 12`) begins. */
  threadIn(channel: string, of: string): string
  /** The thread of what is typed below a message of ours that has begun one; `ref` is its reference. */
  threadBelow(ref: string): string
  /**
   * Answers with the chat's own reference to the message. `first` is that of the first message of this thread, where there
   * is one: a thread that nobody's message began is begun by it. Throws SendTrouble.
   */
  post(thread: string, post: Post, nonce: string, first: string | null): Promise<string>
  /** Throws SendTrouble. */
  edit(ref: string, post: Post): Promise<void>
  /** The reference of our own message with that nonce, where it is there after all. Throws SendTrouble. */
  find(thread: string, nonce: string, first: string | null): Promise<string | null>
}

export type Trouble =
  /** Try again after so many milliseconds, and not before. */
  | { readonly tag: 'limited'; readonly after: number }
  /** It may have been sent: the answer was lost. */
  | { readonly tag: 'uncertain'; readonly reason: string }
  /** It was not sent, and may be later. */
  | { readonly tag: 'passing'; readonly reason: string }
  /** The thread, the message or the right to write there is gone. */
  | { readonly tag: 'gone'; readonly reason: string }

export class SendTrouble extends Error {
  override readonly name = 'SendTrouble'
  readonly trouble: Trouble

  constructor(trouble: Trouble) {
    super(trouble.tag === 'limited' ? `limited for ${trouble.after} ms` : trouble.reason)
    this.trouble = trouble
  }
}
