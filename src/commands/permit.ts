// Who may do what. At first one rule: the operator who created the database is its admin, everybody else is refused
// before anything is read.
import type { Knex } from 'knex'
import type { ThingSummary } from '../inventory/things.ts'
import type { Command } from './command.ts'
import { CommandError } from './error.ts'

/** What was found about an operator and a command, and where it holds. */
export interface Decision {
  readonly operator: string
  readonly command: string
  readonly permission: string
  /** The rule that said so. */
  readonly rule: string
  readonly scope: 'everything'
}

const RULE = 'the creator of the database is its admin; nobody else has a role yet'

/** May this operator use this command at all? Throws CommandError `not-permitted`. */
export async function permit(knex: Knex, operator: string, command: Command): Promise<Decision> {
  const { rows } = await knex.raw<{ rows: { admin: boolean }[] }>('select admin from operators where identity = ?', [
    operator,
  ])
  const { name, permission } = command
  if (rows[0]?.admin !== true)
    throw new CommandError('not-permitted', { operator, command: name, permission, rule: RULE })
  return { operator, command: name, permission, rule: RULE, scope: 'everything' }
}

/** May they do it to these things? Throws CommandError `not-permitted`. */
export function authorize(decision: Decision, _targets: readonly ThingSummary[]): void {
  switch (decision.scope) {
    case 'everything':
      return
  }
}

export interface Newcomer {
  readonly identity: string
  readonly admin: boolean
}

/** The first to come to a database becomes its admin: writes these operators where there are none. Answers whether it did. */
export async function enrolFirst(knex: Knex, operators: readonly Newcomer[]): Promise<boolean> {
  const found = await knex.raw<{ rows: unknown[] }>('select 1 from operators limit 1')
  if (found.rows.length > 0) return false
  return knex.transaction(async (transaction) => {
    // Two who come at the same moment: the second waits here and finds the first.
    await transaction.raw('lock table operators in exclusive mode')
    const { rows } = await transaction.raw<{ rows: unknown[] }>(
      `insert into operators (identity, admin, created_at)
       select identity, admin, clock_timestamp() from jsonb_to_recordset(?::jsonb) as fresh(identity text, admin boolean)
       where not exists (select from operators) returning identity`,
      [JSON.stringify(operators)],
    )
    return rows.length > 0
  })
}
