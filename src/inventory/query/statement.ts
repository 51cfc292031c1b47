// The statements that answer a query: a page of things in their order, and how many there are, counted no further than
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

export interface Statements {
  /** Rows of things; in the past each with `total`. */
  readonly page: Sql
  /** One row with `total`. Only a full page leaves something to count. */
  readonly count: Sql
}

export function statements(query: Query, scope: Scope, extent: Extent): Statements {
  const things = picked(query, scope)
  const count = sql`select count(*) as total from (select 1 ${things.counted} limit ${extent.count}) counted`
  return { page: scope.moment === null ? present(things, extent) : past(things, extent), count }
}

const present = ({ from, by }: Ordered, { page }: Extent): Sql =>
  sql`select ${THING} ${from} order by ${by} limit ${page}`

// The past is read once for page and count: there the walk through the containers is what takes the time.
function past({ from, ranks }: Ordered, { page, count }: Extent): Sql {
  const columns = ranks.map(({ column }, i) => sql`, ${column} as o${plain(String(i))}`)
  const by = joined(
    ranks.map(({ descending }, i) => plain(`o${i}${descending ? ' desc' : ''}`)),
    ', ',
  )
  return sql`with matched as materialized (select ${THING}${joined(columns, '')} ${from}),
    page as (select * from matched order by ${by} limit ${page})
    select ${THING}, (select count(*) from (select 1 from matched limit ${count}) counted) as total
    from page t order by ${by}`
}

function all(expression: Expression, scope: Scope, order: Order): Picked {
  return {
    from: thingsWhere(expression, scope, order.join),
    counted: thingsWhere(expression, scope),
    ranks: [...order.ranks, byName],
  }
}
