// A device type as a driver: ports by our three types with their names and connectors, height, and facts to show.
import type { Catalogue, DriverSpec, NamedSpec, PortSpec } from '../../catalogue.ts'
import { type DevicePort, type DeviceType, driverName, isVirtual, PORT_TYPES, type PortFamily } from './device-type.ts'
import { kindOf } from './kind.ts'

/** The driver of a device type, under a name of its own, extending the shipped driver that it is like. */
export function driverFor(type: DeviceType, catalogue: Catalogue): NamedSpec {
  const base = kindOf(type)
  const inherited = catalogue.get(base)
  const least = inherited?.ports ?? {}
  const powered = [...type.ports, ...supplies(type)]
  const ports = base === 'server' ? [...powered, ...missing(powered, least)] : powered
  return {
    name: driverName(type.manufacturer, type.slug),
    spec: specFor(type, base, portSpecs(ports), inherited?.contains ?? []),
  }
}

/** What every driver that came from a device type says. */
export function specFor(
  type: Omit<DeviceType, 'ports' | 'bays'>,
  base: string,
  ports: DriverSpec['ports'] & object,
  contains: readonly string[],
): DriverSpec {
  return {
    summary: `${type.manufacturer} ${type.model}`.trim(),
    extends: base,
    units: type.units ?? (type.subdevice === 'child' ? 0 : 1),
    ports,
    ...(type.subdevice === 'parent' && !contains.includes('equipment') ? { contains: [...contains, 'equipment'] } : {}),
    facts: type.facts,
  }
}

/** Ports as specifications: their numbers are the order of the file, management and virtual ones after the others. */
export function portSpecs(ports: readonly DevicePort[]): Readonly<Record<string, PortSpec>> {
  const specs: Record<string, PortSpec> = {}
  for (const [type, families] of Object.entries(PORT_TYPES)) {
    const order = families.map(({ family }) => family)
    const rank = (port: DevicePort) => rankOf(port) * (type === 'nic-eth' ? 10 : 1)
    const place = (port: DevicePort) => order.indexOf(port.family) * (type === 'nic-eth' ? 1 : 10)
    const own = ports
      .filter(({ family }) => order.includes(family))
      .toSorted((a, b) => rank(a) + place(a) - rank(b) - place(b))
    const spec = specOf(own, families)
    if (spec) specs[type] = spec
  }
  return specs
}

/** The specification of ports of one type that are in their order already; null where there are none. */
export function specOf(ports: readonly DevicePort[], families: (typeof PORT_TYPES)[string]): PortSpec | null {
  const roles = ports.map((port) => families.find(({ family }) => family === port.family)?.role ?? 'network')
  const role = roles[0]
  if (role === undefined) return null
  const other = roles.findIndex((one) => one !== role)
  const beyond = roles[other]
  const management = ports.flatMap((port, at) => (port.management ? [at + 1] : []))
  return {
    count: ports.length,
    role,
    names: ports.map(({ name }) => name),
    ...(beyond === undefined ? {} : { beyond: { from: other + 1, role: beyond } }),
    ...(ports.some(({ connector }) => connector !== '') ? { connectors: ports.map(({ connector }) => connector) } : {}),
    ...(management.length > 0 ? { management } : {}),
  }
}

// A video or card slot that is listed with the consoles gives no serial console.
const rankOf = ({ family, connector, management }: DevicePort): number => {
  if (family === 'consoleport') return connector === 'other' ? 1 : 0
  return isVirtual(connector) ? 2 : management ? 1 : 0
}

const SUPPLY = /^(?:psu?|pwr|power[ -]?supply)(?:[ -]?(?:bay|slot))?[ -]?[0-9a-d]$/i

/** Inlets of power supplies that are modules: the file of a chassis knows their bays only. */
function supplies({ ports, bays }: DeviceType): DevicePort[] {
  if (ports.some(({ family }) => family === 'powerport')) return []
  return bays.filter((name) => SUPPLY.test(name)).map((name) => extra('powerport', name))
}

const extra = (family: PortFamily, name: string): DevicePort => ({ family, name, connector: '', management: false })

/** What every server has, also where its file leaves it to modules: at least so many ports that are not for management. */
function missing(ports: readonly DevicePort[], least: Readonly<Record<string, PortSpec>>): DevicePort[] {
  return Object.entries(least).flatMap(([type, { count, role, names = [] }]) => {
    const family = PORT_TYPES[type]?.find((candidate) => candidate.role === role)?.family
    if (!family) return []
    const own = ports.filter((port) => port.family === family)
    const usable = own.filter(({ management, connector }) => !management && !isVirtual(connector))
    const taken = new Set(own.map(({ name }) => name))
    const free = names.filter((name) => !taken.has(name))
    return Array.from({ length: Math.max(count - usable.length, 0) }, (_, at) =>
      extra(family, free[at] ?? `${role}${at + 1}`),
    )
  })
}
