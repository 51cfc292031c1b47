// From an expression to one condition in SQL on the things `t`. Nothing is asked of the database here: the names that the
// expression mentions have been looked up before.
import type { Expression, Field, Pattern } from '../../grammar/ast.ts'
import { InventoryError } from '../error.ts'
import type { ThingRow } from '../rows.ts'
import { anyOf, hasAttribute, hasIdentity, keyIs, valueIs } from './attribute.ts'
import { driversMatching, typesMatching, typeText } from './drivers.ts'
import { joined, plain, type Sql, sql } from './fragment.ts'
import { matchIs } from './match.ts'
import { isAddress, type Kind, type Names, TYPES_OF } from './names.ts'
import { nameMatches, textMatches } from './pattern.ts'
import { connected, containing, inVlan, member, within } from './relation.ts'
import { idOf, idsWhere, type Scope, thing } from './scope.ts'
import { hasAddress, isViewKey, viewKeyIs } from './view-keys.ts'

type Node<Tag extends Expression['tag']> = Extract<Expression, { tag: Tag }>

export function compile(expression: Expression, scope: Scope): Sql {
  switch (expression.tag) {
    case 'name':
    case 'field':
    case 'attribute':
    case 'haskey':
    case 'match':
      return leafIs(scope, expression)
    case 'relation':
      return sql`(${compile(expression.left, scope)} and ${related(scope, expression)})`
    case 'not':
      return sql`(not ${compile(expression.of, scope)})`
    case 'and':
      return sql`(${compile(expression.left, scope)} and ${compile(expression.right, scope)})`
    case 'or':
      return eitherIs(scope, expression)
  }
}

function leafIs(scope: Scope, leaf: Node<'name' | 'field' | 'attribute' | 'haskey' | 'match'>): Sql {
  const ids = idsOf(scope, leaf)
  if (ids) return isOneOf(scope, ids)
  const row = rowIs(scope, leaf)
  if (row) return hasAttribute(scope, row)
  switch (leaf.tag) {
    case 'name':
      return nameMatches(plain(`${thing(scope)}.name_key`), leaf.pattern)
    case 'field':
      return fieldIs(scope, leaf)
    case 'match':
      return matchIs(scope, leaf)
    case 'haskey':
      if (!isViewKey(leaf.key.key)) throw new Error('a condition on a row')
      return viewKeyIs(scope, leaf.key.key, null)
    case 'attribute': {
      const { comparison, pattern, quoted } = leaf
      if (comparison === '!=') return sql`(not ${leafIs(scope, { ...leaf, comparison: '=' })})`
      if (!isViewKey(leaf.key.key)) throw new Error('a condition on a row')
      return viewKeyIs(scope, leaf.key.key, { comparison, pattern, quoted })
    }
  }
}

/** The things that a leaf names one by one; null where it is something else. */
export function thingsNamed(names: Names, leaf: Expression): readonly ThingRow[] | null {
  if (leaf.tag !== 'name' && !(leaf.tag === 'field' && leaf.field === 'name')) return null
  const { pattern } = leaf
  const kind = leaf.tag === 'name' ? 'thing' : 'named'
  return isNamed(pattern) ? namesIn(pattern).flatMap((text) => names.things(kind, text)) : null
}

const idsOf = (scope: Scope, leaf: Expression): readonly number[] | null =>
  thingsNamed(scope.names, leaf)?.map(({ id }) => id) ?? null

/** A leaf that holds where the thing has an attribute `a` for which this holds; null where it is something else. */
function rowIs(scope: Scope, leaf: Expression): Sql | null {
  if ((leaf.tag !== 'attribute' && leaf.tag !== 'haskey') || isViewKey(leaf.key.key)) return null
  if (leaf.tag === 'haskey') return keyIs(leaf.key)
  const { key, comparison, pattern, quoted } = leaf
  return comparison === '!=' ? null : sql`${keyIs(key)} and ${valueIs(scope, { comparison, pattern, quoted })}`
}

/**
 * `or`: names together are one list, pools one membership, and conditions on attributes one EXISTS. The planner makes a
 * join of one EXISTS, and asks several joined by `or` of every thing.
 */
function eitherIs(scope: Scope, either: Node<'or'>): Sql {
  const ids: number[] = []
  const containers: number[] = []
  const rows: Sql[] = []
  const others: Sql[] = []
  for (const way of disjuncts(either)) {
    const named = idsOf(scope, way)
    const groups = containersOf(scope, way)
    const row = rowIs(scope, way)
    if (named) ids.push(...named)
    else if (groups) containers.push(...groups)
    else if (row) rows.push(sql`(${row})`)
    else others.push(compile(way, scope))
  }
  const ways = [
    ...(ids.length > 0 ? [isOneOf(scope, ids)] : []),
    ...(containers.length > 0 ? [member(scope, among(containers))] : []),
    ...(rows.length > 0 ? [hasAttribute(scope, anyOf(rows))] : []),
    ...others,
  ]
  return ways.length > 0 ? anyOf(ways) : sql`false`
}

function disjuncts(either: Expression): readonly Expression[] {
  return either.tag === 'or' ? [...disjuncts(either.left), ...disjuncts(either.right)] : [either]
}

type NamedPattern = Extract<Pattern, { tag: 'exact' | 'range' }>

const isNamed = (pattern: Pattern): pattern is NamedPattern => pattern.tag === 'exact' || pattern.tag === 'range'

/** The names that a pattern spells out. */
export const namesIn = (pattern: NamedPattern): readonly string[] =>
  pattern.tag === 'exact' ? [pattern.text] : pattern.names

function idsNamed(scope: Scope, kind: Kind, pattern: NamedPattern): readonly number[] {
  return namesIn(pattern).flatMap((text) => scope.names.things(kind, text).map(({ id }) => id))
}

function isOneOf(scope: Scope, ids: readonly number[]): Sql {
  return ids.length === 0 ? sql`false` : sql`${idOf(scope)} ${among(ids)}`
}

const among = (ids: readonly number[]): Sql =>
  ids.length === 1 && ids[0] !== undefined ? sql`= ${ids[0]}::bigint` : sql`= any(${ids}::bigint[])`

function related(scope: Scope, { relation, right }: Node<'relation'>): Sql {
  const ids = idsOf(scope, right)
  if (ids?.length === 0) return sql`false`
  const of = ids ? among(ids) : sql`in (${idsWhere(scope, (inner) => compile(right, inner))})`
  switch (relation) {
    case 'connected':
      return connected(scope, of)
    case 'in':
      return within(scope, of)
    case 'containing':
      return containing(scope, of)
  }
}

function fieldIs(scope: Scope, { field, pattern, at }: Node<'field'>): Sql {
  switch (field) {
    case 'name':
      return nameMatches(plain(`${thing(scope)}.name_key`), pattern)
    case 'driver': {
      const drivers = driversMatching(scope.catalogue, pattern, at)
      const types = new Set(drivers.map(({ type }) => type))
      // All drivers of some types: said by type, since then the index gives them in the order of their names.
      const whole = scope.catalogue.all().every((driver) => !types.has(driver.type) || drivers.includes(driver))
      return whole
        ? typeIs(scope, [...types])
        : columnIs(
            scope,
            'driver',
            drivers.map(({ name }) => name),
          )
    }
    case 'type':
      return typeIs(scope, typesMatching(scope.catalogue, pattern, at))
    case 'ip':
      return sql`(${hasAddress(scope, addressIs(pattern))}${isOneAddress(pattern) ? sql`` : isHolder(scope)})`
    case 'mac':
    case 'serial':
      return hasIdentity(scope, field, pattern)
    case 'pool':
    case 'class':
    case 'role':
    case 'service':
    case 'vip':
    case 'vlan':
      return isMember(scope, field, pattern)
  }
}

function typeIs(scope: Scope, types: readonly string[]): Sql {
  const [only, ...others] = types
  return only !== undefined && others.length === 0
    ? sql`${plain(`${thing(scope)}.type`)} = ${typeText(only)}`
    : columnIs(scope, 'type', types)
}

function columnIs(scope: Scope, column: 'driver' | 'type', names: readonly string[]): Sql {
  const [only, ...others] = names
  const subject = plain(`${thing(scope)}.${column}`)
  return only !== undefined && others.length === 0
    ? sql`${subject} = ${only}`
    : sql`${subject} = any(${[...new Set(names)]}::text[])`
}

/** `10.0.0.7`, `10.0.0.0/24`; a glob, range or regular expression looks at the address as text, without a mask. */
function addressIs(pattern: Pattern): Sql {
  if (pattern.tag !== 'exact') return textMatches(plain('host(d.address)'), pattern)
  const [address = '', bits, ...rest] = pattern.text.split('/')
  const most = address.includes(':') ? 128 : 32
  const masked = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most)
  if (!isAddress(address) || !masked || rest.length > 0)
    throw new InventoryError('illegal-address', { address: pattern.text, reason: 'neither an address nor a block' })
  // A single address is found by its index whatever the planner knows of it.
  return sql`d.address ${plain(bits === undefined ? '=' : '<<=')} ${pattern.text}::inet`
}

const isOneAddress = (pattern: Pattern): boolean => pattern.tag === 'exact' && isAddress(pattern.text)

/** A network holds the addresses that are reserved in it: it is found by them one by one, and not by their range. */
const isHolder = (scope: Scope): Sql => sql` and ${plain(`${thing(scope)}.type`)} <> 'network'`

/** The containers of a leaf that is membership in some that it names; null where it is something else. */
function containersOf(scope: Scope, leaf: Expression): readonly number[] | null {
  if (leaf.tag !== 'field' || !isNamed(leaf.pattern)) return null
  const { field, pattern } = leaf
  return isMembership(field) ? idsNamed(scope, field, pattern) : null
}

/** What is in a VLAN is not only what is put into it. */
const isMembership = (field: Field): field is Exclude<Kind, 'thing' | 'named' | 'reference' | 'vlan'> & Field =>
  field !== 'name' && field !== 'vlan' && Object.hasOwn(TYPES_OF, field)

/** In a pool, class, …, or in one that is in it; in a VLAN also by the switch port that a thing is connected to. */
function isMember(scope: Scope, kind: Exclude<Kind, 'thing' | 'named' | 'reference'>, pattern: Pattern): Sql {
  const isIn = (of: Sql) => (kind === 'vlan' ? inVlan(scope, of) : member(scope, of))
  if (isNamed(pattern)) {
    const ids = idsNamed(scope, kind, pattern)
    return ids.length === 0 ? sql`false` : isIn(among(ids))
  }
  const types = TYPES_OF[kind] ?? []
  const of = idsWhere(scope, (inner) =>
    joined([columnIs(inner, 'type', types), nameMatches(plain(`${thing(inner)}.name_key`), pattern)], ' and '),
  )
  return isIn(sql`in (${of})`)
}
