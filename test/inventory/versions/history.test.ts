// What is told about the past: the history of a name and the difference between two moments, in words.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Query } from '../../../src/grammar/ast.ts'
import type { Change } from '../../../src/inventory/change.ts'
import type { Inventory } from '../../../src/inventory/inventory.ts'
import type { ThingRow } from '../../../src/inventory/rows.ts'
import { diffRows } from '../../../src/inventory/versions/diff.ts'
import { historyOf } from '../../../src/inventory/versions/history.ts'
import { undo } from '../../../src/inventory/versions/undo.ts'
import { addAddresses } from '../../../src/inventory/write/addresses.ts'
import { addAttributes, setAttributes } from '../../../src/inventory/write/attributes.ts'
import { insertAll } from '../../../src/inventory/write/containment.ts'
import { deleteThings } from '../../../src/inventory/write/delete.ts'
import { connect } from '../../../src/inventory/write/links.ts'
import { addThings, renameThings, setDriver } from '../../../src/inventory/write/things.ts'
import { closeInventory, databases, openInventory } from '../open.ts'

const key = (key: string) => ({ key, subkey: null, number: null })

describe.each(databases)('the past in words on %s', (kind) => {
  let inventory: Inventory
  const things: Record<string, ThingRow> = {}
  const thing = (name: string): ThingRow => {
    const found = things[name]
    if (!found) throw new Error(name)
    return found
  }
  const driver = (change: Change, name: string) => {
    const found = change.catalogue.get(name)
    if (!found) throw new Error(name)
    return found
  }

  beforeAll(async () => {
    inventory = await openInventory(kind)
    const version = (command: string, work: (change: Change) => Promise<unknown>) =>
      inventory.change(
        { operator: 'os:ann', command, because: command === 'add' ? 'INC-1' : null, message: null },
        work,
      )
    const value = (text: string) => ({ type: 'text', value: text }) as const
    await version('add', async (change) => {
      const wanted = [
        ['server', 'db1'],
        ['networkswitch', 'sw1'],
        ['rack', 'r1'],
        ['network', 'net10'],
      ] as const
      const added = await addThings(
        change,
        wanted.map(([kind, name]) => ({ name, driver: driver(change, kind) })),
      )
      for (const row of added) things[row.name] = row
    })
    const holders = () => [{ thing: thing('db1'), port: '' }]
    await version('set', async (change) => {
      await setAttributes(change, holders(), [{ key: key('env'), values: [value('prod')] }])
      await addAttributes(change, holders(), key('slot'), [value('12')])
      await addAttributes(change, [{ thing: thing('db1'), port: 'nic-eth:1' }], key('mac'), [
        value('00:50:c2:00:00:01'),
      ])
    })
    await version('place', async (change) => {
      await setAttributes(change, holders(), [{ key: key('env'), values: [value('dev')] }])
      await insertAll(change, [{ item: thing('db1'), container: thing('r1'), units: { low: 13, high: 13 } }])
      const port = (number: number) => ({ type: 'nic-eth', number })
      await connect(change, { thing: thing('db1'), port: port(1) }, { thing: thing('sw1'), port: port(4) })
      const held = { network_id: thing('net10').id, thing_id: thing('db1').id, port: '', state: 'bound' as const }
      await addAddresses(change, [{ ...held, address: '10.0.0.7' }])
    })
    await version('rename', (change) => renameThings(change, [{ thing: thing('db1'), to: 'db2' }]))
    await version('driver', (change) =>
      setDriver(change, [{ ...thing('r1'), name: 'r1' }], driver(change, 'rack')).then(() =>
        addAttributes(change, [{ thing: thing('sw1'), port: '' }], key('env'), [value('lab')]),
      ),
    )
    await version('again', async (change) => {
      const [row] = await addThings(change, [{ name: 'DB1', driver: driver(change, 'virtualserver') }])
      if (row) things.again = row
    })
    await version('delete', (change) => deleteThings(change, [thing('again')], { force: false }))
    await version('undo 7', (change) => undo(change, 7, { exceptConflicts: false }))
  })
  afterAll(() => closeInventory(inventory))

  it('tells every life of a name, each until it lost the name', async () => {
    const entries = await inventory.read((view) => historyOf(view, 'db1'))
    expect(
      entries.map(({ version, by, command, because, changes }) => [version, by, command, because, changes]),
    ).toEqual([
      [1, 'os:ann', 'add', 'INC-1', ['added (server)']],
      [2, 'os:ann', 'set', null, ['+ env=prod', '+ slot="12"', '+ nic-eth:1 mac=00:50:c2:00:00:01']],
      [
        3,
        'os:ann',
        'place',
        null,
        ['env: prod -> dev', 'in r1 at U13', 'connected nic-eth:1 to sw1:nic-eth:4', '+ address 10.0.0.7'],
      ],
      [4, 'os:ann', 'rename', null, ['renamed db1 -> db2']],
      [6, 'os:ann', 'again', null, ['added (virtualserver)']],
      [7, 'os:ann', 'delete', null, ['deleted (virtualserver)']],
      [8, 'os:ann', 'undo 7', null, ['added (virtualserver)']],
    ])
    expect(entries[0]?.at).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/)
  })

  it('tells what happened under former names, to the other end of a cable, to a container and to a network', async () => {
    const lines = async (name: string) => {
      const entries = await inventory.read((view) => historyOf(view, name))
      return entries.map(({ version, changes }) => `${version}: ${changes.join('; ')}`)
    }
    expect(await lines('db2')).toHaveLength(4)
    expect(await lines('SW1')).toEqual([
      '1: added (networkswitch)',
      '3: connected nic-eth:4 to db1:nic-eth:1',
      '5: + env=lab',
    ])
    expect((await lines('r1')).at(-1)).toBe('3: contains db1 at U13')
    expect((await lines('net10')).at(-1)).toBe('3: + address 10.0.0.7 of db1')
    await expect(lines('nobody')).rejects.toMatchObject({ code: 'unknown-thing' })
  })

  it('says what differs between two moments, either way, of all things or of some', async () => {
    const diff = async (from: number | null, to: number | null, query: Query | null = null) =>
      (await inventory.read((view) => diffRows(view, from, to, query, new Date()))).rows
    expect(await diff(2, 4)).toEqual([
      { thing: 'db2', change: 'renamed db1 -> db2' },
      { thing: 'db2', change: 'env: prod -> dev' },
      { thing: 'db2', change: 'in r1 at U13' },
      { thing: 'db2', change: 'connected nic-eth:1 to sw1:nic-eth:4' },
      { thing: 'db2', change: '+ address 10.0.0.7' },
    ])
    expect((await diff(4, 2)).map(({ change }) => change)).toContain('env: dev -> prod')
    expect(await diff(6, null)).toEqual([])
    expect(await diff(4, 4)).toEqual([])
    const query = (name: string): Query => ({
      expression: { tag: 'field', field: 'name', pattern: { tag: 'exact', text: name }, at: 0 },
      limit: null,
      distinct: null,
      sort: null,
      asOf: null,
    })
    expect(await diff(2, null, query('sw1'))).toEqual([
      { thing: 'sw1', change: '+ env=lab' },
      { thing: 'sw1', change: 'connected nic-eth:4 to db2:nic-eth:1' },
    ])
    // Under the name that it had at the earlier moment.
    expect((await diff(2, 4, query('db1'))).map(({ thing }) => thing)).toContain('db2')
  })

  it('reads no more changes than can be told, those of the oldest things, and says that there are more', async () => {
    const diff = (most?: number) => inventory.read((view) => diffRows(view, 0, 4, null, new Date(), most))
    const all = await diff()
    expect(all.capped).toBe(false)
    const some = await diff(3)
    expect(some.capped).toBe(true)
    expect(some.rows).toHaveLength(3)
    expect(new Set(some.rows.map(({ thing }) => thing))).toEqual(new Set(['db2']))
    for (const row of some.rows) expect(all.rows).toContainEqual(row)
    expect(await diff(100)).toEqual(all)
  })
})
