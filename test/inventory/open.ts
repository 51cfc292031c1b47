// Opens an empty inventory for a test, on each database that there is: a fresh embedded one, or a database of its own
// on the Postgres server of this run.
import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'
import { readShippedDrivers } from '../../src/inventory/catalogue.ts'
import type { Entry } from '../../src/inventory/entry.ts'
import { Inventory } from '../../src/inventory/inventory.ts'
import { query } from '../setup/query.ts'
import '../setup/provided.ts'

export type DatabaseKind = 'embedded' | 'postgres'

/** For `describe.each(databases)`. */
export const databases: readonly DatabaseKind[] =
  inject('postgresUrl') === null ? ['embedded'] : ['embedded', 'postgres']

/** Who changes what in tests that do not care. */
export const ENTRY: Entry = { operator: 'os:test', command: 'test', because: null, message: null }

const cleanup = new WeakMap<Inventory, () => Promise<void>>()

/** An empty inventory with the shipped drivers; end it with `closeInventory`. */
export async function openInventory(kind: DatabaseKind): Promise<Inventory> {
  const shipped = readShippedDrivers('drivers')
  if (kind === 'embedded')
    return Inventory.open({ kind: 'embedded', directory: null, template: inject('template') }, shipped)
  const { url, drop } = await createDatabase()
  try {
    const inventory = await Inventory.open({ kind: 'postgres', url }, shipped)
    cleanup.set(inventory, drop)
    return inventory
  } catch (error) {
    await drop()
    throw error
  }
}

export async function closeInventory(inventory: Inventory): Promise<void> {
  await inventory.close()
  await cleanup.get(inventory)?.()
}

/** A migrated, empty database on the server of this run, for tests that open it themselves. */
export async function createDatabase(): Promise<{ url: string; drop: () => Promise<void> }> {
  const template = inject('postgresUrl')
  if (template === null) throw new Error('there is no Postgres: use `databases`')
  const name = `test_${randomBytes(6).toString('hex')}`
  const own = (database: string) => {
    const url = new URL(template)
    url.pathname = `/${database}`
    return url.href
  }
  await query(own('postgres'), `create database ${name} template ${new URL(template).pathname.slice(1)}`)
  return { url: own(name), drop: () => query(own('postgres'), `drop database ${name} with (force)`) }
}
