// Slack's adapter hears through the real receivers of Bolt and speaks through the real client, against a server that
// behaves as Slack does.
import { afterEach, describe, expect, it } from 'vitest'
import { SlackAdapter } from '../../../src/bot/slack/adapter.ts'
import { MemoryFront, plainPost } from './memory-front.ts'
import { FakeSlack } from './server.ts'

const [ANN, OPS, BOT] = ['U0ANN0001', 'C0OPS0001', 'UBOT00001']
const endings: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

async function started(options: Parameters<typeof FakeSlack.start>[0] = {}) {
  const slack = await FakeSlack.start(options)
  endings.push(() => slack.stop())
  const front = new MemoryFront()
  const mode = { tag: 'socket', appToken: 'xapp-good' } as const
  const adapter = new SlackAdapter({ botToken: 'xoxb-good', mode, apiUrl: slack.url })
  endings.push(() => adapter.stop())
  await adapter.start(front)
  return { slack, front, adapter }
}

describe('hearing', () => {
  it('takes a mention once, although Slack tells of it twice', async () => {
    const { slack, front } = await started()
    const ts = slack.people.says(ANN, OPS, `<@${BOT}> locate <http://web01.example.org|web01.example.org>`)
    await slack.until(() => slack.deliveries.all.length === 2 && slack.deliveries.areAcked(), 'both are acknowledged')
    expect(front.all).toEqual([
      {
        ...{ chat: 'slack', key: `message ${OPS} ${ts}`, author: `slack:${ANN}`, channel: `#${OPS}` },
        ...{
          thread: JSON.stringify({ channel: OPS, root: ts }),
          at: expect.any(String),
          isCaughtUp: false,
          answers: null,
        },
        ...{ kind: 'message', text: 'locate web01.example.org', files: [], isUnseen: false },
      },
    ])
    expect(front.repeated).toBe(1)
  })

  it('takes a direct message, and nothing that is said without it in a channel', async () => {
    const { slack, front } = await started()
    slack.people.says(ANN, OPS, 'who has the keys?')
    slack.people.says(ANN, slack.workspace.direct(ANN).id, 'count pool:prod')
    await slack.until(() => slack.deliveries.areAcked(), 'all is acknowledged')
    expect(front.all).toMatchObject([{ channel: null, text: 'count pool:prod' }])
  })
})

describe('speaking', () => {
  it('posts in the thread, edits, and finds it again by its nonce', async () => {
    const { slack, adapter } = await started()
    const root = slack.people.says(ANN, OPS, `<@${BOT}> count pool:prod`)
    const thread = JSON.stringify({ channel: OPS, root })
    const ref = await adapter.post(thread, plainPost('12'), 'nonce-1234567', null)
    await adapter.edit(ref, plainPost('13'))
    expect(slack.workspace.thread(OPS, root)[1]).toMatchObject({ texts: ['12', '13'], threadTs: root })
    expect(await adapter.find(thread, 'nonce-1234567', null)).toBe(ref)
    expect(await adapter.find(thread, 'another-nonce', null)).toBe(null)
  })
})
