// What is said in Discord is there once, where it belongs, and nobody is called by accident; what cannot be said is told why.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { DiscordAdapter } from '../../../src/bot/discord/adapter.ts'
import type { SendTrouble } from '../../../src/bot/outbox/chat.ts'
import { type Bench, openBench, post } from './bench.ts'
import type { MemoryFront } from './front.ts'
import { CHANNEL } from './world.ts'

const POST = 'POST /channels/{channel_id}/messages'
const PATCH = 'PATCH /channels/{channel_id}/messages/{message_id}'

let bench: Bench
let adapter: DiscordAdapter
let front: MemoryFront

beforeEach(async () => {
  bench = await openBench()
  ;({ adapter, front } = await bench.join('one', undefined, { request: 3000 }))
})
afterEach(async () => {
  expect(bench.discord.wrong).toEqual([])
  expect(bench.discord.rates.ignored).toBe(0)
  await bench.end()
})

/** A message of ann in the channel that is stored. */
async function asked(text = 'locate server1') {
  const { discord, ann, ops, mention } = bench
  const { shown } = discord.type(ann, ops, `${mention} ${text}`)
  const key = `message ${ops.id} ${shown.id}`
  await front.until(() => front.store.inbox.has(key))
  return { thread: front.store.inbox.get(key)?.thread ?? '', id: shown.id }
}
const troubleOf = (done: Promise<unknown>): Promise<SendTrouble['trouble']> =>
  done.then(
    () => Promise.reject(new Error('it went well')),
    (error: SendTrouble) => error.trouble,
  )

describe('faults', () => {
  test.each(['hang-after', '500-after', 'cut-after', '500', 'cut', 'hang'] as const)(
    '%s: it is there once',
    async (what) => {
      const { thread, id } = await asked()
      bench.discord.mishaps.push({ route: POST, what })
      expect((await troubleOf(adapter.post(thread, post('in rack101'), 'n1', null))).tag).toBe('uncertain')
      const there =
        (await adapter.find(thread, 'n1', null)) ?? (await adapter.post(thread, post('in rack101'), 'n1', null))
      expect(there).toMatch(new RegExp(`^${id}/`))
      expect(bench.discord.said(id)).toEqual(['in rack101'])
    },
  )

  test('the same nonce makes no second message, even where nobody looks', async () => {
    const { thread, id } = await asked()
    bench.discord.mishaps.push({ route: POST, what: '500-after' })
    await troubleOf(adapter.post(thread, post('in rack101'), 'n1', null))
    await adapter.post(thread, post('in rack101'), 'n1', null)
    expect(bench.discord.said(id)).toEqual(['in rack101'])
  })

  test('a 500 is not asked again by the library', async () => {
    const { thread } = await asked()
    bench.discord.mishaps.push({ route: POST, what: '500', times: 5 })
    await troubleOf(adapter.post(thread, post('in rack101'), 'n1', null))
    expect(bench.discord.seen.filter(({ route }) => route === POST)).toHaveLength(1)
  })

  test('a limit is told with how long to wait, and nothing is sent meanwhile', async () => {
    const { thread } = await asked()
    let first: string | null = null
    for (let at = 0; at < 5; at++) first = await adapter.post(thread, post(`${at}`), `n${at}`, first)
    const trouble = await troubleOf(adapter.post(thread, post('5'), 'n5', first))
    if (trouble.tag !== 'limited') throw new Error(trouble.tag)
    expect(trouble.after).toBeGreaterThan(0)
    expect(trouble.after).toBeLessThan(6000)
    bench.discord.mishaps.push({ route: PATCH, what: '429' })
    expect(await troubleOf(adapter.edit(first ?? '', post('edited')))).toMatchObject({ tag: 'limited' })
  })

  test('where Discord cannot be reached nothing was sent', async () => {
    const { thread } = await asked()
    await bench.discord.stop()
    expect((await troubleOf(adapter.post(thread, post('in rack101'), 'n1', null))).tag).toBe('passing')
  })
})

describe('threads', () => {
  test('one that is there already is gone on with', async () => {
    const { thread, id } = await asked()
    await adapter.post(thread, post('one'), 'n1', null)
    // Another process does not know of it.
    await adapter.stop()
    const next = await bench.join('two', front.store)
    await next.adapter.post(thread, post('two'), 'n2', null)
    expect(bench.discord.said(id)).toEqual(['one', 'two'])
  })

  test('where the bot may open none, it replies in the channel', async () => {
    bench.ops.forbidden.add('threads')
    const { thread, id } = await asked()
    const first = await adapter.post(thread, post('one'), 'n1', null)
    expect(bench.discord.said(bench.ops.id)).toEqual(['one'])
    expect(bench.ops.messages.at(-1)?.shown.message_reference).toMatchObject({ message_id: id })
    expect(await adapter.find(thread, 'n1', null)).toBe(first)
  })

  test('one that was put away is opened again for an edit', async () => {
    const { thread, id } = await asked()
    const ref = await adapter.post(thread, post('10 %'), 'n1', null)
    const opened = bench.discord.world.channels.get(id)
    if (!opened) throw new Error('no thread')
    opened.archived = true
    await adapter.edit(ref, post('20 %'))
    expect(bench.discord.said(id)).toEqual(['20 %'])
    opened.archived = true
    opened.locked = true
    expect(await troubleOf(adapter.edit(ref, post('30 %')))).toMatchObject({ tag: 'gone' })
  })

  test('one that nobody has told of, and that hangs on no message', async () => {
    const { discord, ann, ops, mention } = bench
    const thread = discord.world.channel('talk', { type: CHANNEL.thread, parent: ops.id })
    const { shown } = discord.type(ann, thread, `${mention} whoami`)
    const key = `message ${thread.id} ${shown.id}`
    await front.until(() => front.store.inbox.has(key))
    await adapter.stop()
    thread.archived = true
    const next = await bench.join('two', front.store)
    await next.adapter.post(front.store.inbox.get(key)?.thread ?? '', post('ann'), 'n1', null)
    expect(discord.said(thread.id)).toEqual(['ann'])
  })

  test('a notice begins one of its own, in a channel by its name or its id', async () => {
    const { discord, ops } = bench
    const named = adapter.threadIn('#ops', 'notice 1')
    const first = await adapter.post(named, post('nightly: done'), 'n1', null)
    await adapter.post(named, post('2 lines'), 'n2', first)
    await adapter.post(adapter.threadIn(`#${ops.id}`, 'notice 2'), post('weekly: done'), 'n3', null)
    expect(discord.said(ops.id)).toEqual(['nightly: done', 'weekly: done'])
    expect(discord.said(first.split('/')[1] ?? '')).toEqual(['2 lines'])
    expect(
      await troubleOf(adapter.post(adapter.threadIn('#nowhere', 'notice 3'), post('x'), 'n4', null)),
    ).toMatchObject({
      tag: 'gone',
    })
  })
})

test('a notice for somebody is a direct message to them', async () => {
  const { discord, bob } = bench
  const thread = adapter.threadIn(bob.id, 'notice 4')
  const ref = await adapter.post(thread, post('glass was broken'), 'n1', null)
  expect(discord.said(discord.world.dm(bob).id)).toEqual(['glass was broken'])
  expect(await adapter.find(thread, 'n1', null)).toBe(ref)
  expect(
    await troubleOf(adapter.post(adapter.threadIn('80351110224678912', 'notice 5'), post('x'), 'n2', null)),
  ).toMatchObject({
    tag: 'gone',
  })
})

describe('what is gone', () => {
  test.each([
    ['the thread', (id: string) => bench.discord.world.channels.get(id)],
    ['the channel', () => bench.ops],
  ])('%s', async (_, gone) => {
    const { thread, id } = await asked()
    const ref = await adapter.post(thread, post('one'), 'n1', null)
    const channels = [bench.discord.world.channels.get(id), gone(id)]
    for (const one of channels) if (one) one.isGone = true
    expect(await troubleOf(adapter.post(thread, post('two'), 'n2', ref))).toMatchObject({ tag: 'gone' })
    expect(await troubleOf(adapter.edit(ref, post('two')))).toMatchObject({ tag: 'gone' })
  })

  test('a direct message to somebody who takes none', async () => {
    const { discord, bob } = bench
    const dm = discord.world.dm(bob)
    const { shown } = discord.type(bob, dm, 'whoami')
    await front.until(() => front.store.inbox.has(`message ${dm.id} ${shown.id}`))
    dm.isClosed = true
    const { thread = '' } = front.store.inbox.get(`message ${dm.id} ${shown.id}`) ?? {}
    const trouble = await troubleOf(adapter.post(thread, post('bob'), 'n1', null))
    expect(trouble).toEqual({ tag: 'gone', reason: 'they take no direct messages of this bot' })
  })

  test('the right to write', async () => {
    const { thread, id } = await asked()
    const ref = await adapter.post(thread, post('one'), 'n1', null)
    bench.discord.world.channels.get(id)?.forbidden.add('send')
    expect(await troubleOf(adapter.post(thread, post('two'), 'n2', ref))).toMatchObject({ tag: 'gone' })
  })
})

describe('what is said', () => {
  test('calls only whom the bot means to call', async () => {
    const { thread, id } = await asked()
    const { ann, bob } = bench
    const text = `<@${bob.id}> @everyone <@&123>`
    await adapter.post(
      thread,
      post(text, { mentions: [`discord:${ann.id}`], parts: [{ tag: 'text', text }] }),
      'n1',
      null,
    )
    expect(bench.discord.world.channels.get(id)?.messages[0]?.pings).toEqual([ann.id])
  })

  test('has its files, which are not sent again with an edit', async () => {
    const { thread, id } = await asked('export')
    front.files.set('f1', Buffer.from('a,b\n'))
    front.files.set('f2', Buffer.from('c,d\n'))
    const file = { id: 'f1', name: 'the things.csv', mediaType: 'text/csv', size: 4, alt: null }
    const ref = await adapter.post(thread, post('40 things', { files: [file] }), 'n1', null)
    const message = bench.discord.world.channels.get(id)?.messages[0]
    expect(message?.shown.attachments).toMatchObject([{ filename: 'the_things.csv', size: 4 }])
    await adapter.edit(ref, post('41 things', { files: [file, { ...file, id: 'f2', name: 'more.csv' }] }))
    expect(message?.shown.attachments.map(({ filename }) => filename)).toEqual(['the_things.csv', 'more.csv'])
    const uploads = bench.discord.seen.flatMap(({ uploads: all }) => all.map(({ name }) => name))
    expect(uploads).toEqual(['the_things.csv', 'more.csv'])
    await adapter.edit(ref, post('42 things'))
    expect(message?.shown.attachments).toHaveLength(2)
  })

  test('leaves out a file that Discord does not take, and says so', async () => {
    const { thread, id } = await asked('export')
    front.files.set('f1', Buffer.alloc(11 * 2 ** 20))
    front.files.set('f2', Buffer.from('a,b\n'))
    const file = { id: 'f1', name: 'all.csv', mediaType: 'text/csv', size: 11 * 2 ** 20, alt: null }
    await adapter.post(
      thread,
      post('90000 things', { files: [file, { ...file, id: 'f2', name: 'few.csv', size: 4 }] }),
      'n1',
      null,
    )
    const shown = bench.discord.world.channels.get(id)?.messages[0]?.shown
    expect(shown?.attachments.map(({ filename }) => filename)).toEqual(['few.csv'])
    expect(shown?.content).toMatch(/^90000 things\n.*all\.csv \(11 MB\)/)
  })

  test('for the eyes of one is never edited', async () => {
    const { discord, ann, ops } = bench
    const interaction = discord.slash(ann, ops, 'whoami')
    await front.until(() => front.store.inbox.has(`interaction ${interaction.id}`))
    const { thread = '' } = front.store.inbox.get(`interaction ${interaction.id}`) ?? {}
    const ref = await adapter.post(
      thread,
      post('no', { answers: interaction.id, privateTo: `discord:${ann.id}` }),
      'n1',
      null,
    )
    await adapter.edit(ref, post('yes'))
    expect(interaction.original?.contents).toEqual(['no'])
    // And nothing hangs on it.
    await adapter.post(thread, post('for all'), 'n2', ref)
    expect(discord.said(ops.id)).toEqual(['for all'])
  })
})
