// What of a message goes into the audit: all that does more than read, and every refusal of it; reads that were denied.
import type { Command, Refused } from '../commands/command.ts'
import type { Reply } from '../commands/reply.ts'
import type { Change } from '../inventory/change.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { type AuditEntry, recordAudit } from '../inventory/operators/audit.ts'
import type { Answer, Message } from './message.ts'
import type { Permitted } from './permitted.ts'

type Refusal = Extract<Answer, { tag: 'refused' }>['refusal']

const NOTHING = {
  proposal: null,
  planHash: null,
  approvers: [],
  because: null,
  version: null,
  job: null,
  things: [],
} as const

/** Written in the transaction of what was done: neither is there without the other. */
export async function recordDone(
  change: Change,
  { message, command, allowed, invocation }: Permitted,
  outcome: Reply | Refused,
): Promise<void> {
  await recordAudit(change.knex, {
    ...NOTHING,
    ...from(message),
    operator: allowed.operator.name,
    name: command.name,
    decision: 'allowed',
    rule: allowed.rule,
    because: invocation.because,
    version: change.written === 0 ? null : change.version,
    things: [...change.touched],
    ...outcomeOf(outcome),
  })
}

function outcomeOf(outcome: Reply | Refused): Pick<AuditEntry, 'outcome'> & Partial<AuditEntry> {
  switch (outcome.kind) {
    case 'proposal':
      return { outcome: 'proposed', proposal: outcome.id, planHash: outcome.hash }
    case 'job':
      return { outcome: 'started', job: outcome.id }
    case 'refused':
      return { outcome: `refused: ${'code' in outcome.error ? String(outcome.error.code) : outcome.error.message}` }
    default:
      return { outcome: 'done' }
  }
}

/** A refusal stands whether or not it can be written down; where it cannot, standard error has it. */
export async function recordRefused(
  message: Message,
  command: Command | null,
  refusal: Refusal,
  inventory: Inventory,
): Promise<void> {
  const isDenied = refusal.code === 'not-permitted' || refusal.code === 'out-of-scope'
  if (command === null || (command.does === 'read' && !isDenied) || refusal.source === 'database') return
  try {
    await recordAudit(inventory.database.knex, {
      ...NOTHING,
      ...from(message),
      operator: null,
      name: command.name,
      decision: isDenied ? 'denied' : 'allowed',
      rule: refusal.code === 'not-permitted' ? refusal.facts.rule : null,
      outcome: `refused: ${refusal.code}`,
    })
  } catch (error) {
    process.stderr.write(
      `clusto: a refusal was not written to the audit: ${error instanceof Error ? error.message : ''}\n`,
    )
  }
}

function from({ author, chat, thread, text }: Message): Pick<AuditEntry, 'identity' | 'chat' | 'message' | 'command'> {
  return { identity: author, chat, message: thread, command: text }
}
