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
  'unknown-alias': {
    readonly name: string
    readonly at: number
    readonly isShared: boolean
    /** There is one of that name among the shared ones, or the own ones, instead. */
    readonly isOther: boolean
    readonly suggestions: readonly string[]
  }
  /** `path`: what stands for it. */
  'alias-cycle': { readonly name: string; readonly path: readonly string[]; readonly at: number }
  'alias-too-deep': { readonly name: string; readonly limit: number; readonly at: number }
  /** An alias for the beginning of a command, where an expression stands. */
  'alias-misplaced': { readonly name: string; readonly text: string; readonly at: number }
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
