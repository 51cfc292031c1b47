// Operators: people, each with the identities by which chats and operating systems know them.
import type { Knex } from 'knex'
import { type AuditEntry, recordAudit } from './audit.ts'

export interface Newcomer {
  /** `os:root`, `slack:U012AB3CD`. */
  readonly identity: string
  /** A role to begin with; null for none. */
  readonly role: string | null
}

/**
 * The first to come to a database becomes its admin: writes these operators where there are none. Answers whether it did.
 */
export async function enrolFirst(knex: Knex, newcomers: readonly Newcomer[]): Promise<boolean> {
  const found = await knex.raw<{ rows: unknown[] }>('select 1 from operators limit 1')
  if (found.rows.length > 0) return false
  return knex.transaction(async (transaction) => {
    // Two who come at the same moment: the second waits here and finds the first.
    await transaction.raw('lock table operators in exclusive mode')
    const { rows } = await transaction.raw<{ rows: unknown[] }>('select 1 from operators limit 1')
    if (rows.length > 0) return false
    for (const { identity, role } of newcomers) {
      const id = await enrol(transaction, identity)
      if (role !== null) await grantFromStart(transaction, id, role, 'the first start')
    }
    return true
  })
}

const CONFIGURED = 'CLUSTO_ADMINS'

/**
 * The identities that the bot's configuration names are admins for as long as it names them; what that changes is audited.
 * For the bot alone: another process's environment says nothing about who is its admin.
 */
export async function enrolAdmins(knex: Knex, identities: readonly string[]): Promise<void> {
  if (await areAdmins(knex, identities)) return
  await knex.transaction(async (transaction) => {
    await transaction.raw('lock table operators in exclusive mode')
    const named = new Map<number, string>()
    for (const identity of identities) named.set(await enrol(transaction, identity), identity)
    const { rows } = await transaction.raw<{ rows: { id: number; operator_id: number; name: string }[] }>(
      `select g.id, g.operator_id, o.name from grants g join operators o on o.id = g.operator_id
       where g.granted_by = ? and g.revoked_at is null order by g.id`,
      [CONFIGURED],
    )
    for (const { id, operator_id, name } of rows) {
      if (named.delete(operator_id)) continue
      await transaction.raw('update grants set revoked_at = clock_timestamp(), revoked_by = ? where id = ?', [
        CONFIGURED,
        id,
      ])
      await recordAudit(transaction, configured(`revoke admin from ${name}`, 'revoke'))
    }
    for (const [id, identity] of named) {
      await grantFromStart(transaction, id, 'admin', CONFIGURED)
      await recordAudit(transaction, configured(`grant admin to ${identity}`, 'grant'))
    }
  })
}

/** What the configuration has done, in the words of the command that does the same. */
function configured(command: string, name: string): AuditEntry {
  const nobody = { identity: CONFIGURED, operator: null, chat: 'configuration', message: null, because: null }
  const alone = { proposal: null, planHash: null, approvers: [], version: null, job: null, things: [] }
  return { ...nobody, ...alone, command, name, decision: 'allowed', rule: CONFIGURED, outcome: 'done' }
}

/** Whether just these are configured already, as at nearly every start: then nothing is locked. */
async function areAdmins(knex: Knex, identities: readonly string[]): Promise<boolean> {
  const wanted = [...new Set(identities)]
  const { rows } = await knex.raw<{ rows: { known: number; same: boolean }[] }>(
    `with named as (select operator_id from identities where identity = any(?::text[])),
       granted as (select operator_id from grants where granted_by = ? and revoked_at is null)
     select (select count(*) from named) as known,
       not exists ((table named except table granted) union all (table granted except table named)) as same`,
    [wanted, CONFIGURED],
  )
  return rows[0]?.same === true && rows[0].known === wanted.length
}

/** Nobody else makes operators until this transaction ends; rows that refer to them can be written all the same. */
export async function lockOperators(transaction: Knex): Promise<void> {
  await transaction.raw('lock table operators in share row exclusive mode')
}

/** The operator of an identity, made where there is none. Call it in a transaction. */
export async function enrol(knex: Knex, identity: string): Promise<number> {
  await lockOperators(knex)
  const known = await knex.raw<{ rows: { operator_id: number }[] }>(
    'select operator_id from identities where identity = ?',
    [identity],
  )
  const [first] = known.rows
  if (first) return first.operator_id
  const plain = identity.slice(identity.indexOf(':') + 1)
  const { rows } = await knex.raw<{ rows: { id: number }[] }>(
    `insert into operators (name, created_at)
     select case when exists (select from operators where name = ?) then ? else ? end, clock_timestamp() returning id`,
    [plain, identity, plain],
  )
  const id = rows[0]?.id
  if (id === undefined) throw new Error('the database gave no row')
  await knex.raw('insert into identities (identity, operator_id, linked_at) values (?, ?, clock_timestamp())', [
    identity,
    id,
  ])
  return id
}

async function grantFromStart(knex: Knex, operator: number, role: string, by: string): Promise<void> {
  await knex.raw('insert into grants (role, operator_id, granted_by, at) values (?, ?, ?, clock_timestamp())', [
    role,
    operator,
    by,
  ])
}

export interface OperatorRow {
  readonly id: number
  readonly name: string
  readonly identities: readonly string[]
  readonly created_at: Date
  /** When they last did more than read, as far as the audit knows. */
  readonly seen: Date | null
}

/** Those who have not left, by name. */
export async function listOperators(knex: Knex): Promise<OperatorRow[]> {
  const { rows } = await knex.raw<{ rows: OperatorRow[] }>(
    `select o.id, o.name, o.created_at, (select max(at) from audit where operator = o.name) as seen,
       coalesce((select array_agg(identity order by identity) from identities where operator_id = o.id), '{}') as identities
     from operators o where o.left_at is null order by o.name`,
  )
  return rows
}

/** False where another operator, also one who has left, is called so. Call it in a transaction. */
export async function nameOperator(knex: Knex, id: number, name: string): Promise<boolean> {
  await lockOperators(knex)
  const { rows } = await knex.raw<{ rows: unknown[] }>(
    `update operators set name = ? where id = ? and not exists (select from operators o where o.id <> ? and lower(o.name) = lower(?))
     returning 1`,
    [name, id, id, name],
  )
  return rows.length > 0
}

/** Who left and is given something again has come back. */
export async function comeBack(knex: Knex, id: number): Promise<void> {
  await knex.raw('update operators set left_at = null where id = ?', [id])
}
