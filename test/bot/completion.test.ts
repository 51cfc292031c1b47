// Words that are offered while somebody types: the terminal prints them as they are.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { wordsAfter } from '../../src/bot/completion.ts'
import { COMMANDS } from '../../src/commands/registry.ts'
import { createLanguage } from '../../src/grammar/language.ts'
import type { Inventory } from '../../src/inventory/inventory.ts'
import { enrolFirst } from '../../src/inventory/operators/operators.ts'
import { addAttributes } from '../../src/inventory/write/attributes.ts'
import { addThings } from '../../src/inventory/write/things.ts'
import { closeInventory, ENTRY, openInventory } from '../inventory/open.ts'

let inventory: Inventory
beforeAll(async () => {
  inventory = await openInventory('embedded')
  await enrolFirst(inventory.database.knex, [{ identity: 'os:test', role: 'admin' }])
  await inventory.change(ENTRY, async (change) => {
    const driver = change.catalogue.get('server')
    if (!driver) throw new Error('server')
    const [thing] = await addThings(change, [{ name: 's1', driver }])
    if (!thing) throw new Error('s1')
    const key = { key: 'note', subkey: null, number: null }
    const values = ['vplain', 'v\u001b]0;owned\u0007', 'v\u202egnp'].map((value) => ({ type: 'text', value }) as const)
    await addAttributes(change, [{ thing, port: '' }], key, values)
  })
})
afterAll(() => closeInventory(inventory))

test('no word is offered that would move the cursor or show another text than it is', async () => {
  const { words } = await wordsAfter('find attr:note,v', 'os:test', {
    inventory,
    language: createLanguage(COMMANDS),
    commands: COMMANDS,
  })
  expect(words).toEqual(['vplain'])
})
