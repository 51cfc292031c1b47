// New names for things: all at once, so that ranges may overlap and two things may exchange theirs.
import type { Pattern } from '../grammar/ast.ts'
import { InventoryError } from '../inventory/error.ts'
import { lookup, lookupAll } from '../inventory/query/lookup.ts'
import { renameThings } from '../inventory/write/things.ts'
import { changeCommand } from './command.ts'
import { summaries } from './targets.ts'

export const rename = changeCommand({
  name: 'rename',
  summary: 'Renames a thing, or a range of things at once',
  syntax: 'rename <from:range> [to] <new:range>',
  examples: ['rename server4 to server5', 'rename lab[01-03] to lab[11-13]'],
  async plan({ from, new: to }, { view }) {
    const old = namesOf(from)
    const names = namesOf(to)
    if (old.length !== names.length) throw new InventoryError('range-mismatch', { from: old.length, to: names.length })
    const things = await lookupAll(
      view,
      old.map((text) => ({ text, at: from.at })),
    )
    const pairs = things.map((thing, index) => ({ thing, to: names[index] ?? '' }))
    return {
      targets: summaries(things),
      async run(change) {
        await renameThings(change, pairs)
        const done = pairs.map(({ thing, to }) =>
          thing.name === to ? `${to} already has that name` : `${thing.name} renamed to ${to}`,
        )
        return { kind: 'change', done, changed: pairs.filter(({ thing, to }) => thing.name !== to).length }
      },
    }
  },
})

export const swap = changeCommand({
  name: 'swap',
  summary: 'Two things exchange their names; everything else stays where it is',
  syntax: 'swap <a:thing> <b:thing>',
  examples: ['swap web01 web02'],
  async plan({ a, b }, { view }) {
    const [first, second] = [await lookup(view, a), await lookup(view, b)]
    return {
      targets: summaries([first, second]),
      async run(change) {
        if (first.id === second.id) return { kind: 'change', done: [`${first.name} is the same thing`], changed: 0 }
        await renameThings(change, [
          { thing: first, to: second.name },
          { thing: second, to: first.name },
        ])
        return { kind: 'change', done: [`${first.name} and ${second.name} exchanged their names`], changed: 2 }
      },
    }
  },
})

function namesOf(pattern: Extract<Pattern, { tag: 'exact' | 'range' }>): readonly string[] {
  return pattern.tag === 'range' ? pattern.names : [pattern.text]
}
