// What goes with things that go: what stands in them, what has no power left, and what stands in that again.
import { plain, rowsOf, sql } from '../query/fragment.ts'
import { sourceAt } from '../query/source.ts'
import type { ThingRow } from '../rows.ts'
import type { End, ImpactGraph } from './impact-graph.ts'

export interface Fall {
  /** All that goes: what was named, and the next two. */
  readonly gone: ReadonlySet<number>
  readonly contained: ReadonlySet<number>
  readonly dark: ReadonlySet<number>
  readonly oneFeed: readonly number[]
  readonly noConsole: readonly number[]
  readonly isPartial: boolean
}

// Sources that hang on sources, and machines in machines in racks: real ones are some six deep.
const MOST_STEPS = 64

/**
 * A thing is dark when all of the different sources that it is connected to are gone or dark; what was never connected
 * to one stays. On a ring of sources that feed each other nothing goes dark as long as none of them is gone.
 */
export async function fallOfPower(graph: ImpactGraph, things: readonly ThingRow[]): Promise<Fall> {
  graph.note(things)
  const gone = new Set(things.map(({ id }) => id))
  const contained = new Set<number>()
  const dark = new Set<number>()
  let fresh = [...gone]
  let steps = 0
  while (fresh.length > 0 && steps < MOST_STEPS) {
    steps++
    await graph.readCables(fresh)
    const inside = (await graph.readContents(fresh)).filter((id) => !gone.has(id))
    for (const id of inside) {
      gone.add(id)
      contained.add(id)
    }
    const fed = peers(graph, fresh, 'feeds').filter((id) => !gone.has(id))
    await graph.readCables(fed)
    const fallen = fed.filter((id) => sourcesOf(graph, id).every((source) => gone.has(source)))
    for (const id of fallen) {
      gone.add(id)
      dark.add(id)
    }
    fresh = [...inside, ...fallen]
  }
  const left = peers(graph, gone, 'feeds').filter((id) => !gone.has(id))
  const oneFeed = left.filter((id) => {
    const sources = sourcesOf(graph, id)
    return sources.length > 1 && sources.filter((source) => !gone.has(source)).length === 1
  })
  const lines = peers(graph, gone, 'console of').filter((id) => !gone.has(id))
  await graph.readCables(lines)
  const noConsole = lines.filter((id) => distinctPeers(graph, id, 'console at').every((server) => gone.has(server)))
  return { gone, contained, dark, oneFeed, noConsole, isPartial: fresh.length > 0 }
}

const sourcesOf = (graph: ImpactGraph, id: number): number[] => distinctPeers(graph, id, 'fed by')

export const distinctPeers = (graph: ImpactGraph, id: number, use: End['use']): number[] => [
  ...new Set(graph.ends(id).flatMap((end) => (end.use === use ? [end.peer] : []))),
]

/** Everything at the other ends of cables of one use, each once. */
export const peers = (graph: ImpactGraph, ids: Iterable<number>, use: End['use']): number[] => {
  const found = new Set<number>()
  for (const id of ids) for (const end of graph.ends(id)) if (end.use === use) found.add(end.peer)
  return [...found]
}

/**
 * Machines that stand in a rack beside a source of power that goes, take power, and have no cable recorded for it: they
 * may hang on it.
 */
export async function withoutFeed(graph: ImpactGraph, { gone }: Fall): Promise<ThingRow[]> {
  const isSource = (id: number) =>
    Object.values(graph.catalogue.get(graph.thing(id).driver)?.ports ?? {}).some(({ role }) => role === 'outlet')
  const sources = [...gone].filter(isSource)
  if (sources.length === 0) return []
  const drivers = graph.catalogue.all()
  const inlets = (ports: (typeof drivers)[number]['ports']): string[] =>
    Object.entries(ports).flatMap(([type, { role }]) => (role === 'inlet' ? [type] : []))
  const takers = drivers.filter(({ ports }) => inlets(ports).length > 0).map(({ name }) => name)
  const types = [...new Set(drivers.flatMap(({ ports }) => inlets(ports)))]
  const [e, f, k, t, l] = [
    sourceAt('edges', 'e', graph.moment),
    sourceAt('edges', 'f', graph.moment),
    sourceAt('things', 'k', graph.moment),
    sourceAt('things', 't', graph.moment),
    sourceAt('links', 'l', graph.moment),
  ]
  const rows = await rowsOf<ThingRow>(
    graph.view.knex,
    sql`select distinct ${plain('t.id, t.name, t.name_key, t.driver, t.type')}
      from ${e.from} join ${k.from} on k.id = e.parent_id and k.type = 'rack' and ${k.where}
        join ${f.from} on f.parent_id = k.id and ${f.where}
        join ${t.from} on t.id = f.child_id and t.driver = any(${takers}::text[]) and ${t.where}
      where e.child_id = any(${sources}::bigint[]) and ${e.where}
        and not exists (select from ${l.from} where l.thing_id = t.id and l.port_type = any(${types}::text[]) and ${l.where})`,
  )
  return rows.filter(({ id }) => !gone.has(id))
}
