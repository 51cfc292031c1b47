// Where the things of a graph go: Graphviz is told how large each is and what is connected, and answers with places.
// Names never reach it, so none can mean anything to it.
import type { Graph, GraphNode } from '../../../inventory/read/graph.ts'
import type { EdgeKind, GraphEdge } from '../../../inventory/read/graph-edges.ts'
import { drawable, widthOfText } from './fit.ts'
import { shortType } from './looks.ts'

export interface Point {
  readonly x: number
  readonly y: number
}

export interface Box extends Point {
  readonly width: number
  readonly height: number
}

/** Pixels, from the upper left corner. */
export interface Layout {
  readonly width: number
  readonly height: number
  /** Middles of the nodes, by their place in the graph. */
  readonly nodes: readonly Point[]
  /** Control points of a cubic spline, and the middle of the label where there is one; by place. */
  readonly edges: readonly { readonly points: readonly Point[]; readonly label: Point | null }[]
  readonly boxes: readonly Box[]
}

export const NODE_HEIGHT = 28
export const NODE_NAME = { size: 14, weight: 'bold' } as const
export const NODE_TYPE = { size: 12, weight: 'normal' } as const
export const EDGE_LABEL = { size: 12, weight: 'normal' } as const
export const BOX_LABEL = { size: 14, weight: 'bold' } as const
export const BEFORE_NAME = 28
export const AFTER_NAME = 10
const LONGEST_NAME = 200
// More labels than these hide what they name; the words beside the picture have all of them.
const MOST_LABELS = 24

/** What a node says of its type: nothing of a server, since most are. */
export function typeNote({ type }: Pick<GraphNode, 'type'>): string {
  return type === 'server' ? '' : shortType(type)
}

export function nodeWidth(node: GraphNode): number {
  const name = Math.min(LONGEST_NAME, widthOfText(drawable(node.name, NODE_NAME.weight), NODE_NAME))
  const note = typeNote(node)
  return Math.ceil(BEFORE_NAME + name + (note === '' ? 0 : 8 + widthOfText(note, NODE_TYPE)) + AFTER_NAME)
}

/** `eth0–4`, and `eth0–4 +1` where there are two cables; null where there are too many edges for labels, or no ports. */
export function edgeLabel({ edges }: Graph, { ports }: GraphEdge): string | null {
  const [first] = ports
  if (!first || edges.length > MOST_LABELS) return ports.length > 1 ? `${ports.length}×` : null
  return `${first.from.short}–${first.to.short}${ports.length > 1 ? ` +${ports.length - 1}` : ''}`
}

/** The racks that are drawn as boxes, with the places of the nodes in each. */
export function racksOf({ nodes }: Graph): (readonly [string, readonly number[]])[] {
  const racks = new Map<string, number[]>()
  nodes.forEach(({ rack }, at) => {
    if (rack !== null) racks.set(rack, [...(racks.get(rack) ?? []), at])
  })
  // A rack that nothing stands in is a node among others.
  return [...racks].filter(([rack, inside]) => inside.some((at) => nodes[at]?.name !== rack))
}

// Lines of different kinds leave a node at different heights, so that one does not cover the other; from its right side
// to the left side of the next, as all lines run.
type Row = 'upper' | 'middle' | 'lower'
const LEAVES: Readonly<Record<EdgeKind, Row>> = {
  ...{ network: 'upper', power: 'middle', console: 'lower' },
  ...{ cable: 'middle', containment: 'middle', membership: 'middle' },
}
const ARRIVES: Readonly<Record<EdgeKind, Row>> = {
  ...{ network: 'middle', power: 'middle', console: 'middle' },
  ...{ cable: 'middle', containment: 'middle', membership: 'lower' },
}

/** A node without text, with a place for lines in each third of its height. */
function rows(width: number): string {
  const row = (port: Row, height: number) =>
    `<TR><TD PORT="${port}" FIXEDSIZE="TRUE" WIDTH="${width}" HEIGHT="${height}"></TD></TR>`
  const third = Math.floor(NODE_HEIGHT / 3)
  const inner = [row('upper', third), row('middle', NODE_HEIGHT - 2 * third), row('lower', third)].join('')
  return `<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0">${inner}</TABLE>>`
}

/** A label of a size and no text. */
const space = (width: number, height: number): string =>
  `<<TABLE FIXEDSIZE="TRUE" WIDTH="${Math.ceil(width)}" HEIGHT="${height}" BORDER="0"><TR><TD></TD></TR></TABLE>>`

/** The graph in Graphviz's language, from left to right: what feeds, what is fed, what connects it. */
export function graphDot(graph: Graph): string {
  const place = new Map(graph.nodes.map(({ id }, at) => [id, at]))
  const boxes = racksOf(graph).map(([rack, inside], at) => {
    const label = space(widthOfText(drawable(rack, BOX_LABEL.weight), BOX_LABEL) + 8, 20)
    return `subgraph cluster_${at} { margin=10; labeljust=l; label=${label}; ${inside.map((node) => `n${node}`).join('; ')} }`
  })
  const nodes = graph.nodes.map((node, at) => `n${at} [label=${rows(nodeWidth(node))}];`)
  const edges = graph.edges.map((edge, at) => {
    const words = edgeLabel(graph, edge)
    const label = words === null ? '' : `, label=${space(widthOfText(words, EDGE_LABEL) + 8, 16)}`
    const ends = `n${place.get(edge.from)}:${LEAVES[edge.kind]}:e -> n${place.get(edge.to)}:${ARRIVES[edge.kind]}:w`
    return `${ends} [comment=${at}${label}];`
  })
  return [
    'digraph {',
    'graph [rankdir=LR, nodesep=0.1, ranksep=1.15, splines=true, outputorder=edgesfirst];',
    'node [shape=plain];',
    'edge [dir=none];',
    ...nodes,
    ...boxes,
    ...edges,
    '}',
  ].join('\n')
}

interface Told {
  readonly bb: string
  readonly objects?: readonly { readonly name: string; readonly pos?: string; readonly bb?: string }[]
  readonly edges?: readonly { readonly comment: string; readonly pos?: string; readonly lp?: string }[]
}

/** Reads Graphviz's JSON, whose y goes upwards. */
export function readLayout(json: string): Layout {
  const told = JSON.parse(json) as Told
  const numbers = (text: string | undefined): number[] => (text ?? '').split(/[ ,]+/).map(Number)
  const [, , width = 0, height = 0] = numbers(told.bb)
  const point = (text: string): Point => {
    const [x = 0, y = 0] = numbers(text)
    return { x, y: height - y }
  }
  const nodes: Point[] = []
  const boxes: Box[] = []
  for (const { name, pos, bb } of told.objects ?? []) {
    if (pos !== undefined) nodes[Number(name.slice(1))] = point(pos)
    else if (bb !== undefined) {
      const [left = 0, low = 0, right = 0, high = 0] = numbers(bb)
      boxes[Number(name.slice('cluster_'.length))] = {
        x: left,
        y: height - high,
        width: right - left,
        height: high - low,
      }
    }
  }
  const edges: { points: readonly Point[]; label: Point | null }[] = []
  for (const { comment, pos = '', lp } of told.edges ?? [])
    edges[Number(comment)] = {
      points: pos
        .split(' ')
        .filter((part) => /^-?\d/.test(part))
        .map(point),
      label: lp === undefined ? null : point(lp),
    }
  return { width, height, nodes, edges, boxes }
}
