// The reason of `… because "INC-4412"`, which may end any command, `breakglass` before it, and what is said where its
// quotes are missing.
import { type Token, tokenize, unquote } from './lexer.ts'
import type { ParseError } from './parse-error.ts'
import { refuse } from './refuse.ts'
import { readSource, type Source } from './source.ts'
import { quote } from './value.ts'

/** The reason, or null where the text does not end in one. @throws ParseError where it is not in quotes, or missing. */
function reasonOf(source: Source, tokens: readonly Token[]): string | null {
  const last = tokens.at(-1)
  const before = tokens.at(-2)
  if (tokens.length > 2 && before?.keyword === 'because' && last) {
    if (last.type === 'string') return said(source, last)
    throw unquotedReason(source, before)
  }
  if (tokens.length > 2 && last?.keyword === 'because') {
    throw refuse(source, 'syntax', 'the reason is missing', source.plain.length, { expected: ['"reason"'] })
  }
  return null
}

/** The end of a line taken off: what is left is the command. */
export interface Ending {
  readonly words: readonly Token[]
  readonly because: string | null
  readonly breakglass: boolean
}

/** @throws ParseError where the reason is not in quotes, or missing. */
export function endingOf(source: Source, tokens: readonly Token[]): Ending {
  const because = reasonOf(source, tokens)
  const words = because === null ? tokens : tokens.slice(0, -2)
  const breakglass = because !== null && words.length > 1 && words.at(-1)?.keyword === 'breakglass'
  return { words: breakglass ? words.slice(0, -1) : words, because, breakglass }
}

/** Whether a text ends so, whatever stands before. @throws ParseError where its words cannot be told apart. */
export function endsInBreakglass(text: string): boolean {
  const source = readSource(text)
  return endingOf(source, tokenize(source)).breakglass
}

/** The error for a `breakglass` that does not stand before a reason; null where it is none. */
export function loneBreakglass(source: Source, tokens: readonly Token[], index: number): ParseError | null {
  const [token, , after] = tokens.slice(index)
  if (token?.keyword === 'because' && after?.keyword === 'breakglass')
    return refuse(source, 'syntax', 'breakglass stands before the reason', after.offset, {
      word: after.text,
      expected: ['breakglass because "reason"'],
    })
  if (token?.keyword !== 'breakglass' || index === 0 || index < tokens.length - 1) return null
  return refuse(source, 'syntax', 'breakglass needs a reason', source.plain.length, { expected: ['because'] })
}

function said(source: Source, token: Token): string {
  const reason = unquote(token)
  if (reason.trim() !== '') return reason
  const word = source.plain.slice(token.offset, token.offset + token.text.length)
  throw refuse(source, 'syntax', 'the reason is empty', token.offset, { word, expected: ['"reason"'] })
}

/** The error for a bare `because` with words after it: all of them are taken for the reason. */
export function unquotedReason(source: Source, because: Token): ParseError {
  const end = because.offset + because.text.length
  const rest = source.plain.slice(end)
  const word = rest.trim()
  const start = end + rest.length - rest.trimStart().length
  return refuse(source, 'syntax', 'the reason is given in quotes', start, {
    word,
    expected: ['"reason"'],
    suggestions: word === '' ? [] : [quote(word)],
  })
}
