// What the demo datacenter does not have: cables with several ends, device bays, IPv6, addresses without a prefix, names
// in other scripts, ports of panels that carry serial lines.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Desk } from './desk.ts'

let desk: Desk
beforeAll(async () => {
  desk = await Desk.open()
})
beforeEach(() => desk.empty())
afterAll(() => desk.close())

const object = (model: string, pk: number, fields: object) => ({ model, pk, fields })
const end = (pk: number, cable: number, side: string, model: string, id: number) =>
  object('dcim.cabletermination', pk, { cable, cable_end: side, termination_type: ['dcim', model], termination_id: id })
const device = (pk: number, name: string | null, more: object = {}) =>
  object('dcim.device', pk, { name, device_type: 1, role: 1, site: 1, rack: null, position: null, face: '', ...more })
const port = (model: string, pk: number, of: number, name: string, more: object = {}) =>
  object(`dcim.${model}`, pk, { device: of, name, ...more })

const BASE = [
  object('dcim.site', 1, { name: 'Zürich 1' }),
  object('dcim.rack', 1, { name: 'R1', site: 1, u_height: 10 }),
  object('dcim.manufacturer', 1, { name: 'Dell', slug: 'dell' }),
  object('dcim.devicetype', 1, { manufacturer: 1, model: 'R640', slug: 'r640', u_height: '1.0' }),
  object('dcim.devicerole', 1, { name: 'Server' }),
]

async function load(...objects: object[]): Promise<string> {
  desk.file('n.json', JSON.stringify([...BASE, ...objects]))
  const { done } = await desk.done('import netbox n.json', 'change')
  expect(await desk.version('import netbox n.json')).toBe(null)
  return done.join('\n')
}

describe('NetBox', () => {
  it('connects every end of a breakout cable', async () => {
    await load(
      ...[1, 2, 3].map((pk) => device(pk, `s${pk}`)),
      ...[1, 2, 3].map((pk) => port('interface', pk, pk, 'eth0')),
      object('dcim.cable', 1, { status: 'connected' }),
      end(1, 1, 'A', 'interface', 1),
      end(2, 1, 'B', 'interface', 2),
      end(3, 1, 'B', 'interface', 3),
    )
    expect(await desk.found('* connected to s1 and driver:Server')).toEqual(['s2', 's3'])
  })

  it('gives things the type that their role has now', async () => {
    const role = (name: string) => object('dcim.devicerole', 2, { name })
    await load(role('Switch'), device(1, 'x1', { role: 2 }))
    const kind = async () => (await desk.done('find x1', 'things')).things.map(({ type }) => type)
    const before = await kind()
    expect(before).toEqual(['networkswitch'])
    expect(await load(role('Firewall'), device(1, 'x1', { role: 2 }))).toContain('changed: 1 device')
    expect(await kind()).toEqual(['firewall'])
    expect(await desk.found('type:networkswitch')).toEqual([])
    await desk.done('undo', 'change')
    expect(await kind()).toEqual(before)
  })

  it('knows cables of NetBox before 3.3', async () => {
    await load(
      device(1, 's1'),
      device(2, 's2'),
      port('interface', 1, 1, 'eth0'),
      port('interface', 2, 2, 'eth0'),
      object('contenttypes.contenttype', 7, { app_label: 'dcim', model: 'interface' }),
      object('dcim.cable', 1, {
        termination_a_type: 7,
        termination_a_id: 1,
        termination_b_type: 7,
        termination_b_id: 2,
      }),
    )
    expect(await desk.found('* connected to s1 and driver:Server')).toEqual(['s2'])
  })

  it('knows the inlet of a power strip from its outlets', async () => {
    const template = (model: string, pk: number, name: string) =>
      object(`dcim.${model}template`, pk, { device_type: 2, name, type: 'iec-60320-c13' })
    const strip = [
      object('dcim.devicerole', 2, { name: 'PDU' }),
      object('dcim.devicetype', 2, { manufacturer: 1, model: 'AP7901', slug: 'ap7901', u_height: '1.0' }),
      template('poweroutlet', 1, 'Outlet 1'),
      template('poweroutlet', 2, 'Outlet 2'),
      template('powerport', 1, 'Input'),
      ...[1, 2].map((pk) => device(pk, `pdu${pk}`, { device_type: 2, role: 2 })),
      ...[1, 2].map((at) => port('poweroutlet', at, 1, `Outlet ${at}`)),
      port('powerport', 1, 1, 'Input'),
      ...[1, 2].map((at) => port('poweroutlet', at + 2, 2, `Outlet ${at}`)),
      port('powerport', 2, 2, 'Input'),
      device(3, 's1'),
      port('powerport', 3, 3, 'PSU1'),
      object('dcim.cable', 1, { status: 'connected' }),
      end(1, 1, 'A', 'powerport', 3),
      end(2, 1, 'B', 'poweroutlet', 2),
    ]
    await load(...strip)
    expect(await desk.found('* connected to s1 and type:powerstrip')).toEqual(['pdu1'])
    // The second strip hangs on the first one: its inlet, port 3, takes the lowest outlet that is free.
    const [done = ''] = (await desk.done('connect pdu2:pwr-nema-5:3 pdu1', 'change')).done
    expect(done).toContain('pdu1:pwr-nema-5:1')
    expect(await desk.found('pdu* and haskey kind')).toEqual([])
  })

  it('brings a serial line through a panel, and keeps what is no connection', async () => {
    const said = await load(
      device(1, 's1'),
      device(2, 'panel', { role: 2 }),
      object('dcim.devicerole', 2, { name: 'Patch Panel' }),
      port('consoleport', 1, 1, 'con'),
      port('rearport', 1, 2, 'R1'),
      port('frontport', 1, 2, 'F1', { rear_port: 1, rear_port_position: 1 }),
      port('interface', 1, 1, 'eth0'),
      port('interface', 2, 1, 'eth1'),
      object('dcim.cable', 1, { status: 'connected' }),
      end(1, 1, 'A', 'consoleport', 1),
      end(2, 1, 'B', 'frontport', 1),
      object('dcim.cable', 2, { status: 'planned' }),
      end(3, 2, 'A', 'interface', 1),
      end(4, 2, 'B', 'interface', 2),
    )
    expect(await desk.found('* connected to s1 and not driver:datacenter and not driver:role')).toEqual(['panel'])
    expect((await desk.done('info panel', 'info')).things[0]?.driver).toBe('dell-r640-appliance')
    expect(said).toContain('not taken: 1 cables: they join two ports of one device')
    expect((await desk.done('attr get s1:nic-eth:1 cable.to', 'values')).rows[0]?.value).toBe('s1:nic-eth:2')
  })

  it('puts blades into their chassis, and devices at half units', async () => {
    await load(
      object('dcim.devicetype', 2, {
        manufacturer: 1,
        model: 'M1000e',
        slug: 'm1000e',
        u_height: '2.5',
        subdevice_role: 'parent',
      }),
      object('dcim.devicetype', 3, {
        manufacturer: 1,
        model: 'M640',
        slug: 'm640',
        u_height: '0.0',
        subdevice_role: 'child',
      }),
      device(1, 'chassis', { device_type: 2, rack: 1, position: '4.0', face: 'front' }),
      device(2, 'blade', { device_type: 3 }),
      object('dcim.devicebay', 1, { device: 1, name: 'Bay 1', installed_device: 2 }),
      object('dcim.devicetype', 4, { manufacturer: 1, model: 'Half', slug: 'half', u_height: '0.5' }),
      device(3, 'half', { device_type: 4, rack: 1, position: '6.5', face: 'front' }),
    )
    expect(await desk.found('blade in chassis')).toEqual(['blade'])
    expect(await desk.found('blade in R1')).toEqual(['blade'])
    expect(await desk.found('half in R1')).toEqual(['half'])
    expect(await desk.found('driver:Appliance')).toEqual(['chassis'])
  })

  it('has IPv6, and a network for an address without one', async () => {
    await load(
      device(1, 's1'),
      port('interface', 1, 1, 'eth0'),
      object('ipam.prefix', 1, { prefix: '2001:db8::/32', vrf: null, status: 'active' }),
      object('ipam.ipaddress', 1, {
        address: '2001:db8::7/64',
        assigned_object_type: ['dcim', 'interface'],
        assigned_object_id: 1,
      }),
      object('ipam.ipaddress', 2, { address: '192.0.2.9/24', assigned_object_type: null, assigned_object_id: null }),
    )
    expect(await desk.found('ip:2001:db8::/32')).toContain('s1')
    expect(await desk.found('ip:192.0.2.9')).toEqual(['192.0.2.0/24'])
    expect((await desk.done('attr get 2001-db8-/32 netbox.name', 'values')).rows[0]?.value).toBe('2001:db8::/32')
  })

  it('names things in all scripts, and tells them apart', async () => {
    await load(device(1, 'Büro 1'), device(2, 'büro 1'), device(3, null), device(4, 'サーバ'))
    expect((await desk.found('driver:Server')).length).toBe(4)
    expect((await desk.found('driver:Server in "Zürich-1"')).length).toBe(4)
    expect(await desk.found('サーバ or r640-3')).toEqual(['r640-3', 'サーバ'])
  })

  it('takes no secrets out of JSON', async () => {
    const context = { ntp: ['10.0.0.1'], snmp: { community: 'x', auth_password: 'geheim' } }
    const said = await load(device(1, 's1', { local_context_data: context }))
    expect((await desk.done('attr get s1 context', 'values')).rows[0]?.value).toEqual({
      json: '{"ntp":["10.0.0.1"],"snmp":{"community":"x"}}',
    })
    expect(said).toContain('not taken: 1 members of local_context_data: secrets are kept elsewhere')
  })

  it('refuses what does not fit, by the object', async () => {
    desk.file(
      'bad.json',
      JSON.stringify([
        ...BASE,
        device(1, 's1', { rack: 1, position: '4.0', face: 'front' }),
        device(2, 's2', { rack: 1, position: '4.0', face: 'front' }),
        device(3, 's3', { rack: 1, position: '11.0' }),
      ]),
    )
    const said = await desk.refusal('import netbox bad.json')
    expect(said).toContain('dcim.device 2 (s2): U4 of rack R1 is taken by s1')
    expect(said).toContain('dcim.device 3 (s3): U11 is not in rack R1: it has U1-10')
    expect(await desk.found('*')).toEqual([])
  })

  it('follows a device that moved and was cabled anew', async () => {
    const rest = [
      ...[1, 2, 3].map((pk) => port('interface', pk, pk, 'eth0')),
      device(2, 's2'),
      device(3, 's3'),
      object('dcim.cable', 1, { status: 'connected' }),
      end(1, 1, 'A', 'interface', 1),
    ]
    await load(device(1, 's1', { rack: 1, position: '4.0', face: 'front' }), ...rest, end(2, 1, 'B', 'interface', 2))
    const said = await load(
      device(1, 's1', { rack: 1, position: '7.0', face: 'rear' }),
      ...rest,
      end(2, 1, 'B', 'interface', 3),
    )
    expect(said).toContain('s1: R1')
    expect((await desk.done('locate s1', 'lines')).lines).toEqual([
      's1 -> connected to port 1 on s3',
      's1 -> connected to RU7 in R1',
    ])
    expect(await desk.found('* connected to s2 and driver:Server')).toEqual([])
  })
})
