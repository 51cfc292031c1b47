// Cuts a text into shell-like words: bare up to the next space, quoted, a regular expression, brackets, and the pieces
// of `attr:` conditions and of the pairs in `match keys (…)`. What a bare word means is left to the grammar.
import moo from 'moo'
import { refuse } from './refuse.ts'
import type { Source } from './source.ts'
import { FIELDS, isDate, KEY_SOURCE, RESERVED } from './words.ts'

export type TokenType =
  | 'word'
  | 'string'
  | 'regex'
  /** `name:`, `thing:`, … before a quote or a regular expression. */
  | 'prefix'
  /** `attr:memory>=`, with the spaces round the operator. */
  | 'attribute'
  /** `attr:memory`, alone. */
  | 'attributekey'
  | 'open'
  | 'close'
  | 'comma'
  /** `a=` inside `match keys (…)`. */
  | 'pairkey'

export interface Token {
  readonly type: TokenType
  /** As in the plain text, quotes and all. */
  readonly text: string
  /** The offset in the plain text. */
  readonly offset: number
  /** No space before it. */
  readonly glued: boolean
  /** A bare word in lower case; empty for anything else, so that a quoted word is never a keyword. */
  readonly keyword: string
  /** Whether a bare word can be a name, or is a condition such as `driver:Server`. */
  readonly term: 'name' | 'condition' | null
}

const MAX_TOKENS = 256

// moo refuses the i flag: `[aA]` for `a`.
const anyCase = (source: string) => source.replace(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`)
const regex = (source: string) => new RegExp(source)

const STRINGS = ['"(?:\\\\[^]|[^"\\\\])*"', "'(?:\\\\[^]|[^'\\\\])*'"]
// `/a b/` and `/a/b/`: ends at a slash before a space, a bracket, a comma or the end; spaces only without inner slashes,
// so that the paths `/dev/sda /dev/sdb/` are two words.
const REGEX = '\\/(?=\\S)(?:(?:\\\\[^\\n]|[^\\/\\\\\\n])+|(?:\\\\\\S|[^\\\\\\s])+?)\\/(?=[\\s),]|$)'
const WORD = '[^\\s()"\',](?:[^\\s()"\']*[^\\s()"\',])?'
const OPERATOR = '(?:!=|<=|>=|==|[=<>,])'
const FIELD = anyCase(FIELDS.join('|'))
const QUOTED_KEY = `(?:${KEY_SOURCE}|"${KEY_SOURCE}"|'${KEY_SOURCE}')`

const string = STRINGS.map((source) => ({ match: regex(source), lineBreaks: true }))
const space = { match: /\s+/, lineBreaks: true }
const prefix = regex(`(?:(?:${FIELD}):(?=["']|${REGEX})|(?:thing|json):(?=["']))`)

const lexer = moo.states({
  main: {
    space,
    string,
    regex: regex(REGEX),
    attribute: { match: regex(`${anyCase('attr')}:${QUOTED_KEY}\\s*${OPERATOR}\\s*`), lineBreaks: true, push: 'value' },
    attributekey: regex(`${anyCase('attr')}:${QUOTED_KEY}(?=[\\s)]|$)`),
    prefix,
    open: '(',
    close: ')',
    comma: ',',
    word: regex(WORD),
    bad: moo.error,
  },
  value: {
    string: string.map((rule) => ({ ...rule, pop: 1 as const })),
    regex: { match: regex(REGEX), pop: 1 },
    prefix,
    open: { match: '(', pop: 1 },
    close: { match: ')', pop: 1 },
    comma: { match: ',', pop: 1 },
    word: { match: regex(WORD), pop: 1 },
    bad: moo.error,
  },
  // As above, but a comma ends a word: `(a=1,b=2)`.
  pairvalue: {
    string: string.map((rule) => ({ ...rule, pop: 1 as const })),
    prefix,
    open: { match: '(', pop: 1 },
    close: { match: ')', pop: 1 },
    comma: { match: ',', pop: 1 },
    word: { match: /[^\s()"',]+/, pop: 1 },
    bad: moo.error,
  },
  pairs: {
    space,
    comma: ',',
    close: { match: ')', pop: 1 },
    pairkey: { match: regex(`${QUOTED_KEY}\\s*=\\s*`), lineBreaks: true, push: 'pairvalue' },
    word: regex(WORD),
    string,
    open: '(',
    bad: moo.error,
  },
})

const CONDITION = regex(`^(?:${FIELD}):.`)
// Not at the start of a name, or nowhere in one (a comma only between the brackets of a range).
const NO_NAME = /^[#!/-]|[=<>;]|,(?![^[]*\])/

/** Whether a bare word can be a name, or is a condition; `keyword` is the word in lower case. */
export function termOf(text: string, keyword: string): Token['term'] {
  if (RESERVED.has(keyword) || isDate(text)) return null
  if (text.includes(':') && CONDITION.test(text)) return 'condition'
  return NO_NAME.test(text) ? null : 'name'
}

// Words that a bracket may touch: `haskey(foo)`, `keys(a=1)`, `not(a)`.
const BEFORE_BRACKET = new Set('haskey keys exact not and or in to containing'.split(' '))

// `don't … it's` and `web(1)` must not fall apart into words that nobody meant.
function mayTouch(before: Token, after: TokenType): boolean {
  switch (before.type) {
    case 'open':
    case 'comma':
    case 'prefix':
    case 'attribute':
    case 'pairkey':
      return true
    case 'word':
      if (after === 'string') return before.text.endsWith('=') || /=(?:thing|json):$/.test(before.text)
      if (after === 'open') return BEFORE_BRACKET.has(before.keyword)
      return after === 'close' || after === 'comma'
    case 'string':
    case 'regex':
    case 'attributekey':
    case 'close':
      return after === 'close' || after === 'comma'
  }
}

const opensPairs = (tokens: readonly Token[]): boolean =>
  /^(?:keys|exact)$/.test(tokens.at(-2)?.keyword ?? '') && tokens.at(-3)?.keyword === 'match'

/** The words of a text. @throws ParseError for an open quote, for words that run into each other, beyond 256 words. */
export function tokenize(source: Source): readonly Token[] {
  const tokens: Token[] = []
  const fail = (code: 'syntax' | 'unclosed-quote' | 'too-many-words', message: string, offset: number, word = '') =>
    refuse(source, code, message, offset, { word })

  lexer.reset(source.plain)
  let glued = false
  for (let raw = lexer.next(); raw; raw = lexer.next()) {
    if (raw.type === 'space') {
      glued = false
      continue
    }
    if (raw.type === 'bad') {
      if (/^["']/.test(raw.text)) throw fail('unclosed-quote', 'a quote that is not closed', raw.offset, raw.text)
      throw fail('syntax', 'a character that cannot stand here', raw.offset, raw.text.split(/\s/, 1)[0])
    }
    const type = raw.type as TokenType
    const before = tokens.at(-1)
    if (glued && before && !mayTouch(before, type)) {
      throw fail('syntax', 'a quote or bracket inside a word: put the whole word in quotes', raw.offset, raw.text)
    }
    if (tokens.length === MAX_TOKENS) {
      throw fail('too-many-words', `at most ${MAX_TOKENS} words are understood`, raw.offset, raw.text)
    }
    const keyword = type === 'word' ? raw.text.toLowerCase() : ''
    const term = type === 'word' ? termOf(raw.text, keyword) : null
    tokens.push({ type, text: raw.text, offset: raw.offset, glued, keyword, term })
    if (type === 'open' && opensPairs(tokens)) lexer.pushState('pairs')
    glued = true
  }
  return tokens
}

/** The text inside the quotes of a `string` token, `\"` and `\\` undone. */
export function unquote(token: Token): string {
  const inside = token.text.slice(1, -1)
  if (!inside.includes('\\')) return inside
  return inside.replace(token.text.startsWith('"') ? /\\(["\\])/g : /\\(['\\])/g, '$1')
}
