// What came in is there once however often it was delivered, and is answered by one process at a time, to its end.
import type { Knex } from 'knex'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { endFlood, floodsIn, holdFlood } from '../../../src/bot/inbox/floods.ts'
import { ClaimLost, claim, putBack, settleItem, store } from '../../../src/bot/inbox/inbox.ts'
import type { Incoming } from '../../../src/bot/inbox/incoming.ts'
import { say } from '../../../src/bot/outbox/outbox.ts'
import { plainDraft } from '../../../src/bot/outbox/post.ts'
import type { Inventory } from '../../../src/inventory/inventory.ts'
import { closeInventory, databases, openInventory } from '../../inventory/open.ts'
import { came } from './came.ts'

describe.each(databases)('the inbox, on %s', (kind) => {
  let inventory: Inventory
  beforeAll(async () => {
    inventory = await openInventory(kind)
  })
  afterAll(() => closeInventory(inventory))
  beforeEach(async () => {
    await inventory.database.knex.raw('truncate inbox')
  })

  const knex = () => inventory.database.knex
  const take = (by: string, more: { seconds?: number; active?: readonly number[]; chats?: readonly string[] } = {}) =>
    claim(knex(), by, { chats: ['fake'], seconds: 10, most: 10, active: [], ...more })
  const keys = (items: Awaited<ReturnType<typeof take>>) => items.map(({ incoming }) => incoming.key)
  const expire = () => knex().raw(`update inbox set claimed_until = clock_timestamp() - interval '1 second'`)

  test('what is delivered many times is there once, in the order of its first coming', async () => {
    const all = ['fake:a', 'fake:b', 'fake:c'].map((author, n) => came(n, { author }))
    await store(knex(), all)
    await Promise.all([store(knex(), all.toReversed()), store(knex(), all), store(knex(), [came(0)])])
    expect(keys(await take('p1'))).toEqual(['message 0', 'message 1', 'message 2'])
  })

  test('of an author the next is begun when the one before is done', async () => {
    await store(knex(), [came(1), came(2), came(3, { author: 'fake:bob' })])
    const first = await take('p1')
    expect(keys(first)).toEqual(['message 1', 'message 3'])
    expect(await take('p2')).toEqual([])
    expect(await settleItem(knex(), 'p1', first[0]?.id ?? 0)).toBe(true)
    expect(keys(await take('p2'))).toEqual(['message 2'])
  })

  test('what a silent process has begun another one begins again, and the first writes nothing more', async () => {
    await store(knex(), [came(1)])
    const [item] = await take('p1')
    await expire()
    const [again] = await take('p2')
    expect(again).toMatchObject({ id: item?.id, attempts: 2 })
    await expect(settleItem(knex(), 'p1', item?.id ?? 0)).rejects.toBeInstanceOf(ClaimLost)
    expect(await settleItem(knex(), 'p2', item?.id ?? 0)).toBe(true)
    expect(await settleItem(knex(), 'p2', item?.id ?? 0)).toBe(false)
    await expire()
    expect(await take('p1')).toEqual([])
  })

  test('what is under way here is not begun here again, however late it is; nor what is of another chat', async () => {
    await store(knex(), [came(1), came(2, { chat: 'other', author: 'other:x' })])
    const [item] = await take('p1')
    await expire()
    expect(await take('p1', { active: [item?.id ?? 0] })).toEqual([])
    expect(keys(await take('p1', { active: [item?.id ?? 0], chats: ['fake', 'other'] }))).toEqual(['message 2'])
  })

  test('what is put back waits, and is an attempt only where it is said to be', async () => {
    await store(knex(), [came(1)])
    const [item] = await take('p1')
    await putBack(knex(), 'p1', item?.id ?? 0, 60, { counts: false })
    expect(await take('p1')).toEqual([])
    await expire()
    expect((await take('p1'))[0]?.attempts).toBe(1)
  })

  test('a NUL or half a character in what was typed does not keep the rest out', async () => {
    await store(knex(), [came(1, { text: 'find a\0b\ud83d \ude00c 😀' }), came(2, { author: 'fake:bob' })])
    expect((await take('p1')).map(({ incoming }) => incoming.kind === 'message' && incoming.text)).toEqual([
      'find a\ufffdb\ufffd \ufffdc 😀',
      'count name:m2',
    ])
  })

  describe('of one person who sends more than may wait', () => {
    const all = (from: number, count: number, more: Parameters<typeof came>[1] = {}) =>
      Array.from({ length: count }, (_, n) => came(from + n, more))
    const states = async () => {
      const { rows } = await knex().raw<{ rows: { key: string; state: string; text: string }[] }>(
        `select key, state, incoming ->> 'text' as text from inbox order by id`,
      )
      return {
        waiting: rows.filter(({ state }) => state === 'waiting').map(({ key }) => key.slice('message '.length)),
        left: rows.filter(({ state }) => state === 'left').map(({ key }) => key.slice('message '.length)),
        kept: rows.filter(({ state, text }) => state === 'left' && text !== ''),
      }
    }

    test('the first are to be done; the rest is there, once, without what it said', async () => {
      await store(knex(), [...all(0, 3), ...all(0, 9), came('bob', { author: 'fake:bob' })], 4)
      await store(knex(), all(5, 6), 4)
      expect(await states()).toEqual({
        waiting: ['0', '1', '2', '3', 'bob'],
        left: ['4', '5', '6', '7', '8', '9', '10'],
        kept: [],
      })
    })

    test('buttons and decisions have room of their own, until they are the flood', async () => {
      const press = (n: number) => ({ ...came(n), kind: 'press', button: 'b', card: null, typed: null }) as Incoming
      await store(knex(), all(0, 9), 4)
      await store(
        knex(),
        [press(20), came(21, { text: 'approve 1-q7m' }), came(22, { text: ' DENY 1-q7m because "x"' })],
        4,
      )
      expect((await states()).waiting).toEqual(['0', '1', '2', '3', '20', '21', '22'])
      await store(knex(), [press(23), press(24), came(25, { text: 'approve' })], 4)
      expect((await states()).waiting).toEqual(['0', '1', '2', '3', '20', '21', '22', '23'])
    })

    test('what was done and is not told yet counts; there is room again when less waits, and one word of what was left', async () => {
      await store(knex(), all(0, 12), 10)
      const [flood] = await floodsIn(knex(), ['fake'])
      if (!flood) throw new Error('no flood')
      expect(flood).toMatchObject({ chat: 'fake', author: 'fake:alice', thread: 'c1/10' })
      const post = { ...plainDraft('done'), buttons: [], files: [], answers: null }
      for (const [item] = await take('p1'); item; ) {
        const said = { chat: 'fake', thread: 't', key: `answer ${item.id}`, priority: 2, post, asker: 'fake:alice' }
        await say(knex(), [said])
        await settleItem(knex(), 'p1', item.id)
        break
      }
      expect(await endFlood(knex(), flood, 10)).toBe(null)
      await knex().raw('truncate outbox')
      // Nine wait: not less than nine tenths.
      expect(await endFlood(knex(), flood, 10)).toBe(null)
      await store(knex(), [came(12)], 10)
      for (const item of await take('p1')) await settleItem(knex(), 'p1', item.id)
      expect(await endFlood(knex(), flood, 10)).toBe(3)
      expect(await holdFlood(knex(), flood)).toBe(false)
      expect(await floodsIn(knex(), ['fake'])).toEqual([])
      await store(knex(), all(13, 3), 10)
      expect((await states()).left).toEqual(['15'])
    })

    test('what waits behind the first of each is not read to find it', async () => {
      await knex().raw(
        `insert into inbox (chat, key, author, incoming)
         select 'fake', 'k' || n, 'fake:' || case when n % 1000 = 0 then n else 0 end, '{}' from generate_series(1, 20000) n`,
      )
      await knex().raw('analyze inbox')
      const asked: { sql: string; bindings: readonly Knex.RawBinding[] }[] = []
      const hear = (query: (typeof asked)[number]) => asked.push(query)
      knex().on('query', hear)
      expect(await take('p1')).toHaveLength(10)
      knex().off('query', hear)
      const [claimed] = asked
      const { rows } = await knex().raw<{ rows: { 'QUERY PLAN': string }[] }>(
        `explain (analyze, timing off) ${claimed?.sql.replace(/\$\d+/g, '?')}`,
        [...(claimed?.bindings ?? [])],
      )
      const read = rows.flatMap((row) => /actual rows=(\d+).* loops=(\d+)/.exec(row['QUERY PLAN'])?.slice(1) ?? [])
      expect(read.length).toBeGreaterThan(10)
      expect(read.map(Number).filter((count) => count > 100)).toEqual([])
    })
  })
})
