// In HTTP mode requests come to the bot's port: only those that Slack has signed, just now, and each once.
import { describe, expect, it } from 'vitest'
import { sign } from './fake/deliveries.ts'
import type { Fields } from './fake/json.ts'
import { plainPost } from './memory-front.ts'
import { ANN, BOB, ME, OPS, type Scene, SECRET, started, threadOn } from './started.ts'

const now = () => Math.floor(Date.now() / 1000)

function mention({ slack }: Scene): Fields {
  const ts = slack.workspace.ts()
  const event = { type: 'app_mention', channel: OPS, user: ANN, text: `<@${ME}> count pool:prod`, ts }
  return { type: 'event_callback', event_id: `Ev${ts}`, event }
}

describe('requests', () => {
  it('are taken: messages, the command, presses', async () => {
    const all = await started({ isHttp: true })
    const { slack, front, adapter } = all
    expect(adapter.isHearing()).toBe(true)
    const root = slack.people.says(ANN, OPS, `<@${ME}> count pool:prod`)
    slack.people.slash(BOB, OPS, 'whoami')
    const button = { id: 'b-1', label: 'Next', style: 'plain', opensForm: false } as const
    const ref = await adapter.post(threadOn(root), plainPost('12', { buttons: [button] }), 'nonce-000001', null)
    slack.people.press(ANN, OPS, ref.split(' ')[1] ?? '', 'Next')
    await slack.until(() => front.taken.size === 3 && slack.deliveries.areAcked(), 'all are taken')
    expect(front.all.map(({ kind, author }) => `${kind} ${author}`).toSorted()).toEqual([
      ...[`message slack:${ANN}`, `message slack:${BOB}`, `press slack:${ANN}`],
    ])
    expect(slack.callsOf('apps.connections.open')).toEqual([])
  })

  it('answer Slack, which asks whether it has the right address', async () => {
    const { slack } = await started({ isHttp: true })
    expect(await slack.deliveries.request({ type: 'url_verification', challenge: 'c-1' })).toBe(200)
  })

  it('that could not be stored come again', async () => {
    const all = await started({
      isHttp: true,
      again: 300,
      before: (_, front) => void front.failures.push(new Error('no database')),
    })
    all.slack.people.says(ANN, all.slack.workspace.direct(ANN).id, 'count pool:prod')
    await all.slack.until(() => all.slack.deliveries.areAcked(), 'it is acknowledged')
    expect(all.slack.deliveries.all.map(({ status }) => status)).toEqual([503, 200])
    expect(all.front.taken.size).toBe(1)
  })
})

describe('attacks', () => {
  const forgeries: readonly (readonly [what: string, given: Parameters<Scene['slack']['deliveries']['request']>[1]])[] =
    [
      ['no signature', { signature: () => null }],
      ['an empty signature', { signature: () => '' }],
      ['a signature of another secret', { signature: () => sign('another secret', now(), '{}') }],
      ['a signature of another version', { signature: (right) => right.replace('v0', 'v1') }],
      ['half a signature', { signature: (right) => right.slice(0, 20) }],
      ['an old stamp', { stamp: now() - 6 * 60 }],
      ['a stamp of a minute ahead', { stamp: now() + 60 }],
      ['a stamp of an hour ahead', { stamp: now() + 3600 }],
      ['a stamp that is no number', { stamp: Number.NaN }],
    ]

  it.each(forgeries)('are refused: %s', async (_, given) => {
    const all = await started({ isHttp: true })
    expect(await all.slack.deliveries.request(mention(all), given)).toBe(401)
    expect(all.front.all).toEqual([])
  })

  it('are refused: the same request again, dressed up as well', async () => {
    const all = await started({ isHttp: true })
    const [payload, stamp] = [mention(all), now()]
    const { deliveries } = all.slack
    expect(await deliveries.request(payload, { stamp })).toBe(200)
    expect(await deliveries.request(payload, { stamp })).toBe(401)
    expect(await deliveries.request(payload, { stamp, signature: (right) => `${right}=x` })).toBe(401)
    expect(all.front.repeated).toBe(0)
    // Slack itself signs anew what it brings again: that is taken, and known.
    expect(await deliveries.request(payload, { stamp: stamp - 1 })).toBe(200)
    expect(all.front.repeated).toBe(1)
  })

  it('are refused: a body that was changed', async () => {
    const all = await started({ isHttp: true })
    const payload = mention(all)
    const stamp = now()
    const signature = () => sign(SECRET, stamp, JSON.stringify(payload))
    const body = JSON.stringify(payload).replace('count', 'power off')
    expect(await all.slack.deliveries.request(payload, { stamp, body, signature })).toBe(401)
    expect(all.front.all).toEqual([])
  })

  it('are refused: a check of the connection that smuggles a command', async () => {
    const all = await started({ isHttp: true })
    const body = 'ssl_check=1&command=%2Fclusto&text=power+off+web01&user_id=U1&channel_id=C1&trigger_id=1.2.3'
    await all.slack.deliveries.request({ command: '/clusto' }, { body, signature: () => 'v0=0' })
    expect(all.front.all).toEqual([])
  })

  it('of bodies that make no sense do no harm', async () => {
    const all = await started({ isHttp: true })
    const { deliveries } = all.slack
    for (const body of ['', '[]', '{', '"x"', '12', `{"type":"event_callback","event":${'['.repeat(5000)}`])
      expect([200, 400, 401]).toContain(await deliveries.request({ type: 'event_callback' }, { body }))
    expect(await deliveries.request({ type: 'event_callback' }, { body: 'x'.repeat(5_000_000) })).toBe(413)
    expect(await deliveries.request(mention(all))).toBe(200)
    expect(all.front.taken.size).toBe(1)
  })
})

describe('the end', () => {
  it('leaves no port open', async () => {
    const all = await started({ isHttp: true })
    await all.adapter.stop()
    expect(await all.slack.deliveries.request(mention(all))).toBe(0)
    expect(all.adapter.isHearing()).toBe(false)
  })
})
