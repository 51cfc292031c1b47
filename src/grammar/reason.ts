// The reason of `… because "INC-4412"`, which may end any command, and what is said where its quotes are missing.
import { type Token, unquote } from './lexer.ts'
import type { ParseError } from './parse-error.ts'
import { refuse } from './refuse.ts'
import type { Source } from './source.ts'
import { quote } from './value.ts'

/** The reason, or null where the text does not end in one. @throws ParseError where it is not in quotes, or missing. */
export function reasonOf(source: Source, tokens: readonly Token[]): string | null {
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
