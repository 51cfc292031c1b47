// What hangs on things: their attributes, containers, contents, cables and addresses. One statement reads it for any
// number of things, and everything that answers about single things is made from it.
import type { ThingName } from '../../grammar/ast.ts'
import { nameKey } from '../../grammar/name.ts'
import { grouped } from '../grouped.ts'
import { joined, plain, planOnce, rowsOf, type Sql, sql } from '../query/fragment.ts'
import { lookup } from '../query/lookup.ts'
import { type Moment, sourceAt } from '../query/source.ts'
import type { ThingRow } from '../rows.ts'
import type { View } from '../view.ts'
import { GROUP_TYPES_SQL } from './members.ts'

export interface Attribute {
  readonly id: number
  /** Empty for an attribute of the thing itself, else `nic-eth:1`. */
  readonly port: string
  readonly key: string
  readonly subkey: string
  readonly number: number | null
  readonly type: string
  /** The value as text; of a reference, the name that the thing has at the moment. */
  readonly text: string
}

/** An edge seen from one of its ends; `thing` is the other. */
export interface Neighbour {
  readonly thing: ThingRow
  readonly low: number | null
  readonly high: number | null
  readonly face: string | null
}

/** A cable seen from one of its ends. */
export interface Cable {
  readonly type: string
  readonly number: number
  readonly peer: ThingRow
  readonly peerType: string
  readonly peerNumber: number
}

export interface Address {
  /** Without a mask. */
  readonly address: string
  /** The `cidr` or `netmask` of its network as that has it; null for what a network lists, and outside of any. */
  readonly mask: string | null
  readonly port: string
  readonly state: string
  /** The id of the thing that holds it. */
  readonly holder: number
  /** Sorts as addresses do, as text. */
  readonly rank: string
}

/** A group that a thing is a member of. */
export interface Membership {
  readonly group: ThingRow
  /** It is in the group itself; otherwise it is by way of these groups that it is in. */
  readonly direct: boolean
  readonly through: readonly string[]
  /** The port of a service, the address of a VIP. */
  readonly detail: string | null
}

/** How many numbers a number manager has given out of its range. */
export interface Given {
  readonly given: number
}

interface Kinds {
  readonly attributes: Attribute
  readonly containers: Neighbour
  readonly contents: Neighbour
  readonly cables: Cable
  readonly addresses: Address
  readonly groups: Membership
  readonly numbers: Given
}

export type Kind = keyof Kinds

/** For each thing what hangs on it, in the order that people read: by name, by port, by address. */
export type Surroundings<K extends Kind = Kind> = { readonly [T in K]: (thing: ThingRow) => readonly Kinds[T][] }

interface Found {
  readonly kind: Kind | 'thing'
  readonly thing_id: number
  readonly facts: object
}

/** Reads the given kinds for all of `things` in one statement. */
export async function surroundingsOf<K extends Kind>(
  view: View,
  things: readonly ThingRow[],
  kinds: readonly K[],
  moment: Moment,
): Promise<Surroundings<K>> {
  const ids = [...new Set(things.map(({ id }) => id))]
  return arranged(ids, kinds, await read(view, ids, kinds, moment))
}

/**
 * A thing by its name and what hangs on it, in one statement; by hostname, serial number or address in some more.
 * Throws what `lookup` throws.
 */
export async function lookupWith<K extends Kind>(
  view: View,
  name: ThingName,
  kinds: readonly K[],
  moment: Moment,
): Promise<{ readonly thing: ThingRow; readonly around: Surroundings<K> }> {
  const named = moment === null ? await namedWith(view, name.text, kinds) : null
  if (named) return named
  const found = await lookup(view, name, moment)
  return { thing: found, around: await surroundingsOf(view, [found], kinds, moment) }
}

/** The thing that has this very name now, and what hangs on it, in one statement; null where nothing is called so. */
export async function namedWith<K extends Kind>(
  view: View,
  name: string,
  kinds: readonly K[],
): Promise<{ readonly thing: ThingRow; readonly around: Surroundings<K> } | null> {
  const rows = await readNamed(view, nameKey(name), kinds)
  const [thing] = rows.flatMap(({ kind, facts }) => (kind === 'thing' ? [facts as ThingRow] : []))
  return thing ? { thing, around: arranged([thing.id], kinds, rows) } : null
}

function arranged<K extends Kind>(
  ids: readonly number[],
  kinds: readonly K[],
  rows: readonly Found[],
): Surroundings<K> {
  const found = grouped(rows, ({ kind, thing_id }) => `${kind} ${thing_id}`)
  // What PARTS selects for a kind is what Kinds says of it.
  const of = (kind: K) => {
    const facts = (id: number) => (found.get(`${kind} ${id}`) ?? []).map((row) => row.facts as Kinds[K])
    const lists = new Map(ids.map((id) => [id, facts(id).sort(ORDERS[kind])]))
    return (thing: ThingRow): readonly Kinds[K][] => lists.get(thing.id) ?? []
  }
  return Object.fromEntries(kinds.map((kind) => [kind, of(kind)])) as unknown as Surroundings<K>
}

function read(view: View, ids: readonly number[], kinds: readonly Kind[], moment: Moment): Promise<Found[]> {
  const [only, ...others] = ids
  if (only === undefined) return Promise.resolve([])
  const isOne = others.length === 0
  const those = isOne ? sql`${only}::bigint` : sql`any(${ids}::bigint[])`
  const parts = joined(
    kinds.map((kind) => PARTS[kind](those, moment)),
    ' union all ',
  )
  return rowsOf(view.knex, isOne && moment === null ? planOnce(parts) : parts)
}

function readNamed(view: View, key: string, kinds: readonly Kind[]): Promise<Found[]> {
  const those = sql`(select id from things where name_key = ${key})`
  const thing = sql`select 'thing' as kind, t.id as thing_id, ${peer} as facts from things t where t.name_key = ${key}`
  return rowsOf(
    view.knex,
    joined([thing, ...kinds.map((kind) => PARTS[kind](those, null))], ' union all '),
    `by name: ${shortNames(kinds)}`,
  )
}

// The name of a statement holds 63 bytes.
const shortNames = (kinds: readonly Kind[]): string => kinds.map((kind) => kind.slice(0, 5)).join()

const thingJson = (alias: string) =>
  `json_build_object('id', ${alias}.id, 'name', ${alias}.name, 'name_key', ${alias}.name_key, 'driver', ${alias}.driver,
    'type', ${alias}.type)`

const edgeFacts = plain(
  `json_build_object('thing', ${thingJson('t')}, 'low', e.u_low, 'high', e.u_high, 'face', e.face)`,
)
const peer = plain(thingJson('t'))

/** What is at the other end of the edges that those things are at one end of. */
function neighbours(own: string, other: string, those: Sql, moment: Moment): Sql {
  const e = sourceAt('edges', 'e', moment)
  const t = sourceAt('things', 't', moment)
  return sql`${plain(own)} as thing_id, ${edgeFacts} as facts
    from ${e.from} join ${t.from} on t.id = ${plain(other)} and ${t.where}
    where ${plain(own)} = ${those} and ${e.where}`
}

/** For each kind one select: `kind, thing_id, facts`. `those` compares an id with those asked for. */
const PARTS: { readonly [K in Kind]: (those: Sql, moment: Moment) => Sql } = {
  attributes(those, moment) {
    const a = sourceAt('attributes', 'a', moment)
    const r = sourceAt('things', 'r', moment)
    return sql`select 'attributes' as kind, a.thing_id, json_build_object('id', a.id, 'port', a.port, 'key', a.key,
        'subkey', a.subkey, 'number', a.number, 'type', a.type, 'text', coalesce(r.name, a.text)) as facts
      from ${a.from} left join ${r.from} on r.id = a.ref_id and ${r.where}
      where a.thing_id = ${those} and ${a.where}`
  },
  containers: (those, moment) =>
    sql`select 'containers' as kind, ${neighbours('e.child_id', 'e.parent_id', those, moment)}`,
  contents: (those, moment) =>
    sql`select 'contents' as kind, ${neighbours('e.parent_id', 'e.child_id', those, moment)}`,
  cables(those, moment) {
    const l = sourceAt('links', 'l', moment)
    const t = sourceAt('things', 't', moment)
    return sql`select 'cables' as kind, l.thing_id, json_build_object('type', l.port_type, 'number', l.port_number,
        'peer', ${peer}, 'peerType', l.peer_type, 'peerNumber', l.peer_number) as facts
      from ${l.from} join ${t.from} on t.id = l.peer_id and ${t.where}
      where l.thing_id = ${those} and ${l.where}`
  },
  groups(those, moment) {
    const e = sourceAt('edges', 'e', moment)
    const g = sourceAt('things', 'g', moment)
    const t = sourceAt('things', 't', moment)
    const v = sourceAt('things', 'v', moment)
    const a = sourceAt('attributes', 'a', moment)
    // `union` drops what was found before, so that the recursion ends on any graph. `via_id` is where the way begins.
    return sql`select 'groups' as kind, thing_id, json_build_object('group', ${peer}, 'direct', direct, 'through', through,
        'detail', (select a.text from ${a.from} where a.thing_id = t.id and a.port = '' and a.subkey = ''
          and a.key = case t.type when 'service' then 'port' when 'vip' then 'address' end and ${a.where} order by a.id limit 1))
        as facts
      from (
        with recursive above (thing_id, group_id, via_id) as (
          select e.child_id, e.parent_id, e.parent_id from ${e.from} where e.child_id = ${those} and ${e.where}
          union select above.thing_id, e.parent_id, above.via_id from above
            join ${g.from} on g.id = above.group_id and g.type in ${GROUP_TYPES_SQL} and ${g.where}
            join ${e.from} on e.child_id = g.id and ${e.where})
        select thing_id, group_id, bool_or(group_id = via_id) as direct, array_agg(v.name order by v.name_key) as through
        from above join ${v.from} on v.id = above.via_id and ${v.where} group by thing_id, group_id) found
      join ${t.from} on t.id = found.group_id and t.type in ${GROUP_TYPES_SQL} and ${t.where}`
  },
  numbers(those, moment) {
    const a = sourceAt('attributes', 'a', moment)
    const m = sourceAt('attributes', 'm', moment)
    const bound = (key: string) => sql`(select max(m.num) from ${m.from} where m.thing_id = a.ref_id and m.key = ${key}
      and m.port = '' and m.subkey = '' and ${m.where})`
    return sql`select 'numbers' as kind, a.ref_id as thing_id, json_build_object('given', count(distinct a.number)) as facts
      from ${a.from} where a.ref_id = ${those} and a.subkey = 'from' and a.number is not null and ${a.where}
        and a.number between coalesce(${bound('min')}, 0) and ${bound('max')}
      group by a.ref_id`
  },
  // Of a network those recorded in it, of others those that they hold. `inet_send` sorts as the addresses do: family,
  // then bytes.
  addresses(those, moment) {
    const d = sourceAt('addresses', 'd', moment)
    const a = sourceAt('attributes', 'a', moment)
    const facts = (mask: Sql) => sql`json_build_object('address', host(d.address), 'port', d.port, 'state', d.state,
        'holder', d.thing_id, 'mask', ${mask}, 'rank', encode(inet_send(d.address), 'hex')) as facts`
    const mask = sql`(select a.text from ${a.from} where a.thing_id = d.network_id and ${a.where} and a.port = ''
        and a.subkey = '' and a.key in ('cidr', 'netmask') order by a.key limit 1)`
    return sql`select 'addresses' as kind, d.thing_id, ${facts(mask)} from ${d.from} where d.thing_id = ${those} and ${d.where}
      union all select 'addresses' as kind, d.network_id, ${facts(plain('null::text'))} from ${d.from}
        where d.network_id = ${those} and d.network_id <> d.thing_id and ${d.where}`
  },
}

const ORDERS: { readonly [K in Kind]: (a: Kinds[K], b: Kinds[K]) => number } = {
  attributes: (a, b) =>
    byText(a.key, b.key) || byText(a.subkey, b.subkey) || (a.number ?? -1) - (b.number ?? -1) || a.id - b.id,
  containers: (a, b) => byText(a.thing.name_key, b.thing.name_key),
  contents: (a, b) => byText(a.thing.name_key, b.thing.name_key),
  cables: (a, b) => byText(a.type, b.type) || a.number - b.number,
  addresses: (a, b) => byText(a.rank, b.rank),
  groups: (a, b) => byText(a.group.name_key, b.group.name_key),
  numbers: () => 0,
}

/** By code units, as the database compares names. */
export function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
