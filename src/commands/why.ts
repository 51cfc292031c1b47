// Why a command would be done or not: the grant that allows it, its scope, and the level that it has here. The pipeline
// plans and rehearses the command in its place; see bot/pipeline.ts.
import type { Invocation, Query } from '../grammar/ast.ts'
import { suggest } from '../grammar/suggest.ts'
import type { Change } from '../inventory/change.ts'
import { InventoryError } from '../inventory/error.ts'
import { findNames } from '../inventory/query/names.ts'
import { nameAlone } from '../inventory/query/select.ts'
import type { View } from '../inventory/view.ts'
import { broken } from './breakglass.ts'
import { MANY } from './carry-out.ts'
import { checkWritten } from './check-written.ts'
import { type Command, type JobPlan, type Plan, readCommand } from './command.ts'
import { CommandError } from './error.ts'
import { heldLine, refuseHeld } from './held.ts'
import { levelOfPlan } from './level.ts'
import { levelLine } from './level-line.ts'
import { mayApprove } from './may-approve.ts'
import { authorize, type Decision } from './permit.ts'
import type { Reply } from './reply.ts'
import type { Request } from './request.ts'
import { isJob, rehearse } from './shown-plan.ts'
import { type Words, words } from './words.ts'

export const why = readCommand({
  name: 'why',
  summary: 'Whether you may use a command, which grant and which rule say so, and on whose word; does nothing',
  syntax: 'why <command>',
  examples: ['why delete lab*', 'why grant operator to bob'],
  right: 'anyone',
  run({ command }) {
    return Promise.reject(new CommandError('not-plannable', { command: command.command }))
  },
})

/** `yes: alice may use delete (role operator on (name:lab))`, or no, with what is missing. */
export function decisionLines(decision: Decision): Words[] {
  const { command, right, rule } = decision
  if (decision.tag === 'denied')
    return [words`no: ${decision.asker} may not use ${command}: the permission ${right} is missing (${rule})`]
  return [words`yes: ${decision.operator.name} may use ${command} (${rule})`]
}

/** The same for a command that does more than read. Throws what planning refuses, but for what holds it back. */
export async function whyOf(change: Change, request: Request): Promise<Reply> {
  const { command, allowed } = request
  try {
    return { kind: 'lines', lines: await plannedLines(change, request) }
  } catch (error) {
    // Protection may speak before there is a plan to see the level of.
    const held = error instanceof InventoryError ? heldLine(error) : null
    if (held !== null) return { kind: 'lines', lines: [...decisionLines(allowed), held] }
    if (!(error instanceof CommandError && isOutOfScope(error))) throw error
    const { things, scopes, operator } = error.facts
    const lines = [
      `no: ${operator} may use ${command.name} only on (${scopes.join(') or (')}), before and after it`,
      `not within: ${shortened(things)}`,
      `because of: ${allowed.rule}`,
    ]
    return { kind: 'lines', lines }
  }
}

async function plannedLines(change: Change, request: Request): Promise<Words[]> {
  const { command, invocation, asking, allowed, glass } = request
  const plan = await command.plan(invocation.args, asking)
  for (const decision of glass === null ? [allowed] : [allowed, glass])
    await authorize(change, asking.language, decision, plan.targets)
  const found = await levelOfPlan(change, asking.language, command, invocation.args, plan)
  const level = glass === null ? found : broken(found, command, plan)
  const held = await heldBack(change, request, plan)
  // What is held back is not tried.
  const check = (written: Change) => (isJob(plan) ? Promise.resolve() : checkWritten(written, request, plan))
  const isTried = !isJob(plan) && held === null
  if (isTried && plan.shown) await plan.shown(change)
  const rehearsal = isTried && !plan.shown ? await rehearse(change, plan, check) : null
  if (rehearsal?.reply.kind === 'refused') throw rehearsal.reply.error
  const changed = rehearsal?.changed.length ?? 0
  const about = plan.targets.length > 0 || !rehearsal ? plan.targets : rehearsal.about
  const isMany = command.guarded && changed > MANY && level.needs === 0 && level.danger !== 'confirm'
  const raised = plan.raise === level.danger && level.rule === null
  return [
    ...decisionLines(allowed),
    ...(glass === null ? [] : decisionLines(glass)),
    ...(held === null ? [] : [held]),
    isMany ? `it changes ${changed} things: it waits for your own word` : levelLine(level, raised),
    ...(level.needs === 0 ? [] : [await approversLine(change, request, about)]),
  ]
}

async function heldBack(change: Change, request: Request, plan: Plan | JobPlan): Promise<Words | null> {
  try {
    await refuseHeld(change, request, plan)
    return null
  } catch (error) {
    const held = error instanceof InventoryError ? heldLine(error) : null
    if (held === null) throw error
    return held
  }
}

const shortened = (names: readonly string[]): string =>
  names.slice(0, SHOWN).join(', ') + (names.length > SHOWN ? ` and ${names.length - SHOWN} more` : '')

/**
 * A word alone that is no command reads as a question for a thing; where there is none, a command was meant. Throws
 * CommandError `unknown-command-help`.
 */
export async function refuseNoCommand(
  view: View,
  { command, args, text }: Invocation,
  commands: readonly Command[],
): Promise<void> {
  const name = command !== 'find' || /^\s*find\s/i.test(text) ? null : nameAlone(args.query as Query)
  if (name === null) return
  const names = await findNames(view, [{ kind: 'thing', text: name, at: 0 }], null)
  if (names.things('thing', name).length > 0) return
  const known = commands.map((command) => command.name)
  throw new CommandError('unknown-command-help', { name, suggestions: suggest(name, known) })
}

const SHOWN = 10

const isOutOfScope = (error: CommandError): error is CommandError<'out-of-scope'> => error.code === 'out-of-scope'

async function approversLine(
  change: Change,
  { allowed, command, asking }: Request,
  targets: readonly { readonly id: number }[],
): Promise<string> {
  const asked = { requester: allowed.operator.id, right: command.right, channel: asking.channel, at: null }
  const names = await mayApprove(change, { ...asked, targets })
  return names.length === 0 ? 'nobody else may approve it' : `may approve: ${names.join(', ')}`
}
