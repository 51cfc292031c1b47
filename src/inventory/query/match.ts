// `match keys (…)` and `match exact (…)`: the seed's second and third kinds of matching. The values of a key are compared
// as a whole, each as often as it occurs. Here a key is exactly its key and subkey; numbers count where they are given.
import type { Expression, Key, Value } from '../../grammar/ast.ts'
import { nameKey } from '../../grammar/name.ts'
import { readNumber } from '../../grammar/number.ts'
import { printValue } from '../../grammar/value.ts'
import { grouped } from '../grouped.ts'
import { hasAttribute } from './attribute.ts'
import { joined, plain, type Sql, sql } from './fragment.ts'
import { idOf, type Scope } from './scope.ts'
import { sourceAt } from './source.ts'

type Match = Extract<Expression, { tag: 'match' }>

export function matchIs(scope: Scope, { how, pairs }: Match): Sql {
  const groups = grouped(pairs, ({ key }) => `${key.key}.${key.subkey ?? ''}`)
  const conditions = [...groups.values()].flatMap((group) => groupIs(scope, group))
  if (how === 'exact') {
    const visible = pairs.filter(({ key }) => !key.key.startsWith('_')).length
    conditions.push(sql`(select count(*) ${rows(scope, sql`a.key not like ${'\\_%'}`)}) = ${visible}`)
  }
  return sql`(${joined(conditions, ' and ')})`
}

function groupIs(scope: Scope, group: Match['pairs']): readonly Sql[] {
  const [first] = group
  if (!first) return []
  const numbered = group.some(({ key }) => typeof key.number === 'number')
  const wanted = group.map(({ key, value }) => (numbered ? `${numberOf(key)}#` : '') + canonical(value))
  const key = sql`a.key = ${first.key.key} and a.subkey = ${first.key.subkey ?? ''}`
  const number = plain(numbered ? `coalesce(a.number::text, '') || '#' || ` : '')
  return [
    // The first condition is what an index finds; the second decides.
    hasAttribute(scope, joined([key, ...findable(first.value)], ' and ')),
    sql`(select array_agg(v.value order by v.value collate "C") from (
        select ${number}${canonicalColumn(scope)} as value ${rows(scope, key)}) v)
      = (select array_agg(w.value order by w.value collate "C") from unnest(${wanted}::text[]) as w(value))`,
  ]
}

/** What holds for a row with this value, and an index knows. */
function findable(value: Value): readonly Sql[] {
  if (value.type === 'reference') return []
  const text = canonical(value)
  const number = readNumber(text)
  const begin = sql`left(a.text, 100) = left(${text}::text, 100)`
  return [number === null ? begin : sql`(${begin} or a.num = ${number}::numeric)`]
}

const numberOf = ({ number }: Key): string => (typeof number === 'number' ? String(number) : '')

function rows(scope: Scope, condition: Sql): Sql {
  const a = sourceAt('attributes', 'a', scope.moment)
  return sql`from ${a.from} where ${a.where} and a.thing_id = ${idOf(scope)} and a.port = '' and ${condition}`
}

/** One text for all values that are the same: 1 and 1.0, a thing under its old and its new name. */
function canonical(value: Value): string {
  switch (value.type) {
    case 'integer':
      return value.value.toString()
    case 'decimal':
      return readNumber(value.value) ?? value.value
    case 'reference':
      return `thing:${nameKey(value.value)}`
    case 'text':
    case 'json':
      return value.value
    case 'datetime':
    case 'boolean':
      return printValue(value)
  }
}

function canonicalColumn(scope: Scope): Sql {
  const r = sourceAt('things', 'r', scope.moment)
  return sql`case when a.type in ('integer', 'decimal') then trim_scale(a.num)::text
    when a.type = 'reference' then 'thing:' || (select r.name_key from ${r.from} where ${r.where} and r.id = a.ref_id)
    else a.text end`
}
