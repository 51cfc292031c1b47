// Values as columns of an attribute row, and the things that reference values name.
import type { Value } from '../../grammar/ast.ts'
import { nameKey } from '../../grammar/name.ts'
import { readNumber } from '../../grammar/number.ts'
import { suggest } from '../../grammar/suggest.ts'
import { InventoryError } from '../error.ts'
import type { AttributeRow, ThingRow } from '../rows.ts'
import type { View } from '../view.ts'
import { ask } from './ask.ts'

export type ValueColumns = Pick<AttributeRow, 'type' | 'text' | 'num' | 'at' | 'ref_id'>

/** The things that values refer to, by `nameKey`. */
export type References = ReadonlyMap<string, Pick<ThingRow, 'id' | 'name'>>

/** Finds the things that reference values name, in one statement. Throws `unknown-thing`. */
export async function resolveReferences(view: View, values: Iterable<Value>): Promise<References> {
  const wanted = new Map<string, string>()
  for (const value of values) if (value.type === 'reference') wanted.set(nameKey(value.value), value.value)
  if (wanted.size === 0) return new Map()
  const found = await ask<ThingRow>(view, 'select id, name, name_key from things where name_key = any(?::text[])', [
    [...wanted.keys()],
  ])
  const references = new Map(found.map((thing) => [thing.name_key, thing]))
  for (const [key, name] of wanted)
    if (!references.has(key))
      throw new InventoryError('unknown-thing', { name, suggestions: await similarNames(view, key) })
  return references
}

async function similarNames(view: View, key: string): Promise<readonly string[]> {
  // The trigram index finds candidates (`%`: at least 0.3 alike); edits rank them.
  const near = await ask<{ name: string }>(
    view,
    'select name from things where name_key % ? order by similarity(name_key, ?) desc, name_key limit 50',
    [key, key],
  )
  return suggest(
    key,
    near.map(({ name }) => name),
  )
}

// Postgres' text holds no NUL, and half a surrogate pair is no text at all.
const UNSTORABLE = /\0|\p{Surrogate}/u
// Years that both ISO 8601 and Postgres write with four digits.
const DATETIME = /^(?!0000)\d{4}-/

/** The value as columns. Throws `illegal-value` for what the database cannot hold, `unknown-thing`. */
export function toColumns(value: Value, references: References): ValueColumns {
  const plain = { type: value.type, num: null, at: null, ref_id: null }
  switch (value.type) {
    case 'integer': {
      const text = value.value.toString()
      return { ...plain, text, num: text }
    }
    case 'decimal':
      return { ...plain, text: value.value, num: readNumber(value.value) }
    case 'boolean':
      return { ...plain, text: String(value.value) }
    case 'datetime':
      if (!DATETIME.test(value.value)) throw new InventoryError('illegal-value', { value: value.value, reason: 'year' })
      return { ...plain, text: value.value, at: value.value }
    case 'reference': {
      const thing = references.get(nameKey(value.value))
      if (!thing) throw new InventoryError('unknown-thing', { name: value.value, suggestions: [] })
      return { ...plain, text: thing.name, ref_id: thing.id }
    }
    case 'json':
    case 'text':
      if (UNSTORABLE.test(value.value))
        throw new InventoryError('illegal-value', {
          value: value.value.replace(/[\0\p{Surrogate}]/gu, '\ufffd').slice(0, 100),
          reason: 'character',
        })
      return { ...plain, text: value.value, num: value.type === 'text' ? readNumber(value.value) : null }
  }
}

/** What two rows share where they hold the same value: a reference is its thing, whatever it is called now. */
export function valueKey({ type, text, ref_id }: Pick<AttributeRow, 'type' | 'text' | 'ref_id'>): string {
  return `${type} ${ref_id ?? text}`
}
