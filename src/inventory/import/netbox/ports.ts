// The ports of NetBox devices by our three types, numbered from 1 in NetBox's natural order of names: what is part of the
// device first, then what its modules bring, then interfaces that are not hardware.
import type { PortSpec } from '../../catalogue.ts'
import { isVirtual, PORT_TYPES } from '../devicetype/device-type.ts'
import { specOf } from '../devicetype/driver.ts'
import { type Fixture, type Item, text } from './fixture.ts'

export const PORT_MODELS: readonly string[] = Object.values(PORT_TYPES).flatMap((families) =>
  families.map(({ family }) => `dcim.${family}`),
)

const rank = (item: Item): number => (isVirtual(text(item, 'type')) ? 2 : item.fields.module == null ? 0 : 1)

// `_name` is what NetBox itself sorts by: numbers padded, the kind of interface taken apart.
const natural = (item: Item): string =>
  text(item, '_name') || text(item, 'name').replace(/\d+/g, (digits) => digits.padStart(8, '0'))

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** The items of each port type of one device (or device type), in the order of their numbers. */
export class PortIndex {
  readonly #index = new Map<string, Item[]>()
  readonly #suffix: string

  /** `owner` is the field that says whose they are: `device`, or `device_type` for templates. */
  constructor(fixture: Fixture, owner: 'device' | 'device_type') {
    this.#suffix = owner === 'device' ? '' : 'template'
    for (const model of PORT_MODELS.map((name) => `${name}${this.#suffix}`)) {
      for (const item of fixture.all(model)) {
        const pk = item.fields[owner]
        if (pk === null || pk === undefined) continue
        const key = `${model} ${String(pk)}`
        const same = this.#index.get(key)
        if (same) same.push(item)
        else this.#index.set(key, [item])
      }
    }
  }

  of(family: string, pk: Item['pk']): readonly Item[] {
    return this.#index.get(`dcim.${family}${this.#suffix} ${pk}`) ?? []
  }

  /** `nic-eth` -> the ports 1, 2, 3 … */
  numbered(pk: Item['pk']): Readonly<Record<string, readonly Item[]>> {
    return Object.fromEntries(
      Object.entries(PORT_TYPES).map(([type, families]) => {
        const ranked = families.flatMap(({ family: model }, family) =>
          this.of(model, pk).map((item) => ({ item, rank: rank(item), family, name: natural(item) })),
        )
        ranked.sort((a, b) =>
          type === 'nic-eth'
            ? a.rank - b.rank || a.family - b.family || compare(a.name, b.name)
            : a.family - b.family || a.rank - b.rank || compare(a.name, b.name),
        )
        return [type, ranked.map(({ item }) => item)]
      }),
    )
  }

  /** What a driver says of the same, as one that came from a device type does. */
  specs(pk: Item['pk']): Readonly<Record<string, PortSpec>> {
    const specs: Record<string, PortSpec> = {}
    for (const [type, items] of Object.entries(this.numbered(pk))) {
      const families = PORT_TYPES[type] ?? []
      const ports = items.flatMap((item) => {
        const family = families.find(({ family }) => item.model === `dcim.${family}${this.#suffix}`)?.family
        return family
          ? [
              {
                family,
                name: text(item, 'name'),
                connector: text(item, 'type'),
                management: item.fields.mgmt_only === true,
              },
            ]
          : []
      })
      const spec = specOf(ports, families)
      if (spec) specs[type] = spec
    }
    return specs
  }
}
