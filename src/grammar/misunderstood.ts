// Finds the best thing to say about a text that does not fit the grammar: where, what was expected, what may be meant.
import type { Outcome } from './earley.ts'
import type { Heads } from './heads.ts'
import type { Token } from './lexer.ts'
import type { ParseError } from './parse-error.ts'
import { loneBreakglass, unquotedReason } from './reason.ts'
import { refuse } from './refuse.ts'
import type { Source } from './source.ts'
import { suggest } from './suggest.ts'
import { unknownPattern } from './unknown-pattern.ts'
import { isField, KEY_SOURCE } from './words.ts'

export interface Failure {
  readonly source: Source
  /** All tokens, those of the command's name too. */
  readonly tokens: readonly Token[]
  /** Where the command's arguments begin: what the outcome counts from. */
  readonly from: number
  readonly outcome: Outcome
  /** The words that begin some command, `power` of `power in rack1`; empty for a bare query. */
  readonly begun: string
  readonly heads: Heads
}

const COMPARED = new RegExp(`^(${KEY_SOURCE})(!=|<=|>=|==|[=<>])(.+)$`)
const OPERATOR = /^(?:!=|<=|>=|==|[=<>])$/

// `foo=12` is told that it may mean `attr:foo,12`.
function bareAttribute(failure: Failure, token: Token, expected: readonly string[], index: number): ParseError | null {
  const { source, tokens } = failure
  const say = (at: Token, suggestion: string) =>
    refuse(source, 'bare-attribute', `an attribute is asked for by ${suggestion}`, at.offset, {
      word: at.text,
      expected,
      suggestions: [suggestion],
    })
  const compared = token.type === 'word' && expected.includes('attr:<key>') ? COMPARED.exec(token.text) : null
  if (compared) {
    const [, key = '', sign = '', value = ''] = compared
    return say(token, sign === '=' || sign === '==' ? `attr:${key},${value}` : `attr:${key}${sign}${value}`)
  }
  const before = tokens[index - 1]
  const after = tokens[index + 1]
  if (OPERATOR.test(token.text) && before?.term === 'name' && after && expected.includes('in')) {
    return say(
      before,
      token.text === '=' ? `attr:${before.text},${after.text}` : `attr:${before.text}${token.text}${after.text}`,
    )
  }
  return null
}

// `lcoate server1`, or `driver Server` for `driver:Server`.
function unknownCommand(
  { source, heads }: Failure,
  first: Token,
  second: Token,
  expected: readonly string[],
): ParseError {
  if (isField(first.keyword)) {
    const meant = `${first.keyword}:${second.text}`
    const rest = { word: first.text, expected, suggestions: [meant] }
    return refuse(source, 'syntax', `written ${meant}`, first.offset, rest)
  }
  const commands = heads.after('')
  return refuse(source, 'unknown-command', `there is no command ${first.text}`, first.offset, {
    word: first.text,
    suggestions: suggest(first.text, commands),
    expected: commands,
  })
}

const isKeyword = (label: string): boolean => /^[a-z]/.test(label) && !label.includes(':')

/** The error for a parse that failed. */
export function misunderstood(failure: Failure): ParseError {
  const { source, tokens, from, outcome, begun, heads } = failure
  const { failedAt } = outcome
  const atStart = failedAt === 0 || (failedAt === null && tokens.length === from)
  // `import ` may go on as `import template` as well.
  const furtherHeads = atStart && begun !== '' ? heads.after(begun) : []
  const labels = outcome.expected().flatMap(({ keywords, label }) => (keywords.length > 0 ? keywords : [label]))
  const expected = [...new Set([...furtherHeads, ...labels])]

  const index = failedAt === null ? tokens.length : from + failedAt
  const token = tokens[index]
  if (!token) return refuse(source, 'syntax', 'something is missing at the end', source.plain.length, { expected })

  if (token.keyword === 'because' && index >= 2 && tokens[index + 1]?.type === 'word') {
    return unquotedReason(source, token)
  }
  const lone = loneBreakglass(source, tokens, index)
  if (lone) return lone
  const isTerm = expected.includes('<condition>')
  if (isTerm && token.type === 'word' && token.term === null && /^[a-z]+:/i.test(token.text)) {
    return unknownPattern(source, token)
  }
  const bare = bareAttribute(failure, token, expected, index)
  if (bare) return bare
  const suggestions = token.type === 'word' ? suggest(token.text, expected.filter(isKeyword)) : []
  // Two words never stand side by side in an expression, so the first was meant as a command.
  const mayBeCommand = begun === '' && index === 1 && token.type !== 'close' && token.type !== 'comma'
  if (mayBeCommand && suggestions.length === 0 && tokens[0]?.term === 'name') {
    return unknownCommand(failure, tokens[0], token, expected)
  }
  return refuse(source, 'syntax', `${token.text} cannot stand here`, token.offset, {
    word: token.text,
    expected,
    suggestions,
  })
}
