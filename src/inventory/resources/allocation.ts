// Chooses free things for whoever asks: the first in the order of preference that keep apart as asked. Asked in the
// transaction that then takes them, under the write lock, so that nobody else is given the same.
import type { Expression, Query } from '../../grammar/ast.ts'
import type { Catalogue } from '../catalogue.ts'
import { InventoryError } from '../error.ts'
import { calledSql } from '../operators/called.ts'
import { onePerContainer } from '../query/distinct.ts'
import { typeNamed } from '../query/drivers.ts'
import { joined, plain, type Sql, sql } from '../query/fragment.ts'
import { guarded } from '../query/guarded.ts'
import { namesForWrite } from '../query/mentions.ts'
import type { Names } from '../query/names.ts'
import { byName, type Order, orderBy, type Rank } from '../query/order.ts'
import { type Picked, thingsWhere } from '../query/picked.ts'
import type { Scope } from '../query/scope.ts'
import type { ThingRow } from '../rows.ts'
import type { View } from '../view.ts'
import { familyNames, mayContain } from '../write/kinds.ts'
import { allocatedOf, asIfFree, freeOf, protectedOf } from './allocation-free.ts'

/** At most so many things in one container of a type. A thing that is in none does not qualify. */
export interface Spread {
  readonly per: string
  readonly most: number
}

export interface Wanted {
  readonly count: number
  readonly expression: Expression
  /** `distinct rack` is one per rack. Two of them are for types of which one stands in the other: racks, datacenters. */
  readonly spread: readonly Spread[]
  readonly sort: Query['sort']
}

// A refusal counts no further, and names so many of those who have what was asked for.
const COUNTED = 10_001
const NAMED = 3

/**
 * The things to be allocated, best first: by preference, then in the order of the (inner) containers, then of their own names.
 * Throws `too-few`, `unknown-type`, `spread-unclear`, and what a write refuses in an expression.
 */
export async function chooseFree(view: View, wanted: Wanted): Promise<ThingRow[]> {
  const names = await namesForWrite(view, wanted.expression)
  const scope: Scope = { catalogue: view.catalogue, moment: null, names, depth: 0, planning: 'open' }
  const spread = fewest(view.catalogue, wanted.spread)
  const statement = choice({ ...wanted, expression: freeOf(wanted.expression) }, spread, scope)
  const things = await guarded<ThingRow>(view, wanted.expression, statement)
  if (things.length < wanted.count) throw await tooFew(view, wanted, spread, names, things.length)
  return things
}

/** Each type once, with its smallest number, and what stands in the other first. */
function fewest(catalogue: Catalogue, spread: readonly Spread[]): readonly Spread[] {
  const most = new Map<string, number>()
  for (const { per, most: count } of spread) {
    const type = typeNamed(catalogue, { text: per })
    most.set(type, Math.min(count, most.get(type) ?? count))
  }
  const each = [...most].map(([per, count]) => ({ per, most: count }))
  const [first, second] = each
  if (!first || !second) return each
  if (standsIn(catalogue, first.per, second.per)) return each
  if (standsIn(catalogue, second.per, first.per)) return [second, first]
  throw new InventoryError('spread-unclear', { types: [first.per, second.per] })
}

/** Only then each container of the one type belongs to one of the other, and choosing in order finds as many as there are. */
function standsIn(catalogue: Catalogue, inner: string, outer: string): boolean {
  const [one, other] = [catalogue.get(inner), catalogue.get(outer)]
  if (one?.category !== 'location' || other?.category !== 'location') return false
  return mayContain(other, one) && !mayContain(one, other)
}

function choice({ count, expression, sort }: Wanted, spread: readonly Spread[], scope: Scope): Sql {
  const order = orderBy(sort, null)
  const [inner, outer] = spread
  // A preference is among all that match: then going through the containers saves nothing.
  if (inner && (outer || sort)) return apart(expression, spread, order, count, scope)
  const { from, ranks }: Picked = inner
    ? onePerContainer(expression, inner.per, scope, order, inner.most)
    : {
        from: thingsWhere(expression, scope, order.join),
        counted: thingsWhere(expression, scope),
        ranks: [...order.ranks, byName],
        planning: 'open',
      }
  return sql`select ${THING} ${from} order by ${by(ranks)} limit ${count}`
}

const THING = plain('t.id, t.name, t.name_key, t.driver, t.type')

const by = (ranks: readonly Rank[]): Sql =>
  joined(
    ranks.map(({ column, descending }) => sql`${column}${plain(descending ? ' desc' : '')}`),
    ', ',
  )

/**
 * All that match with their containers; of the best in each inner container the best in each outer one. Choosing in
 * order finds as many as can be, since each inner container is in one outer one.
 */
function apart(expression: Expression, spread: readonly Spread[], order: Order, count: number, scope: Scope): Sql {
  const columns = order.ranks.map(({ column }, i) => sql`, ${column} as o${plain(String(i))}`)
  const places = spread.map(
    ({ per }, i) => sql`cross join lateral (
      select k.id, k.name_key from closure c join things k on k.id = c.ancestor_id
      where c.descendant_id = t.id and k.type = ${per} order by c.depth, k.name_key limit 1) k${plain(String(i))}`,
  )
  const ids = spread.map((_, i) => `k${i}.id as p${i}`).join(', ')
  const preference = by([
    ...order.ranks.map(({ descending }, i) => ({ column: plain(`o${i}`), descending })),
    { column: plain('place'), descending: false },
    { column: plain('name_key'), descending: false },
  ])
  const candidates = sql`select t.*, k0.name_key as place, ${plain(ids)} from matched t ${joined(places, ' ')}`
  const best = spread.reduce(
    (among, { most }, i) => sql`select * from (
      select *, row_number() over (partition by ${plain(`p${i}`)} order by ${preference}) as n${plain(String(i))} from (${among}) a${plain(String(i))}
      ) b${plain(String(i))} where ${plain(`n${i}`)} <= ${most}`,
    candidates,
  )
  return sql`with matched as materialized (
      select ${THING}${joined(columns, '')} ${thingsWhere(expression, scope, order.join)})
    select id, name, name_key, driver, type from (${best}) best order by ${preference} limit ${count}`
}

async function tooFew(
  view: View,
  { count, expression }: Wanted,
  spread: readonly Spread[],
  names: Names,
  found: number,
): Promise<InventoryError<'too-few'>> {
  const scope: Scope = { catalogue: view.catalogue, moment: null, names, depth: 0, planning: 'open' }
  const among = (asked: Expression) =>
    sql`(select count(*) from (select 1 ${thingsWhere(asked, scope)} limit ${COUNTED}) counted)`
  const [counts] = await guarded<{ free: number; allocated: number; protected: number }>(
    view,
    expression,
    sql`select ${among(freeOf(expression))} as free, ${among(allocatedOf(expression))} as allocated,
      ${among(protectedOf(expression))} as protected`,
  )
  const holders = await heldBy(view, expression, scope, COUNTED_ROWS)
  const before = holders.length === 0 ? asIfFree(expression) : null
  return new InventoryError('too-few', {
    wanted: count,
    found,
    distinct: null,
    allocation: {
      spread,
      free: counts?.free ?? found,
      allocated: counts?.allocated ?? 0,
      protected: counts?.protected ?? 0,
      holders,
      lately: before === null ? [] : await heldBy(view, before, scope, LATE_ROWS),
    },
  })
}

/** Who has been given what an expression means, the latest first. */
function heldBy(view: View, expression: Expression, scope: Scope, rows: Sql): Promise<Holder[]> {
  return guarded<Holder>(
    view,
    expression,
    sql`select taken.name as thing, ${plain(calledSql('v.operator'))} as by, v.version from (
        select t.name, s.from_v ${thingsWhere(allocatedOf(expression), scope, rows)} limit ${COUNTED}) taken
      join versions v on v.version = taken.from_v order by v.version desc, taken.name limit ${NAMED}`,
  )
}

interface Holder {
  readonly thing: string
  readonly by: string
  readonly version: number
}

// The row that says that a thing is allocated, and so when and by whom that was done.
const STATUS_ROW = `join attributes s on s.thing_id = t.id and s.key = 'status' and s.port = '' and s.text = 'allocated'`
const COUNTED_ROWS = plain(STATUS_ROW)
// Who comes too late has lost to one of the last few versions; looking no further keeps it cheap.
const LATE_ROWS = plain(`${STATUS_ROW} and s.from_v > (select max(version) - 200 from versions)`)

/** For each thing the rack that it stands in, itself or with the machine that it is in. */
export async function racksOf(view: View, things: readonly ThingRow[]): Promise<ReadonlyMap<number, string>> {
  const { rows } = await view.knex.raw<{ rows: { id: number; rack: string }[] }>(
    `select distinct on (c.descendant_id) c.descendant_id as id, k.name as rack
     from closure c join things k on k.id = c.ancestor_id
     where c.descendant_id = any(?::bigint[]) and k.driver = any(?::text[]) order by c.descendant_id, c.depth, k.name_key`,
    [things.map(({ id }) => id), familyNames(view.catalogue, 'rack')],
  )
  return new Map(rows.map(({ id, rack }) => [id, rack]))
}
