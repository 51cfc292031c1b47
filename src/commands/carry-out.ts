// What happens to a command that does more than read: it is planned, its scope is authorized, and then it is done, or
// proposed where its level asks for a word more. All of it in one transaction.
import type { Change } from '../inventory/change.ts'
import { attempt } from '../inventory/write/attempt.ts'
import { enqueue } from '../jobs/enqueue.ts'
import { publicId } from '../jobs/public-id.ts'
import type { Json } from '../jobs/task.ts'
import type { Asking, JobPlan, Plan, Refused, Target } from './command.ts'
import { CommandError } from './error.ts'
import { levelOfPlan } from './level.ts'
import { type Allowed, authorize, outsideOf } from './permit.ts'
import { propose } from './proposal.ts'
import type { Reply } from './reply.ts'
import type { Request } from './request.ts'
import { changedThings, isJob } from './shown-plan.ts'

// More things than these are not changed without a second look.
const MANY = 50

/** Does it or proposes it. Throws what planning and authorizing refuse: then nothing is kept. */
export async function carryOut(change: Change, request: Request): Promise<Reply | Refused> {
  const { command, invocation, asking, allowed, isConfirmed } = request
  const plan = await command.plan(invocation.args, asking)
  await authorize(change, asking.language, allowed, plan.targets)
  const level = await levelOfPlan(change, asking.language, command, invocation.args, plan)
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

class TooMany extends Error {
  readonly changed: readonly number[]

  constructor(changed: readonly number[]) {
    super('a change of many things')
    this.changed = changed
  }
}

/** Writes a change, and checks that all it wrote about was and is within the scope of who asked. */
export async function write(change: Change, { allowed, asking }: Request, plan: Plan): Promise<Reply | Refused> {
  const reply = await plan.run(change)
  if (allowed.scopes !== null && plan.checksScope !== true) await authorizeTouched(change, allowed, asking)
  return reply
}

// Moving a thing into one's scope would be taking it, and out of it giving away what is another's: both sides must be
// within.
async function authorizeTouched(
  change: Change,
  { scopes, operator, command }: Allowed,
  { language }: Asking,
): Promise<void> {
  // Drivers are everybody's: what they say of one thing they say of others.
  const drivers = await changedDrivers(change)
  if (drivers.length > 0)
    throw new CommandError('out-of-scope', { operator: operator.name, command, things: drivers, scopes: scopes ?? [] })
  const ids = [...change.touched]
  for (const moment of [null, change.base]) {
    const { rows } = await change.knex.raw<{ rows: Target[] }>(
      moment === null
        ? 'select id, name, type, driver from things where id = any(?::bigint[])'
        : 'select id, name, type, driver from things_all where id = any(?::bigint[]) and from_v <= ? and to_v > ?',
      moment === null ? [ids] : [ids, moment, moment],
    )
    const outside = await outsideOf(change, language, scopes ?? [], rows, moment)
    if (outside.length > 0)
      throw new CommandError('out-of-scope', {
        operator: operator.name,
        command,
        things: outside.map(({ name }) => name),
        scopes: scopes ?? [],
      })
  }
}

async function changedDrivers({ knex, version }: Change): Promise<string[]> {
  const { rows } = await knex.raw<{ rows: { name: string }[] }>(
    'select distinct name from drivers_all where from_v = ? or to_v = ? order by name',
    [version, version],
  )
  return rows.map(({ name }) => `the driver ${name}`)
}

/** Puts a job into the queue; it starts when this transaction is committed. */
export async function start(
  change: Change,
  { invocation, asking }: Request,
  plan: JobPlan,
  proposal: string | null,
): Promise<Reply> {
  const { id } = await enqueue(change.knex, {
    task: plan.task,
    input: plan.input,
    operator: asking.operator,
    command: invocation.text,
    because: invocation.because,
    message: JSON.parse(asking.message) as Json,
    targets: plan.targets.map(({ id: target }) => target),
    proposal,
  })
  return { kind: 'job', id: publicId(id), state: 'queued', steps: [] }
}
