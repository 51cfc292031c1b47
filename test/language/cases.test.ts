// The language as people use it: every case of cases/ goes through the whole pipeline, on both databases.
import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Inventory } from '../../src/inventory/inventory.ts'
import { closeInventory, databases, openInventory } from '../inventory/open.ts'
import { type Group, readCases } from './read-cases.ts'
import { Session } from './session.ts'

const folder = new URL('cases/', import.meta.url)
const files = readdirSync(folder)
  .filter((file) => file.endsWith('.txt'))
  .sort()
const groups = files.flatMap((file) =>
  readCases(readFileSync(new URL(file, folder), 'utf8'), file).map((group) => ({ ...group, file })),
)

describe.each(databases)('the language, on %s', (kind) => {
  let inventory: Inventory
  beforeAll(async () => {
    inventory = await openInventory(kind)
  })
  afterAll(() => closeInventory(inventory))

  it.each(groups.map((group) => [group.file, group.title, group] as const))(
    '%s: %s',
    async (file, _title, group: Group) => {
      const session = await Session.begin(inventory, group.demo)
      expect(await session.play(group.steps, file)).toEqual([])
      expect(await session.trouble()).toEqual([])
    },
  )
})
