// The demo datacenter of NetBox, imported and compared with its file in words that an operator types.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases } from '../open.ts'
import { allOf, DEMO, type Entry, one, readDemo, writeDemo } from './demo-fixture.ts'
import { Desk } from './desk.ts'

const entries = readDemo()
const EQUIPMENT = new Set(['router', 'networkswitch', 'powerstrip', 'consoleserver', 'appliance', 'server', 'firewall'])
const clean = (name: string): string => name.replace(/[^A-Za-z0-9.]+/g, '-')
const nameOf = (model: string, pk: unknown): string => String(one(entries, model, pk).fields.name)

/** What a rack must be called: racks of one name are told apart by their site. */
function rackName(rack: Entry): string {
  const name = String(rack.fields.name)
  const same = allOf(entries, 'dcim.rack').filter(({ fields }) => fields.name === name)
  return same.length === 1 ? clean(name) : `${clean(nameOf('dcim.site', rack.fields.site))}/${clean(name)}`
}

function unitsOf(device: Entry): string {
  const low = Number(device.fields.position)
  const height = Number(one(entries, 'dcim.devicetype', device.fields.device_type).fields.u_height)
  return height > 1 ? `RU${low}-${low + height - 1}` : `RU${low}`
}

const placeOf = (device: Entry): string =>
  `${unitsOf(device)} in ${rackName(one(entries, 'dcim.rack', device.fields.rack))}`

describe.each(databases)('the demo datacenter on %s', (kind) => {
  let desk: Desk
  /** The names of the devices, by `RU4 in R101` and the face. */
  const names = new Map<string, string>()
  const nameAt = (device: Entry): string => names.get(`${placeOf(device)} ${String(device.fields.face)}`) ?? '?'

  beforeAll(async () => {
    desk = await Desk.open(kind)
    desk.file('netbox.json', DEMO)
    await desk.done('import netbox netbox.json', 'change')
    for (const { name, rack, low, high, face } of await desk.rows<{
      name: string
      rack: string
      low: number
      high: number
      face: string
    }>(`select item.name, rack.name as rack, u_low as low, u_high as high, face from edges
        join things item on item.id = child_id join things rack on rack.id = parent_id where u_low is not null`))
      names.set(`RU${low === high ? low : `${low}-${high}`} in ${rack} ${face}`, name)
  }, 180_000)
  afterAll(() => desk.close())

  it('has the devices of every site', async () => {
    for (const site of allOf(entries, 'dcim.site')) {
      const devices = allOf(entries, 'dcim.device').filter(({ fields }) => fields.site === site.pk)
      const { things } = await desk.done(`find * in name:"${clean(nameOf('dcim.site', site.pk))}"`, 'things')
      expect([site.fields.name, things.filter(({ type }) => EQUIPMENT.has(type)).length]).toEqual([
        site.fields.name,
        devices.length,
      ])
    }
  })

  it('locates every device at its rack and unit', async () => {
    const devices = allOf(entries, 'dcim.device')
    expect(devices.length).toBe(72)
    for (const device of devices) {
      const name = nameAt(device)
      const { lines } = await desk.done(`locate "${name}"`, 'lines')
      expect(lines).toContain(`${name} -> connected to ${placeOf(device)}`)
    }
  })

  it('keeps clean unique names, and the letters and digits of the others', async () => {
    const count = new Map<string, number>()
    for (const { fields } of allOf(entries, 'dcim.device'))
      count.set(String(fields.name), (count.get(String(fields.name)) ?? 0) + 1)
    for (const device of allOf(entries, 'dcim.device')) {
      const original = device.fields.name
      if (typeof original !== 'string') continue
      const name = nameAt(device)
      if (count.get(original) === 1 && /^[\w.-]+$/.test(original)) expect(name).toBe(original)
      else {
        expect(name.replace(/[^A-Za-z0-9]/g, '')).toContain(original.replace(/[^A-Za-z0-9]/g, ''))
        const { rows } = await desk.done(`attr get "${name}" netbox.name`, 'values')
        expect(rows.map(({ value }) => value)).toEqual([original])
      }
    }
  })

  it('connects what every cable between two devices connects', async () => {
    const ends = new Map<number, { side: unknown; device: Entry }[]>()
    for (const { fields } of allOf(entries, 'dcim.cabletermination')) {
      const model = (fields.termination_type as string[]).join('.')
      if (!model.startsWith('dcim.')) continue
      const port = one(entries, model, fields.termination_id)
      const device = one(entries, 'dcim.device', port.fields.device)
      const cable = fields.cable as number
      ends.set(cable, [...(ends.get(cable) ?? []), { side: fields.cable_end, device }])
    }
    const cables = [...ends.values()].filter((both) => both.length === 2)
    expect(cables.length).toBe(76)
    for (const [a, b] of cables) {
      if (!a || !b) throw new Error('a cable has two ends')
      const found = await desk.found(`name:"${nameAt(a.device)}" connected to name:"${nameAt(b.device)}"`)
      expect(found).toEqual([nameAt(a.device)])
    }
    const [{ links } = { links: 0 }] = await desk.rows<{ links: number }>('select count(*) as links from links')
    expect(links).toBe(76 * 2)
  })

  it('has every address, held by the network of its VRF', async () => {
    const wanted = allOf(entries, 'ipam.ipaddress').map(({ fields }) => {
      const vrf = fields.vrf === null ? null : nameOf('ipam.vrf', fields.vrf)
      return `${String(fields.address).replace(/\/.*/, '')} ${vrf}`
    })
    const found = await desk.rows<{ address: string; vrf: string | null }>(
      `select host(address) as address, vrf.text as vrf from addresses
       left join attributes vrf on vrf.thing_id = network_id and vrf.key = 'vrf' and vrf.subkey = ''`,
    )
    expect(found.map(({ address, vrf }) => `${address} ${vrf}`).sort()).toEqual(wanted.sort())
    expect(await desk.found('ip:172.16.0.1')).toEqual(['172.16.0.0/24'])
  })

  it('has racks by their height, VLANs by their number, virtual machines in their clusters', async () => {
    const { things } = await desk.done('find driver:Rack and attr:maxu=48', 'things')
    expect(things.length).toBe(allOf(entries, 'dcim.rack').filter(({ fields }) => fields.u_height === 48).length)
    const vlans = await desk.found('driver:Vlan and attr:vid=201')
    expect(vlans.length).toBe(allOf(entries, 'ipam.vlan').filter(({ fields }) => fields.vid === 201).length)
    for (const cluster of allOf(entries, 'virtualization.cluster')) {
      const machines = allOf(entries, 'virtualization.virtualmachine')
        .filter(({ fields }) => fields.cluster === cluster.pk)
        .map(({ fields }) => fields.name)
      expect(await desk.found(`driver:VirtualServer in name:"${String(cluster.fields.name)}"`)).toEqual(machines.sort())
    }
  })

  it('finds devices by what they are, tags, tenants and custom fields', async () => {
    const role = (name: string) => {
      const pk = allOf(entries, 'dcim.devicerole').find(({ fields }) => fields.name === name)?.pk
      return allOf(entries, 'dcim.device').filter(({ fields }) => fields.role === pk).length
    }
    const count = async (query: string) => (await desk.done(`count ${query}`, 'count')).count
    expect(await count('driver:Router')).toBe(role('Router'))
    expect(await count('driver:PowerStrip')).toBe(role('PDU'))
    expect(await count('role:PDU')).toBe(role('PDU'))
    expect(await count('driver:appliance and not driver:lenovo-flex-system')).toBe(role('Patch Panel'))
    expect(await count('pool:Zulu and driver:datacenter')).toBe(
      allOf(entries, 'extras.taggeditem').filter(({ fields }) => fields.tag === 26).length,
    )
    expect(await count('attr:tenant,"Dunder-Mifflin, Inc." and driver:Router')).toBe(13)
    expect(await desk.found('attr:cust_id,INI04')).toEqual(['Initech'])
  })

  it('takes no secrets, and says what it leaves out', async () => {
    const hashes = allOf(entries, 'auth.user').map(({ fields }) => String(fields.password))
    expect(hashes.length).toBeGreaterThan(0)
    const [{ n } = { n: -1 }] = await desk.rows<{ n: number }>(
      `select count(*) as n from attributes where text like '%pbkdf2%' or text like '%sha256%'`,
    )
    expect(n).toBe(0)
    const { done } = await desk.done('import netbox netbox.json', 'change')
    expect(done.join('\n')).toContain('not taken: 6 auth.user')
  })

  it('changes nothing the second time', async () => {
    expect(await desk.version('import netbox netbox.json')).toBe(null)
    const { lines } = await desk.done('plan import netbox netbox.json', 'lines')
    expect(lines.join('\n')).toContain('unchanged: 645 things')
  })
})

describe('a copy of the demo with more in it', () => {
  let desk: Desk
  beforeAll(async () => {
    desk = await Desk.open()
    desk.file('netbox.json', DEMO)
    await desk.done('import netbox netbox.json', 'change')
    const copy = readDemo()
    const router = one(copy, 'dcim.device', 1)
    Object.assign(router.fields, {
      serial: 'FTX1840AL1N',
      asset_tag: 'A-1',
      custom_field_data: { floor: 3, roles: ['a', 'b'] },
    })
    const port = allOf(copy, 'dcim.interface').find(({ fields }) => fields.device === 1)
    Object.assign(port?.fields ?? {}, { mac_address: '00:50:C2:00:00:01', mtu: 9000, enabled: false, untagged_vlan: 1 })
    Object.assign(one(copy, 'ipam.ipaddress', 31).fields, {
      assigned_object_type: ['dcim', 'interface'],
      assigned_object_id: port?.pk,
      dns_name: 'rtr01.example.com',
    })
    Object.assign(one(copy, 'virtualization.virtualmachine', 361).fields, { vcpus: '4.00', memory: 8192, disk: 100 })
    // A console server at the back of the router's unit, with a cable to the router's console.
    const type = {
      manufacturer: 8,
      model: 'CM7148',
      slug: 'cm7148',
      u_height: '1.0',
      subdevice_role: '',
      is_full_depth: false,
    }
    const server = {
      ...router.fields,
      name: 'dmi01-akron-con01',
      device_type: 900,
      role: 900,
      face: 'rear',
      serial: 'OG-1',
    }
    const line = {
      device: 900,
      name: 'Port 7',
      _name: 'Port 00000007',
      label: '',
      description: '',
      module: null,
      type: 'rj-45',
    }
    const con = allOf(copy, 'dcim.consoleport').find(({ fields }) => fields.device === 1)
    const end = (pk: number, side: string, model: string, id: unknown): Entry => ({
      model: 'dcim.cabletermination',
      pk,
      fields: { cable: 900, cable_end: side, termination_type: ['dcim', model], termination_id: id },
    })
    copy.push(
      { model: 'dcim.devicerole', pk: 900, fields: { name: 'Console Server', slug: 'console-server' } },
      { model: 'dcim.devicetype', pk: 900, fields: type },
      { model: 'dcim.device', pk: 900, fields: { ...server, custom_field_data: { api_token: 'x' } } },
      { model: 'dcim.consoleserverport', pk: 900, fields: line },
      {
        model: 'dcim.cable',
        pk: 900,
        fields: { type: 'cat5e', status: 'connected', label: 'C7', length: '3.00', length_unit: 'm' },
      },
      end(901, 'A', 'consoleserverport', 900),
      end(902, 'B', 'consoleport', con?.pk),
    )
    desk.file('copy.json', writeDemo(copy))
  })
  afterAll(() => desk.close())

  it('writes only what differs', async () => {
    const { done } = await desk.done('import netbox copy.json', 'change')
    const text = done.join('\n')
    expect(text).toContain('new: 1 role, 1 device')
    expect(text).toContain('changed: 1 device, 1 virtual machine')
    expect(text).toContain('not taken: 1 custom field api_token')
    expect(await desk.version('import netbox copy.json')).toBe(null)
  })

  it('finds things by serial, MAC and address', async () => {
    for (const word of ['serial:FTX1840AL1N', '"FTX1840AL1N"', 'mac:00:50:c2:00:00:01', 'ip:172.16.0.1', '172.16.0.1'])
      expect([word, await desk.found(word)]).toEqual([word, ['dmi01-akron-rtr01']])
    const get = async (query: string) => (await desk.done(`attr get ${query}`, 'values')).rows.map(({ value }) => value)
    expect(await get('dmi01-akron-rtr01:nic-eth:1 dns_name')).toEqual(['rtr01.example.com'])
    expect(await get('dmi01-akron-rtr01:nic-eth:1 enabled')).toEqual([false])
    expect(await get('dmi01-akron-rtr01:nic-eth:1 vlan')).toEqual(['DM-Akron/Data'])
    expect(await get('dmi01-akron-rtr01 floor')).toEqual([3n])
    expect(await get('dmi01-akron-rtr01 roles')).toEqual(['a', 'b'])
    expect(await desk.found('driver:VirtualServer and attr:memory>=8G')).toEqual(['vm1'])
    expect(await desk.found('driver:Router and vlan:100')).toContain('dmi01-akron-rtr01')
  })

  it('has the console server at its face, and its cable', async () => {
    const { things } = await desk.done('find driver:ConsoleServer', 'things')
    expect(things).toEqual([{ name: 'dmi01-akron-con01', type: 'consoleserver', driver: 'opengear-cm7148' }])
    const { lines } = await desk.done('locate dmi01-akron-con01', 'lines')
    expect(lines).toEqual([
      'dmi01-akron-con01 -> connected to port 1 on dmi01-akron-rtr01',
      'dmi01-akron-con01 -> connected to RU4 in DM-Akron/Comms-closet',
    ])
  })
})

describe('a file that is not a whole fixture', () => {
  let desk: Desk
  beforeAll(async () => {
    desk = await Desk.open()
  })
  afterAll(() => desk.close())

  const text = JSON.stringify(entries)
  const dangling = readDemo().filter(({ model, pk }) => !(model === 'dcim.site' && pk === 2))
  it.each([
    ['cut off', text.slice(0, text.length / 2), 'the file ends in the middle'],
    ['cut off while compressed', DEMO.subarray(0, 50_000), 'cut off or damaged'],
    ['without an object that others refer to', writeDemo(dangling), 'dcim.site 2 is not in the file'],
    ['of another program', '[{"model": "blog.post", "pk": 1, "fields": {}}]', 'not a NetBox fixture'],
    ['no list', '{"things": []}', 'not a NetBox fixture'],
    ['no JSON', 'name,driver\nweb1,server\n', 'not JSON'],
    ['no text', new Uint8Array([0xff, 0x00, 0xfe]), 'not text'],
    ['empty', '', 'the file ends in the middle'],
  ])('is refused: %s', async (_, content, reason) => {
    desk.file('bad.json', content)
    expect(await desk.refusal('import netbox bad.json')).toContain(reason)
    expect(await desk.rows('select * from things union all select * from things')).toEqual([])
    expect(await desk.rows('select * from drivers')).toEqual([])
  })
})
