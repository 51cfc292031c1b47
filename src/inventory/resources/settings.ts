// The attributes by which a resource is set up: `digits` and `next` of what gives out names, `min` and `max` of what gives
// out numbers.
import { InventoryError } from '../error.ts'
import type { AttributeRow, ThingRow } from '../rows.ts'
import type { View } from '../view.ts'
import { ask } from '../write/ask.ts'

export type Settings = ReadonlyMap<string, string>

/** The plain attributes of a thing that have one of these keys. */
export async function settingsOf(view: View, thing: ThingRow, keys: readonly string[]): Promise<Settings> {
  const rows = await ask<Pick<AttributeRow, 'key' | 'text'>>(
    view,
    `select key, text from attributes where thing_id = ? and key = any(?::text[]) and port = '' and subkey = ''
       and number is null order by id`,
    [thing.id, [...keys]],
  )
  return new Map(rows.map(({ key, text }) => [key, text]))
}

/** A whole number among the settings. Throws `setting-missing` where there is none, or no whole number. */
export function wholeNumber(settings: Settings, thing: ThingRow, key: string): number {
  const text = settings.get(key) ?? ''
  const number = /^\d{1,15}$/.test(text) ? Number(text) : null
  if (number === null) throw new InventoryError('setting-missing', { thing: thing.name, key })
  return number
}
