// Who is connected to whom: boxes are racks, lines are cables by what they are for.
import type { Graph, GraphNode } from '../../../inventory/read/graph.ts'
import { widthOfText } from './fit.ts'
import {
  AFTER_NAME,
  BEFORE_NAME,
  BOX_LABEL,
  EDGE_LABEL,
  edgeLabel,
  type Layout,
  NODE_HEIGHT,
  NODE_NAME,
  NODE_TYPE,
  nodeWidth,
  type Point,
  racksOf,
  typeNote,
} from './graph-layout.ts'
import { graphTitle } from './graph-lines.ts'
import { HEAD as HEADING, heading, type LegendEntry, legend, MARGIN, SIGN, standingEntry } from './legend.ts'
import { INK, KINDS, LINE, MARKS, PALE, STANDINGS, STROKES } from './looks.ts'
import { markAt } from './mark.ts'
import { element, lettering, picture } from './svg.ts'

// Pixels; a graph that is wider makes its picture wider.
const WIDTH = 680
const HEAD = HEADING + 8

export function graphSvg(graph: Graph, layout: Layout): string {
  const width = Math.ceil(Math.max(WIDTH, layout.width + 2 * MARGIN))
  const left = (width - layout.width) / 2
  const bottom = HEAD + layout.height + 16
  const lines = legend(width, bottom, lineEntries(graph))
  const marks = legend(width, bottom + lines.height, markEntries(graph))
  const height = Math.ceil(bottom + lines.height + marks.height + MARGIN)
  const [title = '', summary = ''] = graphTitle(graph)
  return picture(
    width,
    height,
    `${title}: ${summary}`,
    heading(width, title, summary, graph.stamp),
    element(
      'g',
      { transform: `translate(${Math.round(left)} ${HEAD})` },
      ...racks(graph, layout),
      ...graph.edges.map(({ kind }, at) => line(kind, layout.edges[at]?.points ?? [])),
      ...graph.edges.map((edge, at) => label(edgeLabel(graph, edge), layout.edges[at]?.label ?? null)),
      ...graph.nodes.map((node, at) => drawn(node, layout.nodes[at] ?? { x: 0, y: 0 })),
    ),
    lines.svg,
    marks.svg,
  )
}

function racks(graph: Graph, layout: Layout): string[] {
  return racksOf(graph).map(([rack], at) => {
    const { x, y, width, height } = layout.boxes[at] ?? { x: 0, y: 0, width: 0, height: 0 }
    return (
      element('rect', { x, y, width, height, rx: 6, fill: '#f7f7f7', stroke: LINE, 'stroke-width': 1.2 }) +
      lettering(x + 10, y + 20, rack, { ...BOX_LABEL, fill: PALE, room: width - 20 })
    )
  })
}

function line(kind: Graph['edges'][number]['kind'], [first, ...points]: readonly Point[]): string {
  if (!first) return ''
  const { colour, dashes, width } = STROKES[kind]
  const path = `M${at(first)}C${points.map(at).join(' ')}`
  const gaps = dashes === '' ? {} : { 'stroke-dasharray': dashes }
  return element('path', {
    class: `edge-${kind}`,
    d: path,
    fill: 'none',
    stroke: colour,
    'stroke-width': width,
    ...gaps,
  })
}

const at = ({ x, y }: Point): string => `${x.toFixed(1)} ${y.toFixed(1)}`

function label(words: string | null, place: Point | null): string {
  if (words === null || place === null) return ''
  return lettering(place.x, place.y + 4, words, { ...EDGE_LABEL, fill: INK, anchor: 'middle', halo: true })
}

/** What was asked for has a strong edge, its neighbours are pale. */
function drawn(node: GraphNode, { x, y }: Point): string {
  const width = nodeWidth(node)
  const left = x - width / 2
  const { tint, colour } = MARKS[node.standing]
  const edge = node.selected
    ? { fill: tint, stroke: colour, 'stroke-width': 1.8 }
    : { fill: '#ffffff', stroke: LINE, 'stroke-width': 1.2 }
  const note = typeNote(node)
  const forNote = note === '' ? 0 : widthOfText(note, NODE_TYPE) + 8
  const room = width - BEFORE_NAME - AFTER_NAME - forNote + 0.5
  const weight = node.selected ? NODE_NAME.weight : 'normal'
  return [
    element('rect', { x: left, y: y - NODE_HEIGHT / 2, width, height: NODE_HEIGHT, rx: 5, ...edge }),
    markAt(left + 15, y, node.standing),
    lettering(left + BEFORE_NAME, y + 5, node.name, {
      size: NODE_NAME.size,
      weight,
      fill: node.selected ? INK : '#404040',
      room,
    }),
    note === '' ? '' : lettering(left + width - AFTER_NAME, y + 4.5, note, { ...NODE_TYPE, fill: PALE, anchor: 'end' }),
  ].join('')
}

function lineEntries({ edges, nodes }: Graph): LegendEntry[] {
  const box = (x: number, y: number) =>
    element('rect', {
      ...{ x: x + 1, y: y - 8, width: SIGN - 2, height: 16, rx: 4 },
      ...{ fill: '#ffffff', stroke: LINE, 'stroke-width': 1.2 },
    })
  const across = (x: number, y: number) => [0, 1, 2, 3].map((third) => ({ x: x + (third * SIGN) / 3, y }))
  const shown = KINDS.filter((kind) => edges.some((edge) => edge.kind === kind))
  return [
    ...shown.map((kind) => ({
      words: STROKES[kind].words,
      wide: SIGN,
      sign: (x: number, y: number) => line(kind, across(x, y)),
    })),
    ...(nodes.some(({ selected }) => !selected) ? [{ words: 'neighbour, not asked for', wide: SIGN, sign: box }] : []),
  ]
}

function markEntries({ nodes }: Graph): LegendEntry[] {
  return STANDINGS.map((standing) => standingEntry(standing, nodes.filter((node) => node.standing === standing).length))
}
