// The things that a command names: one expression, or a list word by word.
import type { Expression } from '../grammar/ast.ts'
import { lookupAll } from '../inventory/query/lookup.ts'
import { selectForChange } from '../inventory/query/select.ts'
import type { ThingRow } from '../inventory/rows.ts'
import type { View } from '../inventory/view.ts'
import type { Target } from './command.ts'

export function summaries(things: readonly ThingRow[]): Target[] {
  return things.map(({ id, name, type, driver }) => ({ id, name, type, driver }))
}

/** The things of a list such as `server1 web* (type:server in rack1)`: each once, in the order given. */
export async function listed(view: View, items: readonly Expression[], now: Date): Promise<ThingRow[]> {
  const found = (await listedBy(view, items, now)).flat()
  return [...new Map(found.map((thing) => [thing.id, thing])).values()]
}

/** The things of each item. Throws what looking up and selecting throw, about the first that is refused. */
export async function listedBy(view: View, items: readonly Expression[], now: Date): Promise<(readonly ThingRow[])[]> {
  const words = items.flatMap((item) => (isWord(item) ? [{ text: item.pattern.text, at: item.at }] : []))
  const named = await lookupAll(view, words)
  const found: (readonly ThingRow[])[] = []
  for (const item of items) found.push(isWord(item) ? named.splice(0, 1) : await selectForChange(view, item, now))
  return found
}

type Word = Extract<Expression, { tag: 'name' }> & { readonly pattern: { readonly tag: 'exact' } }

function isWord(item: Expression): item is Word {
  return item.tag === 'name' && item.pattern.tag === 'exact'
}
