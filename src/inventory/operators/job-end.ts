// The end of a job in the audit, under who asked for it: what it was started for stands there, this is what became of it.
import type { Knex } from 'knex'
import { type AuditEntry, LOCK, recordAudit } from './audit.ts'
import { placeOf } from './place.ts'

/** What is told of a run that does nothing more by itself; all of it is in its row. */
export interface EndedJob {
  /** With its check part, `812-k7f`. */
  readonly job: string
  readonly state: 'done' | 'failed' | 'cancelled' | 'unknown'
  /** Who asked for it, an identity; with which command, redacted; where, and on what proposal. */
  readonly operator: string
  readonly command: string
  readonly because: string | null
  readonly message: unknown
  readonly proposal: string | null
  readonly targets: readonly number[]
}

/**
 * Records the end of a job, once: the same end of the same job again changes nothing. An unknown outcome is one, and what
 * somebody settles it as another. In the caller's transaction where there is one.
 */
export async function recordJobEnd(knex: Knex, ended: EndedJob): Promise<void> {
  if (!knex.isTransaction) return knex.transaction((transaction) => recordJobEnd(transaction, ended))
  const { job, state, operator: identity, command, because, message, proposal, targets } = ended
  const outcome = `ended: ${state}`
  await knex.raw(LOCK)
  const { rows } = await knex.raw<{
    rows: Pick<AuditEntry, 'name' | 'operator' | 'outcome' | 'planHash' | 'approvers'>[]
  }>(`select name, operator, outcome, plan_hash as "planHash", approvers from audit where job = ? order by id`, [job])
  if (rows.at(-1)?.outcome === outcome) return
  const [started] = rows
  await recordAudit(knex, {
    identity,
    operator: started?.operator ?? null,
    ...placeOf(message),
    command,
    name: started?.name ?? null,
    decision: 'allowed',
    rule: null,
    proposal,
    planHash: started?.planHash ?? null,
    approvers: started?.approvers ?? [],
    outcome,
    because,
    version: null,
    job,
    things: targets,
  })
}
