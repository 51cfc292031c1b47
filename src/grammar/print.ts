// Prints a tree as it was read, with brackets round everything that binds: `(driver:Server and pool:prod) or name:x`.
// The result, parsed again, is the same tree.
import type { Expression, Key, Pattern, Query } from './ast.ts'
import { printKey } from './key.ts'
import { termOf } from './lexer.ts'
import { readPart } from './part.ts'
import { printValue, quote } from './value.ts'
import { RESERVED } from './words.ts'

const BARE = /^[^\s()"',](?:[^\s()"']*[^\s()"',])?$/

const regex = (source: string): string =>
  `/${source.replace(/\\[\s\S]|\//g, (piece) => (piece === '/' ? '\\/' : piece))}/`

function isBareName(text: string): boolean {
  const lower = text.toLowerCase()
  if (!BARE.test(text) || /[*?[\]]/.test(text) || /^(?:because|breakglass)$/.test(lower)) return false
  return termOf(text, lower) === 'name' && readPart(text) !== null
}

/** A thing's name as it is typed: in quotes where it would not be one without them. */
export const printThing = (name: string): string => (isBareName(name) ? name : quote(name))

function printName(pattern: Pattern): string {
  if (pattern.tag === 'regex') return regex(pattern.source)
  return pattern.tag === 'exact' ? printThing(pattern.text) : pattern.text
}

function printFieldPattern(pattern: Pattern): string {
  if (pattern.tag === 'regex') return regex(pattern.source)
  const bare = pattern.tag !== 'exact' || (BARE.test(pattern.text) && !/[*?[\]]|^\//.test(pattern.text))
  return bare ? pattern.text : quote(pattern.text)
}

function printOperand(pattern: Pattern, quoted: boolean): string {
  if (pattern.tag === 'regex') return regex(pattern.source)
  if (pattern.tag !== 'exact') return pattern.text
  if (quoted) return quote(pattern.text)
  if (BARE.test(pattern.text) && !/[*?]/.test(pattern.text)) return pattern.text
  // Only `thing:"…"` and the like hold such characters without being quoted text.
  const colon = pattern.text.indexOf(':') + 1
  const [prefix, rest] = [pattern.text.slice(0, colon), pattern.text.slice(colon)]
  return prefix + (prefix === 'json:' ? `'${rest.replaceAll("'", "\\'")}'` : quote(rest))
}

const printKeyword = (key: Key): string => {
  const text = printKey(key)
  return RESERVED.has(text.toLowerCase()) ? quote(text) : text
}

const isCompound = (expression: Expression): boolean =>
  expression.tag === 'and' || expression.tag === 'or' || expression.tag === 'not' || expression.tag === 'relation'

const nested = (expression: Expression): string =>
  isCompound(expression) ? `(${printExpression(expression)})` : printExpression(expression)

const RELATIONS = { connected: 'connected to', in: 'in', containing: 'containing' } as const

/** The expression with brackets round every part that is put together, except the whole; `a or b or c` stays flat. */
export function printExpression(expression: Expression): string {
  switch (expression.tag) {
    case 'name':
      return printName(expression.pattern)
    case 'field':
      return `${expression.field}:${printFieldPattern(expression.pattern)}`
    case 'attribute': {
      const sign = expression.comparison === '=' ? ',' : expression.comparison
      return `attr:${printKey(expression.key)}${sign}${printOperand(expression.pattern, expression.quoted)}`
    }
    case 'haskey':
      return `haskey ${printKeyword(expression.key)}`
    case 'match': {
      const pairs = expression.pairs.map(({ key, value }) => `${printKey(key)}=${printValue(value)}`)
      return `match ${expression.how} (${pairs.join(', ')})`
    }
    case 'relation':
      return `${nested(expression.left)} ${RELATIONS[expression.relation]} ${nested(expression.right)}`
    case 'not':
      return `not ${nested(expression.of)}`
    case 'and':
    case 'or': {
      const { tag, left, right } = expression
      return `${left.tag === tag ? printExpression(left) : nested(left)} ${tag} ${nested(right)}`
    }
  }
}

/** A query with its clauses: `(type:server in dc1) limit 4 distinct rack sort by env as of 2h ago`. */
export function printQuery(query: Query): string {
  const clauses: string[] = []
  if (query.limit !== null) clauses.push(`limit ${query.limit}`)
  if (query.distinct !== null) clauses.push(`distinct ${query.distinct}`)
  if (query.sort !== null)
    clauses.push(`sort by ${printKeyword(query.sort.key)}${query.sort.descending ? ' desc' : ''}`)
  if (query.asOf?.tag === 'time') clauses.push(`as of ${query.asOf.iso}`)
  if (query.asOf?.tag === 'ago') clauses.push(`as of ${query.asOf.text} ago`)
  if (query.asOf?.tag === 'version') clauses.push(`as of version ${query.asOf.version}`)
  const expression = clauses.length > 0 ? nested(query.expression) : printExpression(query.expression)
  return [expression, ...clauses].join(' ')
}
