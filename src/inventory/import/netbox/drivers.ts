// Device types as drivers: each extends the shipped driver that its devices' role, or its ports, point to.
import type { Catalogue, DriverSpec, PortSpec } from '../../catalogue.ts'
import { driverName as nameOfDriver } from '../devicetype/device-type.ts'
import { ROLE_WORDS } from '../devicetype/kind.ts'
import type { DraftDriver } from '../draft.ts'
import { type Fixture, type Item, labelOf, number, text } from './fixture.ts'
import type { PortIndex } from './ports.ts'

export interface DriverBook {
  readonly drivers: readonly DraftDriver[]
  /** The driver of a device. */
  of(device: Item): string
  /** The names of its ports, by type. */
  ports(device: Item): Readonly<Record<string, PortSpec>>
}

/** The shipped driver for a role's name, judged with the ports that there are. */
function shippedFor(role: string, subdevice: string, has: (family: string) => boolean): string {
  if (subdevice === 'parent') return 'appliance'
  const named = ROLE_WORDS.find(([words]) => words.test(role))?.[1] ?? null
  if (has('consoleserverport') && (named === null || named === 'server')) return 'consoleserver'
  if (has('poweroutlet') && (named === null || named === 'server')) return 'powerstrip'
  if (named === null && has('interface') && !has('frontport') && role === '') return 'networkswitch'
  return named ?? 'appliance'
}

/** All device types of the fixture as drivers, and which device has which. */
export function readDrivers(
  fixture: Fixture,
  templates: PortIndex,
  ports: PortIndex,
  catalogue: Catalogue,
): DriverBook {
  const devices = new Map<Item, Item[]>()
  for (const type of fixture.all('dcim.devicetype')) devices.set(type, [])
  const shipped = new Map<Item, string>()
  for (const device of fixture.all('dcim.device')) {
    const type = fixture.get('dcim.devicetype', device.fields.device_type, device)
    const role = fixture.get('dcim.devicerole', device.fields.role ?? device.fields.device_role, device)
    if (type === null) continue
    const has = (family: string) => templates.of(family, type.pk).length > 0 || ports.of(family, device.pk).length > 0
    shipped.set(device, shippedFor(role === null ? '' : text(role, 'name'), text(type, 'subdevice_role'), has))
    devices.get(type)?.push(device)
  }
  const taken = new Set<string>()
  const drivers: DraftDriver[] = []
  const driverOf = new Map<Item, DraftDriver>()
  for (const [type, members] of devices) {
    const count = new Map<string, number>()
    for (const device of members) count.set(shipped.get(device) ?? '', (count.get(shipped.get(device) ?? '') ?? 0) + 1)
    const bases = [...count].sort((a, b) => b[1] - a[1]).map(([base]) => base)
    // A type without devices has no role to go by: one with many interfaces is a switch.
    const many = (family: string) => templates.of(family, type.pk).length > (family === 'interface' ? 15 : 0)
    if (bases.length === 0) bases.push(shippedFor('', text(type, 'subdevice_role'), many))
    const maker = fixture.get('dcim.manufacturer', type.fields.manufacturer, type)
    if (maker) fixture.take(maker)
    for (const [at, base] of bases.entries()) {
      const name = driverName(type, maker, at === 0 ? '' : base, taken)
      const spec = specOf(type, maker, base, templates, catalogue)
      const driver = { named: { name, spec }, origin: { line: null, object: labelOf(type) } }
      drivers.push(driver)
      for (const device of members) if (shipped.get(device) === base) driverOf.set(device, driver)
    }
    fixture.take(type)
  }
  return {
    drivers,
    of: (device) => driverOf.get(device)?.named.name ?? 'appliance',
    ports: (device) => driverOf.get(device)?.named.spec.ports ?? {},
  }
}

// A type that stands in for two kinds of equipment becomes two drivers: `dell-r640` and `dell-r640-firewall`.
function driverName(type: Item, maker: Item | null, suffix: string, taken: Set<string>): string {
  const make = maker === null ? 'netbox' : text(maker, 'slug') || text(maker, 'name')
  const model = nameOfDriver(make, text(type, 'slug') || text(type, 'model'))
  const whole = suffix === '' ? model : `${model}-${suffix}`
  const name = taken.has(whole) ? `${whole}-${type.pk}` : whole
  taken.add(name)
  return name
}

function specOf(type: Item, maker: Item | null, base: string, templates: PortIndex, catalogue: Catalogue): DriverSpec {
  const own = templates.specs(type.pk)
  const inherited = catalogue.get(base)
  const make = maker === null ? '' : text(maker, 'name')
  const facts = Object.entries({
    manufacturer: make,
    model: text(type, 'model'),
    part_number: text(type, 'part_number'),
    slug: text(type, 'slug'),
    airflow: text(type, 'airflow'),
    weight: [text(type, 'weight'), text(type, 'weight_unit')].join(''),
    description: text(type, 'description'),
    comments: text(type, 'comments'),
  }).filter(([, value]) => value !== '')
  return {
    summary: `${make} ${text(type, 'model')}`.trim(),
    extends: base,
    units: number(type, 'u_height') ?? inherited?.units ?? 1,
    ports: base === 'server' ? atLeast(own, inherited?.ports ?? {}) : own,
    ...(text(type, 'subdevice_role') === 'parent' && inherited && !inherited.contains.includes('equipment')
      ? { contains: [...inherited.contains, 'equipment'] }
      : {}),
    facts: { ...Object.fromEntries(facts), full_depth: type.fields.is_full_depth === true },
  }
}

// Every server has the ports of a server, also where nobody entered them.
function atLeast(
  own: Readonly<Record<string, PortSpec>>,
  least: Readonly<Record<string, PortSpec>>,
): Readonly<Record<string, PortSpec>> {
  const ports: Record<string, PortSpec> = { ...own }
  for (const [type, { count, role }] of Object.entries(least)) {
    const found = ports[type]
    // What has two roles is counted on in neither.
    ports[type] = found
      ? { ...found, count: found.beyond ? found.count : Math.max(found.count, count) }
      : { count, role }
  }
  return ports
}
