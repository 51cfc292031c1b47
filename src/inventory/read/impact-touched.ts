// Whom it touches that things are out of service: the groups and clusters that they are members of, with how many they
// keep, the owners, and the addresses that nobody answers at.
import type { Catalogue } from '../catalogue.ts'
import { rowsOf, type Sql, sql } from '../query/fragment.ts'
import { type Moment, sourceAt } from '../query/source.ts'
import type { View } from '../view.ts'

/** A group, and what it keeps: `left` of `of` members. */
export interface Share {
  readonly kind: 'role' | 'pool' | 'vip' | 'service' | 'cluster'
  readonly name: string
  readonly left: number
  readonly of: number
}

export interface Owned {
  readonly owner: string
  readonly things: number
}

export interface TouchedBy {
  readonly shares: readonly Share[]
  readonly owners: readonly Owned[]
  readonly addresses: { readonly total: number; readonly names: readonly string[] }
}

const KINDS: Readonly<Record<string, Share['kind']>> = {
  role: 'role',
  pool: 'pool',
  exclusivepool: 'pool',
  uniquepool: 'pool',
  vip: 'vip',
  service: 'service',
}

// So many addresses are told.
const TOLD = 200

/** Of things by their ids; a group counts those that are in it through groups alone, and no group as a member. */
export async function touchedBy(
  view: View,
  catalogue: Catalogue,
  out: readonly number[],
  moment: Moment,
): Promise<TouchedBy> {
  if (out.length === 0) return { shares: [], owners: [], addresses: { total: 0, names: [] } }
  const groups = await groupShares(view, catalogue, out, moment)
  const clusters = await clusterShares(view, out, moment)
  const shares = [...groups, ...clusters].sort((a, b) => a.left - b.left || (a.name < b.name ? -1 : 1))
  return { shares, owners: await owners(view, out, moment), addresses: await addresses(view, out, moment) }
}

async function groupShares(view: View, catalogue: Catalogue, out: readonly number[], moment: Moment): Promise<Share[]> {
  const groups = catalogue.all().flatMap(({ name, category }) => (category === 'group' ? [name] : []))
  const g = sourceAt('things', 'g', moment)
  const t = sourceAt('things', 't', moment)
  const { up, down } = memberships(out, groups, moment)
  const rows = await rowsOf<{ type: string; name: string; lost: number; of: number }>(
    view.knex,
    sql`with recursive ${up}, touched as materialized (
        select above.id, count(distinct above.of) as lost from above
          join ${t.from} on t.id = above.of and t.driver <> all(${groups}::text[]) and ${t.where}
          join ${g.from} on g.id = above.id and g.type = any(${Object.keys(KINDS)}::text[]) and ${g.where}
        group by above.id), ${down}, sizes as materialized (
        select below.of, count(distinct below.id) as members from below
          join ${t.from} on t.id = below.id and t.driver <> all(${groups}::text[]) and ${t.where}
        group by below.of)
      select g.type, g.name, touched.lost, sizes.members as of from touched join sizes on sizes.of = touched.id
        join ${g.from} on g.id = touched.id and ${g.where}`,
  )
  return rows.flatMap(({ type, name, lost, of }) => {
    const kind = KINDS[type]
    return kind === undefined ? [] : [{ kind, name, left: of - lost, of }]
  })
}

/** `above (of, id)`: the containers of what is out; `below (of, id)`: what is in those of them that are `touched`. */
function memberships(
  out: readonly number[],
  groups: readonly string[],
  moment: Moment,
): { readonly up: Sql; readonly down: Sql } {
  if (moment === null)
    return {
      up: sql`above (of, id) as materialized (
        select descendant_id, ancestor_id from closure where descendant_id = any(${out}::bigint[]) and grouped)`,
      down: sql`below (of, id) as materialized (
        select touched.id, closure.descendant_id from touched join closure on closure.ancestor_id = touched.id and closure.grouped)`,
    }
  const e = sourceAt('edges', 'e', moment)
  const b = sourceAt('things', 'b', moment)
  return {
    up: sql`above (of, id) as (
      select e.child_id, e.parent_id from ${e.from} where e.child_id = any(${out}::bigint[]) and ${e.where}
      union select above.of, e.parent_id from above
        join ${b.from} on b.id = above.id and b.driver = any(${groups}::text[]) and ${b.where}
        join ${e.from} on e.child_id = above.id and ${e.where})`,
    down: sql`below (of, id) as (
      select touched.id, e.child_id from touched join ${e.from} on e.parent_id = touched.id and ${e.where}
      union select below.of, e.child_id from below
        join ${b.from} on b.id = below.id and b.driver = any(${groups}::text[]) and ${b.where}
        join ${e.from} on e.parent_id = below.id and ${e.where})`,
  }
}

/** The members of a cluster are its nodes; where it has none, its machines, and virtual ones only where there are no others. */
async function clusterShares(view: View, out: readonly number[], moment: Moment): Promise<Share[]> {
  const [e, f, c, t] = [
    sourceAt('edges', 'e', moment),
    sourceAt('edges', 'f', moment),
    sourceAt('things', 'c', moment),
    sourceAt('things', 't', moment),
  ]
  const rows = await rowsOf<{ name: string; type: string; lost: number; of: number }>(
    view.knex,
    sql`with touched as materialized (
        select distinct c.id, c.name from ${e.from} join ${c.from} on c.id = e.parent_id and c.type = 'cluster' and ${c.where}
        where e.child_id = any(${out}::bigint[]) and ${e.where})
      select touched.name, t.type, count(*) filter (where t.id = any(${out}::bigint[])) as lost, count(*) as of
      from touched join ${f.from} on f.parent_id = touched.id and ${f.where}
        join ${t.from} on t.id = f.child_id and ${t.where}
      group by touched.name, t.type order by touched.name, t.type`,
  )
  const rank = ({ type }: { readonly type: string }) => (type === 'dbnode' ? 0 : type === 'virtualserver' ? 2 : 1)
  return [...new Set(rows.map(({ name }) => name))].map((name) => {
    const own = rows.filter((row) => row.name === name)
    const best = Math.min(...own.map(rank))
    const counted = own.filter((row) => rank(row) === best)
    const of = counted.reduce((sum, row) => sum + row.of, 0)
    return { kind: 'cluster', name, left: of - counted.reduce((sum, row) => sum + row.lost, 0), of }
  })
}

async function owners(view: View, out: readonly number[], moment: Moment): Promise<Owned[]> {
  const a = sourceAt('attributes', 'a', moment)
  const r = sourceAt('things', 'r', moment)
  return rowsOf<Owned>(
    view.knex,
    sql`select coalesce(r.name, a.text) as owner, count(distinct a.thing_id) as things
      from ${a.from} left join ${r.from} on r.id = a.ref_id and ${r.where}
      where a.thing_id = any(${out}::bigint[]) and a.key = 'owner' and a.port = '' and a.subkey = '' and ${a.where}
      group by 1 order by things desc, owner`,
  )
}

async function addresses(view: View, out: readonly number[], moment: Moment): Promise<TouchedBy['addresses']> {
  const d = sourceAt('addresses', 'd', moment)
  const rows = await rowsOf<{ address: string; total: number }>(
    view.knex,
    sql`select host(d.address) as address, count(*) over () as total from ${d.from}
      where d.thing_id = any(${out}::bigint[]) and d.network_id is distinct from d.thing_id and ${d.where}
      order by d.address limit ${TOLD}`,
  )
  return { total: rows[0]?.total ?? 0, names: rows.map(({ address }) => address) }
}
