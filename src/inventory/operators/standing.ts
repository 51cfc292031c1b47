// What is known about who asks: the operator behind an identity and the grants that hold now. One statement, read before
// anything else is.
import type { Knex } from 'knex'

export interface Operator {
  readonly id: number
  readonly name: string
}

export interface Grant {
  readonly id: number
  /** A role, or the name of a command (`power off`, `power`). */
  readonly role: string
  /** An expression as typed: it holds for these things only; null for all. */
  readonly scope: string | null
  /** A channel that it holds in; null for everywhere. */
  readonly channel: string | null
  readonly until: Date | null
  /** Since when the operator has it: given later, joined the group later, or was somebody else until then. */
  readonly since: Date
  /** The group of a chat that it was given to, where it was. */
  readonly group: string | null
}

export interface Standing {
  readonly identity: string
  /** Null for somebody whom nobody has made an operator. */
  readonly operator: Operator | null
  readonly grants: readonly Grant[]
}

interface Row {
  readonly operator_id: number
  readonly name: string
  readonly id: number | null
  readonly role: string
  readonly scope: string | null
  readonly channel: string | null
  readonly until: Date | null
  readonly since: Date
  readonly chat_group: string | null
}

/** The grants are those that neither are revoked nor have ended, by the database's clock. */
export async function standingOf(knex: Knex, identity: string): Promise<Standing> {
  const { rows } = await knex
    .raw<{ rows: Row[] }>(
      `with who as (
         select i.identity, i.linked_at, o.id, o.name from identities i join operators o on o.id = i.operator_id
         where i.identity = ? and o.left_at is null)
       select who.id as operator_id, who.name, g.* from who left join lateral (
         select id, role, scope, channel, until, at as since, chat_group from grants
           where operator_id = who.id and revoked_at is null
         union all
         select g.id, g.role, g.scope, g.channel, g.until, greatest(g.at, m.since, who.linked_at), g.chat_group
           from memberships m join grants g on g.chat_group = m.chat_group and g.revoked_at is null
           where m.identity = who.identity) g on g.until is null or g.until > clock_timestamp()
       order by g.id`,
      [identity],
    )
    .options({ name: 'standing' })
  const [first] = rows
  if (!first) return { identity, operator: null, grants: [] }
  const grants = rows.flatMap(({ id, role, scope, channel, until, since, chat_group }) =>
    id === null ? [] : [{ id, role, scope, channel, until, since, group: chat_group }],
  )
  return { identity, operator: { id: first.operator_id, name: first.name }, grants }
}
