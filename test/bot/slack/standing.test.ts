// A token that is wrong ends the start with what to click; one that is revoked later is told once, and waited for.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import type { BotError } from '../../../src/bot/error.ts'
import { plainPost } from './memory-front.ts'
import { ANN, ME, OPS, type SceneOptions, scene, started, threadOn } from './started.ts'

async function refused(options: SceneOptions): Promise<BotError<'chat-refused'>['facts']> {
  const { adapter, front } = await scene(options)
  const error: unknown = await adapter.start(front).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ name: 'BotError', code: 'chat-refused' })
  return (error as BotError<'chat-refused'>).facts
}

describe('at the start', () => {
  it('a wrong bot token is refused, and where the right one is', async () => {
    const facts = await refused({ setting: { botToken: 'xoxb-wrong-one' } })
    expect(facts.reason).toBe('SLACK_BOT_TOKEN is wrong (invalid_auth)')
    expect(facts.next).toContain('OAuth & Permissions')
    expect(JSON.stringify(facts)).not.toContain('xoxb-wrong-one')
  })

  it('a wrong app token is refused, and where the right one is', async () => {
    const mode = { tag: 'socket', appToken: 'xapp-wrong-one' } as const
    const facts = await refused({ setting: { mode } })
    expect(facts.reason).toBe('SLACK_APP_TOKEN is wrong (invalid_auth)')
    expect(facts.next).toContain('connections:write')
    expect(JSON.stringify(facts)).not.toContain('xapp-wrong-one')
  })

  it('tokens that were taken for each other are refused', async () => {
    const facts = await refused({ setting: { botToken: 'xapp-good' } })
    expect(facts.reason).toBe('SLACK_BOT_TOKEN is a token of another kind (not_allowed_token_type)')
  })

  it('a revoked token is refused', async () => {
    const facts = await refused({ before: (slack) => slack.revoke('xoxb-good') })
    expect(facts.reason).toBe('SLACK_BOT_TOKEN was revoked (token_revoked)')
  })

  it('without the right to write there is no use', async () => {
    const facts = await refused({ before: (slack) => void slack.web.scopes.delete('chat:write') })
    expect(facts.reason).toContain('chat:write')
    expect(facts.next).toContain('reinstall')
  })

  it('without another right it works, and tells which', async () => {
    const { front } = await started({ before: (slack) => void slack.web.scopes.delete('usergroups:read') })
    expect(front.troubles).toMatchObject([{ message: expect.stringContaining('add usergroups:read') }])
  })

  it('Slack that fails is asked again', async () => {
    const { slack, front } = await started({
      before: ({ web }) => {
        web.mishaps.push({ method: 'auth.test', what: 'error' }, { method: 'auth.test', what: 'reset' })
        web.mishaps.push({ method: 'apps.connections.open', what: 'error' })
      },
    })
    expect(slack.callsOf('auth.test').map(({ outcome }) => outcome)).toEqual(['500', 'reset', 'ok'])
    expect(front.troubles).toHaveLength(2)
  })

  it('does not wait for ever for Slack, and goes on trying', async () => {
    const { slack, adapter, front } = await scene({ patience: { start: 300, slow: 300 } })
    const port = await slack.goAway()
    await adapter.start(front)
    expect([adapter.isHearing(), adapter.speaks()]).toEqual([false, false])
    expect(front.troubles).toHaveLength(1)
    // What it then learns of its token is told, and nothing else.
    slack.revoke('xoxb-good')
    await slack.comeBack(port)
    await slack.until(() => front.troubles.length === 2, 'it is told')
    expect(front.troubles[1]).toMatchObject({ code: 'chat-refused' })
    slack.revoke('xoxb-good', '')
    await slack.until(() => adapter.isHearing() && adapter.speaks(), 'it hears')
  })

  it('can be ended while Slack is waited for', async () => {
    const { slack, adapter, front } = await scene()
    await slack.goAway()
    const start = adapter.start(front)
    start.catch(() => undefined)
    await slack.until(() => front.troubles.length > 0, 'it is told')
    await adapter.stop()
    await expect(start).rejects.toThrow()
    await slack.comeBack(0)
  })

  it('can be ended while Slack takes a question and says nothing', async () => {
    const silent = createServer().listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const asked = once(silent, 'request')
    const apiUrl = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/api/`
    // Waiting for the answer would take longer than this test may.
    const { adapter, front } = await scene({ setting: { apiUrl }, patience: { answer: 600_000, start: 600_000 } })
    const start = adapter.start(front)
    start.catch(() => undefined)
    await asked
    await adapter.stop()
    await expect(start).rejects.toThrow()
    silent.closeAllConnections()
    silent.close()
  })
})

describe('later', () => {
  it('a revoked token is told once; the bot neither hears nor speaks until it is good again', async () => {
    const { slack, front, adapter } = await started({ patience: { slow: 200 } })
    const root = slack.people.says(ANN, OPS, `<@${ME}> count pool:prod`)
    slack.revoke('xoxb-good')
    for (const nonce of ['nonce-000001', 'nonce-000002'])
      await expect(adapter.post(threadOn(root), plainPost('12'), nonce, null)).rejects.toMatchObject({
        trouble: { tag: 'passing' },
      })
    expect([adapter.isHearing(), adapter.speaks()]).toEqual([false, false])
    expect(front.troubles).toMatchObject([{ code: 'chat-refused' }])
    slack.revoke('xoxb-good', '')
    await slack.until(() => adapter.isHearing() && adapter.speaks(), 'it is good again')
    await adapter.post(threadOn(root), plainPost('12'), 'nonce-000001', null)
    expect(front.troubles).toHaveLength(1)
  })

  it('is looked at when Slack says that it was revoked', async () => {
    const { slack, adapter } = await started()
    slack.revoke('xoxb-good')
    slack.people.event({ type: 'tokens_revoked', tokens: { bot: [ME] } })
    await slack.until(() => !adapter.speaks(), 'it is known')
  })

  it('a revoked app token is told once, and tried slowly', async () => {
    const { slack, front, adapter } = await started({ patience: { slow: 300 } })
    slack.revoke('xapp-good')
    slack.lines.drop()
    const tried = () => slack.callsOf('apps.connections.open').length
    await slack.until(() => tried() >= 4, 'it is tried again')
    expect(adapter.isHearing()).toBe(false)
    expect(front.troubles).toHaveLength(1)
    slack.revoke('xapp-good', '')
    await slack.until(() => adapter.isHearing(), 'it hears again')
  })
})

describe('doctor', () => {
  const details = async (
    options: SceneOptions,
    befall: (all: Awaited<ReturnType<typeof scene>>) => void = () => undefined,
  ) => {
    const all = await started(options)
    befall(all)
    return Object.fromEntries(
      (await all.adapter.check()).map(({ name, state, detail }) => [name, `${state}: ${detail}`]),
    )
  }

  it('finds all in order', async () => {
    expect(await details({})).toEqual({
      'slack token': 'ok: clusto in Ops',
      'slack scopes': 'ok: all that the bot needs',
      'slack events': 'ok: heard',
      'slack channels': 'ok: the bot is in 1',
    })
  })

  it('says what to click', async () => {
    const found = await details({}, ({ slack }) => {
      slack.web.scopes.delete('im:history')
      slack.workspace.channel(OPS).members.delete(ME)
    })
    expect(found['slack scopes']).toMatch(/^failed: add im:history \(.*Bot Token Scopes\), reinstall/)
    expect(found['slack channels']).toMatch(/^absent: .*\/invite/)
  })

  it('looks without a bot at work, too', async () => {
    const events = async (options: SceneOptions) => (await (await scene(options)).adapter.check())[2]
    expect(await events({})).toMatchObject({ state: 'ok', detail: 'the app token opens a connection' })
    const mode = { tag: 'socket', appToken: 'xapp-wrong-one' } as const
    expect(await events({ setting: { mode } })).toMatchObject({
      state: 'failed',
      detail: expect.stringMatching(/^SLACK_APP_TOKEN is wrong \(invalid_auth\): make one again/),
    })
  })

  it('says where the right token is', async () => {
    const found = await details({}, ({ slack }) => slack.revoke('xoxb-good'))
    expect(found['slack token']).toMatch(/^failed: SLACK_BOT_TOKEN was revoked \(token_revoked\): copy it again/)
  })
})
