// Pools: the same words as for any container, kept because operators think in them.
import type { Expression, ThingName } from '../grammar/ast.ts'
import { InventoryError } from '../inventory/error.ts'
import { driverNamed } from '../inventory/query/drivers.ts'
import { lookup } from '../inventory/query/lookup.ts'
import { treeLines } from '../inventory/read/tree.ts'
import type { ThingRow } from '../inventory/rows.ts'
import { deleteThings } from '../inventory/write/delete.ts'
import { addThings } from '../inventory/write/things.ts'
import { changeCommand, readCommand } from './command.ts'
import { CommandError } from './error.ts'
import { planInsert, planRemove } from './insert.ts'
import { summaries } from './targets.ts'

const KINDS = ['pool', 'exclusivepool', 'uniquepool']

export const poolCreate = changeCommand({
  name: 'pool create',
  summary: 'Makes pools; an exclusive pool shares its members with no other, a unique one with no other unique one',
  syntax: 'pool create [<kind:exclusive|unique>] <names:range>...',
  examples: ['pool create staging', 'pool create exclusive maintenance'],
  async plan({ kind, names }, { view }) {
    const driver = driverNamed(view.catalogue, { text: `${kind ?? ''}pool`, at: 0 })
    const wanted = names.flatMap((pattern) => (pattern.tag === 'range' ? pattern.names : [pattern.text]))
    return {
      targets: [],
      async run(change) {
        const added = await addThings(
          change,
          wanted.map((name) => ({ name, driver })),
        )
        return {
          kind: 'change',
          done: added.map(({ name }) => `${driver.name} ${name} created`),
          changed: added.length,
        }
      },
    }
  },
})

export const poolDelete = changeCommand({
  name: 'pool delete',
  summary: 'Deletes an empty pool',
  syntax: 'pool delete <pool:thing>',
  examples: ['pool delete scratch'],
  async plan({ pool }, { view }) {
    const found = asPool(await lookup(view, pool))
    return {
      targets: summaries([found]),
      async run(change) {
        await deleteThings(change, [found], { force: false })
        return { kind: 'change', done: [`pool ${found.name} deleted`], changed: 1 }
      },
    }
  },
})

export const poolShow = readCommand({
  name: 'pool show',
  summary: 'What is in a pool, through pools that are in it',
  syntax: 'pool show <pool:thing>',
  examples: ['pool show prod'],
  async run({ pool }, { view }) {
    return {
      kind: 'lines',
      lines: await treeLines(view, asPool(await lookup(view, pool)), { parents: false, moment: null }),
    }
  },
})

export const poolInsert = changeCommand({
  name: 'pool insert',
  summary: 'Puts things into a pool',
  syntax: 'pool insert <items:item>... [into <pool:thing>]',
  examples: ['pool insert web01 into dev', 'pool insert dev web03 web04'],
  async plan({ items, pool }, asking) {
    const chosen = pool ? { pool, members: items } : poolFirst(items, 'pool insert web01 into prod')
    asPool(await lookup(asking.view, chosen.pool))
    return planInsert(asking, chosen.members, chosen.pool, null)
  },
})

export const poolRemove = changeCommand({
  name: 'pool remove',
  summary: 'Takes things out of a pool',
  syntax: 'pool remove <items:item>... [from <pool:thing>]',
  examples: ['pool remove web01 from prod'],
  async plan({ items, pool }, asking) {
    const chosen = pool ? { pool, members: items } : poolFirst(items, 'pool remove web01 from prod')
    asPool(await lookup(asking.view, chosen.pool))
    return planRemove(asking, chosen.members, chosen.pool)
  },
})

/** `pool insert prod web01 web02`: the first word is the pool. */
function poolFirst(
  items: readonly Expression[],
  expected: string,
): { pool: ThingName; members: readonly Expression[] } {
  const [first, ...members] = items
  if (first?.tag !== 'name' || first.pattern.tag !== 'exact' || members.length === 0)
    throw new CommandError('bad-arguments', { reason: 'the pool is missing', expected: `\`${expected}\`` })
  return { pool: { text: first.pattern.text, at: first.at }, members }
}

function asPool(thing: ThingRow): ThingRow {
  if (!KINDS.includes(thing.type))
    throw new InventoryError('not-a-type', { thing: thing.name, type: thing.type, wanted: 'pool' })
  return thing
}
