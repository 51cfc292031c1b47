// More rows than one statement carries: replaced all the same, and told without a list being copied for each.
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Inventory } from '../../src/inventory/inventory.ts'
import type { ThingRow } from '../../src/inventory/rows.ts'
import { historyOf } from '../../src/inventory/versions/history.ts'
import { closeInventory, ENTRY, openInventory } from './open.ts'

const MANY = 20_002

let inventory: Inventory
beforeAll(async () => {
  inventory = await openInventory('embedded')
})
afterAll(() => closeInventory(inventory))

test('things exchange their names beyond the bounds of a statement, and a pool of many has a history', async () => {
  const things = (names: readonly string[]) =>
    names.map((name) => ({ name, name_key: name, driver: 'server', type: 'server' }))
  const { result } = await inventory.change(ENTRY, async (change) => {
    const rows = await change.insert('things', things(['all', ...Array.from({ length: MANY }, (_, at) => `s${at}`)]))
    const [pool, ...members] = rows
    if (!pool) throw new Error('nothing was added')
    const place = { parent_id: pool.id, u_low: null, u_high: null, face: null }
    await change.insert(
      'edges',
      members.map(({ id }) => ({ ...place, child_id: id })),
    )
    return members
  })
  const named = ({ name, name_key }: ThingRow, row: ThingRow) => ({ ...row, name, name_key })
  const first = result[0]
  if (!first) throw new Error('nothing was added')
  const turned = result.map((row, at) => named(result[at + 1] ?? first, row))
  await inventory.change(ENTRY, (change) => change.replace('things', turned))
  const { rows } = await inventory.database.knex.raw('select name from things where id = ?', [result.at(-1)?.id ?? 0])
  expect(rows).toEqual([{ name: 's0' }])
  // What is there twice is refused at the end.
  const twice = result.map((row) => named(first, row))
  await expect(inventory.change(ENTRY, (change) => change.replace('things', twice))).rejects.toMatchObject({
    code: '23505',
  })
  const entries = await inventory.read((view) => historyOf(view, 'all'))
  expect(entries.map(({ changes }) => changes.length)).toEqual([MANY + 1])
})
