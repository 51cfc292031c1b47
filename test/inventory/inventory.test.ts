// Changes become versions, on every database that there is.
import { afterEach, describe, expect, it } from 'vitest'
import type { Inventory } from '../../src/inventory/inventory.ts'
import { closeInventory, databases, ENTRY, openInventory } from './open.ts'

describe.each(databases)('an inventory on %s', (kind) => {
  let inventory: Inventory
  afterEach(() => closeInventory(inventory))

  it('makes one version of one change, and none of a rehearsal, a failure or a change that writes nothing', async () => {
    inventory = await openInventory(kind)
    const row = { name: 'Server1', name_key: 'server1', driver: 'server', type: 'server' }
    const added = await inventory.change(ENTRY, (change) => change.insert('things', [row]))
    expect(added).toMatchObject({ version: 1, written: 1, result: [{ name: 'Server1' }] })
    const rename = (change: Parameters<Parameters<Inventory['change']>[1]>[0]) =>
      change.replace('things', [{ ...row, id: added.result[0]?.id ?? 0, name: 'Server2', name_key: 'server2' }])
    expect(await inventory.change(ENTRY, rename, { rehearse: true })).toMatchObject({ version: null, written: 1 })
    await expect(inventory.change(ENTRY, (change) => change.insert('things', [row]))).rejects.toThrow('duplicate')
    expect(await inventory.change(ENTRY, async () => 'nothing')).toMatchObject({ version: null, result: 'nothing' })
    expect(await inventory.change(ENTRY, rename)).toMatchObject({ version: 2 })
    const { rows } = await inventory.read(({ knex }) =>
      knex.raw('select name, from_v, to_v < 100 as past from things_all order by from_v'),
    )
    expect(rows).toEqual([
      { name: 'Server1', from_v: 1, past: true },
      { name: 'Server2', from_v: 2, past: false },
    ])
  })
})
