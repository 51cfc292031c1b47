// The words that a proposal waits for, and what waits.
import type { Change } from '../inventory/change.ts'
import { instant } from '../inventory/read/instant.ts'
import { publicId, readPublicId } from '../jobs/public-id.ts'
import { type Asking, changeCommand, readCommand } from './command.ts'
import { CommandError, type SettledFacts } from './error.ts'
import { pendingProposals } from './proposal.ts'
import { type ProposalCard, proposalCard } from './proposal-card.ts'
import type { ProposalReply } from './reply.ts'
import { settle, type Word } from './settle.ts'
import { settleShown } from './settle-shown.ts'

const typedOf = (words: readonly string[] | undefined): string | null => words?.join(' ') ?? null

export const approve = changeCommand({
  name: 'approve',
  summary: 'Approves what somebody else proposed; it runs if its plan is still the same',
  syntax: 'approve <id:word> [<typed:word>...]',
  examples: ['approve 1-q7m'],
  right: 'approve',
  guarded: false,
  plan: ({ id, typed }, asking) => planned('approve', id, typedOf(typed), asking),
})

export const deny = changeCommand({
  name: 'deny',
  summary: 'Turns down what somebody proposed, or takes back what you did',
  syntax: 'deny <id:word>',
  examples: ['deny 1-q7m'],
  // Whose word it is, and what they may do, is looked at when it is known what it is about.
  right: 'read',
  guarded: false,
  plan: ({ id }, asking) => planned('deny', id, null, asking),
})

export const confirm = changeCommand({
  name: 'confirm',
  summary: 'Says yes to a plan of your own that asked for it',
  syntax: 'confirm <id:word> [<typed:word>...]',
  examples: ['confirm 2-9jm'],
  // Whose word it is, and what they may do, is looked at when it is known what it is about.
  right: 'read',
  guarded: false,
  plan: ({ id, typed }, asking) => planned('confirm', id, typedOf(typed), asking),
})

function planned(word: Word, id: string, typed: string | null, asking: Parameters<typeof settle>[1]) {
  return Promise.resolve({
    targets: [],
    checksScope: true as const,
    ...(word === 'deny' ? {} : { shown: (change: Change) => settleShown(change, asking, word, id, typed) }),
    run: (change: Change) => settle(change, asking, word, id, typed),
  })
}

export const pending = readCommand({
  name: 'pending',
  summary:
    'What waits for a word: proposals of others to approve, plans of your own to confirm; of an id, all of its plan',
  syntax: 'pending [<id:word>]',
  examples: ['pending', 'pending 1-q7m'],
  async run({ id: text }, asking) {
    if (text !== undefined) return shownWhole(text, asking)
    const { view, standing } = asking
    const found = await pendingProposals(view.knex)
    return {
      kind: 'table',
      columns: ['id', 'command', 'by', 'things', 'waits for', 'until'],
      rows: found.map(({ id, command, means, by, targets, level, needs, operator_id, expires_at }) => [
        publicId(id, 'proposal'),
        means === null ? command : `${command} (means: ${means})`,
        by,
        targets.length,
        level === 'confirm' ? by : operator_id === standing.operator?.id ? `${needs} other` : `${needs} approval`,
        instant(expires_at),
      ]),
    }
  },
})

/** Throws CommandError `unknown-proposal`, `proposal-closed`. */
async function shownWhole(text: string, { view, registry }: Asking): Promise<ProposalReply> {
  const number = readPublicId(text, 'proposal')
  const found = number === null ? null : await proposalCard(view, number, registry)
  if (!found) throw new CommandError('unknown-proposal', { id: text })
  const { card, state, reason, because, approvedBy } = found
  if (state === 'pending') return { ...card, looked: { because, approvedBy } }
  const done = state === 'used' ? { done: settledAs(found) } : {}
  throw new CommandError('proposal-closed', { id: card.id, state, reason, ...done })
}

function settledAs({ card, approvedBy, decidedAt, job, version }: ProposalCard): SettledFacts {
  const word = card.level === 'confirm' ? 'confirmed' : 'approved'
  return { word, by: approvedBy, at: decidedAt?.toISOString() ?? '', job, version }
}
