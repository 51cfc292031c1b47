// What is said reaches the chat once, the latest of it, the urgent first, and never faster than the chat allows.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { lostExamination } from '../../../src/bot/outbox/lost.ts'
import { PRIORITY, type Saying, say } from '../../../src/bot/outbox/outbox.ts'
import { plainDraft } from '../../../src/bot/outbox/post.ts'
import { Sender } from '../../../src/bot/outbox/sender.ts'
import type { Inventory } from '../../../src/inventory/inventory.ts'
import { closeInventory, databases, openInventory } from '../../inventory/open.ts'
import { FakeChat } from './fake-chat.ts'

const LIMITS = { posts: { count: 1, per: 1000 }, edits: { count: 50, per: 60_000 } }

describe.each(databases)('the outbox, on %s', (kind) => {
  let inventory: Inventory
  let clock = 0
  let chat: FakeChat
  let troubles: unknown[]
  const now = () => clock

  beforeAll(async () => {
    inventory = await openInventory(kind)
  })
  afterAll(() => closeInventory(inventory))
  beforeEach(async () => {
    await inventory.database.knex.raw('truncate outbox, outbox_senders')
    chat = new FakeChat(LIMITS, now)
    troubles = []
  })

  const sender = () =>
    new Sender({
      knex: inventory.database.knex,
      chat,
      onTrouble: (error) => troubles.push(error),
      now,
      pause: async () => undefined,
    })

  const saying = (key: string, { text }: { readonly text: string }, more: Partial<Saying> = {}): Saying => ({
    chat: 'fake',
    thread: `c1/${key}`,
    key,
    priority: PRIORITY.progress,
    post: { ...plainDraft(text), buttons: [], files: [], answers: null },
    asker: null,
    ...more,
  })
  const tell = (...sayings: readonly Saying[]) => say(inventory.database.knex, sayings)

  /** Turns of the sender, each after as long as the one before asked for; waits set by the database are over at once. */
  const turns = async (of: Sender, seconds: number) => {
    const end = clock + seconds * 1000
    while (clock < end) {
      const wait = await of.turn()
      clock += Math.max(wait, 1)
      await inventory.database.knex.raw('update outbox set not_before = null')
    }
  }

  const texts = () => [...chat.messages.values()].map(({ body }) => body.title)

  test('of many changes the last is sent, to the same message', async () => {
    const one = sender()
    await tell(saying('a', { text: '0 %' }))
    await turns(one, 2)
    for (let percent = 1; percent <= 100; percent++) await tell(saying('a', { text: `${percent} %` }))
    await turns(one, 5)
    expect(texts()).toEqual(['100 %'])
    expect([...chat.messages.values()][0]?.edits).toBe(1)
    await tell(saying('a', { text: '100 %' }))
    await turns(one, 5)
    expect([...chat.messages.values()][0]?.edits).toBe(1)
  })

  test('approvals and results go before progress; a thread keeps its order', async () => {
    const one = sender()
    await tell(
      saying('p1', { text: 'progress' }),
      saying('p2', { text: 'more progress' }),
      saying('first', { text: 'question' }, { thread: 'c1/t' }),
      saying('second', { text: 'approve?' }, { thread: 'c1/t', priority: PRIORITY.approval }),
      saying('end', { text: 'done' }, { priority: PRIORITY.result }),
    )
    await turns(one, 10)
    expect(texts()).toEqual(['question', 'approve?', 'done', 'progress', 'more progress'])
  })

  test('a hundred messages that change all the time stay below the limits, and show their last state', async () => {
    const one = sender()
    const jobs = Array.from({ length: 100 }, (_, at) => at)
    for (let round = 0; round < 60; round++) {
      await tell(...jobs.map((at) => saying(`j${at}`, { text: `${at}: ${round}` }, { thread: `c${at % 10}/${at}` })))
      await turns(one, 5)
    }
    const ended = clock
    await tell(
      ...jobs.map((at) =>
        saying(`j${at} end`, { text: `${at}: done` }, { thread: `c${at % 10}/${at}`, priority: PRIORITY.result }),
      ),
    )
    while (texts().filter((text) => String(text).endsWith('done')).length < 100 && clock < ended + 90_000)
      await turns(one, 1)
    expect(texts().filter((text) => String(text).endsWith('done'))).toHaveLength(100)
    expect(chat.tooFast).toBe(0)
    expect(troubles).toEqual([])
  }, 120_000)

  test('a message whose answer was lost is not there twice, and one that was not sent is sent', async () => {
    const one = sender()
    chat.mishaps.push('lost-after', 'lost-before', 'limited')
    await tell(saying('a', { text: 'once' }))
    await turns(one, 3)
    await tell(saying('b', { text: 'twice tried' }))
    await turns(one, 10)
    expect(texts().sort()).toEqual(['once', 'twice tried'])
  })

  test('a process that dies between posting and writing it down leaves no second message', async () => {
    await tell(saying('a', { text: 'hello' }))
    const first = sender()
    await first.turn()
    // As it was before the answer was written down.
    await inventory.database.knex.raw('update outbox set ref = null, shown = 0')
    await tell(saying('a', { text: 'hello again' }))
    await inventory.database.knex.raw(`update outbox_senders set lease_until = clock_timestamp() - interval '1 second'`)
    await turns(sender(), 5)
    expect(texts()).toEqual(['hello again'])
  })

  test('one process speaks at a time, and another takes over when it is silent', async () => {
    const [one, two] = [sender(), sender()]
    await tell(saying('a', { text: 'first' }))
    await one.turn()
    await tell(saying('b', { text: 'second' }))
    clock += 5000
    await two.turn()
    expect(texts()).toEqual(['first'])
    await inventory.database.knex.raw(`update outbox_senders set lease_until = clock_timestamp() - interval '1 second'`)
    await turns(two, 5)
    expect(texts()).toEqual(['first', 'second'])
  })

  test('a channel that is flooded keeps nothing back that is for another', async () => {
    const one = sender()
    const flood = Array.from({ length: 1500 }, (_, at) => saying(`f${at}`, { text: 'flood' }))
    await tell(...flood)
    await tell(saying('quiet', { text: 'heard' }, { thread: 'c2/quiet' }))
    await turns(one, 2)
    expect(texts()).toContain('heard')
  })

  test('in a channel that one person floods, with cards too, another is told next, each time', async () => {
    const one = sender()
    const of = (asker: string, n: number, priority: number) =>
      saying(`${asker} ${n}`, { text: `${asker} ${n}` }, { asker, priority })
    const floods = Array.from({ length: 100 }, (_, n) => of('ann', n, n % 2 ? PRIORITY.answer : PRIORITY.approval))
    await tell(...floods)
    await turns(one, 4)
    await tell(...[1, 2, 3].map((n) => of('bob', n, PRIORITY.answer)), of('cat', 1, PRIORITY.approval))
    const before = texts().length
    await turns(one, 10)
    const next = texts().slice(before)
    expect(next[0]).toBe('cat 1')
    expect(next.slice(1, 7).map((text) => text.replace(/\d+/, ''))).toEqual([
      'bob ',
      'ann ',
      'bob ',
      'ann ',
      'bob ',
      'ann ',
    ])
  })

  test('a message whose thread cannot be read is lost alone, and somebody is told', async () => {
    const one = sender()
    await tell(
      saying('a', { text: 'nowhere' }, { thread: '?', priority: PRIORITY.approval }),
      saying('b', { text: 'heard' }),
      saying('c', { text: 'heard too' }, { thread: 'c2/c' }),
    )
    await turns(one, 5)
    expect(texts().sort()).toEqual(['heard', 'heard too'])
    expect(troubles.map(String)).toEqual(['Error: fake: a could not be sent: where it goes cannot be read'])
  })

  test('one on which the adapter breaks waits alone, is told once, and is tried again', async () => {
    const one = sender()
    chat.mishaps.push('bug', 'bug')
    await tell(saying('a', { text: 'tried again' }), saying('b', { text: 'heard' }, { thread: 'c2/b' }))
    await one.turn()
    await tell(saying('c', { text: 'heard' }, { thread: 'c3/c' }))
    await turns(one, 5)
    expect(texts().sort()).toEqual(['heard', 'heard', 'tried again'])
    expect(troubles.map(String).sort()).toEqual([
      'Error: fake: a could not be sent yet: TypeError: x is not a function',
      'Error: fake: b could not be sent yet: TypeError: x is not a function',
    ])
  })

  test('what cannot be sent reaches somebody, and keeps nothing else back', async () => {
    const one = sender()
    chat.mishaps.push('gone')
    await tell(saying('a', { text: 'into the void' }), saying('b', { text: 'heard' }))
    await turns(one, 5)
    expect(texts()).toEqual(['heard'])
    expect(troubles.map(String)).toEqual(['Error: fake: a could not be sent: the channel is archived'])
    const { rows } = await inventory.database.knex.raw(
      `select body ->> 'title' as text from outbox where state = 'lost'`,
    )
    expect(rows).toEqual([{ text: 'into the void' }])
    expect(await lostExamination(inventory.database.knex).look(new AbortController().signal)).toEqual([
      {
        ...{ name: 'messages in fake', state: 'failed' },
        detail: expect.stringMatching(/^1 could not be sent within 7 days, the last of \S+Z: the channel is archived$/),
      },
    ])
  })
})
