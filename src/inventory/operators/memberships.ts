// Who is in which group of a chat, and since when that is known: what was granted to a group is its members'.
import type { Knex } from 'knex'
import { enrolMembers } from './group-members.ts'

/** `group` is `slack:S012AB3CD`, `discord:@1234`. Who was in it before keeps the time since when. */
export async function setMembers(knex: Knex, group: string, identities: readonly string[]): Promise<void> {
  await knex.transaction(async (transaction) => {
    await transaction.raw('delete from memberships where chat_group = ? and identity <> all(?::text[])', [
      group,
      [...identities],
    ])
    await transaction.raw(
      `insert into memberships (identity, chat_group, since) select identity, ?, clock_timestamp()
       from unnest(?::text[]) as identity on conflict do nothing`,
      [group, [...new Set(identities)]],
    )
    await enrolMembers(transaction)
  })
}

/** Nobody is in any group of that chat. */
export async function emptyGroups(knex: Knex, chat: string): Promise<void> {
  await knex.raw('delete from memberships where starts_with(chat_group, ?)', [`${chat}:`])
}

/** All groups of that chat that an identity is in. */
export async function setGroups(knex: Knex, chat: string, identity: string, groups: readonly string[]): Promise<void> {
  await knex.transaction(async (transaction) => {
    await transaction.raw(
      `with gone as (delete from memberships where identity = ? and starts_with(chat_group, ?) and chat_group <> all(?::text[]))
     insert into memberships (identity, chat_group, since) select ?, chat_group, clock_timestamp()
     from unnest(?::text[]) as chat_group on conflict do nothing`,
      [identity, `${chat}:`, [...groups], identity, [...new Set(groups)]],
    )
    await enrolMembers(transaction)
  })
}

/** Whether somebody is in a group that is called so, or something was granted to it. */
export async function isGroup(knex: Knex, group: string): Promise<boolean> {
  const { rows } = await knex.raw<{ rows: unknown[] }>(
    `select from memberships where chat_group = ? union all
     select from grants where chat_group = ? and revoked_at is null limit 1`,
    [group, group],
  )
  return rows.length > 0
}
