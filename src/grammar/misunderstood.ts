// Finds the best thing to say about a text that does not fit the grammar: where, what was expected, what may be meant.
import type { Earley } from './earley.ts'
import type { Heads } from './heads.ts'
import type { Token } from './lexer.ts'
import type { ParseError } from './parse-error.ts'
import { refuse } from './refuse.ts'
import type { Source } from './source.ts'
import { suggest } from './suggest.ts'
import { unknownPattern } from './unknown-pattern.ts'
import { isField, KEY_SOURCE } from './words.ts'

export interface Failure {
  readonly source: Source
  /** All tokens, those of the command's name too. */
  readonly tokens: readonly Token[]
  /** Where the command's arguments begin. */
  readonly from: number
  /** The index after `from` of the token that could not stand there; null where something is missing. */
  readonly failedAt: number | null
  /** The parser that failed, where one was asked. */
  readonly parser?: Earley
  /** The words that begin some command: `power` of `power in rack1`. */
  readonly begun?: string
  readonly command?: string
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

const isKeyword = (label: string): boolean => /^[a-z]/.test(label) && !label.includes(':')

/** The error for a parse that failed. */
export function misunderstood(failure: Failure): ParseError {
  const { source, tokens, from, failedAt, parser, begun = '', command, heads } = failure
  const terminals = parser?.expected() ?? []
  const atStart = failedAt === 0 || (failedAt === null && tokens.length === from)
  // `import ` may go on as `import template` as well.
  const furtherHeads = atStart && begun !== '' ? heads.after(begun) : []
  const labels = terminals.flatMap(({ keywords, label }) => (keywords.length > 0 ? keywords : [label]))
  const expected = [...new Set([...furtherHeads, ...labels])]

  if (failedAt === null)
    return refuse(source, 'syntax', 'something is missing at the end', source.plain.length, { expected })
  const index = from + failedAt
  const token = tokens[index]
  if (!token) return refuse(source, 'syntax', 'something is missing at the end', source.plain.length, { expected })

  const isTerm = expected.includes('<condition>')
  if (isTerm && token.type === 'word' && token.term === null && /^[a-z]+:/i.test(token.text)) {
    return unknownPattern(source, token)
  }
  const bare = bareAttribute(failure, token, expected, index)
  if (bare) return bare
  const suggestions = token.type === 'word' ? suggest(token.text, expected.filter(isKeyword)) : []
  const [first] = tokens
  const isBareQuery = command === undefined && begun === '' && token.type !== 'close' && token.type !== 'comma'
  if (isBareQuery && index === 1 && first?.term === 'name' && suggestions.length === 0) {
    if (isField(first.keyword)) {
      const meant = `${first.keyword}:${token.text}`
      return refuse(source, 'syntax', `written ${meant}`, first.offset, {
        word: first.text,
        expected,
        suggestions: [meant],
      })
    }
    return refuse(source, 'unknown-command', `there is no command ${first.text}`, first.offset, {
      word: first.text,
      suggestions: suggest(first.text, heads.after('')),
      expected: heads.after(''),
    })
  }
  return refuse(source, 'syntax', `${token.text} cannot stand here`, token.offset, {
    word: token.text,
    expected,
    suggestions,
  })
}
