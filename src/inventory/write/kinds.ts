// Which drivers are racks, locations, pools or roles, and what a driver's things may hold: read from the catalogue.
import type { Catalogue, Driver } from '../catalogue.ts'
import { InventoryError } from '../error.ts'
import type { ThingRow } from '../rows.ts'

/** What is asked about here. */
type Kind = Pick<ThingRow, 'name' | 'driver'>

/** The driver of a thing. Throws `unknown-driver` where its row names one that is gone. */
export function driverOf(catalogue: Catalogue, thing: Kind): Driver {
  const driver = catalogue.get(thing.driver)
  if (!driver) throw new InventoryError('unknown-driver', { name: thing.driver, suggestions: [] })
  return driver
}

/** The names of a driver and of all that extend it, for `driver = any(…)`. */
export const familyNames = (catalogue: Catalogue, name: string): string[] =>
  catalogue.family(name).map((driver) => driver.name)

/** The names of some drivers and of all that extend one of them. */
export const familiesOf = (catalogue: Catalogue, drivers: readonly { readonly name: string }[]): string[] => [
  ...new Set(drivers.flatMap(({ name }) => familyNames(catalogue, name))),
]

/** The names of the drivers of a category. */
export const categoryNames = (catalogue: Catalogue, category: Driver['category']): string[] =>
  catalogue
    .all()
    .filter((driver) => driver.category === category)
    .map(({ name }) => name)

export const isRack = (driver: Driver): boolean => driver.lineage.some((name) => name.toLowerCase() === 'rack')

/** Whether a thing of `item` may be inserted into one of `container`: by category or by driver, and racks by height. */
export function mayContain(container: Driver, item: Driver): boolean {
  if (isRack(container) && item.units === null) return false
  const names = new Set([item.category, ...item.lineage.map((name) => name.toLowerCase())])
  return container.contains.some((name) => names.has(name.toLowerCase()))
}

/** Refuses a thing in a container that does not hold its kind (`not-a-container`). */
export function refuseContents(catalogue: Catalogue, item: Kind, container: Kind): void {
  if (!mayContain(driverOf(catalogue, container), driverOf(catalogue, item)))
    throw new InventoryError('not-a-container', {
      container: container.name,
      driver: container.driver,
      thing: item.name,
    })
}
