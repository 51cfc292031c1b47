// The drivers: what kinds of things there are. Those that ship are YAML files in drivers/; those that were imported
// (device types) are rows of the table `drivers` and extend one that ships.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'

export type Category = 'equipment' | 'location' | 'group' | 'resource' | 'datastore'

/**
 * What a port is for: `network` meets `network`; an `inlet` takes power from an `outlet`; a `device`'s console is
 * reached through a `line` of a console server.
 */
export type PortRole = 'network' | 'inlet' | 'outlet' | 'device' | 'line'

export interface PortSpec {
  /** Ports are numbered from 1 to this. */
  readonly count: number
  readonly role: PortRole
  /** What the operating system or the panel calls them, in order; may be shorter than `count`. */
  readonly names?: readonly string[]
  /** From this number on they have another role: the inlet of a power strip comes after its outlets. */
  readonly beyond?: { readonly from: number; readonly role: PortRole }
  /** The connector of each, as device types call it (`iec-60320-c13`), in order; may be shorter than `count`. */
  readonly connectors?: readonly string[]
  /** The numbers of those that are for management only. */
  readonly management?: readonly number[]
}

/** What one port of a type is for; null for a port that the driver does not count. */
export function roleAt(spec: PortSpec | undefined, number: number): PortRole | null {
  if (!spec || number < 1 || number > spec.count) return null
  return spec.beyond && number >= spec.beyond.from ? spec.beyond.role : spec.role
}

/** A driver as it is written: everything that is not said is inherited from the driver that it extends. */
export interface DriverSpec {
  readonly summary?: string
  readonly extends?: string
  readonly category?: Category
  /** Height in rack units; 0 stands in a rack without taking one (a vertical PDU), null is never in a rack. */
  readonly units?: number | null
  readonly ports?: Readonly<Record<string, PortSpec>>
  /** What may be inserted into things of this driver: categories, or names of drivers. */
  readonly contains?: readonly string[]
  /** A thing with this driver may be given these attributes when it is added (`key: text or number`). */
  readonly defaults?: Readonly<Record<string, string | number | boolean>>
  /** `power`, `console`, `rebuild`, … */
  readonly operations?: readonly string[]
  /** Where the driver came from: manufacturer, model, part number. Shown, searched by nothing. */
  readonly facts?: Readonly<Record<string, string | number | boolean>>
}

export interface Driver {
  readonly name: string
  /** The shipped driver that this one extends, or itself. */
  readonly type: string
  readonly summary: string
  readonly category: Category
  readonly units: number | null
  readonly ports: Readonly<Record<string, PortSpec>>
  readonly contains: readonly string[]
  readonly defaults: Readonly<Record<string, string | number | boolean>>
  readonly operations: readonly string[]
  readonly facts: Readonly<Record<string, string | number | boolean>>
  /** This driver and those that it extends, nearest first. */
  readonly lineage: readonly string[]
}

export interface NamedSpec {
  readonly name: string
  readonly spec: DriverSpec
}

/** All drivers of one moment, looked up by name regardless of case. Built once and frozen. */
export class Catalogue {
  readonly #drivers: ReadonlyMap<string, Driver>
  readonly #shipped: readonly NamedSpec[]
  readonly #imported: readonly NamedSpec[]

  constructor(shipped: readonly NamedSpec[], imported: readonly NamedSpec[] = []) {
    this.#shipped = shipped
    this.#imported = imported
    const specs = new Map([...shipped, ...imported].map((named) => [named.name.toLowerCase(), named]))
    const ships = new Set(shipped.map(({ name }) => name.toLowerCase()))
    const drivers = new Map<string, Driver>()
    const build = (key: string): Driver | undefined => {
      const known = drivers.get(key)
      const named = specs.get(key)
      if (known || !named) return known
      const { name, spec } = named
      const base = spec.extends === undefined ? undefined : build(spec.extends.toLowerCase())
      if (spec.extends !== undefined && !base)
        throw new Error(`driver ${name} extends ${spec.extends}, which is not there`)
      const driver: Driver = Object.freeze({
        name,
        type: ships.has(key) || !base ? name : base.type,
        summary: spec.summary ?? base?.summary ?? '',
        category: spec.category ?? base?.category ?? 'equipment',
        units: spec.units !== undefined ? spec.units : (base?.units ?? null),
        ports: spec.ports ?? base?.ports ?? {},
        contains: spec.contains ?? base?.contains ?? [],
        defaults: { ...base?.defaults, ...spec.defaults },
        operations: spec.operations ?? base?.operations ?? [],
        facts: { ...base?.facts, ...spec.facts },
        lineage: [name, ...(base?.lineage ?? [])],
      })
      drivers.set(key, driver)
      return driver
    }
    for (const key of specs.keys()) build(key)
    this.#drivers = drivers
  }

  /** The same with further drivers, as a change sees them that has just written them. */
  with(more: readonly NamedSpec[]): Catalogue {
    return new Catalogue(this.#shipped, [...this.#imported, ...more])
  }

  /** The same without some that were imported. */
  without(gone: readonly string[]): Catalogue {
    const keys = new Set(gone.map((name) => name.toLowerCase()))
    return this.importing(this.#imported.filter(({ name }) => !keys.has(name.toLowerCase())))
  }

  /** The same with these imported drivers and no others. */
  importing(imported: readonly NamedSpec[]): Catalogue {
    return new Catalogue(this.#shipped, imported)
  }

  get(name: string): Driver | undefined {
    return this.#drivers.get(name.toLowerCase())
  }

  all(): readonly Driver[] {
    return [...this.#drivers.values()]
  }

  /** The drivers that ship: these are the types. */
  types(): readonly string[] {
    return [...new Set(this.all().map(({ type }) => type))].sort()
  }

  /** A driver and all that extend it. */
  family(name: string): readonly Driver[] {
    const key = name.toLowerCase()
    return this.all().filter(({ lineage }) => lineage.some((ancestor) => ancestor.toLowerCase() === key))
  }
}

/** Reads the drivers that ship from a folder of YAML files, one driver a file, named as the file. */
export function readShippedDrivers(folder: string): readonly NamedSpec[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .map((file) => ({
      name: file.slice(0, -'.yaml'.length),
      spec: parse(readFileSync(join(folder, file), 'utf8')) as DriverSpec,
    }))
}
