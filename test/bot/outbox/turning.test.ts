import { expect, test } from 'vitest'
import { turning } from '../../../src/bot/outbox/turning.ts'

const button = (label: string, turns?: 1 | -1) => ({
  ...{ id: label, label, style: 'plain' as const, opensForm: false },
  ...(turns === undefined ? {} : { turns }),
})

const post = (at: number) => ({
  ...{ title: 'audit', parts: [], pages: { texts: ['a', 'b', 'c'], at } },
  buttons: [button('Log'), button('Previous page', -1), button('Next page', 1)],
  ...{ files: [], mentions: [], privateTo: null, answers: null },
})

test.each([
  [0, ['Log', 'Next page']],
  [1, ['Log', 'Previous page', 'Next page']],
  [2, ['Log', 'Previous page']],
])('page %i has only the buttons that lead somewhere', (at, labels) => {
  expect(turning(post(at)).buttons.map(({ label }) => label)).toEqual(labels)
})
