// What a yes or a no to a proposal does. A yes counts for the plan that was shown, from somebody who could have given it
// when it was asked for; then everything is checked again, and the plan is carried out once or refused.
import type { Invocation } from '../grammar/ast.ts'
import type { Change } from '../inventory/change.ts'
import { InventoryError } from '../inventory/error.ts'
import { type Standing, standingOf } from '../inventory/operators/standing.ts'
import { attempt } from '../inventory/write/attempt.ts'
import { publicId, readPublicId } from '../jobs/public-id.ts'
import { understand } from './alias-expansion.ts'
import { decideGlass, noteBroken } from './breakglass.ts'
import { start, write } from './carry-out.ts'
import { type Asking, type Command, commandFor, DANGERS, type Refused } from './command.ts'
import { CommandError, type SettledFacts } from './error.ts'
import type { Level } from './level.ts'
import { levelLine } from './level-line.ts'
import { type Allowed, decide, granted, outsideOf } from './permit.ts'
import { planned } from './planned.ts'
import { closeProposal, decisionsOn, type Proposal, proposalForUpdate, store, toType } from './proposal.ts'
import type { Reply } from './reply.ts'
import type { Request } from './request.ts'
import { isJob, type ShownPlan, showPlan } from './shown-plan.ts'
import type { Words } from './words.ts'

export type Word = 'approve' | 'confirm' | 'deny'

/** `text` is the id as typed, `typed` what was typed behind it. Throws CommandError where it is not to be decided so. */
export async function settle(
  change: Change,
  asking: Asking,
  word: Word,
  text: string,
  typed: string | null,
): Promise<Reply | Refused> {
  const number = readPublicId(text, 'proposal')
  const proposal = number === null ? null : await proposalForUpdate(change, number)
  if (!proposal) throw new CommandError('unknown-proposal', { id: text })
  const id = publicId(proposal.id, 'proposal')
  asking.trail.proposal = { id, hash: proposal.hash }
  asking.trail.about(proposal.targets)
  if (proposal.state !== 'pending')
    throw new CommandError('proposal-closed', {
      id,
      state: proposal.state,
      reason: proposal.reason,
      ...(proposal.state === 'used' ? { done: await settledOf(change, proposal) } : {}),
    })
  if (proposal.expired) {
    await closeProposal(change.knex, proposal.id, 'expired', null)
    return refused(new CommandError('proposal-closed', { id, state: 'expired', reason: null }))
  }
  const { operator } = asking.standing
  if (operator === null) throw new CommandError('unknown-proposal', { id: text })
  const isOwn = operator.id === proposal.operator_id
  const { typed: name } = proposal
  if (word === 'deny' && isOwn) return close(change, asking, proposal, 'cancelled')
  if (word === 'confirm' || proposal.level === 'confirm') {
    if (!isOwn) throw new CommandError('not-yours', { id, by: await nameOf(change, proposal.operator_id), typed: name })
    if (proposal.level !== 'confirm') throw new CommandError('own-proposal', { id, typed: name })
  } else {
    if (isOwn) throw new CommandError('own-proposal', { id, typed: name })
    await refuseNonApprover(change, asking, asking.standing, proposal)
  }
  if (word === 'deny') {
    await decided(change, proposal, asking, 'denied')
    return close(change, asking, proposal, 'denied')
  }
  refuseOtherName(proposal, word, typed)
  await decided(change, proposal, asking, 'approved')
  asking.trail.outcome = proposal.breakglass ? 'broke the glass' : word === 'confirm' ? 'confirmed' : 'approved'
  const approvers = proposal.level === 'confirm' ? [] : await standingApprovals(change, asking, proposal)
  const missing = proposal.level === 'confirm' ? 0 : proposal.needs - approvers.length
  if (missing > 0) {
    const done = [`${id} is approved by ${operator.name}; ${missing} more ${missing === 1 ? 'is' : 'are'} needed`]
    return { kind: 'change', done, changed: 1 }
  }
  const outcome = await carryOutOnce(change, asking, proposal, approvers)
  if (outcome.kind === 'refused') asking.trail.outcome = null
  return outcome
}

/** Also where none is asked for: who types the name of something else means something else. */
function refuseOtherName(proposal: Proposal, word: Exclude<Word, 'deny'>, typed: string | null): void {
  const { typed: expected, targets } = proposal
  if (typed === null ? expected === null : typed === (expected ?? toType(targets))) return
  const about = targets.map(({ name }) => name)
  throw new CommandError('name-not-typed', { id: publicId(proposal.id, 'proposal'), word, expected, typed, about })
}

async function settledOf({ knex }: Change, { id, level, job, version, decided_at }: Proposal): Promise<SettledFacts> {
  const { rows } = await knex.raw<{ rows: { name: string }[] }>(
    `select o.name from decisions d join operators o on o.id = d.operator_id
     where d.proposal_id = ? and d.decision = 'approved' order by d.at`,
    [id],
  )
  return {
    word: level === 'confirm' ? 'confirmed' : 'approved',
    by: rows.map(({ name }) => name),
    at: decided_at?.toISOString() ?? '',
    job: job === null ? null : publicId(job),
    version,
  }
}

const refused = (error: Error): Refused => ({ kind: 'refused', error })

async function close(
  change: Change,
  { standing, trail }: Asking,
  { id, command }: Proposal,
  state: 'cancelled' | 'denied',
): Promise<Reply> {
  trail.outcome = state
  await closeProposal(change.knex, id, state, `by ${standing.operator?.name}`)
  return { kind: 'change', done: [`${publicId(id, 'proposal')} is ${state}: ${command}`], changed: 1 }
}

async function decided(
  change: Change,
  { id }: Proposal,
  { operator, standing }: Asking,
  decision: string,
): Promise<void> {
  await change.knex.raw(
    `insert into decisions (proposal_id, operator_id, identity, decision, at) values (?, ?, ?, ?, clock_timestamp())
     on conflict (proposal_id, operator_id) do update set identity = excluded.identity, decision = excluded.decision, at = excluded.at`,
    [id, standing.operator?.id ?? 0, operator, decision],
  )
}

/** Approvers are those who had the right when it was asked for, for all that it is about, and have it now. */
async function refuseNonApprover(
  change: Change,
  asking: Asking,
  standing: Standing,
  proposal: Proposal,
): Promise<void> {
  const reason = await whyNot(change, asking, standing, proposal)
  if (reason !== null)
    throw new CommandError('not-an-approver', {
      id: publicId(proposal.id, 'proposal'),
      operator: standing.operator?.name ?? standing.identity,
      reason,
    })
}

async function whyNot(
  change: Change,
  { language, registry }: Asking,
  standing: Standing,
  { created_at, channel, targets, name, operator_id }: Proposal,
): Promise<Words | null> {
  // An identity that was joined to who asked, after it had said yes.
  if (standing.operator?.id === operator_id) return 'it is their own'
  const before = { ...standing, grants: standing.grants.filter(({ since }) => since <= created_at) }
  // What only an admin may do, only an admin approves.
  const right = registry.find((command) => command.name === name)?.right ?? 'admin'
  const approve = { name: 'approve', right: 'approve' } as const
  const needed = right === 'operate' ? [approve] : [approve, { name, right }]
  const missing = needed.map((one) => decide(before, one, channel)).find(({ tag }) => tag === 'denied')
  if (missing)
    return needed.every((one) => decide(standing, one, channel).tag === 'allowed')
      ? 'the right was given after it was asked for'
      : missing.rule
  const decision = decide(before, approve, channel)
  if (decision.tag === 'denied') return decision.rule
  const things = targets.map((target) => ({ ...target, type: '', driver: '' }))
  const outside = await outsideOf(change, language, decision.scopes ?? [], decision.scopes === null ? [] : things)
  return outside.length === 0 ? null : `the role does not reach ${outside.map(({ name }) => name).join(', ')}`
}

/** Whose approvals hold now: who has lost the right since, or left, is not counted. */
async function standingApprovals(change: Change, asking: Asking, proposal: Proposal): Promise<string[]> {
  const names: string[] = []
  for (const { identity, decision, operator_id } of await decisionsOn(change.knex, proposal.id)) {
    if (decision !== 'approved' || operator_id === proposal.operator_id) continue
    const standing = await standingOf(change.knex, identity)
    if ((await whyNot(change, asking, standing, proposal)) === null) names.push(standing.operator?.name ?? identity)
  }
  return names
}

async function nameOf(change: Change, operator: number): Promise<string> {
  const { rows } = await change.knex.raw<{ rows: { name: string }[] }>('select name from operators where id = ?', [
    operator,
  ])
  return rows[0]?.name ?? ''
}

/** Permits, plans and authorizes again, as who asked; another plan is refused, and takes the place of the old one. */
async function carryOutOnce(
  change: Change,
  asking: Asking,
  proposal: Proposal,
  approvers: readonly string[],
): Promise<Reply | Refused> {
  const id = publicId(proposal.id, 'proposal')
  try {
    // A refusal on the way takes back what was written, and leaves the proposal to be closed.
    return await attempt(change, async () => {
      const { request, plan, level, shown, stricter } = await planAgain(change, asking, proposal)
      const { allowed, glass } = request
      if (shown.hash !== proposal.hash || stricter !== null) throw new Changed(request, shown, level, stricter)
      change.attributed = {
        operator: proposal.identity,
        command: proposal.command,
        because: proposal.because,
        message: proposal.message,
      }
      await closeProposal(change.knex, proposal.id, 'used', null)
      const { operator, rule } = allowed
      const rules = glass === null ? rule : `${rule}; ${glass.rule}`
      asking.trail.effect = { proposal, operator: operator.name, rule: rules, approvers }
      const reply = isJob(plan) ? await start(change, request, plan, id) : await write(change, request, plan)
      await noteOutcome(change, proposal, reply)
      return glass === null || reply.kind === 'refused'
        ? reply
        : told(reply, await noteBroken(change, proposal, operator.name, reply))
    })
  } catch (error) {
    asking.trail.effect = null
    if (error instanceof CommandError || error instanceof InventoryError) {
      await closeProposal(change.knex, proposal.id, 'outdated', error.code)
      return refused(error)
    }
    // Trouble of the database decides nothing: it goes on waiting.
    if (!(error instanceof Changed)) throw error
    await closeProposal(change.knex, proposal.id, 'outdated', 'the plan has changed')
    const { request, shown, level, stricter } = error
    const fresh = { ...level, danger: level.danger === 'destroy' ? level.danger : proposal.level } as const
    const next = await store(change, request, shown, fresh)
    const was = new Set([...proposal.effects, ...proposal.impact])
    const now = new Set([...shown.effects, ...shown.impact])
    return refused(
      new CommandError('plan-changed', {
        id,
        next: next.id,
        gone: [...was].filter((line) => !now.has(line)),
        fresh: [...now].filter((line) => !was.has(line)),
        stricter,
      }),
    )
  }
}

/** The plan as it is now; `stricter` is the level that it has by now, where that asks for more than was asked for. */
export async function planAgain(change: Change, asking: Asking, proposal: Proposal) {
  const request = await requestOf(change, asking, proposal)
  const { plan, level } = await planned(change, request)
  const shown = await showPlan(change, request.command, request.asking, plan)
  const stricter = isStricter(level, proposal, shown) ? levelLine(level, level.danger === plan.raise) : null
  return { request, plan, level, shown, stricter }
}

/** With a line more for who did it. */
function told(reply: Reply, line: string): Reply {
  if (reply.kind === 'job') return { ...reply, notes: [line] }
  return reply.kind === 'change' ? { ...reply, done: [...reply.done, line] } : reply
}

/** Whether it needs a word that was not asked for when it was proposed. */
const isStricter = (level: Level, { level: was, needs, typed }: Proposal, { targets }: ShownPlan): boolean =>
  DANGERS.indexOf(level.danger) > DANGERS.indexOf(was) ||
  level.needs > needs ||
  (level.typed && typed === null && targets.length > 0)

/** For those who say yes after it was done. */
async function noteOutcome({ knex, written, version }: Change, { id }: Proposal, reply: Reply | Refused) {
  const job = reply.kind === 'job' ? readPublicId(reply.id) : null
  await knex.raw('update proposals set job = ?, version = ? where id = ?', [job, written === 0 ? null : version, id])
}

class Changed extends Error {
  readonly request: Request
  readonly shown: ShownPlan
  readonly level: Level
  readonly stricter: string | null

  constructor(request: Request, shown: ShownPlan, level: Level, stricter: string | null) {
    super('the plan has changed')
    this.request = request
    this.shown = shown
    this.level = level
    this.stricter = stricter
  }
}

/** The proposed command as if it were typed now, by who proposed it. */
async function requestOf(change: Change, asking: Asking, proposal: Proposal): Promise<Request> {
  const { knex } = change
  const invocation = await meantBy(proposal, { knex, language: asking.language })
  const command = commandFor(asking.registry, invocation)
  if (!isWriting(command)) throw new Error(`no command that writes: ${proposal.command}`)
  const standing = await standingOf(change.knex, proposal.identity)
  const allowed: Allowed = granted(decide(standing, command, proposal.channel))
  const glass = proposal.breakglass ? granted(decideGlass(standing, command, proposal.channel)) : null
  const { command: text, identity: operator, because, message, channel, file } = proposal
  return {
    invocation,
    command,
    allowed,
    glass,
    isConfirmed: true,
    asking: { ...asking, view: change, operator, standing, text, because, message, channel, file },
  }
}

/** What its aliases stood for when it was shown, whatever they stand for now. */
async function meantBy(
  { command, means, identity }: Proposal,
  by: Parameters<typeof understand>[2],
): Promise<Invocation> {
  if (means === null) return understand(command, identity, by)
  return { ...by.language.parse(means), text: command, means }
}

function isWriting(command: Command): command is Exclude<Command, { does: 'read' }> {
  return command.does !== 'read'
}
