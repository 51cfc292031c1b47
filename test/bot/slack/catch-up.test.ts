// What was typed while the bot was away is found in the histories, and handed on once, the oldest first.
import { describe, expect, it } from 'vitest'
import { ANN, BOB, ME, OPS, type SceneOptions, started } from './started.ts'

const HOUR = 3600_000

/** The bot was heard until an hour ago; then things were typed, of which no event tells. */
const away = (before: NonNullable<SceneOptions['before']>): SceneOptions => ({
  before: (slack, front) => {
    front.heard = new Date(Date.now() - HOUR)
    before(slack, front)
  },
})

describe('after an absence', () => {
  it('finds mentions, replies and direct messages, and tells that it was away', async () => {
    const { slack, front } = await started(
      away(({ people, workspace }) => {
        const isHeard = false
        const root = people.says(BOB, OPS, 'who has the keys?', { isHeard })
        people.says(ANN, OPS, `<@${ME}> count pool:prod`, { isHeard })
        people.says(BOB, OPS, `<@${ME}> power off web01`, { isHeard, thread: root })
        people.says(ANN, workspace.direct(ANN).id, 'whoami', { isHeard })
        people.says(ANN, OPS, 'never mind', { isHeard })
      }),
    )
    await slack.until(() => front.taken.size === 3, 'all are found')
    expect(front.all).toMatchObject([
      { text: 'count pool:prod', isCaughtUp: true },
      { text: 'power off web01', isCaughtUp: true, author: `slack:${BOB}` },
      { text: 'whoami', isCaughtUp: true, channel: null },
    ])
  })

  it('does not find what was typed before, nor what the bot said', async () => {
    const { slack, front } = await started({
      before: ({ people }, front) => {
        people.says(ANN, OPS, `<@${ME}> count pool:old`, { isHeard: false })
        people.says(ME, OPS, `<@${ME}> 12`, { isHeard: false })
        front.heard = new Date(Date.now() + HOUR)
      },
      patience: { mark: 100 },
    })
    const before = front.heard?.getTime() ?? 0
    await slack.until(() => (front.heard?.getTime() ?? 0) !== before, 'all is read, and the mark is set')
    expect(front.all).toEqual([])
  })

  it('reads nothing where the bot was never before', async () => {
    const { slack, front } = await started({
      before: ({ people }) => void people.says(ANN, OPS, `<@${ME}> count pool:prod`, { isHeard: false }),
      patience: { mark: 100 },
    })
    await slack.until(() => front.heard !== null, 'the mark is set')
    expect(slack.callsOf('conversations.history')).toEqual([])
    expect(front.all).toEqual([])
  })

  it('goes through all pages, and waits where Slack tells it to', async () => {
    const { slack, front } = await started(
      away(({ people, web }) => {
        for (let one = 0; one < 450; one++) people.says(ANN, OPS, `<@${ME}> count ${one}`, { isHeard: false })
        web.mishaps.push({ method: 'conversations.history', what: 'limited', after: 1 })
      }),
    )
    await slack.until(() => front.taken.size === 450, 'all are found')
    expect(front.all.map((one) => (one.kind === 'message' ? one.text : ''))).toEqual(
      Array.from({ length: 450 }, (_, one) => `count ${one}`),
    )
  })

  it('is read again where it could not be, and the mark stays until then', async () => {
    const { slack, front } = await started({
      ...away(({ people, web }) => {
        people.says(ANN, OPS, `<@${ME}> count pool:prod`, { isHeard: false })
        for (const what of ['error', 'reset'] as const) web.mishaps.push({ method: 'users.conversations', what })
      }),
      patience: { mark: 50, again: 500 },
    })
    const before = front.heard?.getTime()
    await slack.until(() => slack.callsOf('users.conversations').length === 2, 'it has failed')
    expect(front.heard?.getTime()).toBe(before)
    await slack.until(() => front.taken.size === 1 && front.heard?.getTime() !== before, 'it is found, and marked')
    expect(front.troubles).toHaveLength(1)
  })
})

describe('after a gap', () => {
  it('finds what no event has told of; nobody was away for that short', async () => {
    const { slack, front } = await started({ again: 60_000, patience: { mark: 50 } })
    await slack.until(() => front.heard !== null, 'the mark is set')
    slack.lines.drop()
    slack.people.says(ANN, OPS, `<@${ME}> count pool:prod`, { isHeard: false })
    await slack.until(() => front.taken.size === 1, 'it is found')
    expect(front.all).toMatchObject([{ text: 'count pool:prod', isCaughtUp: false }])
  })
})
