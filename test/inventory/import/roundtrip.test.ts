// What is exported can be imported: into an empty inventory it makes the same one, in every format.
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DEMO } from './demo-fixture.ts'
import { Desk } from './desk.ts'

let desk: Desk
beforeAll(async () => {
  desk = await Desk.open()
})
afterAll(() => desk.close())

// Each takes a second or so: eight files are written, read and written again.
const RUNS = Number(process.env.ROUNDTRIPS ?? 12)

const FORMATS = ['csv', 'json', 'yaml'] as const

/** Everything that an inventory holds, without ids, in an order that does not depend on them. */
async function snapshot(): Promise<unknown> {
  return Promise.all(
    [
      `select name, driver, type from things order by name_key`,
      `select t.name, port, key, subkey, number, a.type, text, num::text, at::text, r.name as ref from attributes a
         join things t on t.id = thing_id left join things r on r.id = ref_id order by t.name_key, 2, 3, 4, 5, 6, 7`,
      `select p.name as parent, c.name as child, u_low, u_high, face from edges
         join things p on p.id = parent_id join things c on c.id = child_id order by 1, 2`,
      `select t.name, port_type, port_number, p.name as peer, peer_type, peer_number from links
         join things t on t.id = thing_id join things p on p.id = peer_id order by 1, 2, 3`,
      `select host(address) as address, n.name as network, t.name, port, state from addresses
         join things t on t.id = thing_id left join things n on n.id = network_id order by 1, 2, 3`,
      `select p.name as ancestor, c.name as descendant, depth from closure
         join things p on p.id = ancestor_id join things c on c.id = descendant_id order by 1, 2`,
    ].map((sql) => desk.rows(sql)),
  )
}

const text = fc
  .oneof(
    fc.string({ maxLength: 12 }),
    fc.string({ unit: 'grapheme', maxLength: 8 }),
    fc.constantFrom(
      '12',
      '1.5',
      'true',
      '012',
      '16G',
      '=1+1',
      '@a',
      '-x',
      "'",
      '"',
      'a;b',
      ' a',
      'a\nb',
      'a,b',
      '',
      '\\',
      'thing:x',
      'json:1',
      '2007-12-16T07:46:00Z',
      '#',
      'null',
      'yes',
      '1e3',
      '0x1',
    ),
  )
  .map((value) => value.replace(/[\0\p{Surrogate}]/gu, ''))

const value = fc.oneof(
  text.map((value) => ({ type: 'text', value })),
  fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n).map((value) => ({ type: 'integer', value: String(value) })),
  fc.constantFrom('1.5', '-0.10', '3.140', '12345678901234567890.5').map((value) => ({ type: 'decimal', value })),
  fc.boolean().map((value) => ({ type: 'boolean', value })),
  fc.constantFrom('2007-12-16T07:46:00Z', '1999-01-01T00:00:00.250Z').map((value) => ({ type: 'datetime', value })),
  fc.constantFrom('s0', 's1', 'rack0', 'pool0').map((value) => ({ type: 'reference', value })),
  fc
    .constantFrom('{"a": [1,2.50, "x\'y"]}', '[ ]', '"a;b"', '12345678901234567890')
    .map((text) => ({ type: 'json', value: null, text })),
)
const key = fc.record({
  key: fc.constantFrom('env', 'disk', 'rack', 'name', 'x-1', 'ips'),
  subkey: fc.constantFrom(null, 'size', 'b'),
  number: fc.constantFrom(null, 0, 7),
})
const attrs = fc.array(
  fc.tuple(key, value).map(([key, value]) => ({ ...key, ...value })),
  { maxLength: 6 },
)

const inventory = fc
  .array(
    fc.record({
      attrs,
      portAttrs: attrs,
      pools: fc.subarray([0, 1, 2]),
      rack: fc.constantFrom(null, 0, 1),
      unit: fc.boolean(),
      cable: fc.boolean(),
      ip: fc.constantFrom(null, '10.0', '10.1', '10.9', 'fd00:'),
    }),
    { minLength: 2, maxLength: 6 },
  )
  .map((servers) => ({
    things: [
      ...servers.map(({ attrs, portAttrs, pools, rack, unit, cable, ip }, at) => ({
        name: `s${at}`,
        driver: at % 2 === 0 ? 'server' : 'small',
        attrs,
        in: [
          ...(rack === null
            ? []
            : [
                {
                  container: `rack${rack}`,
                  ...(unit ? { units: `U${at * 2 + 1}`, ...(at % 3 === 0 ? { face: 'rear' } : {}) } : {}),
                },
              ]),
          ...pools.map((pool) => `pool${pool}`),
        ],
        ports: [
          { type: 'nic-eth', number: 1, ...(cable ? { peer: 'sw', peerPort: `nic-eth:${at + 1}` } : {}) },
          { type: 'nic-eth', number: 9, attrs: portAttrs },
        ],
        ips:
          ip === null
            ? []
            : [
                {
                  address: ip === 'fd00:' ? `fd00::${at + 1}` : `${ip}.0.${at + 1}`,
                  ...(cable ? { port: 'nic-eth:1' } : {}),
                },
              ],
      })),
      { name: 'rack0', driver: 'rack', attrs: { maxu: 20 }, in: ['dc'] },
      { name: 'rack1', driver: 'rack', in: ['dc'] },
      { name: 'dc', driver: 'datacenter' },
      { name: 'sw', driver: 'networkswitch', in: ['rack0'] },
      { name: 'pool0', driver: 'pool' },
      { name: 'pool1', driver: 'pool', in: ['pool0'] },
      { name: 'pool2', driver: 'role' },
      { name: 'net0', driver: 'network', attrs: { cidr: '10.0.0.0/16' }, ips: ['10.0.200.1'] },
      { name: 'net1', driver: 'network', attrs: { cidr: '10.0.0.0/8' }, in: [] },
    ],
    drivers: [
      { name: 'small', spec: { extends: 'server', units: 1, ports: { 'nic-eth': { count: 1, role: 'network' } } } },
    ],
  }))

describe('export and import', () => {
  it(
    'give the same inventory',
    async () => {
      await fc.assert(
        fc.asyncProperty(inventory, async ({ things, drivers }) => {
          await desk.empty()
          desk.file('in.json', JSON.stringify({ drivers, things }))
          await desk.done('import json in.json', 'change')
          const before = await snapshot()
          const files = await Promise.all(FORMATS.map((format) => desk.exported(`export * ${format}`)))
          for (const [at, format] of FORMATS.entries()) {
            desk.file('out', files[at] ?? '')
            expect(await desk.version(`import ${format} out`)).toBe(null)
            await desk.empty()
            // A table has no place for drivers: they must be there.
            desk.file('drivers.json', JSON.stringify({ drivers, things: [] }))
            if (format === 'csv') await desk.done('import json drivers.json', 'change')
            await desk.done(`import ${format} out`, 'change')
            expect(await snapshot()).toEqual(before)
          }
        }),
        { numRuns: RUNS },
      )
    },
    20_000 * RUNS,
  )

  it('give the same NetBox datacenter', async () => {
    await desk.empty()
    desk.file('netbox.json', DEMO)
    await desk.done('import netbox netbox.json', 'change')
    const before = await snapshot()
    const file = await desk.exported('export * json')
    await desk.empty()
    desk.file('out.json', file)
    await desk.done('import json out.json', 'change')
    expect(await snapshot()).toEqual(before)
  })

  it('write the inventory as it was', async () => {
    await desk.empty()
    await desk.done('add server old1 env=prod', 'change')
    const before = await desk.exported('export old1 csv')
    await desk.done('attr set old1 env lab', 'change')
    await desk.done('delete old1', 'change')
    expect(await desk.exported('export old1 as of version 1 csv')).toBe(before)
  })
})
