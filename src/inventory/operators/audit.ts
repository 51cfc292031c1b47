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
  /** The name of the command; null for the end of a job that no command is known of. */
  readonly name: string | null
  readonly decision: 'allowed' | 'denied'
  readonly rule: string | null
  readonly proposal: string | null
  readonly planHash: string | null
  readonly approvers: readonly string[]
  /** `done`, `started`, `proposed`, `approved`, `denied`, `refused: <code>`, `ended: <state>`, … */
  readonly outcome: string
  readonly because: string | null
  readonly version: number | null
  readonly job: string | null
  /** Ids of the things that it was about, as far as that was known. */
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

/** Appends a row, in the transaction of what it tells of where there is one. Two statements. */
export async function recordAudit(knex: Knex, entry: AuditEntry): Promise<void> {
  if (!knex.isTransaction) return knex.transaction((transaction) => recordAudit(transaction, entry))
  // A statement sees what was committed when it began: the lock is taken before.
  await knex.raw(LOCK)
  const { identity, operator, chat, message, command, name, decision, rule, proposal, planHash } = entry
  const { approvers, outcome, because, version, job, things } = entry
  await knex
    .raw(APPEND, [
      ...[identity, operator, chat, message, command, name, decision, rule, proposal, planHash],
      ...[[...approvers], outcome, because, version, job, [...things], bodyOf(entry)],
    ] as Knex.RawBinding[])
    .options({ name: 'audit' })
}

/** Whoever holds it, until the transaction ends, is the only one who appends. */
export const LOCK = `select pg_advisory_xact_lock(${AUDIT_LOCK})`

// As `Date.toISOString`.
const ISO = `to_char(at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`

// The number, the time (which never goes back) and the hash are made where the row before is seen.
const APPEND = `with head as materialized (select id, at, hash from audit order by id desc limit 1),
  next as materialized (select coalesce((select id from head), 0) + 1 as id,
    date_trunc('milliseconds', greatest(clock_timestamp(), (select at from head))) as at,
    coalesce((select hash from head), '${FIRST}') as previous)
  insert into audit (identity, operator, chat, message, command, name, decision, rule, proposal, plan_hash, approvers,
    outcome, because, version, job, things, id, at, previous, hash)
  select ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::text[], ?, ?, ?::bigint, ?, ?::bigint[], id, at, previous,
    encode(sha256(convert_to(previous || ' ' || id || ' ' || ${ISO} || ' ' || ?::text, 'UTF8')), 'hex') from next`

/** SHA-256 in hex of the hash before, the number, the time, and all that a row says in a fixed order. */
export function auditHash(row: Omit<AuditRow, 'hash'>): string {
  return createHash('sha256')
    .update(`${row.previous} ${row.id} ${row.at} ${bodyOf(row)}`)
    .digest('hex')
}

function bodyOf(entry: AuditEntry): string {
  const { identity, operator, chat, message, command, name, decision, rule, proposal, planHash } = entry
  const { approvers, outcome, because, version, job, things } = entry
  const said = [identity, operator, chat, message, command, name, decision, rule, proposal, planHash]
  return JSON.stringify([...said, approvers, outcome, because, version, job, things])
}
