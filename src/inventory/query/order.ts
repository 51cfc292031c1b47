// In which order things are answered: by name, or by the values of a key, missing ones last.
import type { Key, Query } from '../../grammar/ast.ts'
import { keyIs } from './attribute.ts'
import { plain, type Sql, sql } from './fragment.ts'
import { type Moment, reachable, sourceAt } from './source.ts'
import { isViewKey, type ViewKey } from './view-keys.ts'

/** A column to order by. */
export interface Rank {
  readonly column: Sql
  readonly descending: boolean
}

/** The last rank of every order. */
export const byName: Rank = { column: plain('t.name_key'), descending: false }

export interface Order {
  /** What stands behind the FROM clause in which `t` is: the values to order by. */
  readonly join: Sql
  /** Before the name, which is always the last. */
  readonly ranks: readonly Rank[]
}

/** Numbers before text, each in its order; with `desc` the other way round; things without a value are last in both. */
export function orderBy(sort: Query['sort'], moment: Moment): Order {
  if (sort === null) return { join: plain(''), ranks: [] }
  const { key, descending } = sort
  if (key.key === 'name' && key.subkey === null)
    return { join: plain(''), ranks: [{ column: plain('t.name_key'), descending }] }
  const direction = plain(descending ? 'desc' : 'asc')
  // Of several values the one that comes first.
  const join = sql`left join lateral (select v.num, v.text from (${keyValues(key, moment)}) v
    order by v.num is null ${direction}, v.num ${direction}, v.text ${direction} limit 1) s on true`
  return {
    join,
    ranks: [
      { column: plain('s.text is null'), descending: false },
      { column: plain('s.num is null'), descending },
      { column: plain('s.num'), descending },
      { column: plain('s.text'), descending },
    ],
  }
}

/** The values of a key of the thing `t`: `num` and `text` to order by, and `shown`. */
export function keyValues(key: Key, moment: Moment): Sql {
  return isViewKey(key.key) ? viewValues(key.key, moment) : values(key, moment)
}

function values(key: Key, moment: Moment): Sql {
  const a = sourceAt('attributes', 'a', moment)
  const r = sourceAt('things', 'r', moment)
  const text = sql`case when a.type = 'reference'
    then (select r.name from ${r.from} where ${r.where} and r.id = a.ref_id) else a.text end`
  return sql`select a.num, ${text} as text, ${text} as shown
    from ${a.from} where ${a.where} and a.thing_id = t.id and a.port = '' and ${keyIs(key)}`
}

function viewValues(key: ViewKey, moment: Moment): Sql {
  if (key === '_ip') {
    const d = sourceAt('addresses', 'd', moment)
    // The bytes of addresses are in their order, IPv4 first.
    return sql`select null::numeric as num, encode(inet_send(d.address), 'hex') collate "C" as text, host(d.address) as shown
      from ${d.from} where ${d.where} and d.thing_id = t.id`
  }
  const r = sourceAt('things', 'r', moment)
  return sql`select null::numeric as num, r.name_key as text, r.name as shown from ${r.from}
    where ${r.where} and r.id in (${reachable(sql`= t.id`, moment, 'up')})`
}
