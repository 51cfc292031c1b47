// The words that a proposal waits for, and what waits.
import { publicId } from '../jobs/public-id.ts'
import { changeCommand, readCommand } from './command.ts'
import { pendingProposals } from './proposal.ts'
import { settle, type Word } from './settle.ts'

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
    run: (change: Parameters<typeof settle>[0]) => settle(change, asking, word, id, typed),
  })
}

export const pending = readCommand({
  name: 'pending',
  summary: 'What waits for a word: proposals of others to approve, plans of your own to confirm',
  syntax: 'pending',
  examples: ['pending'],
  async run(_args, { view, standing }) {
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
        expires_at.toISOString(),
      ]),
    }
  },
})
