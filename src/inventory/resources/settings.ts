// The attributes by which a resource is set up: `digits` and `next` of what gives out names, `min` and `max` of what gives
// out numbers.
import { InventoryError } from '../error.ts'
import type { AttributeRow, ThingRow } from '../rows.ts'
import type { View } from '../view.ts'
import { ask } from '../write/ask.ts'

export type Settings = ReadonlyMap<string, Pick<AttributeRow, 'type' | 'text'>>

/** The plain attributes of a thing that have one of these keys. */
export async function settingsOf(view: View, thing: ThingRow, keys: readonly string[]): Promise<Settings> {
  const rows = await ask<Pick<AttributeRow, 'key' | 'type' | 'text'>>(
    view,
    `select key, type, text from attributes where thing_id = ? and key = any(?::text[]) and port = '' and subkey = ''
       and number is null order by id`,
    [thing.id, [...keys]],
  )
  return new Map(rows.map((row) => [row.key, row]))
}

/** A whole number among the settings. Throws `setting-missing` where there is none, or no whole number. */
export function wholeNumber(settings: Settings, thing: ThingRow, key: string): number {
  const row = settings.get(key)
  const number = row?.type === 'integer' ? Number(row.text) : Number.NaN
  if (!Number.isSafeInteger(number)) throw new InventoryError('setting-missing', { thing: thing.name, key })
  return number
}
