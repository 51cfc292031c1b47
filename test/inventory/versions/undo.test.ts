// Taking versions back: what returns, what is refused, and which later version a refusal names.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Change } from '../../../src/inventory/change.ts'
import { InventoryError } from '../../../src/inventory/error.ts'
import type { Inventory } from '../../../src/inventory/inventory.ts'
import { TABLES, type ThingRow } from '../../../src/inventory/rows.ts'
import { lastVersionOf, undo } from '../../../src/inventory/versions/undo.ts'
import { addAttributes, deleteAttributes, setAttributes } from '../../../src/inventory/write/attributes.ts'
import { insertAll, removeAll } from '../../../src/inventory/write/containment.ts'
import { deleteThings } from '../../../src/inventory/write/delete.ts'
import { addDrivers } from '../../../src/inventory/write/drivers.ts'
import { connect, disconnect } from '../../../src/inventory/write/links.ts'
import { addThings, renameThings } from '../../../src/inventory/write/things.ts'
import { closeInventory, databases, ENTRY, openInventory } from '../open.ts'
import { closures, rowsAt } from './snapshot.ts'

const key = (key: string) => ({ key, subkey: null, number: null })
const text = (value: string) => ({ type: 'text', value }) as const

describe.each(databases)('undo on %s', (kind) => {
  let inventory: Inventory
  beforeAll(async () => {
    inventory = await openInventory(kind)
  })
  afterAll(() => closeInventory(inventory))
  beforeEach(() =>
    inventory.database.knex.raw(
      `truncate ${TABLES.flatMap((table) => [table, `${table}_past`])}, closure, counters, versions`,
    ),
  )

  const rows = () => inventory.read((view) => rowsAt(view, null))
  /** Does something as one version; answers with its number. */
  const version = async (work: (change: Change) => Promise<unknown>, operator = ENTRY.operator) => {
    const { version } = await inventory.change({ ...ENTRY, operator }, work)
    if (version === null) throw new Error('nothing was written')
    return version
  }
  const thing = async (name: string): Promise<ThingRow> => {
    const [found] = await inventory.database
      .knex('things')
      .where({ name })
      .select('id', 'name', 'name_key', 'driver', 'type')
    return found
  }
  const add = (driver: string, ...names: string[]) =>
    version((change) => {
      const found = change.catalogue.get(driver)
      if (!found) throw new Error(driver)
      return addThings(
        change,
        names.map((name) => ({ name, driver: found })),
      )
    })
  const set = async (name: string, on: string, ...values: string[]) => {
    const holder = { thing: await thing(name), port: '' }
    return version((change) => setAttributes(change, [holder], [{ key: key(on), values: values.map(text) }]))
  }
  const insert = async (name: string, container: string, unit?: number) => {
    const units = unit === undefined ? null : { low: unit, high: unit }
    const placement = { item: await thing(name), container: await thing(container), units }
    return version((change) => insertAll(change, [placement]))
  }
  const takeBack = (which: number, exceptConflicts = false) =>
    inventory.change(ENTRY, (change) => undo(change, which, { exceptConflicts }))
  /** That an undo is refused because of exactly these versions, and changes nothing. */
  const refused = async (which: number, ...by: number[]) => {
    const before = await rows()
    const error = await takeBack(which).then(
      () => null,
      (error: unknown) => error,
    )
    expect(error).toBeInstanceOf(InventoryError)
    expect(error).toMatchObject({ code: 'undo-conflict', facts: { version: which } })
    const { facts } = error as InventoryError<'undo-conflict'>
    expect([...new Set(facts.conflicts.map((conflict) => conflict.by))].sort()).toEqual(by)
    expect(await rows()).toEqual(before)
    // Each by the command that it was typed with.
    const { rows: typed } = await inventory.database.knex.raw('select version, command from versions')
    for (const { by: later, command } of facts.conflicts) expect(typed).toContainEqual({ version: later, command })
    return facts.conflicts.map(({ what }) => what)
  }

  it('brings back deleted things whole, with the digits of their values', async () => {
    await add('server', 's1')
    const holder = { thing: await thing('s1'), port: '' }
    await version((change) =>
      addAttributes(change, [holder], key('big'), [{ type: 'integer', value: 9007199254740993n }]),
    )
    const before = await rows()
    const gone = await version((change) => deleteThings(change, [holder.thing], { force: false }))
    expect(await rows()).toEqual([])
    const { result, version: made } = await takeBack(gone)
    expect(await rows()).toEqual(before)
    expect(made).toBe(gone + 1)
    expect(result.lines).toEqual(['s1 added (server)', 's1 + big=9007199254740993'])
  })

  it('goes back step by step when bare, past its own undos', async () => {
    const added = await add('server', 's1')
    const first = await set('s1', 'env', 'prod')
    const second = await set('s1', 'env', 'dev')
    const bare = async (operator: string) => {
      const last = await inventory.read((view) => lastVersionOf(view, operator))
      if (last !== null) await version((change) => undo(change, last, { exceptConflicts: false }), operator)
      return last
    }
    expect(await bare('os:test')).toBe(second)
    expect(await bare('os:test')).toBe(first)
    expect(await bare('os:test')).toBe(added)
    expect(await rows()).toEqual([])
    expect(await bare('os:test')).toBeNull()
  })

  it('counts the undo of somebody else’s change as a change of one’s own', async () => {
    const added = await add('server', 's1')
    const undone = await version((change) => undo(change, added, { exceptConflicts: false }), 'os:bob')
    expect(await inventory.read((view) => lastVersionOf(view, 'os:bob'))).toBe(undone)
    expect(await inventory.read((view) => lastVersionOf(view, 'os:test'))).toBeNull()
  })

  it('takes an undo back, and then the version again', async () => {
    await add('server', 's1')
    const changed = await set('s1', 'env', 'prod')
    const { version: undone } = await takeBack(changed)
    if (undone === null) throw new Error('nothing was undone')
    expect(await refused(changed, undone)).toEqual(['it is taken back already'])
    const { version: again } = await takeBack(undone)
    expect(await rows()).toContainEqual(expect.objectContaining({ key: 'env', text: 'prod' }))
    expect(await inventory.read((view) => lastVersionOf(view, 'os:test'))).toBe(changed)
    await takeBack(changed)
    expect(await rows()).not.toContainEqual(expect.objectContaining({ key: 'env' }))
    expect(again).toBe(undone + 1)
  })

  it('is refused where a later version touched the same row, and with except conflicts leaves that row', async () => {
    await add('server', 's1', 's2')
    const holders = [
      { thing: await thing('s1'), port: '' },
      { thing: await thing('s2'), port: '' },
    ]
    const both = await version((change) =>
      setAttributes(change, holders, [{ key: key('env'), values: [text('prod')] }]),
    )
    const later = await set('s1', 'env', 'dev')
    expect(await refused(both, later)).toEqual(['s1 + env=prod'])
    const { result } = await takeBack(both, true)
    expect(result.conflicts).toEqual([{ what: 's1 + env=prod', by: later }])
    expect(result.lines).toEqual(['s2 - env=prod', `left because of version ${later}: s1 + env=prod`])
    expect((await rows()).filter((row) => 'key' in row)).toMatchObject([{ key: 'env', text: 'dev' }])
  })

  it('is refused where later rows hang on what would go, and keeps such a thing whole', async () => {
    const added = await add('rack', 'r1', 'r2')
    await add('server', 's1')
    const inserted = await insert('s1', 'r1', 3)
    expect(await refused(added, inserted)).toEqual(['r1 added (rack)'])
    const coloured = await set('r1', 'colour', 'red')
    await refused(added, inserted, coloured)
    await takeBack(coloured)
    await takeBack(added, true)
    const left = await rows()
    expect(left).toContainEqual(expect.objectContaining({ name: 'r1' }))
    expect(left).not.toContainEqual(expect.objectContaining({ name: 'r2' }))
    expect(left.filter((row) => 'key' in row)).toMatchObject([{ key: 'minu' }, { key: 'maxu' }])
  })

  it('is refused where a name, a port, a rack unit or a place was given to something else since', async () => {
    await add('server', 's1', 's2', 's3')
    await add('networkswitch', 'sw1')
    await add('rack', 'r1', 'r2')
    const [s1, s2, sw1, r1] = [await thing('s1'), await thing('s2'), await thing('sw1'), await thing('r1')]
    const s3 = await thing('s3')
    const renamed = await version((change) => renameThings(change, [{ thing: s3, to: 'old' }]))
    const reused = await add('server', 's3')
    await refused(renamed, reused)

    const port = { type: 'nic-eth', number: 1 }
    await version((change) => connect(change, { thing: s1, port }, { thing: sw1, port }))
    const cut = await version((change) => disconnect(change, { thing: s1, port }, null))
    const taken = await version((change) => connect(change, { thing: s2, port }, { thing: sw1, port }))
    await refused(cut, taken)
    expect((await takeBack(cut, true)).version).toBeNull()

    await insert('s1', 'r1', 5)
    const out = await version((change) => removeAll(change, [s1], r1))
    const moved = await insert('s2', 'r1', 5)
    expect(await refused(out, moved)).toEqual(['U5 in r1 is taken by s2'])
    const elsewhere = await insert('s1', 'r2')
    await version((change) => removeAll(change, [s2], r1))
    expect(await refused(out, elsewhere)).toEqual(['s1 would stand in r2 and in r1'])
    expect((await takeBack(out, true)).version).toBeNull()
  })

  it('is refused where a value was given to the same key since, or the thing is gone', async () => {
    await add('server', 's1')
    await set('s1', 'env', 'prod')
    const holder = { thing: await thing('s1'), port: '' }
    const deleted = await version((change) => deleteAttributes(change, [holder], key('env'), null))
    const later = await set('s1', 'env', 'dev')
    await refused(deleted, later)
    const gone = await version((change) => deleteThings(change, [holder.thing], { force: false }))
    await refused(deleted, gone)
  })

  it('checks the rules again: classes that roles require, heights of racks, pools', async () => {
    await add('server', 's1')
    await add('class', 'Apache')
    await add('role', 'LiveSite')
    const role = { thing: await thing('LiveSite'), port: '' }
    await version((change) => addAttributes(change, [role], key('requires'), [{ type: 'reference', value: 'Apache' }]))
    const classed = await insert('s1', 'Apache')
    const given = await insert('s1', 'LiveSite')
    expect(await refused(classed, given)).toEqual(['s1 has the role LiveSite, which requires Apache'])

    await add('rack', 'r1')
    const rack = { thing: await thing('r1'), port: '' }
    const higher = await version((change) =>
      setAttributes(change, [rack], [{ key: key('maxu'), values: [{ type: 'integer', value: 50n }] }]),
    )
    const high = await insert('s1', 'r1', 48)
    await refused(higher, high)

    await add('pool', 'a')
    await add('exclusivepool', 'x')
    const [s1, a] = [await thing('s1'), await thing('a')]
    await insert('s1', 'a')
    const out = await version((change) => removeAll(change, [s1], a))
    const exclusive = await insert('s1', 'x')
    await refused(out, exclusive)
    const { stored, derived } = await inventory.read(closures)
    expect(stored).toEqual(derived)
  })

  it('takes imported drivers back unless things are of them since', async () => {
    const spec = { extends: 'server', units: 2 }
    const imported = await version((change) => addDrivers(change, [{ name: 'dl380', spec }]))
    const used = await add('dl380', 's1')
    await refused(imported, used)
    await takeBack(used)
    await takeBack(imported)
    expect(await inventory.read(async ({ catalogue }) => catalogue.get('dl380'))).toBeUndefined()
  })

  it('is refused where a cable is on a port that a driver would lose again', async () => {
    const spec = (count: number) => ({
      extends: 'server',
      ports: { 'nic-eth': { count, role: 'network' as const } },
    })
    await version((change) => addDrivers(change, [{ name: 'small', spec: spec(2) }]))
    await add('small', 'a1', 'b1')
    await add('rack', 'r1')
    const widened = await version((change) => addDrivers(change, [{ name: 'small', spec: spec(4) }]))
    await insert('a1', 'r1', 3)
    const port = { type: 'nic-eth', number: 4 }
    const [a1, b1] = [await thing('a1'), await thing('b1')]
    const connected = await version((change) => connect(change, { thing: a1, port }, { thing: b1, port }))
    await insert('b1', 'r1', 5)
    expect(await refused(widened, connected)).toEqual(['a1 would have no port nic-eth:4, which is connected'])
    expect((await takeBack(widened, true)).version).toBeNull()
    await takeBack(connected)
    await takeBack(widened)
    expect(await inventory.read(async ({ catalogue }) => catalogue.get('small')?.ports['nic-eth']?.count)).toBe(2)
  })

  it('brings things back with the type that their driver has now, and types back with a driver', async () => {
    const extending = (base: string) =>
      version((change) => addDrivers(change, [{ name: 'x', spec: { extends: base, ports: {} } }]))
    await extending('networkswitch')
    await add('x', 's1', 's2')
    const s1 = await thing('s1')
    const gone = await version((change) => deleteThings(change, [s1], { force: false }))
    const based = await extending('firewall')
    await add('x', 's3')
    expect((await thing('s2')).type).toBe('firewall')
    await takeBack(gone)
    expect((await thing('s1')).type).toBe('firewall')
    await takeBack(based)
    for (const name of ['s1', 's2', 's3']) expect((await thing(name)).type).toBe('networkswitch')
  })

  it('does not know versions that are not there', async () => {
    await add('server', 's1')
    for (const which of [0, 2]) await expect(takeBack(which)).rejects.toMatchObject({ code: 'unknown-version' })
  })
})
