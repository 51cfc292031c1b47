// What is over for long goes; what is still to be said, or was said lately, stays.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { say, setLost, setShown } from '../../../src/bot/outbox/outbox.ts'
import { plainDraft } from '../../../src/bot/outbox/post.ts'
import { tidy } from '../../../src/bot/outbox/tidy.ts'
import type { Inventory } from '../../../src/inventory/inventory.ts'
import { closeInventory, databases, openInventory } from '../../inventory/open.ts'

describe.each(databases)('tidying, on %s', (kind) => {
  let inventory: Inventory
  beforeAll(async () => {
    inventory = await openInventory(kind)
  })
  afterAll(() => closeInventory(inventory))

  test('takes away what was said or lost a month ago, and nothing that is still to be said', async () => {
    const { knex } = inventory.database
    const post = { ...plainDraft('hello'), buttons: [], files: [], answers: null }
    for (const key of ['said', 'lost', 'waits', 'lately'])
      await say(knex, [{ chat: 'fake', thread: `c1/${key}`, key, priority: 2, post, asker: null }])
    const { rows } = await knex.raw<{ rows: { id: number; key: string }[] }>('select id, key from outbox')
    const idOf = (key: string) => rows.find((row) => row.key === key)?.id ?? 0
    for (const key of ['said', 'lately']) await setShown(knex, idOf(key), 1, `m ${key}`)
    await setLost(knex, idOf('lost'), 'the channel is archived')
    await knex.raw(`update outbox set changed_at = changed_at - interval '31 days' where key <> 'lately'`)
    await knex.raw(`update outbox set shown_at = shown_at - interval '31 days' where key = 'said'`)
    await tidy(knex)
    const left = await knex.raw<{ rows: { key: string }[] }>('select key from outbox order by id')
    expect(left.rows).toEqual([{ key: 'waits' }, { key: 'lately' }])
  })
})
