// Rules as rows: which commands wait for whose word, for all things or for those of a scope.
import type { Knex } from 'knex'
import { calledSql } from './called.ts'

export interface RuleRow {
  readonly id: number
  readonly subject: string
  readonly level: string | null
  readonly approvals: number | null
  readonly minutes: number | null
  readonly typed: boolean | null
  readonly scope: string | null
  /** The name of who did; to be set, the identity. */
  readonly set_by: string
  readonly at: Date
}

export async function listRules(knex: Knex): Promise<RuleRow[]> {
  const { rows } = await knex.raw<{ rows: RuleRow[] }>(
    `select id, subject, level, approvals, minutes, typed, scope, ${calledSql('r.set_by')} as set_by, at from rules r order by id`,
  )
  return rows
}

/** Sets a rule in the place of that of the same subject and scope; answers with its id. */
export async function setRule(knex: Knex, rule: Omit<RuleRow, 'id' | 'at'>): Promise<number> {
  const { subject, level, approvals, minutes, typed, scope, set_by } = rule
  await knex.raw('delete from rules where subject = ? and scope is not distinct from ?', [
    subject,
    scope,
  ] as Knex.RawBinding[])
  const { rows } = await knex.raw<{ rows: { id: number }[] }>(
    `insert into rules (subject, level, approvals, minutes, typed, scope, set_by, at)
     values (?, ?, ?, ?, ?, ?, ?, clock_timestamp()) returning id`,
    [subject, level, approvals, minutes, typed, scope, set_by] as Knex.RawBinding[],
  )
  const id = rows[0]?.id
  if (id === undefined) throw new Error('the database gave no row')
  return id
}

export async function removeRule(knex: Knex, id: number): Promise<void> {
  await knex.raw('delete from rules where id = ?', [id])
}
