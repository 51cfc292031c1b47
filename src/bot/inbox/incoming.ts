// What somebody did in a chat, as data: what an adapter makes of an event, and what is stored before it is acknowledged.

export type Incoming = Came & Did

interface Came {
  /** `slack`, `discord`. */
  readonly chat: string
  /** The same for every delivery of the same thing, and for nothing else: `message C1 1700000000.000100`, `press T1`. */
  readonly key: string
  /** The identity that the adapter vouches for: `slack:U012AB3CD`. */
  readonly author: string
  /** `#C012AB3CD`; null in a direct message. */
  readonly channel: string | null
  /** Where it is answered, as JSON that only the adapter reads; the same text for the same thread. */
  readonly thread: string
  /** When it was done, by the chat's clock: ISO date-time. */
  readonly at: string
  /** It was found in the chat's history: the bot was away when it was done. */
  readonly isCaughtUp: boolean
  /** What the chat calls the slash command or press, where it wants an answer to it; else null. */
  readonly answers: string | null
}

export type Did =
  | {
      readonly kind: 'message'
      /** Plain: what the chat made of quotes, links and mentions is undone, and the mention of the bot is gone. */
      readonly text: string
      readonly files: readonly Attached[]
      /** Nobody sees what was typed (a slash command): the answer shows it. */
      readonly isUnseen: boolean
      /** Nobody spoke to the bot: it stands in a thread that it wants to hear. */
      readonly isOverheard?: true
    }
  /** A message was changed after it was sent; `text` is the new one, plain. `of` is the key of the message. */
  | { readonly kind: 'edit'; readonly text: string; readonly of: string }
  /** A button was pressed; `card` is the reference of the message that it hangs on, `typed` what stood in its form. */
  | { readonly kind: 'press'; readonly button: string; readonly card: string | null; readonly typed: string | null }

/** A file that hangs on a message. */
export interface Attached {
  readonly name: string
  /** In bytes. */
  readonly size: number
  /** Where the adapter gets it, as only it reads it. */
  readonly source: string
}
