// The one error of this folder: a text that was not understood, with everything needed to say why and where.

export type ParseErrorCode =
  | 'empty'
  | 'syntax'
  | 'unknown-command'
  /** `drvier:Server`: the word before the colon is none that can stand there. */
  | 'unknown-pattern'
  /** `foo=12` alone, where `attr:foo,12` may be meant. */
  | 'bare-attribute'
  | 'too-long'
  | 'too-many-words'
  | 'too-deep'
  | 'unclosed-quote'
  | 'bad-character'
  | 'bad-key'
  | 'bad-value'
  | 'bad-when'
  | 'bad-range'
  | 'bad-regex'
  | 'bad-part'
  | 'bad-units'
  /** A pattern where exactly one thing is to be named: `locate web*`. */
  | 'not-one-thing'
  /** `delete s1 as of 2h ago`: the command is about the present, as every change is. */
  | 'no-as-of'
  | 'repeated-clause'

export interface ParseFault {
  readonly code: ParseErrorCode
  readonly message: string
  /** From 0 in the text as typed: the start of the bad word, or the end of the text where something is missing. */
  readonly position: number
  /** The bad word as typed; empty where something is missing. */
  readonly word?: string
  /** What could stand at `position`: keywords as they are, kinds of words in angle brackets. */
  readonly expected?: readonly string[]
  /** Bare words to write at `position` instead of the bad one, best first. */
  readonly suggestions?: readonly string[]
}

/** A text that could not be understood; `text` is the whole text as typed. */
export class ParseError extends Error {
  override readonly name = 'ParseError'
  readonly code: ParseErrorCode
  readonly text: string
  readonly position: number
  readonly word: string
  readonly expected: readonly string[]
  readonly suggestions: readonly string[]

  constructor(text: string, fault: ParseFault) {
    super(fault.message)
    this.code = fault.code
    this.text = text
    this.position = fault.position
    this.word = fault.word ?? ''
    this.expected = fault.expected ?? []
    this.suggestions = fault.suggestions ?? []
  }
}
