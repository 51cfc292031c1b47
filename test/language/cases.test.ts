// The language as people use it: every case of cases.txt goes through the whole pipeline, on both databases.
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Inventory } from '../../src/inventory/inventory.ts'
import { closeInventory, databases, openInventory } from '../inventory/open.ts'
import { type Group, readCases } from './read-cases.ts'
import { Session } from './session.ts'

const groups = readCases(readFileSync(new URL('cases.txt', import.meta.url), 'utf8'))

describe.each(databases)('the language, on %s', (kind) => {
  let inventory: Inventory
  beforeAll(async () => {
    inventory = await openInventory(kind)
  })
  afterAll(() => closeInventory(inventory))

  it.each(groups.map((group) => [group.title, group] as const))('%s', async (_title, group: Group) => {
    const session = await Session.begin(inventory, group.demo)
    expect(await session.play(group.steps)).toEqual([])
    expect(await session.trouble()).toEqual([])
  })
})
