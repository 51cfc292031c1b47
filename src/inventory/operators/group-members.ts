// Whoever is in a group of a chat that something was granted to is an operator, without being made one by name. What they
// may do stays the group's: it goes when they leave it, or when the grant does.
import type { Knex } from 'knex'
import { enrol, lockOperators } from './operators.ts'

/**
 * Makes operators of those who are members of a group with a grant that holds, and are nobody yet; answers how many.
 * Called in the transaction that has written a membership or a grant.
 */
export async function enrolMembers(transaction: Knex): Promise<number> {
  // Before it is looked: a member and a grant that are written at the same moment would not see each other else.
  await lockOperators(transaction)
  const { rows } = await transaction.raw<{ rows: { identity: string }[] }>(
    `select distinct m.identity from memberships m join grants g on g.chat_group = m.chat_group
       and g.revoked_at is null and (g.until is null or g.until > clock_timestamp())
     where not exists (select from identities i where i.identity = m.identity) order by m.identity`,
  )
  for (const { identity } of rows) await enrol(transaction, identity)
  return rows.length
}
