// The fields of a NetBox object as attributes: each keeps its name and its type; what is empty says nothing.
import type { Key, Value } from '../../../grammar/ast.ts'
import { parseKey } from '../../../grammar/key.ts'
import { readDatetime } from '../../../grammar/value.ts'
import { isSecret } from '../../write/keys.ts'
import type { DraftAttribute } from '../draft.ts'
import type { Item } from './fixture.ts'

const INTEGER_MAX = 2n ** 63n - 1n

/** A JSON value as values of attributes: a list of plain ones is several, an object is JSON, empty ones are none. */
export function valuesOf(found: unknown): readonly Value[] {
  switch (typeof found) {
    case 'string': {
      const moment = /T.*(?:Z|[+-]\d\d:?\d\d)$/.test(found) ? readDatetime(found) : null
      if (moment !== null) return [{ type: 'datetime', value: moment }]
      return found.trim() === '' ? [] : [{ type: 'text', value: found.replace(/\0/g, '') }]
    }
    case 'number':
      if (Number.isSafeInteger(found)) return [{ type: 'integer', value: BigInt(found) }]
      return [{ type: 'decimal', value: decimal(found) }]
    case 'bigint':
      return found > INTEGER_MAX ? [{ type: 'text', value: String(found) }] : [{ type: 'integer', value: found }]
    case 'boolean':
      return [{ type: 'boolean', value: found }]
    case 'object':
      if (found === null) return []
      if (Array.isArray(found) && found.every((value) => typeof value !== 'object')) return found.flatMap(valuesOf)
      return Object.keys(found).length === 0 ? [] : [{ type: 'json', value: JSON.stringify(found) }]
    default:
      return []
  }
}

// Without an exponent, which no decimal has here.
const decimal = (value: number): string => {
  const plain = String(value)
  return plain.includes('e') ? value.toFixed(20).replace(/0+$/, '').replace(/\.$/, '.0') : plain
}

export const textOf = (value: string): readonly Value[] => (value === '' ? [] : [{ type: 'text', value }])
export const referenceTo = (name: string): readonly Value[] => [{ type: 'reference', value: name }]

/** Attributes under construction: one row list a key, in order. */
export class AttributeList {
  readonly #rows = new Map<string, { readonly port: string; readonly key: Key; readonly values: Value[] }>()

  /** Adds values under `key` (`disk.size#0`); keys that are none, and empty values, are left out. */
  add(key: string, values: readonly Value[], port = ''): this {
    const parsed = values.length === 0 ? null : parseKey(key)
    if (parsed === null) return this
    const at = `${port} ${key}`
    const row = this.#rows.get(at)
    if (row) row.values.push(...values)
    else this.#rows.set(at, { port, key: parsed, values: [...values] })
    return this
  }

  /** Fields under their own names, or under the one after the colon: `['serial', 'dns_name:hostname']`. */
  fields(item: Item, names: readonly string[], port = ''): this {
    for (const name of names) {
      const [field = name, key = field] = name.split(':')
      this.add(key, valuesOf(item.fields[field]), port)
    }
    return this
  }

  has(key: string, port = ''): boolean {
    return this.#rows.has(`${port} ${key}`)
  }

  list(): readonly DraftAttribute[] {
    return [...this.#rows.values()]
  }
}

/** JSON without the members that hold secrets, and how many those were. */
export function withoutSecrets(found: unknown): { readonly value: unknown; readonly dropped: number } {
  let dropped = 0
  const clean = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(clean)
    if (typeof value !== 'object' || value === null) return value
    const members = Object.entries(value)
    const kept = members.filter(([key]) => !isSecret(key))
    dropped += members.length - kept.length
    return Object.fromEntries(kept.map(([key, inner]) => [key, clean(inner)]))
  }
  return { value: clean(found), dropped }
}

/** The key of a custom field: its name, or `cf.name` where the thing has an attribute of that name already. */
export function customKey(name: string, list: AttributeList): string {
  const clean = name.replace(/[^0-9A-Za-z_-]/g, '_')
  const own = /^[A-Za-z]/.test(clean) ? clean : `cf_${clean}`
  return list.has(own) || own === 'name' ? `cf.${own}` : own
}
