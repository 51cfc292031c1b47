// Who could say yes: for the mention in a proposal's card, and to say that nobody can.
import type { Knex } from 'knex'

export interface Approver {
  readonly name: string
  /** Expressions as typed: for what they mean together, and nothing else; null for everything. */
  readonly scopes: readonly string[] | null
}

/** Where it was asked for, and when: a right that was given later is none to approve it. */
export interface Asked {
  readonly channel: string | null
  /** Null for now. */
  readonly at: Date | null
}

/** Operators with one of these roles, without the one who asks; `asked` is null for whatever channel. One statement. */
export async function approversOf(
  knex: Knex,
  requester: number,
  roles: readonly string[],
  asked: Asked | null,
): Promise<Approver[]> {
  const { rows } = await knex.raw<{ rows: Approver[] }>(
    `with live as (
       select * from grants where revoked_at is null and role = any(?::text[])
         and (until is null or until > clock_timestamp()) and (channel is null or ? or channel = ?)),
     held as (
       select operator_id, scope, at as since from live where operator_id is not null
       union all
       select i.operator_id, scope, greatest(live.at, m.since) from live
         join memberships m using (chat_group) join identities i using (identity))
     select o.name, case when bool_and(scope is not null) then array_agg(distinct scope) end as scopes
     from held join operators o on o.id = operator_id
     where o.left_at is null and o.id <> ? and date_trunc('milliseconds', since) <= coalesce(?::timestamptz, 'infinity')
     group by o.id, o.name order by o.name`,
    [[...roles], asked === null, asked?.channel ?? null, requester, asked?.at ?? null] as Knex.RawBinding[],
  )
  return rows
}
