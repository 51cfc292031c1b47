// What is typed in Discord reaches the bot, whole and once, and what it says appears where it was asked.
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DiscordAdapter } from '../../../src/bot/discord/adapter.ts'
import { type Bench, openBench, post } from './bench.ts'
import type { MemoryFront } from './front.ts'

let bench: Bench
let adapter: DiscordAdapter
let front: MemoryFront

beforeAll(async () => {
  bench = await openBench()
  ;({ adapter, front } = await bench.join('one'))
})
afterAll(async () => {
  expect(bench.discord.wrong).toEqual([])
  await bench.end()
})

const taken = async (key: string) => {
  await front.until(() => front.store.inbox.has(key))
  return front.store.inbox.get(key)
}

test('a mention in a channel comes in, and is answered in a thread on it', async () => {
  const { discord, ann, ops, mention } = bench
  const { shown } = discord.type(ann, ops, `${mention} locate server1`)
  const came = await taken(`message ${ops.id} ${shown.id}`)
  expect(came).toMatchObject({
    ...{ kind: 'message', text: 'locate server1', author: `discord:${ann.id}`, channel: `#${ops.id}` },
    ...{ isCaughtUp: false, answers: null, isUnseen: false },
  })
  const thread = came?.thread ?? ''
  const first = await adapter.post(thread, post('server1 is in rack101'), 'n1', null)
  expect(discord.said(shown.id)).toEqual(['server1 is in rack101'])
  expect(discord.said(ops.id)).toEqual([])
  const second = await adapter.post(thread, post('and more'), 'n2', first)
  await adapter.edit(second, post('and much more'))
  expect(discord.said(shown.id)).toEqual(['server1 is in rack101', 'and much more'])
  expect(await adapter.find(thread, 'n1', null)).toBe(first)
  expect(await adapter.find(thread, 'n9', null)).toBeNull()
})

test.each([
  ['as it was typed', '**count**  web*', 'count web*'],
  ['cut', `count ${'web01 or '.repeat(20)}web02`, `${`count ${'web01 or '.repeat(20)}`.slice(0, 99)}…`],
  ['without a secret', 'set server1 password=hunter2', 'set server1 password=[redacted]'],
])('a thread is called after the command, %s', async (_, typed, name) => {
  const { discord, ann, mention } = bench
  // A channel takes no more than some threads in a few seconds.
  const names = discord.world.channel('names')
  const { shown } = discord.type(ann, names, `${mention} ${typed}`)
  const came = await taken(`message ${names.id} ${shown.id}`)
  await adapter.post(came?.thread ?? '', post('39 things'), `n-${shown.id}`, null)
  expect(discord.world.channels.get(shown.id)?.name).toBe(name)
})

test('a thread on a command that nobody remembers has a name as well', async () => {
  const { discord, ann, mention } = bench
  const names = discord.world.channel('names')
  const { shown } = discord.typeUnheard(ann, names, `${mention} count web*`)
  await adapter.post(JSON.stringify({ channel: names.id, message: shown.id }), post('39 things'), 'n-unheard', null)
  expect(discord.world.channels.get(shown.id)?.name).toBe('clusto')
})

test('what is typed in the thread of an open console is overheard, as it was typed', async () => {
  const { discord, ann, ops, mention } = bench
  const { shown } = discord.type(ann, ops, `${mention} console web01`)
  const console = await taken(`message ${ops.id} ${shown.id}`)
  await adapter.post(console?.thread ?? '', post('console of web01 is open'), 'n-console', null)
  const thread = discord.world.channels.get(shown.id)
  if (!thread) throw new Error('no thread')
  const before = discord.type(ann, thread, '> too early')
  const asked = discord.type(ann, thread, `${mention} pending`)
  await taken(`message ${thread.id} ${asked.shown.id}`)
  expect(front.store.inbox.has(`message ${thread.id} ${before.shown.id}`)).toBe(false)
  front.wanted.add(console?.thread ?? '')
  const line = discord.type(ann, thread, '> echo **a** `date` __b__')
  const came = await taken(`message ${thread.id} ${line.shown.id}`)
  expect(came).toMatchObject({ text: '> echo **a** `date` __b__', isOverheard: true, thread: console?.thread })
  expect(adapter.threadBelow(`${ops.id}/${shown.id}`)).toBe(console?.thread)
})

test('a direct message needs no mention, and is answered there', async () => {
  const { discord, bob } = bench
  const dm = discord.world.dm(bob)
  const { shown } = discord.type(bob, dm, 'whoami')
  const came = await taken(`message ${dm.id} ${shown.id}`)
  expect(came).toMatchObject({ text: 'whoami', channel: null, author: `discord:${bob.id}` })
  await adapter.post(came?.thread ?? '', post('bob'), 'n3', null)
  expect(discord.said(dm.id)).toEqual(['bob'])
})

test('a slash command is answered as Discord wants it', async () => {
  const { discord, ann, ops } = bench
  const interaction = discord.slash(ann, ops, 'count driver:Server')
  const came = await taken(`interaction ${interaction.id}`)
  expect(came).toMatchObject({ text: 'count driver:Server', isUnseen: true, answers: interaction.id })
  await adapter.post(came?.thread ?? '', post('40', { answers: interaction.id }), 'n4', null)
  expect(interaction.answered).toBe(4)
  expect(interaction.original?.shown.content).toBe('40')
})
