// Things into containers and out of them: racks, locations, pools, classes, roles.
import type { Expression, ThingName, Units } from '../grammar/ast.ts'
import { lookup } from '../inventory/query/lookup.ts'
import type { ThingRow } from '../inventory/rows.ts'
import { insertAll, type Placement, removeAll } from '../inventory/write/containment.ts'
import { printUnits } from '../inventory/write/units.ts'
import { type Asking, changeCommand, type Plan } from './command.ts'
import { CommandError } from './error.ts'
import { listed, summaries } from './targets.ts'

export const insert = changeCommand({
  name: 'insert',
  summary: 'Puts things into a container: a rack (at its units), a location, a pool, a class, a role',
  syntax: 'insert <items:item>... into <container:thing> [at <units>]',
  examples: ['insert lab01 into rack101 at U20', 'insert web01 web02 into dev'],
  plan: ({ items, container, units }, asking) => planInsert(asking, items, container, units ?? null),
})

export const remove = changeCommand({
  name: 'remove',
  summary: 'Takes things out of a container',
  syntax: 'remove <items:item>... from <container:thing>',
  examples: ['remove web01 from prod'],
  plan: ({ items, container }, asking) => planRemove(asking, items, container),
})

/** Also what `pool insert` does. */
export async function planInsert(
  { view, now }: Asking,
  items: readonly Expression[],
  container: ThingName,
  units: Units | null,
): Promise<Plan> {
  const target = await lookup(view, container)
  const things = await listed(view, items, now)
  const placements = stack(things, target, units, (thing) => view.catalogue.get(thing.driver)?.units ?? 1)
  return {
    targets: summaries([target, ...things]),
    async run(change) {
      const outcomes = await insertAll(change, placements)
      const done = placements.map(({ item, units: at }, index) => {
        const place = at ? ` at ${printUnits(at)}` : ''
        return outcomes[index] === 'already'
          ? `${item.name} is already in ${target.name}${place}`
          : `${item.name} inserted into ${target.name}${place}`
      })
      return { kind: 'change', done, changed: outcomes.filter((outcome) => outcome === 'inserted').length }
    },
  }
}

/** Also what `pool remove` does. */
export async function planRemove(
  { view, now }: Asking,
  items: readonly Expression[],
  container: ThingName,
): Promise<Plan> {
  const target = await lookup(view, container)
  const things = await listed(view, items, now)
  return {
    targets: summaries([target, ...things]),
    async run(change) {
      await removeAll(change, things, target)
      return {
        kind: 'change',
        done: things.map(({ name }) => `${name} removed from ${target.name}`),
        changed: things.length,
      }
    },
  }
}

/** Several things at `U11` or `U11-13` stand on each other, the first one lowest. */
function stack(
  things: readonly ThingRow[],
  container: ThingRow,
  units: Units | null,
  heightOf: (thing: ThingRow) => number,
): Placement[] {
  const [only, ...others] = things
  if (!units || !only || others.length === 0) return things.map((item) => ({ item, container, units }))
  let low = units.low
  const placements = things.map((item) => {
    const high = low + Math.max(heightOf(item), 0.5) - 1
    const placement = { item, container, units: { low, high: Math.max(low, high) } }
    low += heightOf(item)
    return placement
  })
  const needed = low - units.low
  const given = units.high - units.low + 1
  if (units.high > units.low && needed !== given)
    throw new CommandError('bad-arguments', {
      reason: `${things.length} things need ${needed} units, and ${printUnits(units)} are ${given}`,
      expected: `the lowest unit alone (\`at U${units.low}\`): they are stacked upwards in the order given`,
    })
  return placements
}
