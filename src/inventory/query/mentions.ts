// The names that an expression spells out, looked up before it is compiled: what they mean, and which mean nothing.
import type { Expression } from '../../grammar/ast.ts'
import { suggest } from '../../grammar/suggest.ts'
import { InventoryError } from '../error.ts'
import type { View } from '../view.ts'
import { nameMeant } from './attribute.ts'
import { namesIn } from './compile.ts'
import { type Asked, findNames, type Kind, type Names, namesOfTypes, suggestThings, TYPES_OF } from './names.ts'
import type { Moment } from './source.ts'

/** A name in an expression that nothing has. */
export interface Unknown {
  readonly kind: 'pool' | 'class' | 'role' | 'service' | 'vip' | 'vlan' | 'thing'
  readonly name: string
  readonly at: number
  readonly suggestions: readonly string[]
}

// Of a range such as db[1-9999] not every missing name is told.
const TOLD = 10

/** Looks up the names of an expression; answers with what they mean and which of them are unknown. */
export async function namesOf(
  view: View,
  expression: Expression,
  moment: Moment,
): Promise<{ readonly names: Names; readonly asked: readonly Asked[]; readonly unknown: readonly Unknown[] }> {
  const asked = mentions(expression)
  const names = await findNames(view, asked, moment)
  const missing = asked.filter(({ kind, text }) => kind !== 'reference' && names.things(kind, text).length === 0)
  const told = [...new Map(missing.map((one) => [`${one.kind} ${one.text}`, one])).values()].slice(0, TOLD)
  return { names, asked, unknown: await withSuggestions(view, told, moment) }
}

/** The same for a write, which refuses what is unknown or not unique. */
export async function namesForWrite(view: View, expression: Expression): Promise<Names> {
  const { names, asked, unknown } = await namesOf(view, expression, null)
  const [first] = unknown
  if (first) {
    const facts = unknown.map(({ kind, name, at }) => ({ kind, name, at }))
    throw new InventoryError('unknown-in-expression', { unknown: facts, suggestions: first.suggestions })
  }
  for (const { kind, text, at } of asked) {
    const matches = names.things(kind, text).map(({ name }) => name)
    if (matches.length > 1) throw new InventoryError('ambiguous-thing', { name: text, at, matches })
  }
  return names
}

function mentions(expression: Expression): readonly Asked[] {
  switch (expression.tag) {
    case 'name':
      return spelled('thing', expression)
    case 'field':
      return isKind(expression.field)
        ? spelled(expression.field, expression)
        : expression.field === 'name'
          ? spelled('named', expression)
          : []
    case 'relation':
    case 'and':
    case 'or':
      return [...mentions(expression.left), ...mentions(expression.right)]
    case 'not':
      return mentions(expression.of)
    case 'attribute':
      return references(expression)
    case 'haskey':
    case 'match':
      return []
  }
}

function spelled(kind: Kind, { pattern, at }: Extract<Expression, { tag: 'name' | 'field' }>): readonly Asked[] {
  if (pattern.tag !== 'exact' && pattern.tag !== 'range') return []
  return namesIn(pattern).map((text) => ({ kind, text, at }))
}

function references(leaf: Extract<Expression, { tag: 'attribute' }>): readonly Asked[] {
  const { comparison, pattern, quoted, at } = leaf
  if (pattern.tag !== 'exact' || (comparison !== '=' && comparison !== '!=')) return []
  return [{ kind: 'reference', text: nameMeant(pattern.text, quoted), at }]
}

const isKind = (field: string): field is Unknown['kind'] =>
  Object.hasOwn(TYPES_OF, field) && field !== 'thing' && field !== 'named' && field !== 'reference'

async function withSuggestions(view: View, missing: readonly Asked[], moment: Moment): Promise<readonly Unknown[]> {
  const types = missing.flatMap(({ kind }) => TYPES_OF[kind] ?? [])
  const others = missing.flatMap(({ kind, text }) => (TYPES_OF[kind] === null ? [text] : []))
  const known = await namesOfTypes(view, types, moment)
  const near = await suggestThings(view, [...new Set(others)], moment)
  return missing.map(({ kind, text, at }) => {
    const of = TYPES_OF[kind]
    if (of === null || kind === 'thing' || kind === 'named' || kind === 'reference')
      return { kind: 'thing', name: text, at, suggestions: near.get(text) ?? [] }
    const names = known.flatMap(({ name, type }) => (of.includes(type) ? [name] : []))
    return { kind, name: text, at, suggestions: suggest(text, names) }
  })
}
