// The card of a plan that waits for a word, as a chat shows it.
import { expect, test } from 'vitest'
import { proposalPost } from '../../../../src/bot/render/posts/proposal-post.ts'
import type { ProposalReply } from '../../../../src/commands/reply.ts'
import { shown } from './shown.ts'

const CARD: ProposalReply = {
  ...{ kind: 'proposal', id: '3-jc2', level: 'confirm', command: 'delete web01', means: null, by: 'alice' },
  ...{ hash: '0123456789abcdef', targets: ['web01'], effects: ['web01 is deleted'], impact: [], needs: 0 },
  ...{ typed: 'web01', expires: '2026-11-29T12:00:00Z', approvers: [] },
}
const pending = (card: ProposalReply) => shown(proposalPost(card, { tag: 'pending', approvedBy: [] }, [], 'slack:U1'))

test('where the glass is broken it says so first, and that nobody else is asked', () => {
  const text = pending({ ...CARD, breakglass: true })
  expect(text.split('\n')[0]).toBe('BREAKGLASS, no approval: 3-jc2 waits for the word of alice: delete web01')
  expect(text).toContain('nobody else is asked: the admins are told, and a review is opened')
  expect(pending(CARD)).not.toMatch(/BREAKGLASS|nobody else is asked/)
})
