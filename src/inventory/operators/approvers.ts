// Who could say yes: for the mention in a proposal's card, and to say that nobody can.
import type { Knex } from 'knex'

/** The names of operators with one of these roles, whatever its scope; without the one who asks. */
export async function approversOf(knex: Knex, requester: number, roles: readonly string[]): Promise<string[]> {
  const { rows } = await knex.raw<{ rows: { name: string }[] }>(
    `select distinct o.name from operators o join grants g on g.revoked_at is null and g.role = any(?::text[])
       and (g.until is null or g.until > clock_timestamp())
       and (g.operator_id = o.id or g.chat_group in (
         select m.chat_group from memberships m join identities i on i.identity = m.identity where i.operator_id = o.id))
     where o.left_at is null and o.id <> ? order by o.name`,
    [[...roles], requester],
  )
  return rows.map(({ name }) => name)
}
