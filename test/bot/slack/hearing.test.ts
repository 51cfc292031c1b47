// What people do in Slack reaches the bot once each, as data, and is stored before it is acknowledged.
import { describe, expect, it } from 'vitest'
import { plainPost } from './memory-front.ts'
import type { FakeSlack } from './server.ts'
import { ANN, BOB, ME, OPS, type Scene, started, threadOn } from './started.ts'

const isSettled = ({ slack }: Scene, count: number) =>
  slack.until(() => slack.deliveries.all.length >= count && slack.deliveries.areAcked(), `${count} are acknowledged`)

const button = { id: 'b-approve', label: 'Approve', style: 'yes', opensForm: false } as const

describe('messages', () => {
  it('takes a mention once, although Slack tells of it twice', async () => {
    const all = await started()
    const ts = all.slack.people.says(ANN, OPS, `<@${ME}> locate <http://web01.example.org|web01.example.org>`)
    await isSettled(all, 2)
    expect(all.front.all).toEqual([
      {
        ...{ chat: 'slack', key: `message ${OPS} ${ts}`, author: `slack:${ANN}`, channel: `#${OPS}` },
        ...{ thread: threadOn(ts), at: new Date(Number(ts) * 1000).toISOString(), isCaughtUp: false, answers: null },
        ...{ kind: 'message', text: 'locate web01.example.org', files: [], isUnseen: false },
      },
    ])
    expect(all.front.repeated).toBe(1)
  })

  it('answers a mention within a thread in that thread', async () => {
    const all = await started()
    const root = all.slack.people.says(ANN, OPS, 'who has the keys?')
    all.slack.people.says(BOB, OPS, `<@${ME}> pending`, { thread: root })
    await isSettled(all, 3)
    expect(all.front.all).toMatchObject([{ text: 'pending', thread: threadOn(root) }])
  })

  it('overhears what is typed in the thread of an open console, as it was typed', async () => {
    const all = await started()
    const [root, other] = [all.slack.people.says(ANN, OPS, 'web01?'), all.slack.people.says(ANN, OPS, 'web02?')]
    all.front.wanted.add(threadOn(root))
    all.slack.people.says(ANN, OPS, '&gt; echo `date` &amp;&amp; cat &lt; x', { thread: root })
    all.slack.people.says(ANN, OPS, 'what a mess', { thread: root })
    all.slack.people.says(ANN, OPS, '&gt; reboot', { thread: other })
    all.slack.people.says(ANN, OPS, '&gt; reboot')
    all.slack.people.says(ANN, OPS, `<@${ME}> pending`, { thread: root })
    await isSettled(all, 8)
    const of = (text: string) => all.front.all.find((incoming) => incoming.kind === 'message' && incoming.text === text)
    expect(all.front.all).toHaveLength(2)
    const line = { isOverheard: true, thread: threadOn(root), author: `slack:${ANN}` }
    expect(of('> echo `date` && cat < x')).toMatchObject(line)
    expect(of('pending')).toMatchObject({ thread: threadOn(root) })
    expect(of('pending')).not.toHaveProperty('isOverheard')
  })

  it('takes a direct message without a mention', async () => {
    const all = await started()
    const { id } = all.slack.workspace.direct(ANN)
    const ts = all.slack.people.says(ANN, id, 'count pool:prod')
    await isSettled(all, 1)
    expect(all.front.all).toMatchObject([{ channel: null, text: 'count pool:prod', thread: threadOn(ts, id) }])
  })

  it('takes a mention in a conversation of a few', async () => {
    const all = await started()
    all.slack.workspace.addChannel('G0FEW0001', 'mpdm-ann-bob', [ANN, BOB, ME], 'mpim')
    all.slack.people.says(ANN, 'G0FEW0001', `<@${ME}> whoami`)
    await isSettled(all, 2)
    expect(all.front.all).toMatchObject([{ channel: '#G0FEW0001', text: 'whoami' }])
  })

  it('overlooks what is not said to it, itself, and other bots', async () => {
    const all = await started()
    const { people, workspace } = all.slack
    people.says(ANN, OPS, 'who has the keys?')
    people.says(ME, OPS, `<@${ME}> count pool:prod`)
    const event = {
      type: 'message',
      channel: workspace.direct(ANN).id,
      channel_type: 'im',
      text: 'count',
      ts: workspace.ts(),
    }
    people.event({ ...event, user: BOB, bot_id: 'BOTHER001' })
    people.event({ ...event, user: ANN, subtype: 'channel_join' })
    people.event({ type: 'reaction_added', user: ANN })
    await isSettled(all, 6)
    expect(all.front.all).toEqual([])
  })

  it('tells of the files that hang on a message, and gets them', async () => {
    const all = await started()
    const content = Buffer.from('name,driver\nweb01,server\n')
    const file = { id: 'F0CSV0001', name: 'servers.csv', size: content.length }
    all.slack.workspace.files.set(file.id, { ...file, altText: null, content, isComplete: true })
    all.slack.people.says(ANN, OPS, `<@${ME}> import csv servers.csv`, { files: [file] })
    await isSettled(all, 2)
    const [incoming] = all.front.all
    if (incoming?.kind !== 'message' || !incoming.files[0]) throw new Error('no file')
    expect(incoming.files).toEqual([{ name: 'servers.csv', size: content.length, source: 'F0CSV0001' }])
    expect(Buffer.from(await all.adapter.download(incoming.files[0])).toString()).toBe(content.toString())
  })

  it('refuses a file that is too large, that is not there, and one that Slack does not keep', async () => {
    const { adapter, slack } = await started()
    const refusal = (reason: RegExp) => ({
      code: 'file-not-found',
      facts: { file: 'x.csv', reason: expect.stringMatching(reason) },
    })
    const got = (file: { size: number; source: string }) => adapter.download({ name: 'x.csv', ...file })
    await expect(got({ size: 10 ** 9, source: 'F1' })).rejects.toMatchObject(refusal(/larger than 50 MB/))
    await expect(got({ size: 1, source: 'F404' })).rejects.toMatchObject(refusal(/file_not_found/))
    slack.web.scopes.delete('files:read')
    await expect(got({ size: 1, source: 'F404' })).rejects.toMatchObject(refusal(/missing_scope/))
  })
})

describe('edits', () => {
  it('tells of an edit as an edit, once', async () => {
    const all = await started()
    const ts = all.slack.people.says(ANN, OPS, `<@${ME}> count pol:prod`)
    all.slack.people.edits(OPS, ts, `<@${ME}> count pool:prod`)
    all.slack.people.unfurls(OPS, ts)
    await isSettled(all, 4)
    const { edited } = all.slack.workspace.message(OPS, ts) ?? {}
    expect(all.front.all).toMatchObject([
      { kind: 'message', text: 'count pol:prod' },
      {
        kind: 'edit',
        key: `edit ${OPS} ${ts} ${edited}`,
        of: `message ${OPS} ${ts}`,
        text: 'count pool:prod',
        thread: threadOn(ts),
      },
    ])
  })

  it('takes for an edit a mention that was put in afterwards', async () => {
    const all = await started()
    const [ts, edited] = [all.slack.workspace.ts(), all.slack.workspace.ts()]
    const text = `<@${ME}> power off web01`
    all.slack.people.event({
      type: 'app_mention',
      channel: OPS,
      user: ANN,
      text,
      ts,
      edited: { user: ANN, ts: edited },
    })
    await isSettled(all, 1)
    expect(all.front.all).toMatchObject([{ kind: 'edit', text: 'power off web01' }])
  })
})

describe('the slash command', () => {
  it('is taken as typed, unseen by others, and answered in a thread of its own', async () => {
    const all = await started()
    const trigger = all.slack.people.slash(ANN, OPS, 'count pool:prod &amp; x')
    await isSettled(all, 1)
    expect(all.front.all).toMatchObject([
      { key: `slash ${trigger}`, text: 'count pool:prod & x', isUnseen: true, answers: trigger, channel: `#${OPS}` },
    ])
    expect(JSON.parse(all.front.all[0]?.thread ?? '')).toMatchObject({ channel: OPS, root: null })
  })

  it('can be answered where the bot is not', async () => {
    const all = await started({
      before: (slack) => slack.workspace.addChannel('C0ELSE001', 'else', [ANN]),
    })
    all.slack.people.slash(ANN, 'C0ELSE001', 'whoami')
    await isSettled(all, 1)
    const [incoming] = all.front.all
    if (!incoming) throw new Error('nothing came')
    const post = plainPost('You are ann', { answers: incoming.answers })
    const ref = await all.adapter.post(incoming.thread, post, 'nonce-0000001', null)
    expect(all.slack.responses).toMatchObject([{ response_type: 'ephemeral', text: 'You are ann' }])
    await all.adapter.edit(ref, plainPost('You are bob'))
    const late = all.adapter.post(incoming.thread, plainPost('It is done'), 'nonce-0000002', null)
    await expect(late).rejects.toMatchObject({ trouble: { tag: 'gone', reason: expect.stringContaining('/invite') } })
  })
})

describe('buttons, forms and the home page', () => {
  it('tells of a press, and on which card it was', async () => {
    const all = await started()
    const root = all.slack.people.says(ANN, OPS, `<@${ME}> rebuild web01`)
    const ref = await all.adapter.post(
      threadOn(root),
      plainPost('1-q7m waits', { buttons: [button] }),
      'nonce-0000001',
      null,
    )
    all.slack.people.press(BOB, OPS, ref.split(' ')[1] ?? '', 'Approve')
    await isSettled(all, 3)
    expect(all.front.all.at(-1)).toMatchObject({
      ...{ kind: 'press', button: 'b-approve', card: ref, typed: null, author: `slack:${BOB}` },
      ...{ channel: `#${OPS}`, thread: threadOn(root) },
    })
  })

  it('opens a form before it takes the press, and takes what stood in it', async () => {
    const all = await started({
      before: (_, { forms }) =>
        void forms.set('b-approve', { title: 'Type the name of the cluster to go on', label: 'Name', prefilled: '' }),
    })
    const root = all.slack.people.says(ANN, OPS, `<@${ME}> rebuild web01`)
    const ref = await all.adapter.post(
      threadOn(root),
      plainPost('1-q7m waits', { buttons: [button] }),
      'nonce-0000001',
      null,
    )
    all.slack.people.press(BOB, OPS, ref.split(' ')[1] ?? '', 'Approve')
    await all.slack.until(() => all.slack.workspace.views.size === 1, 'the form is open')
    expect(all.front.all).toHaveLength(1)
    all.slack.people.submits(BOB, 'web01')
    await isSettled(all, 4)
    expect(all.front.all.at(-1)).toMatchObject({
      ...{ kind: 'press', button: 'b-approve', card: ref, typed: 'web01', author: `slack:${BOB}` },
      ...{ channel: `#${OPS}`, thread: threadOn(root) },
    })
  })

  it('lets a press that came too late for its form be pressed again', async () => {
    const all = await started({
      before: ({ web }, { forms }) => {
        forms.set('b-approve', { title: 'Name', label: 'Name', prefilled: '' })
        web.mishaps.push({ method: 'views.open', what: { refuse: 'expired_trigger_id' } })
      },
    })
    const thread = all.adapter.threadIn(`#${OPS}`, 'notice 1')
    const post = plainPost('1-q7m waits', { buttons: [button] })
    const [, ts = ''] = (await all.adapter.post(thread, post, 'nonce-0000001', null)).split(' ')
    for (let time = 0; time < 2; time++) {
      all.slack.people.press(BOB, OPS, ts, 'Approve')
      await all.slack.until(() => all.slack.callsOf('views.open').length > time, 'a form is asked for')
    }
    await all.slack.until(() => all.slack.workspace.views.size === 1, 'the form is open')
    expect([all.front.all, all.front.troubles]).toEqual([[], []])
  })

  it('shows the home page to who opens it, and answers what is pressed there in a direct message', async () => {
    const all = await started({
      before: (_, front) => {
        front.homePost = plainPost('1 proposal waits for you', { buttons: [button] })
      },
    })
    all.slack.people.opensHome(BOB)
    await all.slack.until(() => all.slack.workspace.homes.has(BOB), 'the home page is shown')
    all.front.homePost = plainPost('nothing waits for you')
    all.slack.people.pressHome(BOB, 'Approve')
    await isSettled(all, 2)
    // It is drawn again: what was decided is not offered any more.
    await all.slack.until(() => !JSON.stringify(all.slack.workspace.homes.get(BOB)).includes('b-approve'), 'it is gone')
    const [incoming] = all.front.all
    expect(incoming).toMatchObject({ kind: 'press', button: 'b-approve', card: null, channel: null })
    const ref = await all.adapter.post(incoming?.thread ?? '', plainPost('It is approved'), 'nonce-0000001', null)
    expect(ref.split(' ')[0]).toBe(all.slack.workspace.direct(BOB).id)
  })
})

describe('user groups', () => {
  it('knows who is in them from the start, and as they change', async () => {
    const all = await started({
      before: ({ workspace: { groups } }) => {
        groups.set('S0ONCALL1', { handle: 'oncall', users: [ANN], isDisabled: false })
        groups.set('S0GONE001', { handle: 'gone', users: [BOB], isDisabled: true })
      },
    })
    await all.slack.until(() => all.front.members.size === 2, 'both are known')
    expect(Object.fromEntries(all.front.members)).toEqual({
      'slack:S0ONCALL1': [`slack:${ANN}`],
      'slack:S0GONE001': [],
    })
    all.slack.workspace.groups.set('S0ONCALL1', { handle: 'oncall', users: [ANN, BOB], isDisabled: false })
    all.slack.people.event({ type: 'subteam_members_changed', subteam_id: 'S0ONCALL1' })
    await all.slack.until(() => all.front.members.get('slack:S0ONCALL1')?.length === 2, 'bob is known')
  })
})

describe('user groups that Slack does not show any more', () => {
  const groupsOf = (users: string[]) => (slack: FakeSlack) => {
    slack.workspace.groups.set('S0ONCALL1', { handle: 'oncall', users, isDisabled: false })
  }

  it('have nobody in them, which is told once, until they can be read again', async () => {
    const all = await started({ before: groupsOf([ANN]), patience: { groups: 50 } })
    const members = () => all.front.members.get('slack:S0ONCALL1')
    await all.slack.until(() => members()?.length === 1, 'ann is known')
    all.slack.web.scopes.delete('usergroups:read')
    await all.slack.until(() => members()?.length === 0, 'nobody is known')
    const asked = all.slack.callsOf('usergroups.list').length
    await all.slack.until(() => all.slack.callsOf('usergroups.list').length > asked + 2, 'it is looked again')
    expect(all.front.troubles).toMatchObject([{ message: expect.stringContaining('add usergroups:read') }])
    all.slack.web.scopes.add('usergroups:read')
    await all.slack.until(() => members()?.length === 1, 'ann is known again')
  })

  it('stay as they were while Slack fails', async () => {
    const all = await started({ before: groupsOf([ANN]), patience: { groups: 50 } })
    await all.slack.until(() => all.front.members.size === 1, 'ann is known')
    all.slack.web.mishaps.push({ method: 'usergroups.list', what: 'error' })
    await all.slack.until(() => all.front.troubles.length === 1, 'it is told')
    expect(all.front.members.get('slack:S0ONCALL1')).toEqual([`slack:${ANN}`])
  })
})

describe('what is acknowledged', () => {
  it('is stored before: what could not be stored comes again', async () => {
    const all = await started({ again: 300, before: (_, front) => void front.failures.push(new Error('no database')) })
    all.slack.people.says(ANN, all.slack.workspace.direct(ANN).id, 'count pool:prod')
    await isSettled(all, 2)
    const [first, second] = all.slack.deliveries.all
    expect([first?.ackedAt, second?.attempts]).toEqual([null, 1])
    expect(all.front.all).toHaveLength(1)
    expect(all.front.troubles).toMatchObject([{ message: 'no database' }])
  })

  it('is not acknowledged while it is being stored', async () => {
    let release = (): void => undefined
    const isStored = new Promise<void>((resolve) => {
      release = resolve
    })
    const all = await started({ before: (_, front) => void Object.assign(front, { beforeTake: () => isStored }) })
    all.slack.people.says(ANN, all.slack.workspace.direct(ANN).id, 'count pool:prod')
    // A press of nothing is acknowledged at once: then the message before it would have been.
    all.slack.people.event({ type: 'reaction_added', user: ANN })
    await all.slack.until(() => all.slack.deliveries.all[1]?.ackedAt !== null, 'the later one is acknowledged')
    expect(all.slack.deliveries.all[0]?.ackedAt).toBe(null)
    release()
    await isSettled(all, 2)
  })

  // RUNS=1000 for the full size.
  const count = Number(process.env.RUNS ?? 100)

  it('has one effect, however often and under whichever ids it comes', { timeout: 60_000 + count * 100 }, async () => {
    const all = await started({ again: 10_000 })
    const typed: string[] = []
    for (let one = 0; one < count; one++) {
      all.slack.people.copies = { count: 1 + (one % 11), isMixed: one % 2 === 1 }
      typed.push(`message ${OPS} ${all.slack.people.says(ANN, OPS, `<@${ME}> count ${one}`)}`)
    }
    await all.slack.until(() => all.slack.deliveries.areAcked(), 'all are acknowledged')
    expect([...all.front.taken.keys()].toSorted()).toEqual(typed.toSorted())
    expect(all.front.repeated).toBe(all.slack.deliveries.all.length - count)
  })
})
