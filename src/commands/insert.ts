// Things into containers and out of them: racks, locations, pools, classes, roles.
import type { Expression, ThingName, Units } from '../grammar/ast.ts'
import type { Change } from '../inventory/change.ts'
import { lookup } from '../inventory/query/lookup.ts'
import type { ThingRow } from '../inventory/rows.ts'
import { insertAll, type Placement, removeAll } from '../inventory/write/containment.ts'
import { type Face, printUnits } from '../inventory/write/units.ts'
import { type Asking, changeCommand, type Plan } from './command.ts'
import { CommandError } from './error.ts'
import type { Failed } from './reply.ts'
import { summaries } from './targets.ts'
import { wordByWord, wordsListed } from './word-by-word.ts'

export const insert = changeCommand({
  name: 'insert',
  summary: 'Puts things into a container: a rack (at its units), a location, a pool, a class, a role',
  syntax: 'insert <items:item>... into <container:thing> [at <units> [<face:front|rear>]]',
  examples: [
    'insert lab01 into rack101 at U20',
    'insert web01 web02 into dev',
    'insert lab02 into rack101 at U21 rear',
  ],
  plan: ({ items, container, units, face }, asking) =>
    planInsert(asking, items, container, units ? { units, face: face ?? null } : null),
})

export const remove = changeCommand({
  name: 'remove',
  summary: 'Takes things out of a container',
  syntax: 'remove <items:item>... from <container:thing>',
  examples: ['remove web01 from prod'],
  plan: ({ items, container }, asking) => planRemove(asking, items, container),
})

/** Where in a rack; without a face on both. */
interface Place {
  readonly units: Units
  readonly face: Face | null
}

/** Also what `pool insert` does. */
export async function planInsert(
  { view, now }: Asking,
  items: readonly Expression[],
  container: ThingName,
  place: Place | null,
): Promise<Plan> {
  const target = await lookup(view, container)
  const { words, failed: unknown, error } = await wordsListed(view, items, now)
  // Who stands above a thing of unknown height cannot be said.
  if (place && error) throw error
  const things = words.flatMap((word) => word.things)
  const placements = stack(things, target, place, (thing) => view.catalogue.get(thing.driver)?.units ?? 1)
  const placed = words.map(({ item, things }) => ({ item, placements: placements.splice(0, things.length) }))
  return {
    targets: summaries([target, ...things]),
    async run(change) {
      const { results, failed } = await wordByWord(change, placed, (some) =>
        insertions(
          change,
          some.flatMap(({ placements }) => placements),
        ),
      )
      const done = results.map(({ line }) => line)
      const changed = results.filter(({ outcome }) => outcome === 'inserted').length
      return { kind: 'change', done, changed, ...failures([...unknown, ...failed]) }
    },
  }
}

async function insertions(change: Change, placements: readonly Placement[]) {
  const outcomes = await insertAll(change, placements)
  return placements.map(({ item, container, units, face }, index) => {
    const where = `${container.name}${units ? ` at ${printUnits(units)}` : ''}${face ? ` ${face}` : ''}`
    const outcome = outcomes[index] ?? 'already'
    const line = `${item.name} ${outcome === 'already' ? 'is already in' : 'inserted into'} ${where}`
    return { outcome, line }
  })
}

const failures = (failed: readonly Failed[]) => (failed.length === 0 ? {} : { failed })

/** Also what `pool remove` does. */
export async function planRemove(
  { view, now }: Asking,
  items: readonly Expression[],
  container: ThingName,
): Promise<Plan> {
  const target = await lookup(view, container)
  const { words, failed: unknown } = await wordsListed(view, items, now)
  return {
    targets: summaries([target, ...words.flatMap(({ things }) => things)]),
    async run(change) {
      const { results, failed } = await wordByWord(change, words, async (some) => {
        const things = some.flatMap((word) => word.things)
        await removeAll(change, things, target)
        return things.map(({ name }) => `${name} removed from ${target.name}`)
      })
      return { kind: 'change', done: results, changed: results.length, ...failures([...unknown, ...failed]) }
    },
  }
}

/** Several things at `U11` or `U11-13` stand on each other, the first one lowest. */
function stack(
  things: readonly ThingRow[],
  container: ThingRow,
  place: Place | null,
  heightOf: (thing: ThingRow) => number,
): Placement[] {
  const [only, ...others] = things
  if (!place || !only || others.length === 0) return things.map((item) => ({ item, container, ...place }))
  const { units, face } = place
  let low = units.low
  const placements = things.map((item) => {
    const high = low + Math.max(heightOf(item), 0.5) - 1
    const placement = { item, container, units: { low, high: Math.max(low, high) }, face }
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
