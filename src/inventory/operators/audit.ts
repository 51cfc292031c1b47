// The audit: who did what, on whose word and with what outcome, chained by hash so that a row that is changed, taken out
// or put in is found. Changes, jobs, proposals, approvals, grants and refusals are in it; reads are not.
import { createHash } from 'node:crypto'
import type { Knex } from 'knex'

/** What one row says. Texts hold no secret: the command is redacted before it comes here. */
export interface AuditEntry {
  readonly identity: string
  readonly operator: string | null
  readonly chat: string
  /** Where it was typed: an opaque reference. */
  readonly message: string | null
  readonly command: string
  /** The name of the command; null for a text that was not understood. */
  readonly name: string | null
  readonly decision: 'allowed' | 'denied'
  readonly rule: string | null
  readonly proposal: string | null
  readonly planHash: string | null
  readonly approvers: readonly string[]
  /** `done`, `proposed`, `approved`, `denied`, `refused: <code>`, … */
  readonly outcome: string
  readonly because: string | null
  readonly version: number | null
  readonly job: string | null
  readonly things: readonly number[]
}

export interface AuditRow extends AuditEntry {
  readonly id: number
  /** ISO date-time in UTC, to the millisecond. */
  readonly at: string
  readonly previous: string
  readonly hash: string
}

/** The hash before the first row. */
export const FIRST = '0'.repeat(64)
// Any constant: one row follows the other.
const AUDIT_LOCK = 0x61756474

/** Appends a row, in the transaction of what it tells of where there is one. */
export async function recordAudit(knex: Knex, entry: AuditEntry): Promise<void> {
  if (!knex.isTransaction) return knex.transaction((transaction) => recordAudit(transaction, entry))
  await knex.raw(`select pg_advisory_xact_lock(${AUDIT_LOCK})`)
  // A statement sees what was committed when it began: the lock is taken before.
  const { rows } = await knex.raw<{ rows: { id: number; at: Date; hash: string | null }[] }>(
    `select coalesce(max(id), 0) + 1 as id, date_trunc('milliseconds', greatest(clock_timestamp(), max(at))) as at,
       (select hash from audit order by id desc limit 1) as hash from audit`,
  )
  const [next] = rows
  if (!next) throw new Error('the database gave no row')
  const row = { ...entry, id: next.id, at: next.at.toISOString(), previous: next.hash ?? FIRST }
  await knex.raw(
    `insert into audit (id, at, identity, operator, chat, message, command, name, decision, rule, proposal, plan_hash, approvers,
       outcome, because, version, job, things, previous, hash)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::text[], ?, ?, ?, ?, ?::bigint[], ?, ?)`,
    [
      row.id,
      row.at,
      row.identity,
      row.operator,
      row.chat,
      row.message,
      row.command,
      row.name,
      row.decision,
      row.rule,
      row.proposal,
      row.planHash,
      [...row.approvers],
      row.outcome,
      row.because,
      row.version,
      row.job,
      [...row.things],
      row.previous,
      auditHash(row),
    ] as Knex.RawBinding[],
  )
}

/** SHA-256 in hex of the hash before and all that a row says, in a fixed order. */
export function auditHash(row: Omit<AuditRow, 'hash'>): string {
  const { id, at, identity, operator, chat, message, command, name, decision, rule, proposal, planHash } = row
  const { approvers, outcome, because, version, job, things, previous } = row
  const said = [id, at, identity, operator, chat, message, command, name, decision, rule, proposal, planHash]
  return createHash('sha256')
    .update(JSON.stringify([previous, ...said, approvers, outcome, because, version, job, things]))
    .digest('hex')
}
