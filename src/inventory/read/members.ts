// Who is a member of a group, directly or through groups that are in it, and which groups there are.
import { plain, rowsOf, sql } from '../query/fragment.ts'
import { type Moment, sourceAt } from '../query/source.ts'
import type { ThingRow } from '../rows.ts'
import type { View } from '../view.ts'

/** The types whose members' members are members too. */
export const GROUP_TYPES = ['pool', 'exclusivepool', 'uniquepool', 'class', 'role', 'service', 'vip'] as const

/** GROUP_TYPES as SQL: text of ours, so that a statement with it is always the same. */
export const GROUP_TYPES_SQL = plain(`(${GROUP_TYPES.map((type) => `'${type}'`).join(', ')})`)

export interface Member {
  readonly thing: ThingRow
  /** The groups in it that bring the thing; empty where it is in the group itself. */
  readonly through: readonly string[]
}

/** The members of a group by name, at most `limit`. One statement. */
export async function membersOf(view: View, group: ThingRow, moment: Moment, limit: number): Promise<Member[]> {
  const e = sourceAt('edges', 'e', moment)
  const g = sourceAt('things', 'g', moment)
  const t = sourceAt('things', 't', moment)
  const v = sourceAt('things', 'v', moment)
  // `union` drops what was found before, so that the recursion ends on any graph.
  const rows = await rowsOf<ThingRow & { direct: boolean; through: string[] }>(
    view.knex,
    sql`with recursive member (id, via) as (
        select e.child_id, e.parent_id from ${e.from} where e.parent_id = ${group.id} and ${e.where}
        union select e.child_id, e.parent_id from member
          join ${g.from} on g.id = member.id and g.type in ${GROUP_TYPES_SQL} and ${g.where}
          join ${e.from} on e.parent_id = g.id and ${e.where})
      select t.id, t.name, t.name_key, t.driver, t.type, bool_or(member.via = ${group.id}) as direct,
        array_agg(v.name order by v.name_key) as through
      from member join ${t.from} on t.id = member.id and ${t.where} join ${v.from} on v.id = member.via and ${v.where}
      group by t.id, t.name, t.name_key, t.driver, t.type order by t.name_key limit ${limit}::integer`,
  )
  return rows.map(({ direct, through, ...thing }) => ({ thing, through: direct ? [] : through }))
}

export interface GroupCount {
  readonly group: ThingRow
  /** Things directly in it, groups among them. */
  readonly members: number
}

/** The groups of some types by name, at most `limit`, with how many things are directly in them. One statement. */
export async function groupsOf(
  view: View,
  types: readonly string[],
  moment: Moment,
  limit: number,
): Promise<GroupCount[]> {
  const t = sourceAt('things', 't', moment)
  const e = sourceAt('edges', 'e', moment)
  const rows = await rowsOf<ThingRow & { members: number }>(
    view.knex,
    sql`select t.id, t.name, t.name_key, t.driver, t.type,
        (select count(*)::integer from ${e.from} where e.parent_id = t.id and ${e.where}) as members
      from ${t.from} where t.type = any(${types}::text[]) and ${t.where} order by t.name_key limit ${limit}::integer`,
  )
  return rows.map(({ members, ...group }) => ({ group, members }))
}
