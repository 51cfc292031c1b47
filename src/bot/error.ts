// What the bot itself refuses: its options, its settings, and what stands between it and the operator. The wording is
// in render/.

export interface BotFacts {
  'bad-option': { readonly option: string; readonly reason: string; readonly suggestions: readonly string[] }
  'bad-setting': { readonly variable: string; readonly reason: string; readonly expected: string }
  'as-outside-demo': Record<string, never>
  'unknown-demo-operator': { readonly name: string; readonly known: readonly string[] }
  /** `--demo` on a data directory that holds a real inventory. */
  'not-a-demo': { readonly place: string }
  /** A start of the demo was cut off while it was filling the directory. */
  'demo-unfinished': { readonly place: string }
  /** The file of `clusto run`. */
  'script-unreadable': { readonly file: string; readonly reason: string }
  'data-unusable': { readonly directory: string; readonly reason: string }
  /** `serve` on a data directory whose holder answers. */
  'already-served': { readonly directory: string; readonly holder: string }
  /** The process that holds the data directory says nothing. */
  'holder-silent': { readonly directory: string }
  /** It ended, or fell silent, after it had taken the command. */
  'holder-lost': { readonly directory: string }
  /** It cannot hand on what it has found. */
  'answer-too-large': Record<string, never>
  /** It is another version of clusto. */
  'holder-differs': { readonly directory: string }
  /** The holder of the data directory could not tell who asks. */
  'asker-unproven': { readonly directory: string }
  /** Drawing took too long, or broke off. */
  'picture-failed': { readonly reason: string }
  /** A worker of its own, on the embedded database, which has one process. */
  'worker-needs-server': { readonly directory: string }
  /** The address of CLUSTO_HTTP cannot be listened on; `code` is the operating system's. */
  'http-unusable': { readonly host: string; readonly port: number; readonly code: string }
  /** The chat does not know us: a token that is wrong or revoked, an application without what it needs. */
  'chat-refused': { readonly chat: string; readonly reason: string; readonly next: string }
  /** The database knows no such button, or not any more. */
  'button-unknown': Record<string, never>
  /** Its id came from another message than the one that it hangs on. */
  'button-elsewhere': Record<string, never>
  /** `asks` is whether it is their word that is asked for: nobody else's would do. */
  'button-not-yours': { readonly of: string; readonly asks: boolean }
  'button-used': { readonly by: string }
  /** No console is open in the thread: nothing was sent. */
  'console-closed': Record<string, never>
  /** It was typed while the bot was away. */
  'console-late': Record<string, never>
  /** Somebody else has opened it. */
  'console-not-yours': { readonly thing: string; readonly by: string }
  'console-too-long': { readonly lines: number; readonly characters: number }
  /** It was begun again and again, and never came to an end. */
  'never-ended': { readonly attempts: number }
  /** A bug; the log has it under this id. */
  internal: { readonly id: string }
}

export type BotCode = keyof BotFacts

/** The bot refuses before, or instead of, asking the inventory. */
export class BotError<C extends BotCode = BotCode> extends Error {
  override readonly name = 'BotError'
  readonly code: C
  readonly facts: BotFacts[C]

  constructor(code: C, facts: BotFacts[C]) {
    super(`${code} ${JSON.stringify(facts)}`)
    this.code = code
    this.facts = facts
  }
}
