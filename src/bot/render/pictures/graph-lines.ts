// A graph in words: each thing that was asked for with what it is connected to.
import type { Graph, GraphNode } from '../../../inventory/read/graph.ts'
import type { GraphEdge } from '../../../inventory/read/graph-edges.ts'
import { counted } from '../said.ts'
import { KINDS, STROKES } from './looks.ts'

// More lines than these nobody reads; `ports` has the rest.
const MOST = 150

/** First one line that says it all. */
export function graphLines(graph: Graph): string[] {
  const byId = new Map(graph.nodes.map((node) => [node.id, node]))
  const past = graph.stamp.past ? `, as of version ${graph.stamp.version}` : ''
  const edges = graph.edges.toSorted((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind))
  const lines = graph.nodes
    .filter(({ selected }) => selected)
    .flatMap((node) => [headOf(node), ...edges.flatMap((edge) => edgeLines(node, edge, byId))])
  const shown = lines.slice(0, MOST)
  const more =
    lines.length > MOST ? [`… and ${lines.length - MOST} more lines: \`ports <thing>\` tells of one thing`] : []
  return [`${graphTitle(graph).join(': ')}${past}`, ...shown, ...more]
}

/** What was asked for, and how much of it there is. */
export function graphTitle({ expression, nodes, edges }: Graph): readonly [string, string] {
  const selected = nodes.filter((node) => node.selected).length
  const near = nodes.length - selected
  const cables = edges.reduce((sum, { ports }) => sum + ports.length, 0)
  return [
    expression,
    `${counted(selected, 'thing')}${near === 0 ? '' : `, ${counted(near, 'neighbour')}`}, ${counted(cables, 'cable')}`,
  ]
}

function headOf({ name, type, rack, units, status, standing }: GraphNode): string {
  const place = rack === null || rack === name ? [] : [`${rack}${units === null ? '' : ` at ${units}`}`]
  const state = [...(standing === 'protected' ? ['protected'] : []), ...(status === null ? [] : [status])]
  return [`${name} (${type})`, ...place, ...state].join(', ')
}

function edgeLines(node: GraphNode, edge: GraphEdge, byId: ReadonlyMap<number, GraphNode>): string[] {
  if (edge.from !== node.id && edge.to !== node.id) return []
  const other = byId.get(edge.from === node.id ? edge.to : edge.from)?.name ?? ''
  if (edge.kind === 'containment' || edge.kind === 'membership') {
    const inside = edge.from === node.id
    const words =
      edge.kind === 'membership'
        ? inside
          ? 'member'
          : STROKES.membership.words
        : inside
          ? 'contains'
          : STROKES.containment.words
    return [`  ${words}: ${other}`]
  }
  const { words } = STROKES[edge.kind]
  return edge.ports.map(({ from, to }) => {
    const [mine, theirs] = edge.from === node.id ? [from, to] : [to, from]
    return `  ${words}: ${mine.port} to ${theirs.port} on ${other}`
  })
}
