// Reads one document of the device-type library. What it does not know it leaves alone: the library grows.
import type { YamlDocument } from '../document/yaml.ts'
import { type DevicePort, type DeviceType, type PortFamily, slugOf } from './device-type.ts'
import { type Fault, Fields, isMap } from './fields.ts'

const LISTS: readonly (readonly [string, PortFamily])[] = [
  ['interfaces', 'interface'],
  ['front-ports', 'frontport'],
  ['rear-ports', 'rearport'],
  ['power-outlets', 'poweroutlet'],
  ['power-ports', 'powerport'],
  ['console-server-ports', 'consoleserverport'],
  ['console-ports', 'consoleport'],
]

// More than any chassis has; a file with more is a mistake.
const MOST_PORTS = 10_000
const HIGHEST = 100

export interface ReadType {
  /** Null where it is refused. */
  readonly type: DeviceType | null
  /** The line of its slug. */
  readonly line: number | null
  readonly faults: readonly Fault[]
}

export function readDeviceType(document: YamlDocument): ReadType {
  const { root } = document
  const faults: Fault[] = []
  if (!isMap(root)) {
    const reason = 'it is no device type: it holds no keys such as `manufacturer: …` and `model: …`'
    return { type: null, line: null, faults: [{ line: document.lineOf(root) ?? 1, reason }] }
  }
  const fields = new Fields(document, root, faults)
  const slug = fields.name('slug', 'the device type')
  if (slug !== '' && slugOf(slug) === '') fields.fail('slug', `slug ${slug} holds no letter a to z and no digit`)
  const ports = readPorts(fields)
  const named = (list: string) => fields.list(list).map((item) => item.name('name', list))
  const bays = named('module-bays')
  const role = fields.text('subdevice_role')
  if (role !== '' && role !== 'parent' && role !== 'child')
    fields.fail('subdevice_role', `subdevice_role is parent or child, not ${role.slice(0, 60)}`)
  const type: DeviceType = {
    manufacturer: fields.name('manufacturer', 'the device type'),
    model: fields.name('model', 'the device type'),
    slug,
    units: fields.number(
      'u_height',
      `u_height is a number from 0 to ${HIGHEST}, in halves`,
      (value) => value >= 0 && value <= HIGHEST && Number.isInteger(value * 2),
    ),
    subdevice: role === 'parent' || role === 'child' ? role : '',
    ports,
    bays,
    facts: readFacts(fields, bays, named('device-bays'), named('inventory-items')),
  }
  return {
    type: faults.length === 0 ? type : null,
    line: document.lineAt(root, 'slug'),
    faults: faults.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0)),
  }
}

function readPorts(fields: Fields): readonly DevicePort[] {
  const ports = LISTS.flatMap(([list, family]) => {
    const names = new Set<string>()
    return fields.list(list).map((item): DevicePort => {
      const name = item.name('name', `one of the ${list}`)
      if (name !== '' && names.has(name)) item.fail('name', `${list} has ${name} twice`)
      names.add(name)
      return { family, name, connector: item.text('type', 100), management: item.flag('mgmt_only') }
    })
  })
  if (ports.length > MOST_PORTS) fields.fail('', `it has ${ports.length} ports; ${MOST_PORTS} at most are taken`)
  refuseStrangers(fields, ports, 'front-ports', 'rear_port', 'rearport')
  refuseStrangers(fields, ports, 'power-outlets', 'power_port', 'powerport')
  return ports
}

/** Ports that say to which port behind them they belong: it must be there. */
function refuseStrangers(
  fields: Fields,
  ports: readonly DevicePort[],
  list: string,
  key: string,
  family: PortFamily,
): void {
  const known = new Set(ports.flatMap((port) => (port.family === family ? [port.name] : [])))
  for (const item of fields.list(list)) {
    const wanted = item.text(key)
    if (wanted !== '' && !known.has(wanted)) item.fail(key, `${key} ${wanted.slice(0, 60)} is not among its ports`)
  }
}

function readFacts(
  fields: Fields,
  bays: readonly string[],
  deviceBays: readonly string[],
  items: readonly string[],
): DeviceType['facts'] {
  const weight = fields.number('weight', 'weight is a number that is not negative', (value) => value >= 0)
  const joined = (names: readonly string[]) => names.join(', ').slice(0, 1000)
  const facts = {
    manufacturer: fields.text('manufacturer'),
    model: fields.text('model'),
    slug: fields.text('slug'),
    part_number: fields.text('part_number'),
    airflow: fields.text('airflow'),
    weight: weight === null ? '' : `${weight}${fields.text('weight_unit') || 'kg'}`,
    subdevice_role: fields.text('subdevice_role'),
    module_bays: joined(bays),
    device_bays: joined(deviceBays),
    inventory_items: joined(items),
    description: fields.text('description'),
    comments: fields.text('comments'),
  }
  return {
    ...Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== '')),
    // The library's own default.
    full_depth: fields.text('is_full_depth') !== 'false',
  }
}
