// Conditions on attributes: on the row `a` of an attribute of the thing itself.
// The index on values sees the first 100 characters, so that comparisons are of these and, where longer, of the rest.
import type { Comparison, Key, Pattern } from '../../grammar/ast.ts'
import { readNumber } from '../../grammar/number.ts'
import { readDatetime, readValue } from '../../grammar/value.ts'
import { readMoment } from '../../grammar/when.ts'
import { joined, plain, type Sql, sql } from './fragment.ts'
import { identityMatches } from './identity.ts'
import { likeOf, nameMatches, textMatches } from './pattern.ts'
import { exists, idOf, type Scope } from './scope.ts'
import { sourceAt } from './source.ts'

const INDEXED = 100
const TEXT = plain('a.text')

/** `disk` is every attribute of that key, `disk.size` those with the subkey, `disk#0` the one with the number. */
export function keyIs({ key, subkey, number }: Key): Sql {
  const parts = [sql`a.key = ${key}`]
  if (subkey !== null) parts.push(sql`a.subkey = ${subkey}`)
  if (typeof number === 'number') parts.push(sql`a.number = ${number}`)
  return joined(parts, ' and ')
}

/** Has an attribute for which the condition on `a` holds. */
export function hasAttribute(scope: Scope, condition: Sql): Sql {
  const a = sourceAt('attributes', 'a', scope.moment)
  const own = sql`a.thing_id = ${idOf(scope)}`
  // Without knowing the value the planner may take it for a rare one, and look through all things that have it.
  const rows =
    scope.planning === 'probed'
      ? sql`(select * from attributes a where ${own} offset 0) a where a.port = ''`
      : sql`${a.from} where ${a.where} and ${own} and a.port = ''`
  return exists(scope, sql`select 1 from ${rows} and ${condition}`)
}

/** Has such a serial number itself, or such a MAC address itself or at one of its ports. */
export function hasIdentity(scope: Scope, key: 'serial' | 'mac', pattern: Pattern): Sql {
  const a = sourceAt('attributes', 'a', scope.moment)
  const where = plain(key === 'mac' ? '' : `and a.port = ''`)
  return exists(
    scope,
    sql`select 1 from ${a.from} where ${a.where} and a.thing_id = ${idOf(scope)} and a.key = ${key} ${where}
      and ${identityMatches(pattern)}`,
  )
}

/** What is compared with the values of a key. `!=` is not here: it is that no value equals. */
export interface Wanted {
  readonly comparison: Exclude<Comparison, '!='>
  readonly pattern: Pattern
  readonly quoted: boolean
}

export function valueIs(scope: Scope, { comparison, pattern, quoted }: Wanted): Sql {
  if (pattern.tag !== 'exact') return patternIs(scope, pattern)
  if (comparison === '=') return quoted ? quotedIs(scope, pattern.text) : bareIs(scope, pattern.text)
  const operator = plain(comparison)
  const number = quoted ? null : readNumber(pattern.text)
  if (number !== null) return sql`a.num ${operator} ${number}::numeric`
  const moment = quoted ? null : readMoment(pattern.text)
  if (moment?.tag === 'time') return sql`a.at ${operator} ${moment.iso}::timestamptz`
  return quoted
    ? sql`a.type = 'text' and a.text ${operator} ${pattern.text}`
    : sql`a.type = 'text' and a.num is null and a.text ${operator} ${pattern.text}`
}

/** Equal as text, and as the number, date-time, reference or JSON that it is when typed bare. */
function bareIs(scope: Scope, text: string): Sql {
  const ways = [sql`${textIs(text)} and a.type <> 'reference'`, ...refersTo(scope, nameMeant(text, false))]
  const number = readNumber(text)
  if (number !== null) {
    // 12 is no text "12.0", but 16384 is the text "16K", and 16K the text "16384".
    const sized = /[a-z]$/i.test(text) ? sql`true` : sql`(a.type <> 'text' or a.text ~ '[A-Za-z]$')`
    ways.push(sql`a.num = ${number}::numeric and ${sized}`)
  }
  const moment = readDatetime(text)
  if (moment !== null) ways.push(sql`a.at = ${moment}::timestamptz`)
  // CASE keeps other texts from being read as JSON.
  const value = readValue(text)
  if (typeof value === 'object' && value?.type === 'json')
    ways.push(sql`case when a.type = 'json' then a.text::jsonb = ${value.value}::jsonb else false end`)
  return anyOf(ways)
}

/** Quoted text equals text; and a thing's name the reference to it. */
function quotedIs(scope: Scope, text: string): Sql {
  return anyOf([sql`${textIs(text)} and a.type in ('text', 'json')`, ...refersTo(scope, nameMeant(text, true))])
}

function patternIs(scope: Scope, pattern: Pattern): Sql {
  const begin = sql`a.type <> 'reference'`
  return anyOf([
    joined([...indexable(pattern), textMatches(TEXT, pattern), begin], ' and '),
    referenceIs(scope, pattern),
  ])
}

/** What the index can find of a glob that begins with plain letters, or of a list of values. */
function indexable(pattern: Pattern): readonly Sql[] {
  if (pattern.tag === 'range') return [sql`left(a.text, 100) = any(${pattern.names.map(beginning)}::text[])`]
  const begin = pattern.tag === 'glob' ? (/^[^*?]*/.exec(pattern.text)?.[0] ?? '') : ''
  return begin === '' ? [] : [sql`left(a.text, 100) like ${`${likeOf(beginning(begin))}%`}`]
}

/** The name of the thing that a value would be a reference to. */
export function nameMeant(text: string, quoted: boolean): string {
  const value = quoted ? null : readValue(text)
  return typeof value === 'object' && value?.type === 'reference' ? value.value : text
}

/** Is a reference to the thing of that name, where there is one: what it was called when it was written does not matter. */
function refersTo(scope: Scope, name: string): readonly Sql[] {
  return scope.names.things('reference', name).map(({ id }) => sql`a.ref_id = ${id}::bigint`)
}

/** The same for any name that matches, now or at the moment. */
function referenceIs(scope: Scope, pattern: Pattern): Sql {
  const r = sourceAt('things', 'r', scope.moment)
  return sql`(a.ref_id is not null and a.ref_id in (
    select r.id from ${r.from} where ${r.where} and ${nameMatches(plain('r.name_key'), pattern)}))`
}

const beginning = (text: string): string => [...text].slice(0, INDEXED).join('')

function textIs(text: string): Sql {
  const begin = beginning(text)
  return begin.length < text.length || [...text].length === INDEXED
    ? sql`left(a.text, 100) = ${begin} and a.text = ${text}`
    : sql`left(a.text, 100) = ${text}`
}

export function anyOf(ways: readonly Sql[]): Sql {
  return ways.length === 1 && ways[0] ? ways[0] : sql`(${joined(ways, ' or ')})`
}
