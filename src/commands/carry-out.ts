// What happens to a command that does more than read: it is planned, its scope is authorized, and then it is done, or
// proposed where its level asks for a word more. All of it in one transaction.
import type { Change } from '../inventory/change.ts'
import { standingOf } from '../inventory/operators/standing.ts'
import { attempt } from '../inventory/write/attempt.ts'
import { enqueue } from '../jobs/enqueue.ts'
import { publicId } from '../jobs/public-id.ts'
import { lockedBy } from '../jobs/read.ts'
import { retry } from '../jobs/retry.ts'
import type { Json } from '../jobs/task.ts'
import { decideGlass } from './breakglass.ts'
import { checkWritten } from './check-written.ts'
import type { JobPlan, Plan, Refused } from './command.ts'
import { newJob } from './job-reply.ts'
import { decide, granted } from './permit.ts'
import { planned } from './planned.ts'
import { propose } from './proposal.ts'
import type { Reply } from './reply.ts'
import type { Request } from './request.ts'
import { changedThings, isJob } from './shown-plan.ts'

// More things than these are not changed without a second look.
export const MANY = 50

/**
 * Does it or proposes it, with the rights that the asker has now that it is their turn to write. Throws CommandError
 * `not-permitted`, and what planning and authorizing refuse: then nothing is kept.
 */
export async function carryOut(change: Change, asked: Request): Promise<Reply | Refused> {
  const request = await permittedNow(change, asked)
  const { command, glass } = request
  const { plan, level } = await planned(change, request)
  const isConfirmed = request.isConfirmed && glass === null
  if (level.danger === 'destroy' || (level.danger === 'confirm' && !isConfirmed))
    return propose(change, request, plan, level)
  if (isJob(plan)) return start(change, request, plan, null)
  if (!command.guarded || isConfirmed) return write(change, request, plan)
  try {
    return await attempt(change, async () => {
      const reply = await write(change, request, plan)
      const changed = await changedThings(change)
      if (changed.length > MANY) throw new TooMany(changed)
      return reply
    })
  } catch (error) {
    if (!(error instanceof TooMany)) throw error
    return propose(change, request, plan, { ...level, danger: 'confirm', needs: 0 })
  }
}

async function permittedNow({ knex }: Change, request: Request): Promise<Request> {
  const { command, asking, glass } = request
  const { operator, channel } = asking
  const standing = await standingOf(knex, operator)
  return {
    ...request,
    allowed: granted(decide(standing, command, channel)),
    glass: glass === null ? null : granted(decideGlass(standing, command, channel)),
    asking: { ...asking, standing },
  }
}

class TooMany extends Error {
  readonly changed: readonly number[]

  constructor(changed: readonly number[]) {
    super('a change of many things')
    this.changed = changed
  }
}

/** Writes a change, and checks what it wrote about. */
export async function write(change: Change, request: Request, plan: Plan): Promise<Reply | Refused> {
  const reply = await plan.run(change)
  await checkWritten(change, request, plan)
  return reply
}

/** Puts a job into the queue; it starts when this transaction is committed. */
export async function start(
  change: Change,
  { invocation, asking }: Request,
  plan: JobPlan,
  proposal: string | null,
): Promise<Reply> {
  const request = {
    operator: asking.operator,
    command: invocation.text,
    because: invocation.because,
    message: JSON.parse(asking.message) as Json,
    proposal,
  }
  const { id } =
    plan.again === undefined
      ? await enqueue(change.knex, {
          ...request,
          task: plan.task,
          input: plan.input,
          targets: plan.targets.map(({ id: target }) => target),
        })
      : await retry(change.knex, plan.again.run, {
          ...request,
          command: plan.again.command,
          from: plan.again.from,
          ...(plan.task.isBeside ? { isBeside: true as const } : {}),
        })
  return { ...newJob(id, plan.task.steps(plan.input)), ...(await waitsBehind(change, id, plan)) }
}

/** Things are one job's at a time: those that come first are told. */
async function waitsBehind(change: Change, id: number, { targets, task }: JobPlan) {
  if (task.isBeside) return {}
  const holders = await lockedBy(
    change,
    targets.map((target) => target.id),
  )
  const first = new Set(holders.flatMap(({ run_id }) => (run_id < id ? [publicId(run_id)] : [])))
  return first.size === 0 ? {} : { waitsFor: [...first] }
}
