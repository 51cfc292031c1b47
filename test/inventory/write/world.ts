// What the tests of this folder share: an inventory, things by name, and refusals as values.
import { afterAll, beforeAll } from 'vitest'
import type { Key, Value } from '../../../src/grammar/ast.ts'
import { parseKey } from '../../../src/grammar/key.ts'
import { textValue } from '../../../src/grammar/value.ts'
import type { Change } from '../../../src/inventory/change.ts'
import { InventoryError } from '../../../src/inventory/error.ts'
import type { Changed, Inventory } from '../../../src/inventory/inventory.ts'
import type { ThingRow } from '../../../src/inventory/rows.ts'
import { addThings } from '../../../src/inventory/write/things.ts'
import { closeInventory, type DatabaseKind, ENTRY, openInventory } from '../open.ts'

export interface World {
  /** One change, one version. */
  change<T>(work: (change: Change) => Promise<T>): Promise<Changed<T>>
  /** The error that a change is refused with, as code and facts; it must write nothing. */
  refused(work: (change: Change) => Promise<unknown>): Promise<{ code: string; facts: unknown }>
  /** Adds things of a driver, `add('server', 's1', 's2')`. */
  add(driver: string, ...names: readonly string[]): Promise<ThingRow[]>
  /** A thing that is there. */
  get(name: string): Promise<ThingRow>
  rows<T = Record<string, unknown>>(sql: string, bindings?: readonly (string | number)[]): Promise<T[]>
}

/** Opens an inventory before the tests of a `describe`, closes it after them. */
export function world(kind: DatabaseKind): World {
  let inventory: Inventory
  beforeAll(async () => {
    inventory = await openInventory(kind)
  })
  afterAll(() => closeInventory(inventory))
  const rows = async <T>(sql: string, bindings: readonly (string | number)[] = []): Promise<T[]> => {
    const { rows } = await inventory.read(({ knex }) => knex.raw<{ rows: T[] }>(sql, bindings))
    return rows
  }
  return {
    rows,
    change: (work) => inventory.change(ENTRY, work),
    // The change goes on after the refusal: whatever the refused work left behind would make a version.
    async refused(work) {
      const { result, version } = await inventory.change(ENTRY, async (change) => {
        try {
          await work(change)
        } catch (error) {
          if (error instanceof InventoryError) return { code: error.code, facts: error.facts }
          throw error
        }
        throw new Error('nothing was refused')
      })
      if (version !== null) throw new Error('the refusal left something behind')
      return result
    },
    async add(driver, ...names) {
      const { result } = await inventory.change(ENTRY, (change) => {
        const found = change.catalogue.get(driver)
        if (!found) throw new Error(`no driver ${driver}`)
        return addThings(
          change,
          names.map((name) => ({ name, driver: found })),
        )
      })
      return result
    },
    async get(name) {
      const [thing] = await rows<ThingRow>('select id, name, name_key, driver, type from things where name = ?', [name])
      if (!thing) throw new Error(`no thing ${name}`)
      return thing
    },
  }
}

export function key(text: string): Key {
  const parsed = parseKey(text)
  if (!parsed) throw new Error(`no key ${text}`)
  return parsed
}

export const text = (value: string): Value => textValue(value)
export const integer = (value: number): Value => ({ type: 'integer', value: BigInt(value) })
export const reference = (value: string): Value => ({ type: 'reference', value })
