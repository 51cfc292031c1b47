// What came in is there once however often it was delivered, and is answered by one process at a time, to its end.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ClaimLost, claim, putBack, settleItem, store } from '../../../src/bot/inbox/inbox.ts'
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
})
