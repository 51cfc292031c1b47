// Words that are offered while somebody types: the terminal prints them as they are.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { wordsAfter } from '../../src/bot/completion.ts'
import { COMMANDS } from '../../src/commands/registry.ts'
import { createLanguage } from '../../src/grammar/language.ts'
import type { Inventory } from '../../src/inventory/inventory.ts'
import { enrolFirst } from '../../src/inventory/operators/operators.ts'
import { protectThings } from '../../src/inventory/resources/protection.ts'
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
    await protectThings(change, [thing], 'INC-1')
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

test('a key that only the program writes is offered where it is asked for, and not where it would be written', async () => {
  const bot = { inventory, language: createLanguage(COMMANDS), commands: COMMANDS }
  const offered = async (text: string) => (await wordsAfter(text, 'os:test', bot)).words
  for (const text of ['attr set s1 ', 'attr set s1 _', 'attr add s1 ', 'attr del s1 '])
    expect(await offered(text), text).not.toContain('_protected')
  for (const text of ['attr set s1 ', 'attr del s1 ']) expect(await offered(text), text).toContain('note')
  for (const text of ['attr get s1 ', 'find haskey ', 'find attr:', 'delete haskey ', 'count driver:server by '])
    expect(await offered(text), text).toContain('_protected')
})
