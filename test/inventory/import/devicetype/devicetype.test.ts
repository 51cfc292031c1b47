// The 24 real files of the device-type library as one folder, files of our own for what they lack, and what is refused.
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readFolder } from '../../../../src/bot/terminal/folder.ts'
import { plainWords } from '../../../../src/commands/words.ts'
import { type NamedFile, packFiles, unpackFiles } from '../../../../src/inventory/import/devicetype/archive.ts'
import { Desk } from '../desk.ts'

const files = await readFolder('test/fixtures/devicetypes', (reason) => new Error(reason))
const file = (name: string, content: string | Uint8Array): NamedFile => ({ name, content: Buffer.from(content) })

let desk: Desk
beforeAll(async () => {
  desk = await Desk.open()
})
beforeEach(() => desk.empty())
afterAll(() => desk.close())

const take = async (content: string | Uint8Array): Promise<readonly string[]> => {
  desk.file('types', content)
  return (await desk.done('import devicetype types', 'change')).done.map(plainWords)
}
const show = async (driver: string) => (await desk.done(`driver show ${driver}`, 'lines')).lines
const refused = (content: string | Uint8Array) => {
  desk.file('types', content)
  return desk.refusal('import devicetype types')
}

describe('the real files', () => {
  it('become drivers of the right kind, height and ports, as one version', async () => {
    const said = (await take(packFiles(files))).map((line) => line.replace(/driver (\S+) added \((.*)\)/, '$1 $2'))
    expect(said).toEqual([
      'apc-ap8953 powerstrip, 0 U, nic-eth 1, pwr-nema-5 25, console-serial 1',
      'apc-smt1500rmi2u powerstrip, 2 U, pwr-nema-5 5, console-serial 2',
      'arista-dcs-7050sx3-48yc8 networkswitch, 1 U, nic-eth 57, pwr-nema-5 2, console-serial 1',
      'cisco-c9300-48p networkswitch, 1 U, nic-eth 51, pwr-nema-5 2, console-serial 2',
      'cisco-n9k-c93180yc-fx networkswitch, 1 U, nic-eth 55, pwr-nema-5 2, console-serial 1',
      'citrix-mpx-8910 loadbalancer, 1 U, nic-eth 12, pwr-nema-5 2, console-serial 1',
      'dell-poweredge-fx2s-4bay appliance, 2 U, nic-eth 2, pwr-nema-5 2, console-serial 4',
      'dell-poweredge-m630 server, 0 U, nic-eth 3, pwr-nema-5 1, console-serial 1',
      'dell-poweredge-r740 server, 2 U, nic-eth 3, pwr-nema-5 2, console-serial 3',
      'f5-big-ip-i2800 loadbalancer, 1 U, nic-eth 7, pwr-nema-5 2, console-serial 3',
      'fortinet-fg-100f firewall, 1 U, nic-eth 28, pwr-nema-5 2, console-serial 1',
      'generic-24-port-copper-patch-panel-half-depth appliance, 1 U, nic-eth 48',
      'generic-blanking-panel-1u appliance, 1 U',
      'generic-sc-12-port-duplex-fiber-patch-panel-rear-splice appliance, 1 U, nic-eth 48',
      'hpe-5406r-zl2 networkswitch, 4 U, pwr-nema-5 2',
      'hpe-proliant-dl360-gen10 server, 1 U, nic-eth 3, pwr-nema-5 2, console-serial 1',
      'hpe-proliant-dl380-gen10 server, 2 U, nic-eth 5, pwr-nema-5 2, console-serial 1',
      'juniper-ex4300-48t networkswitch, 1 U, nic-eth 52, pwr-nema-5 2, console-serial 1',
      'opengear-cm7148-2-dac consoleserver, 1 U, nic-eth 2, pwr-nema-5 2, console-serial 49',
      'pc-engines-apu6 server, 0 U, nic-eth 6, pwr-nema-5 1, console-serial 1',
      'palo-alto-pa-850 firewall, 1 U, nic-eth 16, pwr-nema-5 2, console-serial 2',
      'raritan-px3-5497v powerstrip, 0 U, nic-eth 2, pwr-nema-5 25, console-serial 1',
      'server-technology-c2wg24sn-ycln5d6 powerstrip, 2 U, nic-eth 1, pwr-nema-5 25, console-serial 4',
      'supermicro-superserver-1029u-tr4t server, 1 U, nic-eth 5, pwr-nema-5 2, console-serial 1',
    ])
    expect(await take(packFiles(files))).toEqual(['24 drivers are there already'])
    expect(await take(gzipSync(packFiles(files)))).toEqual(['24 drivers are there already'])
    expect(await desk.version('undo')).toBe(2)
    expect((await desk.done('driver list server', 'table')).rows.map(([name]) => name)).toEqual(['server'])
  })

  it('keep the names of ports: a quoted number, CRLF, a management port after the others', async () => {
    await take(packFiles(files))
    expect(await show('f5-big-ip-i2800')).toEqual(
      expect.arrayContaining([
        '  nic-eth:1-4 network: 1.0, 2.0, 3.0, 4.0 (1000base-x-sfp)',
        '  nic-eth:7 network: mgmt (management, 1000base-t)',
      ]),
    )
    const cisco = await show('C9300-48P')
    expect(cisco[0]).toBe('cisco-c9300-48p: Cisco Catalyst 9300-48P')
    expect(cisco).toContain('  nic-eth:1-48 network: GigabitEthernet1/0/1 … GigabitEthernet1/0/48 (1000base-t)')
    expect(cisco.join('')).not.toContain('\r')
    expect(await show('apc-ap8953')).toEqual(
      expect.arrayContaining(['height: 0 U', '  pwr-nema-5:25 inlet: Power Port 1 (iec-60309-2p-e-6h)']),
    )
  })

  it('are connected by the roles of their ports, and stand in their units', async () => {
    await take(packFiles(files))
    for (const [driver, name] of [
      ['dell-poweredge-r740', 'srv1'],
      ['ex4300-48t', 'sw1'],
      ['px3-5497v', 'pdu1'],
      ['apc-smt1500rmi2u', 'ups1'],
      ['opengear-cm7148-2-dac', 'con1'],
    ])
      await desk.done(`add ${driver} ${name}`, 'change')
    await desk.done('add rack r1', 'change')
    const said = async (text: string) => (await desk.done(text, 'change')).done[0]
    expect(await said('connect srv1 sw1')).toBe('srv1:nic-eth:1 connected to sw1:nic-eth:1')
    expect(await said('connect srv1 pdu1')).toBe('srv1:pwr-nema-5:1 connected to pdu1:pwr-nema-5:1')
    expect(await said('connect pdu1 ups1')).toBe('pdu1:pwr-nema-5:2 connected to ups1:pwr-nema-5:5')
    expect(await said('connect con1 srv1')).toBe('con1:console-serial:1 connected to srv1:console-serial:1')
    await said('insert srv1 into r1 at U11')
    expect((await desk.done('locate srv1', 'lines')).lines).toContain('srv1 -> connected to RU11-12 in r1')
    expect(await desk.refusal('insert sw1 into r1 at U12')).toContain('taken by srv1')
    expect(await desk.found('driver:networkswitch or type:powerstrip')).toEqual(['pdu1', 'sw1', 'ups1'])
    expect(await desk.refusal('undo 1')).toContain('later versions build on it')
  })
})

const TYPE = 'manufacturer: Acme\nmodel: X1\nslug: acme-x1\n'

describe('files of our own', () => {
  it('have ports of every kind', async () => {
    const list = (key: string, name: string, more = '') => `${key}:\n  - name: ${name}\n    type: x\n${more}`
    await take(
      `${TYPE}u_height: 1.5\n${[
        list('interfaces', 'lag0').replace('x', 'lag'),
        list('front-ports', 'F1', '    rear_port: R1\n'),
        list('rear-ports', 'R1'),
        list('power-ports', 'In'),
        list('power-outlets', 'Out', '    power_port: In\n'),
        list('console-ports', 'Con'),
        list('console-server-ports', 'Line'),
        list('module-bays', 'M1'),
        list('device-bays', 'D1'),
        list('inventory-items', 'I1'),
      ].join('')}`,
    )
    expect(await show('acme-x1')).toEqual(
      expect.arrayContaining([
        'extends powerstrip',
        'height: 1.5 U',
        '  nic-eth:1-2 network: F1, R1 (x)',
        '  nic-eth:3 network: lag0 (lag)',
        '  pwr-nema-5:1 outlet: Out (x)',
        '  pwr-nema-5:2 inlet: In (x)',
        '  console-serial:1 line: Line (x)',
        '  console-serial:2 device: Con (x)',
        '  module_bays: M1',
        '  device_bays: D1',
        '  inventory_items: I1',
      ]),
    )
  })

  it.each([
    ['', 'extends appliance'],
    ['subdevice_role: parent\n', 'extends appliance'],
    ['subdevice_role: child\ninterfaces: [{ name: eth0 }]\n', 'extends server'],
    ['subdevice_role: child\n', 'height: 0 U'],
    ['u_height: null\n', 'height: 1 U'],
    ['u_height: 0.5\n', 'height: 0.5 U'],
    [
      `interfaces: [${Array.from({ length: 24 }, (_, at) => `{ name: p${at} }`).join(', ')}]\n`,
      'extends networkswitch',
    ],
    ['interfaces: [{ name: iLO, mgmt_only: true }]\n', 'extends server'],
    ['console-server-ports: [{ name: 1 }]\ninterfaces: [{ name: a }, { name: b }]\n', 'extends consoleserver'],
    ['interfaces:\nfront-ports: [{ name: 1 }]\n', 'extends appliance'],
  ])('may leave much out: %j', async (more, line) => {
    await take(TYPE + more)
    expect(await show('acme-x1')).toContain(line)
  })
})

describe('what is refused', () => {
  it.each([
    ['one port twice', `${TYPE}interfaces:\n  - name: a\n  - name: a\n`, 'line 6: interfaces has a twice'],
    ['a port that is a list', `${TYPE}interfaces:\n  - [a]\n`, 'line 4: interfaces holds something that has no name'],
    ['text as height', `${TYPE}u_height: "2"\n`, 'line 4: u_height is a number from 0 to 100'],
    ['no manufacturer', 'model: X1\nslug: x1\n', 'line 1: the device type has no manufacturer'],
    ['a key twice', `${TYPE}slug: other\n`, 'line 4: it is not YAML'],
    ['an unknown subdevice', `${TYPE}subdevice_role: uncle\n`, 'line 4: subdevice_role is parent or child'],
    ['a character that cannot be kept', `${TYPE}comments: "a\\0b"\n`, 'line 4: comments has a character in it'],
    ['a name that is too long', `${TYPE}interfaces:\n  - name: ${'x'.repeat(300)}\n`, 'line 5: name is longer'],
    ['nonsense', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xff, 0xfe]), 'the file: it is not text in UTF-8'],
    ['a large file', `${TYPE}comments: ${'x'.repeat(2 ** 20)}\n`, 'the file: it is larger than 1024 KB'],
    ['an archive without one', packFiles([file('a.txt', 'x')]), 'the file: it holds no .yaml or .yml file'],
    [
      'many ports',
      `${TYPE}interfaces: [${Array.from({ length: 10_001 }, (_, at) => `{name: p${at}}`).join(',')}]\n`,
      'line 1: it has 10001 ports',
    ],
    [
      'nested aliases',
      `a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\n${TYPE}comments: *c\n`,
      'line 2: aliases (*name) are not understood',
    ],
  ])('%s', async (_what, content, reason) => {
    expect(await refused(content)).toContain(reason)
    expect(await desk.rows('select * from drivers')).toEqual([])
  })

  it('in a folder is told by file and line, and nothing of it is imported', async () => {
    const said = await refused(
      packFiles([...files, file('Acme/bad.yaml', `${TYPE}u_height: -1\n`), file('Acme/worse.yml', 'model: [\n')]),
    )
    expect(said).toContain('Acme/bad.yaml line 4: u_height is a number')
    expect(said).toContain('Acme/worse.yml line 2: it is not YAML')
    expect(await desk.rows('select * from drivers')).toEqual([])
  })

  it('a folder where one file is needed', async () => {
    desk.file('folder', packFiles(files))
    expect(await desk.refusal('import csv folder')).toContain('it is a folder or an archive')
  })
})

it('files travel as one and come out as they were', () => {
  const all = [...files, file(`${'deep/'.repeat(40)}ü.yaml`, 'a: 1'), file('empty.yaml', '')]
  const out = unpackFiles(packFiles(all))?.map(({ name, content }) => ({ name, content: Buffer.from(content) }))
  expect(out).toEqual(all.map(({ name, content }) => ({ name, content: Buffer.from(content) })))
  expect(() => unpackFiles(packFiles(all).subarray(0, 1000))).toThrow('cut off')
})
