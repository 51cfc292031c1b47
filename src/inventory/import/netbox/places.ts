// Where things stand and what they belong to: regions, sites, locations and racks contain one another; tags, tenants,
// site groups and virtual chassis are pools; roles are roles.
import { textOf } from './attributes.ts'
import { type Item, list, number, text } from './fixture.ts'
import type { Sketch, ThingSketch } from './sketch.ts'

const RACK = ['facility_id', 'serial', 'asset_tag', 'type', 'width', 'form_factor', 'outer_width', 'outer_depth']
const RACK_MORE = ['outer_unit', 'weight', 'max_weight', 'weight_unit', 'mounting_depth', 'airflow']
const SITE = ['facility', 'time_zone', 'physical_address', 'shipping_address', 'latitude', 'longitude']

export function readGroups(sketch: Sketch): void {
  const { fixture } = sketch
  const group = (model: string, driver: string, parent: readonly [field: string, model: string] | null) => {
    for (const item of fixture.all(model)) {
      const thing = sketch.thing(item, driver)
      if (parent) sketch.join(item, thing, ...parent)
      if (model === 'dcim.virtualchassis') thing.attributes.fields(item, ['domain'])
      sketch.custom(item, thing.attributes)
    }
  }
  group('extras.tag', 'pool', null)
  group('tenancy.tenantgroup', 'pool', ['parent', 'tenancy.tenantgroup'])
  group('tenancy.tenant', 'pool', ['group', 'tenancy.tenantgroup'])
  group('dcim.sitegroup', 'pool', ['parent', 'dcim.sitegroup'])
  group('dcim.virtualchassis', 'pool', null)
  group('dcim.devicerole', 'role', null)
  group('dcim.rackrole', 'role', null)
  group('ipam.role', 'role', null)
}

export function readPlaces(sketch: Sketch): void {
  const { fixture } = sketch
  for (const item of fixture.all('dcim.region')) {
    const thing = sketch.thing(item, 'zone')
    sketch.join(item, thing, 'parent', 'dcim.region')
    sketch.custom(item, thing.attributes)
  }
  for (const item of fixture.all('dcim.site')) {
    const thing = sketch.thing(item, 'datacenter')
    sketch.join(item, thing, 'region', 'dcim.region')
    sketch.join(item, thing, 'group', 'dcim.sitegroup')
    thing.attributes.fields(item, SITE)
    for (const pk of list(item, 'asns')) {
      const asn = fixture.get('ipam.asn', pk, item)
      if (asn) thing.attributes.add('asn', textOf(text(asn, 'asn')))
      if (asn) fixture.take(asn)
    }
    sketch.custom(item, thing.attributes)
  }
  for (const item of fixture.all('dcim.location')) {
    const thing = sketch.thing(item, 'cage')
    const parent = sketch.refer(item, 'parent', 'dcim.location') ?? sketch.refer(item, 'site', 'dcim.site')
    if (parent !== null) thing.place(parent)
    sketch.custom(item, thing.attributes)
  }
  for (const item of fixture.all('dcim.rack')) readRack(sketch, item)
  readFeeds(sketch)
  readReservations(sketch)
}

/** Where an object stands that has a site and perhaps a location. */
export function siteOf(sketch: Sketch, item: Item): string | null {
  return sketch.refer(item, 'location', 'dcim.location') ?? sketch.refer(item, 'site', 'dcim.site')
}

function readRack(sketch: Sketch, item: Item): void {
  const thing = sketch.thing(item, 'rack')
  const site = siteOf(sketch, item)
  if (site !== null) thing.place(site)
  sketch.join(item, thing, 'role', 'dcim.rackrole')
  const lowest = number(item, 'starting_unit') ?? 1
  const height = number(item, 'u_height') ?? 42
  thing.attributes.add('minu', [{ type: 'integer', value: BigInt(Math.trunc(lowest)) }])
  thing.attributes.add('maxu', [{ type: 'integer', value: BigInt(Math.trunc(lowest + height - 1)) }])
  thing.attributes.fields(item, [...RACK, ...RACK_MORE])
  if (item.fields.desc_units === true) thing.attributes.fields(item, ['desc_units'])
  sketch.custom(item, thing.attributes)
}

/** `feed#0 = P1-1A`, `feed.panel#0 = Panel 1`: numbered within each rack. */
function readFeeds(sketch: Sketch): void {
  const next = numbering()
  for (const item of sketch.fixture.all('dcim.powerfeed')) {
    const panel = sketch.fixture.get('dcim.powerpanel', item.fields.power_panel, item)
    const place =
      sketch.refer(item, 'rack', 'dcim.rack') ?? (panel === null ? null : sketch.refer(panel, 'site', 'dcim.site'))
    const thing = place === null ? undefined : sketch.get(place)
    if (!thing) continue
    const number = next(thing)
    thing.attributes.add(`feed#${number}`, textOf(text(item, 'name')))
    if (panel) thing.attributes.add(`feed.panel#${number}`, textOf(text(panel, 'name')))
    for (const field of ['type', 'status', 'supply', 'phase', 'voltage', 'amperage', 'max_utilization', 'description'])
      thing.attributes.fields(item, [`${field}:feed.${field}#${number}`])
    if (panel) sketch.fixture.take(panel)
    sketch.fixture.take(item)
  }
}

function readReservations(sketch: Sketch): void {
  const next = numbering()
  for (const item of sketch.fixture.all('dcim.rackreservation')) {
    const place = sketch.refer(item, 'rack', 'dcim.rack')
    const thing = place === null ? undefined : sketch.get(place)
    if (!thing) continue
    const number = next(thing)
    thing.attributes.add(
      `reservation#${number}`,
      textOf(
        list(item, 'units')
          .map((unit) => `U${unit}`)
          .join(' '),
      ),
    )
    thing.attributes.add(`reservation.by#${number}`, textOf(list(item, 'user').join(' ') || text(item, 'user')))
    thing.attributes.fields(item, [`description:reservation.description#${number}`])
    thing.attributes.add(`reservation.tenant#${number}`, textOf(sketch.called(item, 'tenant', 'tenancy.tenant')))
    sketch.fixture.take(item)
  }
}

/** Counts up from 0 for each thing. */
export function numbering(): (thing: ThingSketch) => number {
  const next = new Map<ThingSketch, number>()
  return (thing) => {
    const number = next.get(thing) ?? 0
    next.set(thing, number + 1)
    return number
  }
}
