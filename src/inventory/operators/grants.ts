// Grants as rows: given, extended and ended, never changed in what they allow. Who has which now, and who is left as an
// admin.
import type { Knex } from 'knex'

/** Whoever is given something: an operator, or a group of a chat. */
export type Holder =
  | { readonly tag: 'operator'; readonly id: number; readonly name: string }
  | { readonly tag: 'group'; readonly group: string }

export interface HeldGrant {
  readonly id: number
  readonly role: string
  readonly scope: string | null
  readonly channel: string | null
  readonly until: Date | null
  readonly operator_id: number | null
  readonly chat_group: string | null
  readonly granted_by: string
}

export type NewGrant = Pick<HeldGrant, 'role' | 'scope' | 'channel' | 'until'>

// In force by the database's clock.
const NOW = 'g.revoked_at is null and (g.until is null or g.until > clock_timestamp())'

/** What is in force and was given to this holder itself, oldest first. */
export async function grantsTo(knex: Knex, holder: Holder): Promise<HeldGrant[]> {
  const [column, value] = holder.tag === 'operator' ? ['operator_id', holder.id] : ['chat_group', holder.group]
  const { rows } = await knex.raw<{ rows: HeldGrant[] }>(
    `select id, role, scope, channel, until, operator_id, chat_group, granted_by from grants g
     where g.${column} = ? and ${NOW} order by id`,
    [value],
  )
  return rows
}

export async function addGrant(knex: Knex, holder: Holder, grant: NewGrant, by: string): Promise<void> {
  const { role, scope, channel, until } = grant
  const [operator, group] = holder.tag === 'operator' ? [holder.id, null] : [null, holder.group]
  await knex.raw(
    `insert into grants (role, operator_id, chat_group, scope, channel, until, granted_by, at)
     values (?, ?, ?, ?, ?, ?, ?, clock_timestamp())`,
    [role, operator, group, scope, channel, until?.toISOString() ?? null, by] as Knex.RawBinding[],
  )
}

/** Another end of one that is in force; since when it is held stays. */
export async function setUntil(knex: Knex, id: number, until: Date | null): Promise<void> {
  await knex.raw('update grants set until = ? where id = ?', [until?.toISOString() ?? null, id] as Knex.RawBinding[])
}

export async function endGrants(knex: Knex, ids: readonly number[], by: string): Promise<void> {
  await knex.raw(
    `update grants set revoked_at = clock_timestamp(), revoked_by = ? where id = any(?::bigint[]) and revoked_at is null`,
    [by, [...ids]],
  )
}

export interface HeldBy extends HeldGrant {
  /** The operator's name, or the group. */
  readonly holder: string
}

/** All that is in force, by holder. */
export async function allGrants(knex: Knex): Promise<HeldBy[]> {
  const { rows } = await knex.raw<{ rows: HeldBy[] }>(
    `select g.id, g.role, g.scope, g.channel, g.until, g.operator_id, g.chat_group, g.granted_by,
       coalesce(o.name, g.chat_group) as holder
     from grants g left join operators o on o.id = g.operator_id
     where ${NOW} and (g.operator_id is null or o.left_at is null) order by holder, g.id`,
  )
  return rows
}

/** The operators who are admins in any channel now, also through a group of a chat. */
export async function currentAdmins(knex: Knex): Promise<number[]> {
  const { rows } = await knex.raw<{ rows: { id: number }[] }>(
    `select distinct o.id from operators o join grants g on g.role = 'admin' and ${NOW}
       and (g.operator_id = o.id or g.chat_group in (
         select m.chat_group from memberships m join identities i on i.identity = m.identity where i.operator_id = o.id))
     where o.left_at is null order by o.id`,
  )
  return rows.map(({ id }) => id)
}

/** The ids of grants that make somebody an admin everywhere and without an end, and not by way of a group. */
export async function lastingAdminGrants(knex: Knex): Promise<number[]> {
  const { rows } = await knex.raw<{ rows: { id: number }[] }>(
    `select g.id from grants g join operators o on o.id = g.operator_id and o.left_at is null
     where g.role = 'admin' and g.revoked_at is null and g.until is null and g.channel is null order by g.id`,
  )
  return rows.map(({ id }) => id)
}
