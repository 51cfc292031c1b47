// Conditions on where a thing is, what is in it and what it is connected to. `of` is a condition on the other thing's id:
// sql`= any(…)` or sql`in (select …)`.
import { plain, type Sql, sql } from './fragment.ts'
import { exists, idOf, type Scope } from './scope.ts'
import { reachable, sourceAt } from './source.ts'

/** In one of those containers, at any depth. */
export function within(scope: Scope, of: Sql): Sql {
  if (scope.moment !== null) return sql`${idOf(scope)} in (${reachable(of, scope.moment, 'down')})`
  // EXISTS and not IN: under `or` and `not` the planner then still has the choice to probe the index.
  return exists(scope, sql`select 1 from closure c where c.descendant_id = ${idOf(scope)} and c.ancestor_id ${of}`)
}

/** A member of one of those groups: in it, or in a group that is in it, but not in a machine that is. */
export function member(scope: Scope, of: Sql): Sql {
  if (scope.moment !== null) return sql`${idOf(scope)} in (${membersAt(scope, of)})`
  return exists(
    scope,
    sql`select 1 from closure c where c.descendant_id = ${idOf(scope)} and c.ancestor_id ${of} and c.grouped`,
  )
}

/** A member of one of those VLANs, or connected to a port of a switch that is set to one. */
export function inVlan(scope: Scope, of: Sql): Sql {
  const { moment } = scope
  const a = sourceAt('attributes', 'a', moment)
  const l = sourceAt('links', 'l', moment)
  const wired = sql`select l.peer_id as id from ${a.from} join ${l.from} on l.thing_id = a.thing_id and ${l.where}
      and a.port = l.port_type || ':' || l.port_number
    where ${a.where} and a.key = 'vlan' and a.subkey = '' and a.port <> '' and a.ref_id ${of}`
  const put =
    moment === null
      ? sql`select c.descendant_id as id from closure c where c.ancestor_id ${of} and c.grouped`
      : sql`select m.id from (${membersAt(scope, of)}) m`
  return sql`${idOf(scope)} in (${put} union all ${wired})`
}

function membersAt({ catalogue, moment }: Scope, of: Sql): Sql {
  const groups = catalogue.all().filter(({ category }) => category === 'group')
  const e = sourceAt('edges', 'e', moment)
  const g = sourceAt('things', 'g', moment)
  return sql`with recursive members(id) as (
    select e.child_id from ${e.from} where ${e.where} and e.parent_id ${of}
    union select e.child_id from members m
      join ${g.from} on g.id = m.id and ${g.where} and g.driver = any(${groups.map(({ name }) => name)}::text[])
      join ${e.from} on e.parent_id = g.id and ${e.where}) select id from members`
}

/** A container of one of those, at any depth. */
export function containing(scope: Scope, of: Sql): Sql {
  if (scope.moment !== null) return sql`${idOf(scope)} in (${reachable(of, scope.moment, 'up')})`
  return exists(scope, sql`select 1 from closure c where c.ancestor_id = ${idOf(scope)} and c.descendant_id ${of}`)
}

/** One hop from one of those, which is not the thing itself: in it, around it, or at the other end of a cable. */
export function connected(scope: Scope, of: Sql): Sql {
  const { moment } = scope
  const edges = sourceAt('edges', 'e', moment).from
  const links = sourceAt('links', 'l', moment).from
  // Without WHERE inside, the planner takes the union apart and uses each table's index.
  const version = (alias: string) => plain(moment === null ? '' : `, ${alias}.from_v, ${alias}.to_v`)
  const then = plain(moment === null ? 'true' : `n.from_v <= ${moment} and n.to_v > ${moment}`)
  return exists(
    scope,
    sql`select 1 from (
    select e.parent_id as one, e.child_id as other${version('e')} from ${edges}
    union all select e.child_id, e.parent_id${version('e')} from ${edges}
    union all select l.thing_id, l.peer_id${version('l')} from ${links}
    ) n where ${then} and n.other = ${idOf(scope)} and n.one <> n.other and n.one ${of}`,
  )
}
