// VLANs, aggregates, prefixes and ranges as networks inside one another, and the addresses that they hand out.
import { type Block, BlockIndex, printBlock, readAddress, readBlock } from '../../resources/network-block.ts'
import { mangle } from '../naming.ts'
import { textOf } from './attributes.ts'
import { type PortBook, portName } from './devices.ts'
import { type Item, text } from './fixture.ts'
import { withoutMask } from './names.ts'
import { originOf, type Sketch, type ThingSketch } from './sketch.ts'

// Addresses of different VRFs have nothing to do with each other.
type Spaces = Map<string, BlockIndex<string>>

const vrfOf = (item: Item): string => text(item, 'vrf')

function spaceOf(spaces: Spaces, vrf: string): BlockIndex<string> {
  const space = spaces.get(vrf) ?? new BlockIndex<string>()
  spaces.set(vrf, space)
  return space
}

function readVlans(sketch: Sketch): void {
  for (const item of sketch.fixture.all('ipam.vlan')) {
    const thing = sketch.thing(item, 'vlan')
    const group = sketch.fixture.get('ipam.vlangroup', item.fields.group, item)
    const scope = group === null ? null : sketch.fixture.contentType(group.fields.scope_type)
    const site =
      sketch.refer(item, 'site', 'dcim.site') ??
      (group !== null && scope === 'dcim.site' ? sketch.refer(group, 'scope_id', scope) : null)
    if (site !== null) thing.place(site)
    if (group) {
      thing.attributes.add('vlan_group', textOf(text(group, 'name')))
      sketch.fixture.take(group)
    }
    thing.attributes.fields(item, ['vid'])
    sketch.join(item, thing, 'role', 'ipam.role')
    sketch.custom(item, thing.attributes)
  }
}

function addVrf(sketch: Sketch, item: Item, thing: ThingSketch): void {
  const vrf = sketch.fixture.get('ipam.vrf', item.fields.vrf, item)
  if (vrf === null) return
  sketch.fixture.take(vrf)
  thing.attributes.add('vrf', textOf(text(vrf, 'name')))
  thing.attributes.fields(vrf, ['rd:vrf.rd'])
  for (const [field, key] of [
    ['import_targets', 'vrf.import'],
    ['export_targets', 'vrf.export'],
  ] as const) {
    const targets = vrf.fields[field]
    for (const pk of Array.isArray(targets) ? targets : []) {
      const target = sketch.fixture.get('ipam.routetarget', pk, vrf)
      if (target === null) continue
      thing.attributes.add(key, textOf(text(target, 'name')))
      sketch.fixture.take(target)
    }
  }
}

/** Networks from wide to narrow: each lies in the narrowest one of its VRF that is wider. */
export function readNetworks(sketch: Sketch, book: PortBook): void {
  readVlans(sketch)
  const spaces: Spaces = new Map()
  const blocks: { readonly thing: ThingSketch; readonly block: Block; readonly vrf: string }[] = []
  const add = (item: Item, model: string) => {
    const thing = sketch.thing(item, 'network')
    const block = readBlock(text(item, 'prefix'))
    if (block === null) {
      sketch.fixture.refused.push({ line: null, reason: `${model} ${item.pk}: ${text(item, 'prefix')} is no network` })
      return
    }
    thing.attributes.add('cidr', textOf(text(item, 'prefix')))
    spaceOf(spaces, vrfOf(item)).add(block, thing.name)
    blocks.push({ thing, block, vrf: vrfOf(item) })
    addVrf(sketch, item, thing)
    const site = sketch.refer(item, 'site', 'dcim.site')
    if (site !== null) thing.place(site)
    sketch.join(item, thing, 'vlan', 'ipam.vlan')
    sketch.join(item, thing, 'role', 'ipam.role')
    thing.attributes.add('rir', textOf(sketch.called(item, 'rir', 'ipam.rir')))
    thing.attributes.fields(item, ['date_added'])
    if (item.fields.is_pool === true) thing.attributes.fields(item, ['is_pool'])
    sketch.custom(item, thing.attributes)
  }
  for (const item of sketch.fixture.all('ipam.prefix')) add(item, 'ipam.prefix')
  for (const item of sketch.fixture.all('ipam.aggregate')) add(item, 'ipam.aggregate')
  for (const { thing, block, vrf } of blocks) {
    const wider = spaceOf(spaces, vrf).around(block, { wider: true })
    if (wider !== null) thing.place(wider)
  }
  readRanges(sketch, spaces)
  readAddresses(sketch, spaces, book)
}

function readRanges(sketch: Sketch, spaces: Spaces): void {
  for (const item of sketch.fixture.all('ipam.iprange')) {
    const thing = sketch.thing(item, 'network')
    const [first, last] = [withoutMask(text(item, 'start_address')), withoutMask(text(item, 'end_address'))]
    thing.attributes.add('first', textOf(first)).add('last', textOf(last)).fields(item, ['size'])
    addVrf(sketch, item, thing)
    sketch.join(item, thing, 'role', 'ipam.role')
    const block = readBlock(first)
    const around = block === null ? null : spaceOf(spaces, vrfOf(item)).around(block)
    if (around !== null) thing.place(around)
    sketch.custom(item, thing.attributes)
  }
}

const INTERFACES = new Set(['dcim.interface', 'virtualization.vminterface'])

function readAddresses(sketch: Sketch, spaces: Spaces, book: PortBook): void {
  for (const item of sketch.fixture.all('ipam.ipaddress')) {
    const typed = text(item, 'address')
    const address = withoutMask(typed)
    const block = readAddress(address) === null ? null : readBlock(address)
    const own = readBlock(typed)
    if (block === null || own === null) {
      sketch.fixture.refused.push({ line: null, reason: `ipam.ipaddress ${item.pk}: ${typed} is no address` })
      continue
    }
    sketch.fixture.take(item)
    const space = spaceOf(spaces, vrfOf(item))
    const network = space.around(block) ?? madeNetwork(sketch, item, own, space)
    const owner = sketch.fixture.contentType(item.fields.assigned_object_type)
    const port =
      owner !== null && INTERFACES.has(owner)
        ? book.get(sketch.fixture.get(owner, item.fields.assigned_object_id, item) ?? item)
        : undefined
    const origin = originOf(item)
    if (port) {
      sketch.addresses.push({ address, network, thing: port.thing, port: portName(port), origin })
      const attributes = sketch.get(port.thing)?.attributes
      attributes?.fields(item, ['dns_name', 'role:address_role', 'description:address_description'], portName(port))
      if (attributes && text(item, 'status') !== 'active')
        attributes.fields(item, ['status:address_status'], portName(port))
      continue
    }
    if (owner !== null) sketch.leave(`owners of addresses (${owner})`, 'the addresses are held by their networks')
    const more = ['dns_name', 'role', 'description', 'comments', 'tenant', 'nat_inside'].some(
      (f) => text(item, f) !== '',
    )
    if (more) sketch.leave('details of addresses without owner', 'an address has no attributes of its own')
    sketch.addresses.push({ address, network, thing: network, port: '', origin })
  }
}

// NetBox takes addresses without any prefix round them; the address says itself which network it is from.
function madeNetwork(sketch: Sketch, item: Item, block: Block, space: BlockIndex<string>): string {
  const cidr = printBlock(block)
  const vrf = sketch.fixture.get('ipam.vrf', item.fields.vrf, item)
  const plain = mangle(cidr)
  const name = sketch.get(plain) || vrf ? `${vrf === null ? 'global' : mangle(text(vrf, 'name'))}/${plain}` : plain
  const thing = sketch.extra(name, 'network', 'network', originOf(item))
  thing.attributes.add('cidr', textOf(cidr))
  if (vrf) addVrf(sketch, item, thing)
  space.add(block, name)
  const wider = space.around(block, { wider: true })
  if (wider !== null) thing.place(wider)
  return name
}
