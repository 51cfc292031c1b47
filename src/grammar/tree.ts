// Makes the frozen trees of ast.ts from the drafts of a parse that succeeded.
import type { Comparison, Expression, Pair, Pattern, Query, When } from './ast.ts'
import type { ChainDraft, ExpressionDraft, PairDraft, QueryDraft, TextDraft } from './draft.ts'
import { type Token, unquote } from './lexer.ts'
import { readPart } from './part.ts'
import { exactPattern, globPattern, namePattern, regexPattern } from './pattern.ts'
import { refuse } from './refuse.ts'
import type { Source } from './source.ts'
import { intOf, keyOf, keyOfToken, listOf, plainKey, prefixedText, textOf, typedValue, whenOf } from './typed-words.ts'
import { unknownPattern } from './unknown-pattern.ts'
import { isField } from './words.ts'

const MAX_DEPTH = 32

function nameOf(source: Source, token: Token): Expression {
  const at = source.typedOffset(token.offset)
  const name = (pattern: Pattern): Expression => Object.freeze({ tag: 'name', pattern, at })
  if (token.type === 'string') return name(exactPattern(unquote(token)))
  if (token.type === 'regex') return name(regexPattern(source, token.text, token.offset))
  if (token.text.includes(':') && readPart(token.text) === null) throw unknownPattern(source, token)
  return name(namePattern(source, token.text, token.offset))
}

// Nothing but a name or `*` is a pattern for drivers, types and addresses.
const PLAIN_FIELDS: ReadonlySet<string> = new Set(['driver', 'type', 'ip'])

function fieldOf(source: Source, draft: TextDraft): Expression {
  const { token } = draft
  const start = draft.tag === 'prefixed' ? draft.prefix : token
  const colon = start.text.indexOf(':')
  const field = start.text.slice(0, colon).toLowerCase()
  if (!isField(field)) throw new Error(`not a field: ${field}`)
  const made = (pattern: Pattern, offset: number): Expression =>
    Object.freeze({ tag: 'field', field, pattern, at: source.typedOffset(offset) })
  if (draft.tag === 'word') {
    const text = token.text.slice(colon + 1)
    const offset = token.offset + colon + 1
    return made(PLAIN_FIELDS.has(field) ? globPattern(text) : namePattern(source, text, offset), offset)
  }
  if (token.type === 'string') return made(exactPattern(unquote(token)), token.offset)
  if (PLAIN_FIELDS.has(field)) {
    throw refuse(source, 'bad-regex', `no regular expression after ${field}:`, token.offset, { word: token.text })
  }
  return made(regexPattern(source, token.text, token.offset), token.offset)
}

const ATTRIBUTE = /^attr:(.*?)\s*(!=|<=|>=|==|[=<>,])\s*$/is
const COMPARISONS: Readonly<Record<string, Comparison>> = {
  ',': '=',
  '=': '=',
  '==': '=',
  '!=': '!=',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
}

function attributeOf(source: Source, operator: Token, operand: TextDraft): Expression {
  const [, keyText = '', sign = ''] = ATTRIBUTE.exec(operator.text) ?? []
  const key = keyOf(source, plainKey(keyText), operator.offset + 'attr:'.length)
  const comparison = COMPARISONS[sign] ?? '='
  const { token } = operand
  const isString = operand.tag === 'word' && token.type === 'string'
  const text = operand.tag === 'word' ? textOf(token) : prefixedText(operand.prefix.text, token)
  let pattern = exactPattern(text)
  if (!isString && operand.tag === 'word') {
    pattern = token.type === 'regex' ? regexPattern(source, text, token.offset) : globPattern(text)
  }
  if (comparison !== '=' && pattern.tag !== 'exact') {
    const message = `a pattern cannot be compared with ${sign}: use not attr:${keyText},${token.text}, or put it in quotes`
    throw refuse(source, 'bad-value', message, token.offset, { word: token.text })
  }
  // A path is text in any case, and can only be printed in quotes: the next slash could make it a regular expression.
  const quoted = isString || (pattern.tag === 'exact' && text.startsWith('/'))
  const at = source.typedOffset(operator.offset)
  return Object.freeze({ tag: 'attribute', key, comparison, pattern, quoted, at })
}

function haskeyOf(source: Source, token: Token): Expression {
  const at = source.typedOffset(token.offset)
  if (token.type !== 'attributekey') return Object.freeze({ tag: 'haskey', key: keyOfToken(source, token), at })
  const key = keyOf(source, plainKey(token.text.slice('attr:'.length)), token.offset + 'attr:'.length)
  return Object.freeze({ tag: 'haskey', key, at })
}

function matchPairOf(source: Source, { key, value }: PairDraft): Pair {
  const text = plainKey(key.text.replace(/\s*=\s*$/, ''))
  return Object.freeze({ key: keyOf(source, text, key.offset), value: typedValue(source, value) })
}

function firstToken(draft: ExpressionDraft): Token {
  switch (draft.tag) {
    case 'word':
      return draft.token
    case 'prefixed':
      return draft.prefix
    case 'attribute':
      return draft.operator
    case 'haskey':
      return draft.key
    case 'match':
      return draft.match
    case 'not':
      return firstToken(draft.of)
    case 'and':
    case 'or':
      return firstToken(draft.left)
    case 'chain':
      return firstToken(draft.before)
    case 'group':
      return draft.open
  }
}

/** @throws ParseError `too-deep` beyond 32 levels, where `a or b or c` is one, and whatever is wrong with its words. */
export function expressionOf(source: Source, draft: ExpressionDraft, depth = 1): Expression {
  if (depth > MAX_DEPTH) {
    const token = firstToken(draft)
    throw refuse(source, 'too-deep', `at most ${MAX_DEPTH} levels are understood`, token.offset, { word: token.text })
  }
  switch (draft.tag) {
    case 'word':
      return draft.token.term === 'condition' ? fieldOf(source, draft) : nameOf(source, draft.token)
    case 'prefixed':
      return fieldOf(source, draft)
    case 'attribute':
      return attributeOf(source, draft.operator, draft.value)
    case 'haskey':
      return haskeyOf(source, draft.key)
    case 'match': {
      const how = draft.how.keyword === 'keys' ? 'keys' : 'exact'
      const pairs = Object.freeze(listOf(draft.pairs).map((pair) => matchPairOf(source, pair)))
      return Object.freeze({ tag: 'match', how, pairs, at: source.typedOffset(draft.match.offset) })
    }
    case 'not':
      return Object.freeze({ tag: 'not', of: expressionOf(source, draft.of, depth + 1) })
    case 'and':
    case 'or': {
      const left = expressionOf(source, draft.left, draft.left.tag === draft.tag ? depth : depth + 1)
      return Object.freeze({ tag: draft.tag, left, right: expressionOf(source, draft.right, depth + 1) })
    }
    case 'chain':
      return chainOf(source, draft, depth)
    case 'group':
      return expressionOf(source, draft.of, depth)
  }
}

// `a in b connected to c` is `a in (b connected to c)`.
function chainOf(source: Source, draft: ChainDraft, depth: number): Expression {
  const links = [draft]
  let start = draft.before
  while (start.tag === 'chain') {
    links.push(start)
    start = start.before
  }
  links.reverse()
  const terms = [start, ...links.map((link) => link.of)].map((term, i) => expressionOf(source, term, depth + 1 + i))
  let right = terms.at(-1)
  for (let i = links.length - 1; i >= 0; i--) {
    const left = terms[i]
    const relation = links[i]?.relation
    if (left && right && relation) right = Object.freeze({ tag: 'relation', relation, left, right })
  }
  if (!right) throw new Error('a chain without terms')
  return right
}

/** @throws ParseError `repeated-clause` for a second `limit`, `distinct`, `sort by` or `as of`. */
export function queryOf(source: Source, draft: QueryDraft): Query {
  const expression = expressionOf(source, draft.expression)
  let limit: number | null = null
  let distinct: string | null = null
  let sort: Query['sort'] = null
  let asOf: When | null = null
  const seen = new Set<string>()
  for (const suffix of draft.suffixes ? listOf(draft.suffixes) : []) {
    const { keyword } = suffix
    if (seen.has(suffix.tag)) {
      throw refuse(source, 'repeated-clause', `${keyword.text} stands here twice`, keyword.offset, {
        word: keyword.text,
      })
    }
    seen.add(suffix.tag)
    if (suffix.tag === 'limit') limit = intOf(source, suffix.token, 1)
    else if (suffix.tag === 'distinct') distinct = textOf(suffix.token).toLowerCase()
    else if (suffix.tag === 'asOf') asOf = whenOf(source, suffix.when)
    else if (suffix.tag === 'sort')
      sort = Object.freeze({ key: keyOfToken(source, suffix.token), descending: suffix.descending })
  }
  return Object.freeze({ expression, limit, distinct, sort, asOf })
}
