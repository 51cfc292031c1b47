// `distinct rack`: one thing for each container of a type. A thing stands for its nearest such container; of the things
// in one container the first in the order asked for is taken.
import type { Expression } from '../../grammar/ast.ts'
import { compile } from './compile.ts'
import { typeNamed, typeText } from './drivers.ts'
import { joined, plain, type Sql, sql } from './fragment.ts'
import { byName, type Order } from './order.ts'
import { type Picked, thingsWhere } from './picked.ts'
import type { Scope } from './scope.ts'
import { sourceAt } from './source.ts'

const THING = plain('t.id, t.name, t.name_key, t.driver, t.type')

/** At present also `most` of each container. Throws InventoryError `unknown-type`. */
export function onePerContainer(
  expression: Expression,
  distinct: string,
  scope: Scope,
  order: Order,
  most = 1,
): Picked {
  const type = typeNamed(scope.catalogue, { text: distinct })
  return scope.moment === null
    ? pickPresent(expression, type, scope, order, most)
    : pickPast(expression, type, scope, order)
}

// A loop over the containers in their order that stops when there are enough: 4 to 8 ms of 200 to 400 that sorting all
// things by container takes at a million. As everything in it is asked of one container after the other, one plan is
// right for all values. Counting takes any thing of a container: to find the first takes ten times as long.
function pickPresent(expression: Expression, type: string, scope: Scope, order: Order, most: number): Picked {
  const probed: Scope = { ...scope, planning: 'probed' }
  const containers = (one: Sql): Sql =>
    sql`from things k cross join lateral (${one} limit ${most}) t where k.type = ${typeText(type)}`
  const things = (join: Sql): Sql => sql`from closure c join things t on t.id = c.descendant_id ${join}
    where c.ancestor_id = k.id and ${compile(expression, probed)} and k.id = (
      select nc.ancestor_id from closure nc join things nk on nk.id = nc.ancestor_id
      where nc.descendant_id = t.id and nk.type = ${typeText(type)} order by nc.depth, nk.name_key limit 1)`
  return {
    from: containers(sql`select ${THING}${ranks(order)} ${things(order.join)} order by ${within(order)}`),
    counted: containers(sql`select 1 ${things(plain(''))}`),
    ranks: placed(order, plain('k.name_key')),
    planning: 'probed',
  }
}

const placed = (order: Order, place: Sql): Picked['ranks'] => [
  ...order.ranks.map(({ descending }, i) => ({ column: plain(`t.r${i}`), descending })),
  { column: place, descending: false },
  byName,
]

function pickPast(expression: Expression, type: string, scope: Scope, order: Order): Picked {
  const e = sourceAt('edges', 'e', scope.moment)
  const k = sourceAt('things', 'k', scope.moment)
  const from = sql`from (
    with recursive asked as materialized (select ${THING}${ranks(order)} ${thingsWhere(expression, scope, order.join)}),
    up(thing_id, id, depth) as (
      select t.id, e.parent_id, 1 from asked t join ${e.from} on e.child_id = t.id and ${e.where}
      union select u.thing_id, e.parent_id, u.depth + 1 from up u join ${e.from} on e.child_id = u.id and ${e.where}),
    nearest as (
      select distinct on (u.thing_id) u.thing_id, k.name_key as place
      from up u join ${k.from} on k.id = u.id and k.type = ${type} and ${k.where} order by u.thing_id, u.depth, k.name_key)
    select distinct on (n.place) t.*, n.place from nearest n join asked t on t.id = n.thing_id
    order by n.place, ${within(order)}) t`
  return { from, counted: from, ranks: placed(order, plain('t.place')), planning: 'open' }
}

const ranks = (order: Order): Sql =>
  joined(
    order.ranks.map(({ column }, i) => sql`, ${column} as r${plain(String(i))}`),
    '',
  )

const within = (order: Order): Sql =>
  joined(
    [...order.ranks.map(({ descending }, i) => plain(`r${i}${descending ? ' desc' : ''}`)), plain('t.name_key')],
    ', ',
  )
