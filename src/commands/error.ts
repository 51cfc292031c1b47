// What commands refuse beyond what the inventory does. The wording is in bot/render.

export interface CommandFacts {
  'not-permitted': {
    readonly operator: string
    readonly command: string
    readonly permission: string
    readonly rule: string
  }
  'unknown-command-help': { readonly name: string; readonly suggestions: readonly string[] }
  'file-not-found': { readonly file: string; readonly reason: string }
  /** A file that cannot be taken: each refused line with its number and the reason. Nothing was imported. */
  'import-refused': {
    readonly file: string
    readonly refused: readonly { readonly file?: string; readonly line: number | null; readonly reason: string }[]
    readonly total: number
    /** What the rest of the file would do: `new: 40 servers`. */
    readonly would?: readonly string[]
  }
  'not-plannable': { readonly command: string }
  'bad-arguments': { readonly reason: string; readonly expected: string }
}

export type CommandCode = keyof CommandFacts

/** The command refuses: nothing was changed. */
export class CommandError<C extends CommandCode = CommandCode> extends Error {
  override readonly name = 'CommandError'
  readonly code: C
  readonly facts: CommandFacts[C]

  constructor(code: C, facts: CommandFacts[C]) {
    super(`${code} ${JSON.stringify(facts)}`)
    this.code = code
    this.facts = facts
  }
}
