// What the bot has to tell by itself: in the place that it is about, and to people who are known to another chat alone.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { tellNotices } from '../../../src/bot/outbox/tell/notices.ts'
import type { Inventory } from '../../../src/inventory/inventory.ts'
import { closeInventory, databases, openInventory } from '../../inventory/open.ts'

describe.each(databases)('notices, on %s', (kind) => {
  let inventory: Inventory
  beforeEach(async () => {
    inventory = await openInventory(kind)
  })
  afterEach(() => closeInventory(inventory))

  test('each is told once: in its channel, in its thread, or to each of those whom it mentions', async () => {
    const { knex } = inventory.database
    const add = (thread: string, channel: string | null, mentions: readonly string[]) =>
      knex.raw(
        `insert into notices (at, chat, thread, channel, mentions, text) values (now(), 'fake', ?, ?, ?::text[], 'BREAKGLASS: x')`,
        [thread, channel as string, [...mentions]],
      )
    await add('{"ts":"1"}', '#ops', ['fake:U1', 'other:1'])
    await add('{"ts":"2"}', null, ['fake:U1'])
    await add('{}', null, ['fake:U2', 'fake:U3'])
    const chat = { name: 'fake', threadIn: (channel: string, of: string) => `${channel} of ${of}` }
    await tellNotices(knex, [chat])
    await tellNotices(knex, [chat])
    const { rows } = await knex.raw<{ rows: object[] }>(
      `select thread, body->'mentions' as mentions, body->>'title' as title from outbox order by id`,
    )
    const title = 'BREAKGLASS: x'
    expect(rows).toEqual([
      { thread: '#ops of notice 1', mentions: ['fake:U1'], title },
      { thread: '{"ts":"2"}', mentions: ['fake:U1'], title },
      { thread: 'U2 of notice 3 fake:U2', mentions: ['fake:U2'], title },
      { thread: 'U3 of notice 3 fake:U3', mentions: ['fake:U3'], title },
    ])
  })
})
