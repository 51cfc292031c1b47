// The job that an id names, and what its operators have to do with it.
import type { Knex } from 'knex'
import { publicId, readPublicId } from '../jobs/public-id.ts'
import { type RunWithSteps, runWithSteps } from '../jobs/read.ts'
import type { RunRow } from '../jobs/run.ts'
import type { Asking, Command, Target } from './command.ts'
import { CommandError } from './error.ts'
import { decide, outsideOf } from './permit.ts'

/** Throws CommandError `unknown-job`. */
export async function foundJob(knex: Knex, text: string): Promise<RunWithSteps> {
  const number = readPublicId(text)
  const found = number === null ? null : await runWithSteps(knex, number)
  if (!found) throw new CommandError('unknown-job', { id: text, isProposal: readPublicId(text, 'proposal') !== null })
  return found
}

/** The things of a job that are still there. */
export async function targetsOf(knex: Knex, { targets }: RunRow): Promise<Target[]> {
  const { rows } = await knex.raw<{ rows: Target[] }>(
    'select id, name, type, driver from things where id = any(?::bigint[]) order by name_key',
    [[...targets]],
  )
  return rows
}

/** Whether the asker is who asked for it, under whichever identity. */
export async function isOwn(knex: Knex, { operator }: RunRow, { standing }: Asking): Promise<boolean> {
  if (operator === standing.identity) return true
  const { rows } = await knex.raw<{ rows: unknown[] }>(
    'select 1 from identities where identity = ? and operator_id = ?',
    [operator, standing.operator?.id ?? 0],
  )
  return rows.length > 0
}

/**
 * Somebody else's job is stopped or settled by those who may approve, on all its things. Throws CommandError
 * `not-your-job`.
 */
export async function refuseStranger(
  asking: Asking,
  { run, by }: Pick<RunWithSteps, 'run' | 'by'>,
  { name }: Pick<Command, 'name'>,
): Promise<void> {
  const decision = decide(asking.standing, { name, right: 'approve' }, asking.channel)
  const scopes = decision.tag === 'allowed' ? decision.scopes : []
  if (scopes === null) return
  const isReached = decision.tag === 'allowed' && scopes.length > 0 && run.targets.length > 0
  const things = isReached ? await targetsOf(asking.view.knex, run) : []
  // What is gone was within nobody's scope for all that is known.
  const isAllThere = isReached && things.length === new Set(run.targets).size
  if (!isAllThere || (await outsideOf(asking.view, asking.language, scopes, things)).length > 0)
    throw new CommandError('not-your-job', { id: publicId(run.id), by, command: name })
}
