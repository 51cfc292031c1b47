// What is read about single things: info, locate, tree, ports and attribute values, at present and as it was.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Inventory } from '../../../src/inventory/inventory.ts'
import type { Moment } from '../../../src/inventory/query/source.ts'
import { infoOf } from '../../../src/inventory/read/info.ts'
import { locateLines } from '../../../src/inventory/read/locate.ts'
import { portsOf } from '../../../src/inventory/read/ports.ts'
import { treeLines } from '../../../src/inventory/read/tree.ts'
import { valuesOf } from '../../../src/inventory/read/values.ts'
import type { ThingRow } from '../../../src/inventory/rows.ts'
import { closeInventory, databases, ENTRY, openInventory } from '../open.ts'
import { type Scene, writeScene } from '../scene.ts'

const SCENE: Scene = {
  things: {
    dc1: 'datacenter',
    rack101: 'rack',
    rack102: 'rack',
    server1: 'server',
    server2: 'server',
    blade1: 'virtualserver',
    lost: 'server',
    switch2a: 'networkswitch',
    pdu1: 'powerstrip',
    console1: 'consoleserver',
    production: 'pool',
    all: 'pool',
    net10: 'network',
  },
  edges: [
    ['dc1', 'rack101'],
    ['dc1', 'rack102'],
    ['rack101', 'server1', 13],
    ['rack101', 'switch2a', 41, 42],
    ['rack101', 'pdu1'],
    ['rack102', 'server2', 11, 13, 'rear'],
    ['server1', 'blade1'],
    ['production', 'server1'],
    ['all', 'server1'],
    ['all', 'production'],
  ],
  cables: [
    ['server1:console-serial:1', 'console1:console-serial:7'],
    ['server1:pwr-nema-5:1', 'pdu1:pwr-nema-5:3'],
    ['server1:nic-eth:2', 'switch2a:nic-eth:40'],
    ['server1:nic-eth:1', 'switch2a:nic-eth:4'],
    ['server2:nic-mgmt:1', 'switch2a:nic-eth:5'],
  ],
  attributes: [
    ['server1', 'env', 'prod'],
    ['server1', 'disk.size#1', '500G'],
    ['server1', 'disk.size#0', '250G'],
    ['server1', 'cpus', '9007199254740993', 'integer'],
    ['server1', 'load', '1.50', 'decimal'],
    ['server1', 'managed', 'true', 'boolean'],
    ['server1', 'tags', '{"a":[1]}', 'json'],
    ['server1', 'twin', 'server2', 'reference'],
    ['server1', 'bought', '2007-12-16T07:46:00Z', 'datetime'],
    ['server1', '_note', 'hidden'],
    ['server1:nic-eth:1', 'mac', '00:50:c2:00:00:01'],
    ['server1:nic-eth:2', 'name', 'enp3s0'],
    ['server1:nic-eth:9', 'mac', '00:50:c2:00:00:09'],
    ['rack101', 'env', 'lab'],
    ['rack101', 'floor', '2', 'integer'],
    ['dc1', 'floor', '0', 'integer'],
    ['dc1', 'city', 'Akron'],
    ['production', 'owner', 'ops'],
  ],
  addresses: [
    ['10.0.0.10', 'net10', 'server1'],
    ['10.0.0.9', 'net10', 'server1'],
    ['10.0.0.200', 'net10', 'net10'],
    ['2001:db8::7', 'net10', 'server2'],
  ],
}

describe.each(databases)('reading on %s', (kind) => {
  let inventory: Inventory
  let things: Record<string, ThingRow>
  beforeAll(async () => {
    inventory = await openInventory(kind)
    things = (await inventory.change(ENTRY, (change) => writeScene(change, SCENE))).result
    // What the first version held is then taken away, so that only a reader of the past still finds it.
    await inventory.change(ENTRY, async (change) => {
      for (const table of ['attributes', 'addresses', 'links', 'edges'] as const)
        await change.retire(table, (await change.knex.raw(`select * from ${table}`)).rows)
      await change.replace('things', [{ ...thing('server1'), name: 'gone', name_key: 'gone' }])
      await change.knex.raw('delete from closure')
    })
    await inventory.change(ENTRY, (change) =>
      writeScene(change, {
        ...SCENE,
        things: Object.fromEntries(Object.entries(SCENE.things).map(([name, driver]) => [`new-${name}`, driver])),
        edges: (SCENE.edges ?? []).map(([parent, child, ...rest]) => [`new-${parent}`, `new-${child}`, ...rest]),
        cables: (SCENE.cables ?? []).map(([a, b]) => [`new-${a}`, `new-${b}`]),
        attributes: (SCENE.attributes ?? []).map(([holder, key, text, type]) => [
          `new-${holder}`,
          key,
          type === 'reference' ? `new-${text}` : text,
          type ?? 'text',
        ]),
        addresses: (SCENE.addresses ?? []).map(([address, network, holder]) => [
          address,
          `new-${network}`,
          `new-${holder}`,
        ]),
      }).then((added) => Object.assign(things, added)),
    )
  })
  afterAll(() => closeInventory(inventory))

  const thing = (name: string): ThingRow => {
    const found = things[name]
    if (!found) throw new Error(name)
    return found
  }

  // The same facts under two names: `new-server1` at present, `server1` as of the first version.
  describe.each([
    ['at present', 'new-', null],
    ['as of a version', '', 1],
  ] as const)('%s', (_, p, moment: Moment) => {
    const lines = (work: (name: ThingRow) => Promise<string[]>, name: string) => work(thing(p + name))

    it('locates in the words of the seed: cables by their use, then where it stands', async () => {
      const locate = (name: string) =>
        lines((found) => inventory.read((view) => locateLines(view, { text: found.name, at: 0 }, moment)), name)
      expect(await locate('server1')).toEqual([
        `${p}server1 -> connected to port 4 on ${p}switch2a`,
        `${p}server1 -> connected to port 40 on ${p}switch2a`,
        `${p}server1 -> connected to port 3 on ${p}pdu1`,
        `${p}server1 -> connected to port 7 on ${p}console1`,
        `${p}server1 -> connected to RU13 in ${p}rack101`,
      ])
      expect(await locate('production')).toEqual([`${p}production -> in pool ${p}all`])
      expect(await locate('server2')).toEqual([
        `${p}server2 -> connected to port 5 on ${p}switch2a`,
        `${p}server2 -> connected to RU11-13 in ${p}rack102`,
      ])
      expect(await locate('pdu1')).toContain(`${p}pdu1 -> in rack ${p}rack101`)
      expect(await locate('lost')).toEqual([`${p}lost -> nowhere: connected to nothing and in no container`])
    })

    it('shows everything about things, in the order asked and in one statement', async () => {
      const asked: string[] = []
      const note = ({ sql }: { sql: string }) => asked.push(sql)
      inventory.database.knex.on('query', note)
      const found = await inventory.read((view) =>
        infoOf(view, [thing(`${p}server2`), thing(`${p}server1`), thing(`${p}net10`)], moment),
      )
      inventory.database.knex.removeListener('query', note)
      // Others ask for the version and the drivers.
      expect(asked.filter((sql) => !sql.includes('from drivers'))).toHaveLength(1)
      const [second, first, net] = found
      expect(second).toMatchObject({ place: { container: `${p}rack102`, units: 'RU11-13 rear' }, ips: ['2001:db8::7'] })
      expect(first).toMatchObject({
        type: 'server',
        driver: 'server',
        parents: [`${p}all`, `${p}production`, `${p}rack101`],
        contents: [`${p}blade1`],
        ips: ['10.0.0.9', '10.0.0.10'],
        place: { container: `${p}rack101`, units: 'RU13' },
      })
      expect(first?.attrs).toEqual([
        { key: 'bought', subkey: null, number: null, value: '2007-12-16T07:46:00Z', type: 'datetime' },
        { key: 'cpus', subkey: null, number: null, value: 9007199254740993n, type: 'integer' },
        { key: 'disk', subkey: 'size', number: 0, value: '250G', type: 'text' },
        { key: 'disk', subkey: 'size', number: 1, value: '500G', type: 'text' },
        { key: 'env', subkey: null, number: null, value: 'prod', type: 'text' },
        { key: 'load', subkey: null, number: null, value: { json: '1.50' }, type: 'decimal' },
        { key: 'managed', subkey: null, number: null, value: true, type: 'boolean' },
        { key: 'tags', subkey: null, number: null, value: { json: '{"a":[1]}' }, type: 'json' },
        { key: 'twin', subkey: null, number: null, value: `${p}server2`, type: 'reference' },
      ])
      expect(net?.ips).toEqual(['10.0.0.9', '10.0.0.10', '10.0.0.200', '2001:db8::7'])
    })

    it('lists the ports of the driver, then those that were recorded', async () => {
      const ports = await inventory.read((view) => portsOf(view, thing(`${p}server1`), moment))
      expect(ports).toEqual([
        {
          type: 'nic-eth',
          number: 1,
          name: 'eth0',
          peer: `${p}switch2a`,
          peerPort: 'nic-eth:4',
          mac: '00:50:c2:00:00:01',
        },
        { type: 'nic-eth', number: 2, name: 'enp3s0', peer: `${p}switch2a`, peerPort: 'nic-eth:40' },
        { type: 'nic-eth', number: 9, name: null, peer: null, peerPort: null, mac: '00:50:c2:00:00:09' },
        { type: 'pwr-nema-5', number: 1, name: null, peer: `${p}pdu1`, peerPort: 'pwr-nema-5:3' },
        { type: 'console-serial', number: 1, name: null, peer: `${p}console1`, peerPort: 'console-serial:7' },
      ])
      const others = await inventory.read((view) => portsOf(view, thing(`${p}server2`), moment))
      expect(others.at(-1)).toMatchObject({ type: 'nic-mgmt', number: 1, peerPort: 'nic-eth:5' })
      expect(await inventory.read((view) => portsOf(view, thing(`${p}switch2a`), moment))).toHaveLength(51)
    })

    it('draws the tree below and above, each thing opened once', async () => {
      const tree = (name: string, parents: boolean) =>
        lines((found) => inventory.read((view) => treeLines(view, found, { parents, moment })), name)
      expect(await tree('dc1', false)).toEqual([
        `${p}dc1 (datacenter)`,
        `  ${p}rack101 (rack)`,
        `    ${p}server1 (server) RU13`,
        `      ${p}blade1 (virtualserver)`,
        `    ${p}switch2a (networkswitch) RU41-42`,
        `    ${p}pdu1 (powerstrip)`,
        `  ${p}rack102 (rack)`,
        `    ${p}server2 (server) RU11-13 rear`,
      ])
      expect(await tree('all', false)).toEqual([
        `${p}all (pool)`,
        `  ${p}production (pool)`,
        `    ${p}server1 (server)`,
        `      ${p}blade1 (virtualserver)`,
        `  ${p}server1 (server) …`,
      ])
      expect(await tree('blade1', true)).toEqual([
        `${p}blade1 (virtualserver)`,
        `  ${p}server1 (server)`,
        `    ${p}rack101 (rack) RU13`,
        `      ${p}dc1 (datacenter)`,
        `    ${p}all (pool)`,
        `    ${p}production (pool)`,
        `      ${p}all (pool)`,
      ])
    })

    it('reads values by key, of ports, hidden and computed ones only when named', async () => {
      const values = async (name: string, keys: readonly string[] | null, port = '', inherited = false) => {
        const asked = keys?.map((key) => ({ key, subkey: null, number: null })) ?? null
        const rows = await inventory.read((view) =>
          valuesOf(view, [thing(p + name)], { keys: asked, port, inherited, moment }),
        )
        return rows.map(({ key, value, from }) => [key, value, ...(from === undefined ? [] : [from])])
      }
      expect((await values('server1', null)).map(([key]) => key)).not.toContain('_note')
      expect(await values('server1', ['_note', 'env'])).toEqual([
        ['_note', 'hidden'],
        ['env', 'prod'],
      ])
      expect(await values('server1', ['disk'])).toHaveLength(2)
      expect(await values('server1', null, 'nic-eth:1')).toEqual([['mac', '00:50:c2:00:00:01']])
      expect(await values('server1', ['_ip'])).toEqual([
        ['_ip', '10.0.0.9'],
        ['_ip', '10.0.0.10'],
      ])
      expect(await values('server1', ['_in'])).toEqual(
        [`${p}all`, `${p}production`, `${p}rack101`, `${p}dc1`].map((name) => ['_in', name]),
      )
      expect(await values('server1', ['env', 'floor', 'city', 'owner', 'none'], '', true)).toEqual([
        ['env', 'prod'],
        ['floor', 2n, `${p}rack101`],
        ['city', 'Akron', `${p}dc1`],
        ['owner', 'ops', `${p}production`],
      ])
      expect(await values('server1', ['floor'])).toEqual([])
    })
  })
})
