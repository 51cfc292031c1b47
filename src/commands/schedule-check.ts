// Whether a command may stand in a schedule, and whether somebody may have it done: asked when it is made, again before
// and at each fire, and of whoever takes it over.
import type { Invocation, Query } from '../grammar/ast.ts'
import { explainQuery } from '../inventory/query/explain.ts'
import { understand } from './alias-expansion.ts'
import type { Asking, Command } from './command.ts'
import { CommandError } from './error.ts'
import { levelOf } from './level.ts'
import { type Allowed, authorize, decide, granted } from './permit.ts'
import { refuseSecret } from './refuse-secret.ts'

export interface Schedulable {
  readonly invocation: Invocation
  readonly command: Exclude<Command, { does: 'change' }>
  readonly allowed: Allowed
}

/**
 * Understands `asking.text` as its operator would, and refuses what they may not do, or what no schedule does. `at` is
 * where it stands in the text that was typed. Throws ParseError, CommandError, InventoryError.
 */
export async function checkSchedulable(asking: Asking, at = 0): Promise<Schedulable> {
  const { view, operator, language, standing, channel } = asking
  const invocation = await understand(' '.repeat(at) + asking.text, operator, { knex: view.knex, language })
  const command = commandFor(invocation, asking, at)
  refuseSecret('schedule', asking.text, invocation, at)
  const allowed = granted(decide(standing, command, channel))
  if (command.does === 'job') await checkJob(asking, invocation, command, allowed, at)
  else if (command.name === 'find' || command.name === 'count')
    await explainQuery(view, invocation.args.query as Query, asking)
  return { invocation, command, allowed }
}

function commandFor(invocation: Invocation, { registry }: Asking, at: number): Schedulable['command'] {
  const command = registry.find(({ name }) => name === invocation.command)
  if (!command) throw new Error(`the grammar knows a command that the registry does not: ${invocation.command}`)
  const refuse = (reason: 'nested' | 'change') =>
    new CommandError('not-schedulable', { command: command.name, reason, at })
  if (/^(?:schedule|why)(?: |$)/.test(command.name)) throw refuse('nested')
  const inner = invocation.args.command
  if (command.name === 'plan' && /^(?:schedule|why)(?: |$)/.test((inner as Invocation).command)) throw refuse('nested')
  if (command.does === 'change') throw refuse('change')
  return command
}

/** The plan is made, as a fire would: its things must be there and within the scope, and it may not wait for a word. */
async function checkJob(
  asking: Asking,
  { args }: Invocation,
  command: Extract<Command, { does: 'job' }>,
  allowed: Allowed,
  at: number,
): Promise<void> {
  const { view, language } = asking
  const plan = await command.plan(args, asking)
  await authorize(view, language, allowed, plan.targets)
  const { danger } = await levelOf(view, language, command, command.dangerOf(args), plan.targets)
  if (danger === 'confirm' || danger === 'destroy')
    throw new CommandError('not-schedulable', { command: command.name, reason: danger, at })
}
