// Proposals as they stand, for those who are shown them: the card, whose word it has by now, and what became of it.
import type { Knex } from 'knex'
import type { View } from '../inventory/view.ts'
import { publicId } from '../jobs/public-id.ts'
import type { Command } from './command.ts'
import { mayApprove } from './may-approve.ts'
import { COLUMNS, type Proposal, type ProposalState } from './proposal.ts'
import type { ProposalReply } from './reply.ts'

export interface ProposalCard {
  readonly card: ProposalReply
  /** Who asked, as an identity. */
  readonly asker: string
  /** Where it was asked for: `{"chat":"slack","thread":"…"}`. */
  readonly message: string
  /** Null where nobody else sees it: a direct message. */
  readonly channel: string | null
  /** `expired` also where nobody has noticed yet. */
  readonly state: ProposalState
  /** Names of those who said yes, and of who said no. */
  readonly approvedBy: readonly string[]
  readonly deniedBy: readonly string[]
  readonly reason: string | null
  readonly because: string | null
  readonly decidedAt: Date | null
  readonly job: string | null
  readonly version: number | null
}

/** Null where there is none. */
export async function proposalCard(view: View, id: number, registry: readonly Command[]): Promise<ProposalCard | null> {
  const { rows } = await view.knex.raw<{ rows: (Proposal & { by: string; expired: boolean })[] }>(
    `select ${COLUMNS.replaceAll(/\b(id|name|created_at)\b/g, 'proposals.$1')}, operators.name as by,
       expires_at <= clock_timestamp() as expired
     from proposals join operators on operators.id = operator_id where proposals.id = ?`,
    [id],
  )
  const [found] = rows
  if (!found) return null
  const { level, command, means, by, hash, targets, effects, impact, needs, typed, expires_at } = found
  const right = registry.find(({ name }) => name === found.name)?.right ?? 'admin'
  const decided = await decidersOf(view.knex, id)
  const asked = { requester: found.operator_id, right, channel: found.channel, at: found.created_at, targets }
  const named = (decision: string) => decided.filter((one) => one.decision === decision).map(({ name }) => name)
  return {
    card: {
      ...{
        kind: 'proposal',
        id: publicId(id, 'proposal'),
        level,
        command,
        means,
        by,
        hash,
        effects,
        impact,
        needs,
        typed,
      },
      ...(found.breakglass ? { breakglass: true } : {}),
      targets: targets.map(({ name }) => name),
      expires: expires_at.toISOString(),
      approvers: level === 'destroy' ? await mayApprove(view, asked) : [],
    },
    asker: found.identity,
    message: found.message,
    channel: found.channel,
    state: found.state === 'pending' && found.expired ? 'expired' : found.state,
    approvedBy: named('approved'),
    deniedBy: named('denied'),
    reason: found.reason,
    because: found.because,
    decidedAt: found.decided_at,
    job: found.job === null ? null : publicId(found.job),
    version: found.version,
  }
}

async function decidersOf(knex: Knex, id: number): Promise<{ decision: string; name: string }[]> {
  const { rows } = await knex.raw<{ rows: { decision: string; name: string }[] }>(
    `select d.decision, o.name from decisions d join operators o on o.id = d.operator_id
     where d.proposal_id = ? order by d.at`,
    [id],
  )
  return rows
}
