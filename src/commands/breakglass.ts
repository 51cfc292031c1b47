// Breaking the glass: what would wait for somebody else's approval is done on the asker's own word, by those who hold that
// right and nobody else, an admin as little as anybody. Whoever does it says why, types the name of what it is about, and
// leaves a review open that another admin has to close. What is frozen, protected or locked stays so.
import type { Invocation } from '../grammar/ast.ts'
import type { Change } from '../inventory/change.ts'
import { currentAdmins } from '../inventory/operators/grants.ts'
import { notifyOf, openReview } from '../inventory/operators/reviews.ts'
import type { Standing } from '../inventory/operators/standing.ts'
import { publicId, readPublicId } from '../jobs/public-id.ts'
import type { Command, JobPlan, Plan } from './command.ts'
import { CommandError } from './error.ts'
import type { Level } from './level.ts'
import { type Allowed, type Asked, type Channel, type Decision, decide, granted } from './permit.ts'
import type { Proposal } from './proposal.ts'
import type { Reply } from './reply.ts'

/** Decides about the right alone: that of the command is asked for as well. */
export const decideGlass = (standing: Standing, { name }: Pick<Asked, 'name'>, channel: Channel): Decision =>
  decide(standing, { name: `${name} with breakglass`, right: 'breakglass' }, channel)

/**
 * Who may break it, where they have asked for it; null where they have not. Reads nothing. Throws CommandError
 * `not-permitted`, `breakglass-refused`.
 */
export function glassOf(
  { breakglass }: Invocation,
  command: Command,
  standing: Standing,
  channel: Channel,
): Allowed | null {
  if (breakglass !== true) return null
  if (command.does === 'read') throw new CommandError('breakglass-refused', { command: command.name, reason: 'read' })
  return granted(decideGlass(standing, command, channel))
}

/** The level of what is done so. Throws CommandError `breakglass-refused` where there is nothing to break, or must not be. */
export function broken(level: Level, command: Command, plan: Plan | JobPlan): Level {
  const handled = 'task' in plan ? (plan.handledAs?.command ?? command) : command
  const refused = (reason: 'guard' | 'level') =>
    new CommandError('breakglass-refused', { command: command.name, reason })
  // Grants, rules and freezes are what the glass is made of.
  if (handled.right !== 'operate' || plan.raise === 'destroy') throw refused('guard')
  if (level.danger !== 'destroy') throw refused('level')
  return { ...level, danger: 'confirm', needs: 0, typed: true }
}

/** Opens the review and tells the admins, in the transaction of what was done; answers with what who did it is told. */
export async function noteBroken(change: Change, proposal: Proposal, by: string, reply: Reply): Promise<string> {
  const { knex, written, version } = change
  const { id: proposal_id, operator_id, identity, command, because, targets } = proposal
  const job = reply.kind === 'job' ? readPublicId(reply.id) : null
  const review = await openReview(knex, {
    ...{ operator_id, by, identity, command, proposal_id, job },
    because: because ?? '',
    things: targets.map(({ name }) => name),
    version: written === 0 ? null : version,
  })
  const id = publicId(review, 'review')
  const became = job !== null ? ` It is job ${publicId(job)}.` : written === 0 ? '' : ` It is version ${version}.`
  const text = `BREAKGLASS: ${by} has done without an approval: ${command}.${became} \`review list\` shows it; another admin than ${by} closes it: \`review close ${id} because "…"\``
  const admins = (await currentAdmins(knex)).filter((admin) => admin !== operator_id)
  await notifyOf(knex, review, text, admins, proposal)
  return admins.length === 0
    ? `review ${id} is open, and nobody else is an admin who could close it: \`grant admin to …\``
    : `review ${id} is open until another admin closes it; ${admins.length === 1 ? 'the other admin is' : `${admins.length} admins are`} told`
}
