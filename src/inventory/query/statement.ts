// The statements that answer a query: a page of things in their order, and how many there are, counted no further than
// somebody wants to know.
import type { Expression, Query } from '../../grammar/ast.ts'
import { onePerContainer } from './distinct.ts'
import { joined, plain, planOnce, type Sql, sql } from './fragment.ts'
import { byName, type Order, orderBy, type Rank } from './order.ts'
import { type Picked, thingsWhere } from './picked.ts'
import type { Scope } from './scope.ts'

const THING = plain('t.id, t.name, t.name_key, t.driver, t.type')

/** How many rows a page has at most, and where counting stops. */
export interface Extent {
  readonly page: number
  readonly count: number
}

interface Ordered extends Picked {
  readonly by: Sql
}

/** The things of a query, FROM and WHERE, and what to order them by. */
export function picked(query: Query, scope: Scope): Ordered {
  const order = orderBy(query.sort, scope.moment)
  const things =
    query.distinct === null
      ? all(query.expression, scope, order)
      : onePerContainer(query.expression, query.distinct, scope, order)
  const by = joined(
    things.ranks.map(({ column, descending }) => sql`${column}${plain(descending ? ' desc' : '')}`),
    ', ',
  )
  return { ...things, by }
}

/**
 * Rows of things in their order, each with `total`: how many there are in all, counted no further than asked for. It is
 * null where the page is not full, or as long as anybody counts: then its length says so.
 */
export function statement(query: Query, scope: Scope, extent: Extent): Sql {
  const things = picked(query, scope)
  const rows = scope.moment === null ? present(things, extent) : past(things, extent)
  return things.planning === 'open' ? rows : planOnce(rows)
}

// Page and count see the same moment, in one round trip. The count is not begun where the page is not full.
function present({ from, counted, ranks, by }: Ordered, { page, count }: Extent): Sql {
  const things = sql`select ${THING}${columns(ranks)} ${from} order by ${by} ${limit(page)}`
  if (page >= count) return sql`select ${THING}, null::bigint as total from (${things}) t order by ${again(ranks)}`
  return sql`with page as materialized (${things})
    select ${THING}, case when (select count(*) from page) >= ${plain(String(page))} then (
      select count(*) from (select 1 ${counted} ${limit(count)}) counted) end as total
    from page t order by ${again(ranks)}`
}

// The past is read once for page and count: there the walk through the containers is what takes the time.
const past = ({ from, ranks }: Ordered, { page, count }: Extent): Sql =>
  sql`with matched as materialized (select ${THING}${columns(ranks)} ${from}),
    page as (select * from matched order by ${again(ranks)} ${limit(page)})
    select ${THING}, (select count(*) from (select 1 from matched ${limit(count)}) counted) as total
    from page t order by ${again(ranks)}`

/** In the text: with a limit that it does not know, the planner takes it for a tenth of everything. */
const limit = (rows: number): Sql => plain(`limit ${Math.trunc(rows)}`)

const columns = (ranks: readonly Rank[]): Sql =>
  joined(
    ranks.map(({ column }, i) => sql`, ${column} as o${plain(String(i))}`),
    '',
  )

/** By the columns that were selected to order by. */
const again = (ranks: readonly Rank[]): Sql =>
  joined(
    ranks.map(({ descending }, i) => plain(`o${i}${descending ? ' desc' : ''}`)),
    ', ',
  )

function all(expression: Expression, scope: Scope, order: Order): Picked {
  return {
    from: thingsWhere(expression, scope, order.join),
    counted: thingsWhere(expression, scope),
    ranks: [...order.ranks, byName],
    planning: scope.planning,
  }
}
