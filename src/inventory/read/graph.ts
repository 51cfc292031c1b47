// Who is connected to whom: selected things, their direct neighbours, and what runs between all of them.
import type { Query } from '../../grammar/ast.ts'
import { printExpression } from '../../grammar/print.ts'
import type { Catalogue } from '../catalogue.ts'
import { InventoryError } from '../error.ts'
import { plain, rowsOf, sql } from '../query/fragment.ts'
import type { Unknown } from '../query/mentions.ts'
import { select } from '../query/select.ts'
import { type Moment, sourceAt } from '../query/source.ts'
import type { ThingRow } from '../rows.ts'
import type { ThingSummary } from '../things.ts'
import type { View } from '../view.ts'
import { catalogueAt } from './catalogue.ts'
import { type GraphEdge, graphEdges } from './graph-edges.ts'
import { isPlace } from './place.ts'
import { type Stamp, stampOf } from './stamp.ts'
import { type Stood, standingOf } from './standing.ts'
import { type Neighbour, type Surroundings, surroundingsOf } from './surroundings.ts'
import { printUnits } from './units.ts'

export interface GraphNode extends ThingSummary, Stood {
  readonly id: number
  /** False for a neighbour of what was asked for. */
  readonly selected: boolean
  /** The rack that it stands in, or is. */
  readonly rack: string | null
  /** `RU13` */
  readonly units: string | null
}

export interface Graph {
  readonly expression: string
  /** Those asked for, in their order, then the neighbours by name. */
  readonly nodes: readonly GraphNode[]
  readonly edges: readonly GraphEdge[]
  readonly stamp: Stamp
}

/** More than this nobody can make out. */
export const MOST_NODES = 200

type Around = Surroundings<'attributes' | 'containers' | 'cables'>

/**
 * The things of a query with what they are cabled to, what they stand in or is in them. Racks around things are told by
 * the things' `rack` and are no nodes; pools and other groups are nodes where the query itself selects them.
 * A constant number of statements. Throws what `select` throws, `nothing-to-draw`, `graph-too-large`.
 */
export async function readGraph(
  view: View,
  query: Query,
  now: Date,
): Promise<{ readonly graph: Graph; readonly warnings: readonly Unknown[] }> {
  const { things, total, capped, warnings, moment } = await select(view, query, { limit: MOST_NODES + 1, now })
  const expression = printExpression(query.expression)
  if (total === 0) {
    const suggestions = [...new Set(warnings.flatMap((unknown) => unknown.suggestions))]
    throw new InventoryError('nothing-to-draw', { expression, suggestions })
  }
  const tooLarge = (near: number) => ({ selected: capped ? total - 1 : total, capped, near, limit: MOST_NODES })
  if (total > MOST_NODES) throw new InventoryError('graph-too-large', tooLarge(0))

  const catalogue = await catalogueAt(view, moment)
  const kinds = ['attributes', 'containers', 'cables'] as const
  const own = await surroundingsOf(view, things, kinds, moment)
  const contents = await contentsOf(view, things, moment)
  const near = neighbours(catalogue, things, own, contents)
  if (things.length + near.length > MOST_NODES) throw new InventoryError('graph-too-large', tooLarge(near.length))

  const theirs = await surroundingsOf(view, near, kinds, moment)
  const asked = new Set(things.map(({ id }) => id))
  const around: Around = {
    attributes: (thing) => (asked.has(thing.id) ? own : theirs).attributes(thing),
    containers: (thing) => (asked.has(thing.id) ? own : theirs).containers(thing),
    cables: (thing) => (asked.has(thing.id) ? own : theirs).cables(thing),
  }
  const shown = [...things, ...near]
  return {
    graph: {
      expression,
      nodes: shown.map((thing) => nodeOf(thing, around, asked.has(thing.id))),
      edges: graphEdges(catalogue, shown, around),
      stamp: await stampOf(view, moment),
    },
    warnings,
  }
}

/** What is directly in the things; no more than one too many, since a pool can hold everything. */
async function contentsOf(view: View, things: readonly ThingRow[], moment: Moment): Promise<ThingRow[]> {
  const e = sourceAt('edges', 'e', moment)
  const t = sourceAt('things', 't', moment)
  const ids = things.map(({ id }) => id)
  return rowsOf<ThingRow>(
    view.knex,
    sql`select distinct on (t.name_key) ${plain('t.id, t.name, t.name_key, t.driver, t.type')}
      from ${e.from} join ${t.from} on t.id = e.child_id and ${t.where}
      where e.parent_id = any(${ids}::bigint[]) and ${e.where} and e.child_id <> all(${ids}::bigint[])
      order by t.name_key limit ${MOST_NODES + 1}`,
  )
}

function neighbours(
  catalogue: Catalogue,
  things: readonly ThingRow[],
  around: Around,
  contents: readonly ThingRow[],
): ThingRow[] {
  const found = new Map<number, ThingRow>()
  for (const thing of things) {
    for (const { peer } of around.cables(thing)) found.set(peer.id, peer)
    for (const { thing: container } of around.containers(thing)) {
      // What is in a rack is shown in its box; a rack itself is shown with the place that it is in.
      const isBox = container.type === 'rack'
      if (!isBox && isPlace(catalogue, container)) found.set(container.id, container)
    }
  }
  for (const thing of contents) found.set(thing.id, thing)
  for (const { id } of things) found.delete(id)
  return [...found.values()].sort((a, b) => (a.name_key < b.name_key ? -1 : 1))
}

function nodeOf(thing: ThingRow, around: Around, selected: boolean): GraphNode {
  const place: Neighbour | undefined = around.containers(thing).find((container) => container.thing.type === 'rack')
  return {
    id: thing.id,
    name: thing.name,
    type: thing.type,
    driver: thing.driver,
    ...standingOf(around.attributes(thing)),
    selected,
    rack: thing.type === 'rack' ? thing.name : (place?.thing.name ?? null),
    units: place ? printUnits(place) : null,
  }
}
