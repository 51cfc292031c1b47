// What of a message goes into the audit: all that does more than read, and every refusal of it; reads that were denied.
import type { Refused } from '../commands/command.ts'
import type { Reply } from '../commands/reply.ts'
import { plainWords } from '../commands/words.ts'
import type { Change } from '../inventory/change.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { type AuditEntry, recordAudit } from '../inventory/operators/audit.ts'
import { placeOf } from '../inventory/operators/place.ts'
import type { Answer } from './message.ts'
import type { Permitted } from './permitted.ts'

type Refusal = Extract<Answer, { tag: 'refused' }>['refusal']
type Asked = Pick<Permitted, 'message' | 'invocation' | 'command' | 'trail'>

/**
 * Written in the transaction of what was done: neither is there without the other. An approval is a row, and what it set
 * off another one, of who proposed it.
 */
export async function recordDone(change: Change, asked: Permitted, outcome: Reply | Refused): Promise<void> {
  const { allowed, trail, command } = asked
  const typed: AuditEntry = { ...entryOf(asked), rule: allowed.rule }
  const became = {
    ...outcomeOf(outcome),
    version: change.written === 0 ? null : change.version,
    things: [...new Set([...trail.things, ...change.touched])],
  }
  if (trail.effect === null)
    return recordAudit(change.knex, { ...typed, ...became, outcome: trail.outcome ?? became.outcome })
  const { proposal, operator, rule, approvers } = trail.effect
  await recordAudit(change.knex, { ...typed, outcome: trail.outcome ?? command.name, things: became.things })
  const { identity, name, because } = proposal
  const proposed = {
    identity,
    operator,
    rule,
    name,
    because,
    command: withMeaning(proposal.command, proposal.means),
    ...placeOf(proposal.message),
  }
  await recordAudit(change.knex, { ...typed, ...became, ...proposed, approvers })
}

function outcomeOf(outcome: Reply | Refused): Pick<AuditEntry, 'outcome'> & Partial<AuditEntry> {
  switch (outcome.kind) {
    case 'proposal':
      return { outcome: 'proposed', proposal: outcome.id, planHash: outcome.hash }
    case 'job':
      return { outcome: 'started', job: outcome.id }
    case 'refused':
      return { outcome: `refused: ${'code' in outcome.error ? String(outcome.error.code) : outcome.error.name}` }
    default:
      return { outcome: 'done' }
  }
}

/** A refusal stands whether or not it can be written down; where it cannot, standard error has it. */
export async function recordRefused(asked: Asked, refusal: Refusal, inventory: Inventory): Promise<void> {
  const isDenied = refusal.code === 'not-permitted' || refusal.code === 'out-of-scope'
  if ((asked.command.does === 'read' && !isDenied) || refusal.source === 'database') return
  try {
    await recordAudit(inventory.database.knex, {
      ...entryOf(asked),
      decision: isDenied ? 'denied' : 'allowed',
      rule: refusal.code === 'not-permitted' ? plainWords(refusal.facts.rule) : null,
      outcome: `refused: ${refusal.code}`,
    })
  } catch (error) {
    process.stderr.write(
      `clusto: a refusal was not written to the audit: ${error instanceof Error ? error.name : ''}\n`,
    )
  }
}

/** What an alias stood for is looked up in vain later. */
const withMeaning = (text: string, means: string | null = null): string =>
  means === null ? text : `${text} (means: ${means})`

function entryOf({ message, invocation, command, trail }: Asked): AuditEntry {
  return {
    identity: message.author,
    operator: trail.operator,
    chat: message.chat,
    message: message.thread,
    command: withMeaning(invocation.text, invocation.means),
    name: command.name,
    decision: 'allowed',
    rule: null,
    proposal: trail.proposal?.id ?? null,
    planHash: trail.proposal?.hash ?? null,
    approvers: [],
    outcome: '',
    because: invocation.because,
    version: null,
    job: trail.job,
    things: [...trail.things],
  }
}
