// Questions as people type them, on a small datacenter: the seed's own examples, what is refused, what is warned about.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Query } from '../../../src/grammar/ast.ts'
import { createLanguage } from '../../../src/grammar/language.ts'
import { InventoryError } from '../../../src/inventory/error.ts'
import type { Inventory } from '../../../src/inventory/inventory.ts'
import { countThings } from '../../../src/inventory/query/count.ts'
import { driverNamed } from '../../../src/inventory/query/drivers.ts'
import { explainQuery } from '../../../src/inventory/query/explain.ts'
import { lookup, lookupAll } from '../../../src/inventory/query/lookup.ts'
import { momentOf } from '../../../src/inventory/query/moment.ts'
import { select, selectForChange } from '../../../src/inventory/query/select.ts'
import { closeInventory, databases, ENTRY, openInventory } from '../open.ts'
import { writeScene } from '../scene.ts'

const language = createLanguage([])
const now = new Date()
const parse = (text: string): Query => language.parse(text).args.query as Query

async function refusal(work: Promise<unknown>): Promise<{ code: string; facts: unknown }> {
  try {
    await work
  } catch (error) {
    if (error instanceof InventoryError) return { code: error.code, facts: error.facts }
    throw error
  }
  throw new Error('nothing was refused')
}

describe.each(databases)('questions on %s', (kind) => {
  let inventory: Inventory
  beforeAll(async () => {
    inventory = await openInventory(kind)
    await inventory.change(ENTRY, (change) =>
      writeScene(change, {
        things: {
          dc1: 'datacenter',
          rack001: 'rack',
          rack002: 'rack',
          server1: 'server',
          server2: 'server',
          server3: 'server',
          vm1: 'virtualserver',
          console1: 'consoleserver',
          switch2a: 'networkswitch',
          prod: 'pool',
          web: 'pool',
          net10: 'network',
        },
        edges: [
          ['dc1', 'rack001'],
          ['dc1', 'rack002'],
          ['rack001', 'server1', 1],
          ['rack002', 'server2', 13],
          ['rack002', 'server3', 14],
          ['prod', 'web'],
          ['web', 'server1'],
          ['prod', 'server3'],
        ],
        cables: [
          ['server2:console-serial:1', 'console1:console-serial:7'],
          ['server1:nic-eth:1', 'switch2a:nic-eth:4'],
          ['server1:nic-eth:2', 'switch2a:nic-eth:5'],
        ],
        attributes: [
          ['server1', 'foo', '12', 'integer'],
          ['server2', 'foo', '12'],
          ['server3', 'foo', '012'],
          ['server1', 'hostname', 'Web.example.com'],
          ['server2', 'serial', 'SN1'],
          ['server3', 'serial', 'sn1'],
          ['server3:nic-eth:1', 'mac', '00:50:C2:00:00:01'],
          ['server2', 'memory', '16G'],
        ],
        addresses: [['10.0.0.7', 'net10', 'server2']],
      }),
    )
  })
  afterAll(() => closeInventory(inventory))

  const find = async (text: string): Promise<string> => {
    const { things } = await inventory.read((view) => select(view, parse(text), { limit: 50, now }))
    return things.map(({ name }) => name).join(' ')
  }

  it.each([
    ['driver:Console connected to name:server2', 'console1'],
    ['driver:Server', 'server1 server2 server3'],
    ['driver:Server connected to name:rack002', 'server2 server3'],
    ['attr:foo,12 and driver:Server', 'server1 server2'],
    ['attr:foo,"12"', 'server2'],
    ['driver:Server and not driver:Server in name:rack001', 'server2 server3'],
    ['driver:Server connected to driver:Rack connected to name:dc1', 'server1 server2 server3'],
    ['server1 connected to server1', ''],
    ['driver:Server connected to driver:Server', ''],
    ['pool:prod', 'server1 server3 web'],
    ['rack containing server3', ''],
    ['type:rack containing server3', 'rack002'],
    ['attr:memory>=16K', 'server2'],
    ['mac:00:50:c2:00:00:01', 'server3'],
    ['00:50:c2:00:00:01', 'server3'],
    ['10.0.0.7', 'server2'],
    ['ip:10.0.0.0/24', 'server2'],
    ['web.EXAMPLE.com', 'server1'],
    ['server1:nic-eth:1', ''],
    ['driver:Server limit 2 distinct rack', 'server1 server2'],
    ['driver:Server limit 100', 'server1 server2 server3'],
    ['driver:Server sort by name desc', 'server3 server2 server1'],
    ['attr:_in,dc1 and type:server', 'server1 server2 server3'],
    ['haskey _ip', 'server2'],
  ])('%s', async (text, expected) => {
    expect(await find(text)).toBe(expected)
  })

  it('counts no further than the page where that is all', async () => {
    const selection = await inventory.read((view) => select(view, parse('driver:Server'), { limit: 2, now }))
    expect(selection).toMatchObject({ total: 3, capped: false, moment: null })
    expect(selection.things.map(({ name }) => name)).toEqual(['server1', 'server2'])
  })

  it('warns of unknown names when it reads, and refuses them when it writes', async () => {
    const query = parse('pool:prdo or serve1')
    const { warnings } = await inventory.read((view) => select(view, query, { limit: 50, now }))
    expect(warnings).toEqual([
      { kind: 'pool', name: 'prdo', at: 5, suggestions: ['prod'] },
      { kind: 'thing', name: 'serve1', at: 13, suggestions: ['server1', 'server2', 'server3'] },
    ])
    expect(await refusal(inventory.read((view) => selectForChange(view, query.expression, now)))).toEqual({
      code: 'unknown-in-expression',
      facts: {
        unknown: [
          { kind: 'pool', name: 'prdo', at: 5 },
          { kind: 'thing', name: 'serve1', at: 13 },
        ],
        suggestions: ['prod'],
      },
    })
  })

  it.each([
    ['driver:Sever', 'unknown-driver'],
    ['driver:Net', 'ambiguous-driver'],
    ['type:sever', 'unknown-type'],
    ['driver:Server limit 4 distinct rack', 'too-few'],
    ['driver:Server distinct rck', 'unknown-type'],
    ['ip:300.0.0.1', 'illegal-address'],
    ['driver:Server as of version 99', 'unknown-version'],
  ])('refuses %s: %s', async (text, code) => {
    expect((await refusal(find(text))).code).toBe(code)
  })

  it('refuses to change the past, and nothing at all', async () => {
    const past = parse('driver:Server as of version 1')
    expect(await refusal(inventory.read((view) => select(view, past, { limit: 1, now, write: true })))).toEqual({
      code: 'read-only-past',
      facts: {},
    })
    const nothing = parse('driver:Server and type:rack').expression
    expect(await refusal(inventory.read((view) => selectForChange(view, nothing, now)))).toEqual({
      code: 'nothing-selected',
      facts: { expression: 'driver:Server and type:rack' },
    })
  })

  it('looks things up, one for each name', async () => {
    const names = ['SERVER1', 'web.example.com', '10.0.0.7'].map((text) => ({ text, at: 0 }))
    const things = await inventory.read((view) => lookupAll(view, names))
    expect(things.map(({ name }) => name)).toEqual(['server1', 'server1', 'server2'])
    expect(await refusal(inventory.read((view) => lookup(view, { text: 'SN1', at: 4 })))).toEqual({
      code: 'ambiguous-thing',
      facts: { name: 'SN1', at: 4, matches: ['server2', 'server3'] },
    })
    expect(await refusal(inventory.read((view) => lookup(view, { text: 'rack003', at: 0 })))).toEqual({
      code: 'unknown-thing',
      facts: { name: 'rack003', at: 0, suggestions: ['rack001', 'rack002'] },
    })
  })

  it('counts by key', async () => {
    const count = (text: string, by: string | null) =>
      inventory.read((view) => countThings(view, parse(text), { by, now }))
    expect(await count('driver:Server', null)).toEqual({ count: 3, warnings: [] })
    expect(await count('driver:Server', 'foo')).toMatchObject({ count: 3, groups: { '12': 2, '012': 1 } })
    expect(await count('*', 'type')).toMatchObject({ count: 12, groups: { server: 3, pool: 2, network: 1 } })
    expect(await count('driver:Server', 'memory')).toMatchObject({ groups: { '16G': 1, '(none)': 2 } })
    expect(await count('driver:Server limit 2 distinct rack', '_ip')).toMatchObject({
      count: 2,
      groups: { '10.0.0.7': 1, '(none)': 1 },
    })
  })

  it('explains how it read the question', async () => {
    const [first, second] = await inventory.read((view) =>
      explainQuery(view, parse('driver:Server and pool:prod or server1'), { now, whole: true }),
    )
    expect(first).toBe('(driver:Server and pool:prod) or server1')
    expect(second).toContain('cost=')
  })

  it('knows the inventory before its first version, and at a time', async () => {
    const before = await inventory.read((view) => momentOf(view, { tag: 'time', iso: '2001-01-01T00:00:00Z' }, now))
    expect(before).toBe(0)
    expect(await find('driver:Server as of 2001-01-01')).toBe('')
    const later = new Date(Date.now() + 60_000)
    expect(await inventory.read((view) => momentOf(view, { tag: 'ago', seconds: 1, text: '1s' }, later))).toBe(1)
  })

  it('finds drivers by a beginning that only one has', async () => {
    await inventory.read(async ({ catalogue }) => {
      expect(driverNamed(catalogue, { text: 'SERVER', at: 0 }).name).toBe('server')
      expect(driverNamed(catalogue, { text: 'Console', at: 0 }).name).toBe('consoleserver')
      expect(() => driverNamed(catalogue, { text: 'Sever', at: 3 })).toThrow(
        expect.objectContaining({
          code: 'unknown-driver',
          facts: { name: 'Sever', at: 3, suggestions: expect.arrayContaining(['Server']) },
        }),
      )
    })
  })
})
