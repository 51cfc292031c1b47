// Devices at their place, with their ports and modules, and virtual machines in their clusters.
import { nameKey } from '../../../grammar/name.ts'
import { type Catalogue, type PortSpec, roleAt } from '../../catalogue.ts'
import { grouped } from '../../grouped.ts'
import type { DraftPort } from '../draft.ts'
import { type AttributeList, referenceTo, textOf } from './attributes.ts'
import type { DriverBook } from './drivers.ts'
import { type Item, list, number, text } from './fixture.ts'
import { withoutMask } from './names.ts'
import { numbering, siteOf } from './places.ts'
import type { PortIndex } from './ports.ts'
import type { Sketch, ThingSketch } from './sketch.ts'

const DEVICE = ['serial', 'asset_tag', 'airflow', 'vc_position', 'vc_priority', 'latitude', 'longitude']
const PORT = ['label', 'description', 'type', 'mtu', 'mode', 'speed', 'duplex', 'wwn', 'poe_mode', 'poe_type', 'color']
const PORT_MORE = ['rf_role', 'rf_channel', 'tx_power', 'maximum_draw', 'allocated_draw', 'feed_leg', 'positions']

// A PDU's own inlet among its outlets, a console server's own console among its lines.
const OTHERS: Readonly<Record<string, { readonly in: string; readonly word: string }>> = {
  'dcim.powerport': { in: 'outlet', word: 'inlet' },
  'dcim.consoleport': { in: 'line', word: 'device' },
}

export type PortBook = Map<Item, DraftPort>

export const portName = ({ type, number: at }: DraftPort): string => `${type}:${at}`

/** All devices; answers where each of their ports is now. */
export function readDevices(sketch: Sketch, drivers: DriverBook, ports: PortIndex): PortBook {
  const { fixture } = sketch
  const book: PortBook = new Map()
  const parents = new Map<Item, { readonly parent: Item; readonly bay: Item }>()
  for (const bay of fixture.all('dcim.devicebay')) {
    const child = fixture.get('dcim.device', bay.fields.installed_device, bay)
    const parent = fixture.get('dcim.device', bay.fields.device, bay)
    if (child === null || parent === null) continue
    parents.set(child, { parent, bay })
    fixture.take(bay)
  }
  for (const item of fixture.all('dcim.device')) {
    const thing = sketch.thing(item, drivers.of(item))
    const slot = parents.get(item)
    if (slot) {
      thing.place(sketch.names.of(slot.parent))
      thing.attributes.fields(slot.bay, ['name:bay'])
    } else placeDevice(sketch, item, thing)
    sketch.join(item, thing, 'role', 'dcim.devicerole')
    sketch.join(item, thing, 'device_role', 'dcim.devicerole')
    sketch.join(item, thing, 'virtual_chassis', 'dcim.virtualchassis')
    sketch.join(item, thing, 'cluster', 'virtualization.cluster')
    thing.attributes.fields(item, DEVICE)
    sketch.json(item, 'local_context_data', thing.attributes, 'context')
    thing.attributes.add('platform', textOf(sketch.called(item, 'platform', 'dcim.platform')))
    addPrimary(sketch, item, thing)
    addPorts(sketch, thing, ports.numbered(item.pk), drivers.ports(item), book)
    sketch.custom(item, thing.attributes)
  }
  for (const chassis of fixture.all('dcim.virtualchassis')) {
    const master = sketch.refer(chassis, 'master', 'dcim.device')
    if (master !== null) sketch.get(sketch.names.of(chassis))?.attributes.add('master', referenceTo(master))
  }
  readModules(sketch)
  for (const [item, port] of book) linkParts(sketch, item, port, book)
  return book
}

function placeDevice(sketch: Sketch, item: Item, thing: ThingSketch): void {
  const rack = sketch.refer(item, 'rack', 'dcim.rack')
  if (rack === null) {
    const site = siteOf(sketch, item)
    if (site !== null) thing.place(site)
    return
  }
  const low = number(item, 'position')
  const type = sketch.fixture.get('dcim.devicetype', item.fields.device_type, item)
  const height = (type === null ? null : number(type, 'u_height')) ?? 1
  const side = text(item, 'face')
  const face = side === 'front' || side === 'rear' ? side : null
  if (low === null) thing.place(rack, null, face)
  else thing.place(rack, { low, high: Math.max(low, low + height - 1) }, face)
}

function addPrimary(sketch: Sketch, item: Item, thing: ThingSketch): void {
  for (const [field, key] of [
    ['primary_ip4', 'primary_ip'],
    ['primary_ip6', 'primary_ip6'],
    ['oob_ip', 'oob_ip'],
  ] as const) {
    const address = sketch.fixture.get('ipam.ipaddress', item.fields[field], item)
    if (address) thing.attributes.add(key, textOf(withoutMask(text(address, 'address'))))
  }
}

function addPorts(
  sketch: Sketch,
  thing: ThingSketch,
  numbered: Readonly<Record<string, readonly Item[]>>,
  specs: Readonly<Record<string, PortSpec>>,
  book: PortBook,
): void {
  for (const [type, items] of Object.entries(numbered)) {
    for (const [at, item] of items.entries()) {
      const port = { thing: thing.name, type, number: at + 1 }
      book.set(item, port)
      sketch.fixture.take(item)
      const spec = specs[type]
      const name = text(item, 'name')
      // A port that the driver does not have is there because it has an attribute.
      if (spec?.names?.[at] !== name || at >= spec.count) thing.attributes.add('name', textOf(name), portName(port))
      const kind = OTHERS[item.model]
      if (kind && spec?.role === kind.in && roleAt(spec, at + 1) !== kind.word)
        thing.attributes.add('kind', textOf(kind.word), portName(port))
      addPort(sketch, thing.attributes, item, portName(port))
    }
  }
}

function addPort(sketch: Sketch, attributes: AttributeList, item: Item, port: string): void {
  const mac = text(item, 'mac_address').toLowerCase()
  attributes.add('mac', textOf(mac), port)
  attributes.fields(item, [...PORT, ...PORT_MORE], port)
  if (item.fields.enabled === false) attributes.fields(item, ['enabled'], port)
  for (const flag of ['mgmt_only', 'mark_connected'])
    if (item.fields[flag] === true) attributes.fields(item, [flag], port)
  attributes.add('vrf', textOf(sketch.called(item, 'vrf', 'ipam.vrf')), port)
  sketch.tagPart(item, attributes, port)
  sketch.custom(item, attributes, port)
}

/** What ports say of one another: LAG, parent, bridge, the rear of a front port; and the VLANs that they carry. */
function linkParts(sketch: Sketch, item: Item, port: DraftPort, book: PortBook): void {
  const thing = sketch.get(port.thing)
  if (!thing) return
  for (const [field, model, key] of [
    ['lag', item.model, 'lag'],
    ['parent', item.model, 'parent'],
    ['bridge', item.model, 'bridge'],
    ['power_port', 'dcim.powerport', 'inlet'],
    ['rear_port', 'dcim.rearport', 'rear'],
  ] as const) {
    const other = sketch.fixture.get(model, item.fields[field], item)
    const found = other === null ? undefined : book.get(other)
    if (found) thing.attributes.add(key, textOf(portName(found)), portName(port))
    if (found && field === 'rear_port') {
      thing.attributes.fields(item, ['rear_port_position:rear_position'], portName(port))
      thing.attributes.add('front', textOf(portName(port)), portName(found))
    }
  }
  for (const [key, vlans] of [
    ['vlan', [item.fields.untagged_vlan]],
    ['tagged_vlan', list(item, 'tagged_vlans')],
  ] as const) {
    for (const pk of vlans) {
      const vlan = sketch.fixture.get('ipam.vlan', pk, item)
      if (vlan === null) continue
      thing.attributes.add(key, referenceTo(sketch.names.of(vlan)), portName(port))
      thing.place(sketch.names.of(vlan))
    }
  }
}

/** `module#0 = EX9200-32XS`, `module.bay#0 = Slot 0`: numbered within each device. */
function readModules(sketch: Sketch): void {
  const next = numbering()
  for (const item of sketch.fixture.all('dcim.module')) {
    const place = sketch.refer(item, 'device', 'dcim.device')
    const thing = place === null ? undefined : sketch.get(place)
    if (!thing) continue
    const number = next(thing)
    const bay = sketch.fixture.get('dcim.modulebay', item.fields.module_bay, item)
    const type = sketch.fixture.get('dcim.moduletype', item.fields.module_type, item)
    if (type) {
      sketch.fixture.take(type)
      const maker = sketch.called(type, 'manufacturer', 'dcim.manufacturer')
      thing.attributes.add(`module#${number}`, textOf(text(type, 'model')))
      thing.attributes.add(`module.manufacturer#${number}`, textOf(maker))
      thing.attributes.fields(type, [`part_number:module.part_number#${number}`])
    }
    if (bay) {
      sketch.fixture.take(bay)
      thing.attributes.fields(bay, [`name:module.bay#${number}`])
    }
    for (const field of ['status', 'serial', 'asset_tag', 'description'])
      thing.attributes.fields(item, [`${field}:module.${field}#${number}`])
    sketch.fixture.take(item)
  }
}

// NetBox counts memory in megabytes and disks in gigabytes; as sizes they compare with `attr:memory>=4G`.
const size = (item: Item, field: string, unit: string) => {
  const amount = number(item, field)
  return amount === null ? [] : textOf(`${amount}${unit}`)
}

/** Clusters, and the virtual machines in them. */
export function readVirtual(sketch: Sketch, catalogue: Catalogue, book: PortBook): void {
  const { fixture } = sketch
  for (const item of fixture.all('virtualization.cluster')) {
    const thing = sketch.thing(item, 'cluster')
    const site = sketch.refer(item, 'site', 'dcim.site') ?? scopedSite(sketch, item)
    if (site !== null) thing.place(site)
    thing.attributes.add('cluster_type', textOf(sketch.called(item, 'type', 'virtualization.clustertype')))
    thing.attributes.add('cluster_group', textOf(sketch.called(item, 'group', 'virtualization.clustergroup')))
    sketch.custom(item, thing.attributes)
  }
  const interfaces = grouped(fixture.all('virtualization.vminterface'), (item) => text(item, 'virtual_machine'))
  const specs = catalogue.get('virtualserver')?.ports ?? {}
  const own: PortBook = new Map()
  for (const item of fixture.all('virtualization.virtualmachine')) {
    const thing = sketch.thing(item, 'virtualserver')
    const host = sketch.refer(item, 'device', 'dcim.device')
    const cluster = sketch.refer(item, 'cluster', 'virtualization.cluster')
    const place = cluster ?? host ?? sketch.refer(item, 'site', 'dcim.site')
    if (place !== null) thing.place(place)
    if (host !== null) thing.attributes.add('host', referenceTo(host))
    sketch.join(item, thing, 'role', 'dcim.devicerole')
    thing.attributes.fields(item, ['serial', 'vcpus'])
    sketch.json(item, 'local_context_data', thing.attributes, 'context')
    thing.attributes.add('memory', size(item, 'memory', 'M')).add('disk', size(item, 'disk', 'G'))
    thing.attributes.add('platform', textOf(sketch.called(item, 'platform', 'dcim.platform')))
    addPrimary(sketch, item, thing)
    const sorted = (interfaces.get(String(item.pk)) ?? []).toSorted((a, b) => {
      const [x, y] = [text(a, '_name') || nameKey(text(a, 'name')), text(b, '_name') || nameKey(text(b, 'name'))]
      return x < y ? -1 : x > y ? 1 : 0
    })
    addPorts(sketch, thing, { 'nic-eth': sorted }, specs, own)
    sketch.custom(item, thing.attributes)
  }
  for (const [item, port] of own) {
    linkParts(sketch, item, port, own)
    book.set(item, port)
  }
}

// From NetBox 4.2 on a cluster has a scope of any kind instead of a site.
function scopedSite(sketch: Sketch, item: Item): string | null {
  const model = sketch.fixture.contentType(item.fields.scope_type)
  return model === 'dcim.site' || model === 'dcim.location' || model === 'dcim.region'
    ? sketch.refer(item, 'scope_id', model)
    : null
}
