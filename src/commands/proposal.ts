// Proposals: plans that wait for a word. What is stored is the command as typed and the hash of its plan, so that a yes
// means this plan and no other; who may say it is decided when it is said.
import type { Knex } from 'knex'
import type { Change } from '../inventory/change.ts'
import type { View } from '../inventory/view.ts'
import { publicId } from '../jobs/public-id.ts'
import { checkWritten } from './check-written.ts'
import type { JobPlan, Plan } from './command.ts'
import type { Level } from './level.ts'
import { mayApprove } from './may-approve.ts'
import type { ProposalReply } from './reply.ts'
import type { Request } from './request.ts'
import { isJob, type ShownPlan, showPlan } from './shown-plan.ts'

export type ProposalState =
  | 'pending'
  /** It was carried out: once. */
  | 'used'
  | 'denied'
  /** Taken back by who asked. */
  | 'cancelled'
  | 'expired'
  /** The plan was another one when it was to be carried out. */
  | 'outdated'

export interface Proposal {
  readonly id: number
  readonly level: 'confirm' | 'destroy'
  /** Without this it would wait for an approval. */
  readonly breakglass: boolean
  /** The command as typed, and its name. */
  readonly command: string
  readonly name: string
  /** The command with its aliases put in: this is done, whatever they stand for by then. Null where there are none. */
  readonly means: string | null
  readonly because: string | null
  readonly operator_id: number
  readonly identity: string
  readonly message: string
  readonly channel: string | null
  readonly file: Uint8Array | null
  readonly targets: readonly { readonly id: number; readonly name: string }[]
  readonly effects: readonly string[]
  readonly impact: readonly string[]
  readonly hash: string
  readonly needs: number
  readonly typed: string | null
  readonly state: ProposalState
  readonly reason: string | null
  readonly created_at: Date
  readonly expires_at: Date
  readonly decided_at: Date | null
  /** What it became: a run, or a version of the inventory. */
  readonly job: number | null
  readonly version: number | null
}

/** Stores a plan; answers with it as a card. */
export async function propose(
  change: Change,
  request: Request,
  plan: Plan | JobPlan,
  level: Level,
): Promise<ProposalReply> {
  const { command, asking } = request
  const check = async (written: Change) => (isJob(plan) ? undefined : checkWritten(written, request, plan))
  return store(change, request, await showPlan(change, command, asking, plan, check), level)
}

export async function store(
  view: View,
  { command, invocation, asking, allowed, glass }: Omit<Request, 'isConfirmed'>,
  shown: ShownPlan,
  { danger, needs, minutes, typed }: Level,
): Promise<ProposalReply> {
  const level = danger === 'destroy' ? 'destroy' : 'confirm'
  const name = shown.typed ?? (typed ? toType(shown.targets) : null) ?? (glass === null ? null : 'breakglass')
  const { means = null } = invocation
  const targets = shown.targets.map(({ id, name: called }) => ({ id, name: called }))
  const { rows } = await view.knex.raw<{ rows: { id: number; expires_at: Date }[] }>(
    `insert into proposals (level, breakglass, command, name, because, operator_id, identity, message, channel, file, targets, effects, facts,
       impact, hash, needs, typed, created_at, expires_at)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?::jsonb, ?::jsonb, ?::jsonb, ?, ?, ?, clock_timestamp(),
       clock_timestamp() + make_interval(mins => ?)) returning id, expires_at`,
    [
      level,
      glass !== null,
      asking.text,
      command.name,
      invocation.because,
      allowed.operator.id,
      asking.operator,
      asking.message,
      asking.channel,
      asking.file === null ? null : Buffer.from(asking.file),
      JSON.stringify(targets),
      JSON.stringify(shown.effects),
      JSON.stringify(means === null ? shown.facts : { ...shown.facts, means }),
      JSON.stringify(shown.impact),
      shown.hash,
      needs,
      name,
      minutes,
    ] as Knex.RawBinding[],
  )
  const stored = rows[0]
  if (!stored) throw new Error('the database gave no row')
  const { channel } = asking
  const asked = { requester: allowed.operator.id, right: command.right, channel, at: null, targets }
  return {
    kind: 'proposal',
    id: publicId(stored.id, 'proposal'),
    level,
    ...(glass === null ? {} : { breakglass: true }),
    command: asking.text,
    means,
    by: allowed.operator.name,
    hash: shown.hash,
    targets: targets.map(({ name: called }) => called),
    effects: shown.effects,
    impact: shown.impact,
    needs,
    typed: name,
    expires: stored.expires_at.toISOString(),
    approvers: level === 'destroy' ? await mayApprove(view, asked) : [],
  }
}

/** The name of one thing; of many their number, which cannot be typed without having looked. */
export function toType(targets: Proposal['targets']): string | null {
  const [first, ...more] = targets
  return more.length > 0 ? String(targets.length) : (first?.name ?? null)
}

/** Of a proposal. */
export const COLUMNS = `id, level, breakglass, command, name, facts->>'means' as means, because, operator_id, identity, message, channel, file, targets, effects, impact, hash,
  needs, typed, state, reason, created_at, expires_at, decided_at, job, version`

/** Locks it until the transaction ends; null where there is none. `expired` tells by the database's clock. */
export async function proposalForUpdate(
  change: Change,
  id: number,
): Promise<(Proposal & { readonly expired: boolean }) | null> {
  const { rows } = await change.knex.raw<{ rows: (Proposal & { expired: boolean })[] }>(
    `select ${COLUMNS}, expires_at <= clock_timestamp() as expired from proposals where id = ? for update`,
    [id],
  )
  return rows[0] ?? null
}

export interface Decided {
  readonly operator_id: number
  readonly identity: string
  readonly decision: 'approved' | 'denied'
}

export async function decisionsOn(knex: Knex, id: number): Promise<Decided[]> {
  const { rows } = await knex.raw<{ rows: Decided[] }>(
    'select operator_id, identity, decision from decisions where proposal_id = ? order by at',
    [id],
  )
  return rows
}

export async function closeProposal(
  knex: Knex,
  id: number,
  state: Exclude<ProposalState, 'pending'>,
  reason: string | null,
): Promise<void> {
  await knex.raw(
    `update proposals set state = ?, reason = ?, decided_at = clock_timestamp(), file = null where id = ? and state = 'pending'`,
    [state, reason, id],
  )
}

/** Those that wait, oldest first; those whose time is over are not among them. */
export async function pendingProposals(knex: Knex): Promise<(Proposal & { readonly by: string })[]> {
  const { rows } = await knex.raw<{ rows: (Proposal & { by: string })[] }>(
    `select ${COLUMNS.replaceAll(/\b(id|name|created_at)\b/g, 'proposals.$1')}, operators.name as by
     from proposals join operators on operators.id = operator_id
     where state = 'pending' and expires_at > clock_timestamp() order by proposals.id`,
  )
  return rows
}
