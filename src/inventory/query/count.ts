// How many things a query is about, exactly, and how they are spread over the values of a key.
import type { Key, Query } from '../../grammar/ast.ts'
import { InventoryError } from '../error.ts'
import type { View } from '../view.ts'
import { plain, type Sql, sql } from './fragment.ts'
import { guarded } from './guarded.ts'
import { namesOf, type Unknown } from './mentions.ts'
import { momentOf } from './moment.ts'
import { containerTypes, nearestOf } from './nearest.ts'
import { keyValues } from './order.ts'
import { thingsWhere } from './picked.ts'
import { scopeOf } from './planning.ts'
import type { Scope } from './scope.ts'
import { picked } from './statement.ts'

export interface Counted {
  readonly count: number
  /** By value as text; a thing with several values counts under each, one with none under `(none)`. */
  readonly groups?: Readonly<Record<string, number>>
  readonly warnings: readonly Unknown[]
}

const NONE = '(none)'
// More groups than this are no answer for anybody: the largest are kept.
const GROUPS = 10_000

/** `by`: an attribute's key, `driver` or `type`, or a type of containers. Throws InventoryError. */
export async function countThings(
  view: View,
  query: Query,
  { by, now }: { readonly by: Key | string | null; readonly now: Date },
): Promise<Counted> {
  const moment = await momentOf(view, query.asOf, now)
  const { names, unknown } = await namesOf(view, query.expression, moment)
  const scope = scopeOf(query.expression, { catalogue: view.catalogue, moment, names })
  const things = cut(query, scope, by === null)
  const [row] = await guarded<{ count: number; groups: Record<string, number> | null }>(
    view,
    query.expression,
    by === null
      ? sql`select count(*) as count, null as groups from (${things}) t`
      : sql`with counted as materialized (${things}) select (select count(*) from counted) as count, (
          select json_object_agg(g.value, g.count order by g.count desc, g.value) from (${grouped(by, scope)}) g) as groups`,
  )
  const count = row?.count ?? 0
  if (query.limit !== null && count < query.limit)
    throw new InventoryError('too-few', { wanted: query.limit, found: count, distinct: query.distinct })
  return { count, ...(by === null ? {} : { groups: row?.groups ?? {} }), warnings: unknown }
}

/** The things to count; `alone` where nothing is asked of them but how many. */
function cut(query: Query, scope: Scope, alone: boolean): Sql {
  if (query.limit === null && query.distinct === null)
    return sql`select t.id, t.driver, t.type ${thingsWhere(query.expression, scope)}`
  const { from, counted, by } = picked(query, scope)
  if (query.limit === null) return alone ? sql`select 1 ${counted}` : sql`select t.id, t.driver, t.type ${from}`
  return sql`select t.id, t.driver, t.type ${from} order by ${by} limit ${query.limit}`
}

/**
 * By the values of a key; where no thing that is counted has it and it is a type, by the nearest container of that type.
 */
function grouped(by: Key | string, { catalogue, moment }: Scope): Sql {
  const key: Key = typeof by === 'string' ? { key: by, subkey: null, number: null } : by
  const isPlain = key.subkey === null && key.number === null
  if (isPlain && (key.key === 'driver' || key.key === 'type'))
    return byValue(plain(`select t.${key.key} as value from counted t`))
  const types = isPlain ? containerTypes(catalogue, key.key) : null
  if (types === null)
    return byValue(sql`select distinct t.id, coalesce(v.shown, ${NONE}) as value
      from counted t left join lateral (${keyValues(key, moment)}) v on true`)
  return byValue(sql`with own as materialized (
      select distinct t.id, v.shown from counted t cross join lateral (${keyValues(key, moment)}) v),
    places as (select * from (${nearestOf(plain('counted'), { types, catalogue, moment })}) n where not exists (select from own))
    select distinct t.id, coalesce(v.shown, ${NONE}) as value from counted t
      left join (select id, shown from own union all select id, shown from places) v on v.id = t.id`)
}

const byValue = (values: Sql): Sql =>
  sql`select value, count(*) as count from (${values}) one group by value order by count desc, value limit ${GROUPS}`
