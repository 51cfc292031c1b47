// The drivers: what kinds of things there are, those that ship and those that were imported.
import { driverNamed } from '../inventory/query/drivers.ts'
import { momentOf } from '../inventory/query/moment.ts'
import { driverLines, driversAt, heightOf, portCounts, thingsByDriver } from '../inventory/read/drivers.ts'
import { deleteDriver } from '../inventory/write/drivers.ts'
import { changeCommand, readCommand } from './command.ts'

export const driverList = readCommand({
  name: 'driver list',
  summary: 'The drivers, or those that extend one: type, height, ports, and how many things have each',
  syntax: 'driver list [<driver>] [as of <when>]',
  examples: ['driver list', 'driver list server'],
  async run({ driver, when }, { view, now }) {
    const moment = await momentOf(view, when ?? null, now)
    const catalogue = await driversAt(view, moment)
    const drivers = driver ? catalogue.family(driverNamed(catalogue, driver).name) : catalogue.all()
    const things = await thingsByDriver(view, moment)
    // Types in their order, and those that extend them below.
    const rows = drivers.toSorted(
      (a, b) => compare(a.type, b.type) || a.lineage.length - b.lineage.length || compare(a.name, b.name),
    )
    return {
      kind: 'table',
      columns: ['driver', 'type', 'units', 'ports', 'things'],
      rows: rows.map((one) => [one.name, one.type, heightOf(one), portCounts(one), things.get(one.name) ?? 0]),
    }
  },
})

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

export const driverShow = readCommand({
  name: 'driver show',
  summary: 'A driver: height, ports with their names, defaults, operations, facts, and where it is from',
  syntax: 'driver show <driver> [as of <when>]',
  examples: ['driver show server', 'driver show networkswitch'],
  async run({ driver, when }, { view, now }) {
    const moment = await momentOf(view, when ?? null, now)
    const catalogue = await driversAt(view, moment)
    return { kind: 'lines', lines: await driverLines(view, driverNamed(catalogue, driver), moment) }
  },
})

export const driverDelete = changeCommand({
  name: 'driver delete',
  summary: 'Takes away a driver that was imported and that no thing has',
  syntax: 'driver delete <driver>',
  examples: ['driver delete acme-x1'],
  async plan({ driver }, { view }) {
    const found = driverNamed(view.catalogue, driver)
    return {
      targets: [],
      async run(change) {
        await deleteDriver(change, found)
        return { kind: 'change', done: [`driver ${found.name} deleted`], changed: 1 }
      },
    }
  },
})
