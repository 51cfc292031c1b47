// One thing by its name, hostname, serial number, MAC or IP address, or a refusal that says what was near.
import type { ThingName } from '../../grammar/ast.ts'
import { InventoryError } from '../error.ts'
import type { ThingRow } from '../rows.ts'
import type { View } from '../view.ts'
import { findNames, suggestThings } from './names.ts'
import type { Moment } from './source.ts'

/** Throws InventoryError `unknown-thing` or `ambiguous-thing`. */
export async function lookup(view: View, name: ThingName, moment: Moment = null): Promise<ThingRow> {
  const [thing] = await lookupAll(view, [name], moment)
  if (!thing) throw new Error('lookupAll answers or throws')
  return thing
}

/** One thing for each name, in order. Throws InventoryError `unknown-thing` or `ambiguous-thing` for the first bad one. */
export async function lookupAll(view: View, names: readonly ThingName[], moment: Moment = null): Promise<ThingRow[]> {
  const found = await findNames(
    view,
    names.map(({ text, at }) => ({ kind: 'thing', text, at })),
    moment,
  )
  const things: ThingRow[] = []
  for (const { text, at } of names) {
    const [thing, ...others] = found.things('thing', text)
    if (!thing) {
      const suggestions = (await suggestThings(view, [text], moment)).get(text) ?? []
      throw new InventoryError('unknown-thing', { name: text, at, suggestions })
    }
    if (others.length > 0) {
      const matches = [thing, ...others].map(({ name }) => name)
      throw new InventoryError('ambiguous-thing', { name: text, at, matches })
    }
    things.push(thing)
  }
  return things
}
