// The statement that answers a query: a page of things in their order, and how many there are, counted no further than
// somebody wants to know.
import type { Expression, Query } from '../../grammar/ast.ts'
import { onePerContainer } from './distinct.ts'
import { joined, plain, type Sql, sql } from './fragment.ts'
import { byName, type Order, orderBy } from './order.ts'
import { type Picked, thingsWhere } from './picked.ts'
import type { Scope } from './scope.ts'

const THING = plain('t.id, t.name, t.name_key, t.driver, t.type')

/** How many rows a page has at most, and where counting stops. */
export interface Extent {
  readonly page: number
  readonly count: number
}

/** The things of a query, FROM and WHERE, and what to order them by. */
export function picked(query: Query, scope: Scope): Picked & { readonly by: Sql } {
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

/** Rows of things with `total`, the same in each; no row where there are none. */
export function statement(query: Query, scope: Scope, extent: Extent): Sql {
  const things = picked(query, scope)
  const columns = things.ranks.map(({ column }, i) => sql`, ${column} as o${plain(String(i))}`)
  const again = things.ranks.map(({ descending }, i) => plain(`o${i}${descending ? ' desc' : ''}`))
  const rows = sql`select ${THING}${joined(columns, '')} ${things.from}`
  const by = joined(again, ', ')
  // The past is read once for page and count: there the walk through the containers is what takes the time.
  if (scope.moment !== null)
    return sql`with matched as materialized (${rows}),
      page as (select * from matched order by ${by} limit ${extent.page})
      select ${THING}, (select count(*) from (select 1 from matched limit ${extent.count}) counted) as total
      from page t order by ${by}`
  const counted = plain('(select count(*) from page)')
  // The planner runs the second branch only where the page is full.
  const total =
    extent.page >= extent.count
      ? counted
      : sql`case when ${counted} < ${extent.page} then ${counted}
          else (select count(*) from (select 1 ${things.counted} limit ${extent.count}) counted) end`
  return sql`with page as materialized (${rows} order by ${things.by} limit ${extent.page})
    select ${THING}, ${total} as total from page t order by ${by}`
}

function all(expression: Expression, scope: Scope, order: Order): Picked {
  return {
    from: thingsWhere(expression, scope, order.join),
    counted: thingsWhere(expression, scope),
    ranks: [...order.ranks, byName],
  }
}
