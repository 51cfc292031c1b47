// What adapters ask of the bot besides taking what comes in.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Front } from '../../src/bot/adapter.ts'
import { createFront } from '../../src/bot/front.ts'
import { COMMANDS } from '../../src/commands/registry.ts'
import { createLanguage } from '../../src/grammar/language.ts'
import type { Inventory } from '../../src/inventory/inventory.ts'
import { closeInventory, databases, openInventory } from '../inventory/open.ts'

describe.each(databases)('the front, on %s', (kind) => {
  let inventory: Inventory
  let front: Front
  beforeAll(async () => {
    inventory = await openInventory(kind)
    const bot = { inventory, language: createLanguage(COMMANDS), commands: COMMANDS }
    const onTrouble = (_: string, error: unknown) => {
      throw error
    }
    front = createFront({ bot, intake: { take: () => Promise.reject(new Error('not here')) }, onTrouble })
  })
  afterAll(() => closeInventory(inventory))

  test('knows where direct messages came from, the last one first', async () => {
    const came = [
      ['discord', 'a', null],
      ['discord', 'b', '#1'],
      ['discord', 'c', null],
      ['discord', 'a', null],
      ['slack', 'd', null],
    ] as const
    for (const [index, [chat, thread, channel]] of came.entries())
      await inventory.database.knex.raw('insert into inbox (chat, key, author, incoming) values (?, ?, ?, ?)', [
        ...[chat, `${index}`, `${chat}:1`, JSON.stringify({ thread, channel })],
      ])
    expect(await front.directs('discord')).toEqual(['a', 'c'])
  })

  test('empties the groups of a chat that does not tell of them any more, and of no other', async () => {
    const { knex } = inventory.database
    await front.setMembers('slack:S0ONCALL1', ['slack:U0ANN0001'])
    await front.setMembers('discord:@1', ['discord:1'])
    await front.emptyGroups('slack')
    const { rows } = await knex.raw('select chat_group from memberships')
    expect(rows).toEqual([{ chat_group: 'discord:@1' }])
  })

  test('remembers until when a chat was heard, and never goes back', async () => {
    expect(await front.heardUntil('discord')).toBeNull()
    const [early, late] = [new Date('2026-01-01T00:00:00Z'), new Date('2026-01-02T00:00:00Z')]
    await front.setHeardUntil('discord', late)
    await front.setHeardUntil('discord', early)
    expect(await front.heardUntil('discord')).toEqual(late)
  })
})
