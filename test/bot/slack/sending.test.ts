// What the bot says appears in Slack once, where it belongs, whatever befalls the calls that say it; and what cannot be said
// is said to be so, with the reason.
import { describe, expect, it } from 'vitest'
import type { PostFile } from '../../../src/bot/outbox/post.ts'
import { at } from './fake/json.ts'
import { plainPost } from './memory-front.ts'
import { ANN, BOB, ME, OPS, type Scene, type SceneOptions, started, threadOn } from './started.ts'

const NONCE = 'nonce-000001'

/** Somebody has asked something. */
async function asked(options: SceneOptions = {}): Promise<Scene & { readonly root: string; readonly thread: string }> {
  const all = await started({ again: 60_000, patience: { answer: 500 }, ...options })
  const root = all.slack.people.says(ANN, OPS, `<@${ME}> count pool:prod`)
  return { ...all, root, thread: threadOn(root) }
}

const answersIn = ({ slack }: Scene, root: string) =>
  slack.workspace.thread(OPS, root).filter(({ user }) => user === ME)
const tsOf = (ref: string): string => ref.split(' ')[1] ?? ''

describe('a message', () => {
  it('stands in the thread, is edited there, and is found again by its nonce', async () => {
    const all = await asked()
    const { adapter, root, thread } = all
    const ref = await adapter.post(thread, plainPost('12'), NONCE, null)
    await adapter.edit(ref, plainPost('13'))
    expect(answersIn(all, root)).toMatchObject([{ texts: ['12', '13'], threadTs: root }])
    expect(await adapter.find(thread, NONCE, null)).toBe(ref)
    expect(await adapter.find(thread, 'another-nonce', null)).toBe(null)
  })

  it('begins a thread of its own, which the next ones stand in', async () => {
    const { adapter, slack } = await started()
    const thread = adapter.threadIn('#ops', 'notice 12')
    expect(adapter.threadIn('#ops', 'notice 13')).not.toBe(thread)
    const first = await adapter.post(thread, plainPost('the night backup begins'), NONCE, null)
    const second = await adapter.post(thread, plainPost('it is done'), 'nonce-000002', first)
    const [channel, ts] = first.split(' ')
    expect(channel).toBe(OPS)
    expect(slack.workspace.message(OPS, tsOf(second))?.threadTs).toBe(ts)
    expect(await adapter.find(thread, NONCE, null)).toBe(first)
    expect(await adapter.find(thread, 'nonce-000002', first)).toBe(second)
  })

  it('goes to somebody directly', async () => {
    const { adapter, slack } = await started()
    const thread = adapter.threadIn(BOB, 'notice 12')
    const ref = await adapter.post(thread, plainPost('the schedule of bob was paused'), NONCE, null)
    expect(slack.workspace.in(slack.workspace.direct(BOB).id)).toMatchObject([{ ts: tsOf(ref), threadTs: null }])
    expect(await adapter.find(thread, NONCE, null)).toBe(ref)
  })

  it('is not taken for its own where another says the same', async () => {
    const { adapter, slack, thread, root } = await asked()
    slack.people.says(BOB, OPS, `look: ${NONCE}`, { thread: root })
    expect(await adapter.find(thread, NONCE, null)).toBe(null)
  })

  it('calls nobody but whom it mentions', async () => {
    const all = await asked()
    const post = plainPost('done <!channel> <@U0BOB0001>', { mentions: [`slack:${ANN}`] })
    await all.adapter.post(all.thread, post, NONCE, null)
    const [said] = answersIn(all, all.root)
    expect(said?.text.match(/<[@!][^>]*>/g)).toEqual([`<@${ANN}>`])
  })
})

describe('a refusal', () => {
  it('is for the eyes of one: in the channel, and in the thread where there is one', async () => {
    const { adapter, slack, thread, root } = await asked()
    const refusal = plainPost('you may not use power off', { privateTo: `slack:${ANN}` })
    const ref = await adapter.post(thread, refusal, NONCE, null)
    slack.people.says(BOB, OPS, 'why?', { thread: root })
    await adapter.post(thread, refusal, NONCE, null)
    expect(slack.workspace.whispers).toMatchObject([
      { to: ANN, channel: OPS, threadTs: null, text: 'you may not use power off' },
      { to: ANN, channel: OPS, threadTs: root },
    ])
    // It is never edited.
    await adapter.edit(ref, plainPost('something else'))
    expect(slack.callsOf('chat.update')).toEqual([])
  })

  it('sends its file to the one alone', async () => {
    const { adapter, slack, thread, front } = await asked()
    const file = fileOf(front, 'why.txt', 'text/plain', null)
    await adapter.post(thread, plainPost('no', { privateTo: `slack:${ANN}`, files: [file] }), NONCE, null)
    expect(slack.workspace.in(slack.workspace.direct(ANN).id)).toMatchObject([{ files: [{ name: 'why.txt' }] }])
    slack.web.scopes.delete('files:write')
    const other = fileOf(front, 'more.txt', 'text/plain', null)
    await adapter.post(thread, plainPost('no', { privateTo: `slack:${ANN}`, files: [other] }), NONCE, null)
    expect(JSON.stringify(slack.workspace.whispers.at(-1)?.blocks)).toContain('missing_scope): more.txt')
    expect(slack.workspace.whispers).toHaveLength(2)
  })
})

function fileOf(front: Scene['front'], name: string, mediaType: string, alt: string | null): PostFile {
  const content = Buffer.from(`content of ${name}`)
  front.files.set(name, content)
  return { id: name, name, mediaType, size: content.length, alt }
}

describe('files', () => {
  it('are shown in the message where they are pictures, and hang in the thread otherwise', async () => {
    const all = await asked()
    const picture = fileOf(all.front, 'rack101.png', 'image/png', 'rack101, from the front')
    const table = fileOf(all.front, 'answer.csv', 'text/csv', null)
    const ref = await all.adapter.post(all.thread, plainPost('rack101', { files: [picture, table] }), NONCE, null)
    const [message, beside] = answersIn(all, all.root)
    const image = (Array.isArray(message?.blocks) ? message.blocks : []).find((block) => at(block, 'type') === 'image')
    expect(image).toMatchObject({ alt_text: 'rack101, from the front' })
    const stored = all.slack.workspace.files.get(String(at(image, 'slack_file', 'id')))
    expect(stored).toMatchObject({ name: 'rack101.png', altText: 'rack101, from the front' })
    expect(stored?.content.toString()).toBe('content of rack101.png')
    expect(beside?.files).toMatchObject([{ name: 'answer.csv' }])
    // An edit shows the same picture, and sends nothing again.
    await all.adapter.edit(ref, plainPost('rack101 again', { files: [picture, table] }))
    expect(all.slack.workspace.files.size).toBe(2)
    expect(answersIn(all, all.root)).toHaveLength(2)
  })

  it('are shown when Slack can show them, and sent as files where it cannot', async () => {
    const all = await asked()
    const picture = fileOf(all.front, 'rack101.png', 'image/png', 'rack101')
    const refuse = { refuse: 'invalid_blocks' } as const
    all.slack.web.mishaps.push({ method: 'chat.postMessage', what: refuse })
    await all.adapter.post(all.thread, plainPost('rack101', { files: [picture] }), NONCE, null)
    expect(answersIn(all, all.root)).toMatchObject([{ files: [] }])
    for (let time = 0; time < 3; time++) all.slack.web.mishaps.push({ method: 'chat.postMessage', what: refuse })
    await all.adapter.post(all.thread, plainPost('rack101', { files: [picture] }), 'nonce-000002', null)
    expect(answersIn(all, all.root).at(-1)?.files).toMatchObject([{ name: 'rack101.png' }])
  })

  it('are left out where Slack does not take them, and the message says so', async () => {
    const all = await asked()
    const files = [
      fileOf(all.front, 'rack101.png', 'image/png', 'rack101'),
      fileOf(all.front, 'answer.csv', 'text/csv', null),
    ]
    all.slack.web.scopes.delete('files:write')
    const ref = await all.adapter.post(all.thread, plainPost('rack101', { files }), NONCE, null)
    const [message, ...more] = answersIn(all, all.root)
    expect([`${OPS} ${message?.ts}`, more]).toEqual([ref, []])
    expect(JSON.stringify(message?.blocks)).toMatch(
      /missing_scope\): answer\.csv.*missing_scope\): rack101\.png|missing_scope\): rack101\.png.*missing_scope\): answer\.csv/,
    )
  })

  it('are not sent twice where another process has done it', async () => {
    const all = await asked()
    const table = fileOf(all.front, 'answer.csv', 'text/csv', null)
    const ref = await all.adapter.post(all.thread, plainPost('12', { files: [table] }), NONCE, null)
    const again = await started({ setting: { apiUrl: all.slack.url } })
    again.front.files.set(table.id, all.front.files.get(table.id) ?? new Uint8Array())
    await again.adapter.edit(ref, plainPost('12', { files: [table] }))
    expect(answersIn(all, all.root)).toHaveLength(2)
  })
})

describe('what befalls a call', () => {
  it('is said to be too fast, and for how long', async () => {
    const { adapter, slack, thread } = await asked()
    slack.web.mishaps.push({ method: 'chat.postMessage', what: 'limited', after: 7 })
    await expect(adapter.post(thread, plainPost('12'), NONCE, null)).rejects.toMatchObject({
      trouble: { tag: 'limited', after: 7000 },
    })
    expect(slack.callsOf('chat.postMessage')).toHaveLength(1)
  })

  it.each(['error-after', 'hang-after'] as const)('%s: it was done, and is found', async (what) => {
    const all = await asked()
    all.slack.web.mishaps.push({ method: 'chat.postMessage', what })
    const posted = all.adapter.post(all.thread, plainPost('12'), NONCE, null)
    await expect(posted).rejects.toMatchObject({ trouble: { tag: 'uncertain' } })
    const found = await all.adapter.find(all.thread, NONCE, null)
    expect(answersIn(all, all.root).map(({ ts }) => `${OPS} ${ts}`)).toEqual([found])
  })

  it.each(['error', 'hang', 'reset'] as const)('%s: it was not done, and is not found', async (what) => {
    const all = await asked()
    all.slack.web.mishaps.push({ method: 'chat.postMessage', what })
    const posted = all.adapter.post(all.thread, plainPost('12'), NONCE, null)
    await expect(posted).rejects.toMatchObject({ trouble: { tag: 'uncertain' } })
    expect(await all.adapter.find(all.thread, NONCE, null)).toBe(null)
    expect(answersIn(all, all.root)).toEqual([])
  })

  it('is that Slack cannot be reached: nothing was sent', async () => {
    const { adapter, slack, thread } = await asked()
    const port = await slack.goAway()
    await adapter.post(thread, plainPost('12'), NONCE, null).catch(() => undefined)
    await expect(adapter.post(thread, plainPost('12'), NONCE, null)).rejects.toMatchObject({
      trouble: { tag: 'passing', reason: 'Slack cannot be reached (ECONNREFUSED)' },
    })
    await slack.comeBack(port)
  })

  it('an edit that was lost is uncertain, and nothing breaks when it is done again', async () => {
    const all = await asked()
    const ref = await all.adapter.post(all.thread, plainPost('12'), NONCE, null)
    all.slack.web.mishaps.push({ method: 'chat.update', what: 'hang-after' })
    await expect(all.adapter.edit(ref, plainPost('13'))).rejects.toMatchObject({ trouble: { tag: 'uncertain' } })
    await all.adapter.edit(ref, plainPost('13'))
    expect(answersIn(all, all.root)).toMatchObject([{ text: '13' }])
  })
})

describe('what cannot be said', () => {
  const gone = (reason: RegExp) => ({ trouble: { tag: 'gone', reason: expect.stringMatching(reason) } })

  it('is in an archived channel', async () => {
    const { adapter, slack, thread } = await asked()
    const ref = await adapter.post(thread, plainPost('12'), NONCE, null)
    slack.workspace.channel(OPS).isArchived = true
    await expect(adapter.post(thread, plainPost('13'), NONCE, null)).rejects.toMatchObject(gone(/archived/))
    await expect(adapter.edit(ref, plainPost('13'))).rejects.toMatchObject(gone(/archived/))
  })

  it('is where the bot is not', async () => {
    const { adapter, slack, thread } = await asked()
    slack.workspace.channel(OPS).members.delete(ME)
    await expect(adapter.post(thread, plainPost('13'), NONCE, null)).rejects.toMatchObject(gone(/\/invite/))
    const named = adapter.post(adapter.threadIn('#nowhere', 'notice 12'), plainPost('13'), NONCE, null)
    await expect(named).rejects.toMatchObject(gone(/#nowhere/))
  })

  it('answers a message that was deleted', async () => {
    const { adapter, slack, thread, root } = await asked()
    slack.workspace.delete(OPS, root)
    await expect(adapter.post(thread, plainPost('13'), NONCE, null)).rejects.toMatchObject(gone(/deleted/))
    expect(await adapter.find(thread, NONCE, null)).toBe(null)
  })

  it('is a message that was deleted itself', async () => {
    const { adapter, slack, thread } = await asked()
    const ref = await adapter.post(thread, plainPost('12'), NONCE, null)
    slack.workspace.delete(OPS, tsOf(ref))
    await expect(adapter.edit(ref, plainPost('13'))).rejects.toMatchObject(gone(/deleted/))
  })

  it('is a direct message to who has left, or where the app takes none', async () => {
    const { adapter, slack } = await asked()
    const direct = (user: string) => adapter.post(adapter.threadIn(user, 'notice 1'), plainPost('13'), NONCE, null)
    await expect(direct('U0GONE001')).rejects.toMatchObject(gone(/not in the workspace/))
    slack.web.mishaps.push({ method: 'chat.postMessage', what: { refuse: 'messages_tab_disabled' } })
    await expect(direct(BOB)).rejects.toMatchObject(gone(/Messages tab/))
  })

  it('is what Slack does not take, with its own word', async () => {
    const { adapter, slack, thread } = await asked()
    slack.web.mishaps.push({ method: 'chat.postMessage', what: { refuse: 'msg_too_long' } })
    await expect(adapter.post(thread, plainPost('13'), NONCE, null)).rejects.toMatchObject(gone(/msg_too_long/))
  })
})
