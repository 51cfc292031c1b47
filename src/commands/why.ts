// Why a command would be done or not: the grant that allows it, its scope, and the level that it has here. The pipeline
// plans and rehearses the command in its place; see bot/pipeline.ts.
import type { Change } from '../inventory/change.ts'
import { approversOf } from '../inventory/operators/approvers.ts'
import { authorizeWritten } from './authorize-written.ts'
import { MANY } from './carry-out.ts'
import { readCommand } from './command.ts'
import { CommandError } from './error.ts'
import { type Level, levelOfPlan } from './level.ts'
import { authorize, type Decision } from './permit.ts'
import type { Reply } from './reply.ts'
import type { Request } from './request.ts'
import { rolesThatApprove } from './roles.ts'
import { saying } from './rule.ts'
import { isJob, rehearse } from './shown-plan.ts'

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
export function decisionLines(decision: Decision): string[] {
  const { command, identity, right, rule } = decision
  if (decision.tag === 'denied')
    return [`no: ${identity} may not use ${command}: the permission ${right} is missing (${rule})`]
  return [`yes: ${decision.operator.name} may use ${command} (${rule})`]
}

/** The same for a command that does more than read. Throws what planning refuses. */
export async function whyOf(change: Change, request: Request): Promise<Reply> {
  const { command, invocation, asking, allowed } = request
  const { language } = asking
  try {
    const plan = await command.plan(invocation.args, asking)
    await authorize(change, language, allowed, plan.targets)
    const level = await levelOfPlan(change, language, command, invocation.args, plan)
    const check = (written: Change) => authorizeWritten(written, language, allowed)
    const rehearsal = isJob(plan) ? null : await rehearse(change, plan, check)
    if (rehearsal?.reply.kind === 'refused') throw rehearsal.reply.error
    const changed = rehearsal?.changed.length ?? 0
    const isMany = command.guarded && changed > MANY && level.needs === 0 && level.danger !== 'confirm'
    const raised = plan.raise === level.danger && level.rule === null
    const lines = [
      ...decisionLines(allowed),
      isMany ? `it changes ${changed} things: it waits for your own word` : levelLine(level, raised),
      ...(level.needs === 0 ? [] : [await approversLine(change, request)]),
    ]
    return { kind: 'lines', lines }
  } catch (error) {
    if (!(error instanceof CommandError && isOutOfScope(error))) throw error
    const { things, scopes, operator } = error.facts
    const outside =
      things.slice(0, SHOWN).join(', ') + (things.length > SHOWN ? ` and ${things.length - SHOWN} more` : '')
    const lines = [
      `no: ${operator} may use ${command.name} only on (${scopes.join(') or (')}), before and after it`,
      `not within: ${outside}`,
      `because of: ${allowed.rule}`,
    ]
    return { kind: 'lines', lines }
  }
}

const SHOWN = 10

const isOutOfScope = (error: CommandError): error is CommandError<'out-of-scope'> => error.code === 'out-of-scope'

function levelLine({ danger, needs, minutes, typed, rule }: Level, isRaised: boolean): string {
  const because = rule
    ? ` (rule ${rule.id}: ${rule.subject}${rule.scope === null ? '' : ` on (${rule.scope})`}: ${saying(rule)})`
    : isRaised
      ? ' (by what it is about)'
      : ' (by the command itself)'
  const end = `${because}, for ${minutes} minutes${typed ? ', with the name typed' : ''}`
  if (danger === 'destroy') return `it waits for ${needs === 1 ? 'an approval' : `${needs} approvals`}${end}`
  if (danger === 'confirm') return `it waits for your own word${end}`
  return `it is done at once${because}`
}

async function approversLine({ knex }: Change, { allowed, command }: Request): Promise<string> {
  const names = await approversOf(knex, allowed.operator.id, rolesThatApprove(command.right))
  return names.length === 0 ? 'nobody else may approve it' : `may approve: ${names.join(', ')}`
}
