// A rack as one stands before it: units on both sides, what stands on them, and what is free.
import type { Elevation, Face, InRack, Occupant } from '../../../inventory/read/elevation.ts'
import { freeWords, gapSize, gapWords, titleOf, unitsOf } from './elevation-lines.ts'
import { type Scale, scaleOf } from './elevation-scale.ts'
import { drawable, widthOfText, wrapped } from './fit.ts'
import { HEAD, heading, type LegendEntry, legend, MARGIN, SIGN, standingEntry } from './legend.ts'
import { INK, LINE, MARKS, PALE, STANDINGS, shortType } from './looks.ts'
import { markAt } from './mark.ts'
import { element, lettering, picture } from './svg.ts'

// Pixels. At this width a chat on a phone shows the picture as large as it is.
const WIDTH = 680
const NUMBERS = 30
const BETWEEN = 16
const STRIP = 30
const STRIPS = 3
const NAME = { size: 14, weight: 'bold' } as const
const NOTE = { size: 12, weight: 'normal' } as const
const LIST = { size: 14, weight: 'normal' } as const

/** The faces side by side, on a white page. */
export function elevationSvg(elevation: Elevation, faces: readonly Face[]): string {
  const scale = scaleOf(elevation)
  const top = HEAD + (faces.length > 1 ? 22 : 0)
  const strips = elevation.beside.slice(0, STRIPS)
  const room = WIDTH - 2 * MARGIN - strips.length * STRIP - BETWEEN * (faces.length - 1)
  const width = room / faces.length
  const columns = faces.map((face, at) => {
    const x = MARGIN + at * (width + BETWEEN)
    const title = lettering(x + width / 2, top - 8, face, { ...NAME, anchor: 'middle' })
    return (faces.length > 1 ? title : '') + column(elevation, face, scale, { x, top, width })
  })
  const beside = strips.map((item, at) => strip(item, WIDTH - MARGIN - (strips.length - at) * STRIP + 6, top, scale))
  const key = legend(WIDTH, top + scale.height + 14, legendEntries(elevation, faces))
  const below = notes(elevation, faces, top + scale.height + 14 + key.height + 8)
  const height = top + scale.height + 14 + key.height + 8 + below.height + MARGIN
  const summary = `${faces.join(' and ')} · ${freeWords(elevation).replace(', ', ' · ')}`
  return picture(
    WIDTH,
    Math.ceil(height),
    `${titleOf(elevation)}: ${freeWords(elevation)}`,
    HATCH,
    heading(WIDTH, titleOf(elevation), summary, elevation.stamp),
    ...columns,
    ...beside,
    key.svg,
    below.svg,
  )
}

const HATCH = element(
  'defs',
  {},
  element(
    'pattern',
    { id: 'free', width: 8, height: 8, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' },
    element('rect', { width: 8, height: 8, fill: '#fcfcfc' }),
    element('path', { d: 'M0 0v8', stroke: '#d9d9d9', 'stroke-width': 1.6 }),
  ),
)

interface Box {
  readonly x: number
  readonly top: number
  readonly width: number
}

function column(elevation: Elevation, face: Face, scale: Scale, { x, top, width }: Box): string {
  const left = x + NUMBERS
  const inner = width - 2 * NUMBERS
  const shown = elevation.occupants.filter((item) => item.face === null || item.face === face)
  const behind = elevation.occupants.filter((item) => !shown.includes(item) && !isCovered(item, shown))
  return [
    element('rect', { x: left, y: top, width: inner, height: scale.height, fill: 'url(#free)' }),
    ...scale.bands.map((band) => {
      const y = top + band.top
      const base = y + band.height / 2 + 4.5
      const number = band.low === band.high ? String(band.high) : '⋮'
      return [
        element('path', {
          d: `M${left} ${y}h${inner}`,
          stroke: '#bfbfbf',
          'stroke-width': 0.8,
          'stroke-dasharray': '1 3',
        }),
        lettering(left - 7, base, number, { ...NOTE, anchor: 'end', fill: PALE }),
        lettering(left + inner + 7, base, number, { ...NOTE, fill: PALE }),
      ].join('')
    }),
    ...elevation.free
      .filter((gap) => gapSize(gap) > 2)
      .map((gap) => {
        const middle = (scale.y(gap.low) + scale.y(gap.high + 1)) / 2
        const words = `${gapWords(gap)} free (${gapSize(gap)} U)`
        const wide = widthOfText(words, LIST) + 20
        return (
          element('rect', {
            x: left + (inner - wide) / 2,
            y: top + middle - 11,
            width: wide,
            height: 22,
            rx: 11,
            fill: '#ffffff',
          }) + lettering(left + inner / 2, top + middle + 5, words, { ...LIST, fill: PALE, anchor: 'middle' })
        )
      }),
    ...behind.map((item) => outline(item, scale, { x: left, top, width: inner })),
    ...shown.map((item) => device(item, scale, { x: left, top, width: inner })),
    element('rect', {
      x: left,
      y: top,
      width: inner,
      height: scale.height,
      fill: 'none',
      stroke: INK,
      'stroke-width': 2.5,
    }),
  ].join('')
}

const isCovered = (item: Occupant, shown: readonly Occupant[]): boolean =>
  shown.some(({ low, end }) => low < item.end && item.low < end)

function device(item: Occupant, scale: Scale, { x, top, width }: Box): string {
  const { tint, colour } = MARKS[item.standing]
  const y = top + scale.y(item.end)
  const height = scale.y(item.low) - scale.y(item.end)
  const middle = y + height / 2
  const free = width - 29 - 12 - 10 - widthOfText(drawable(item.name, NAME.weight), NAME)
  const room = Math.max(free, width * 0.3)
  const notes = notesOf(item)
  const note = notes.find((words) => widthOfText(words, NOTE) <= room) ?? notes.at(-1) ?? ''
  const forNote = Math.min(widthOfText(note, NOTE), room)
  return [
    element('rect', {
      x: x + 3,
      y: y + 1.2,
      width: width - 6,
      height: height - 2.4,
      rx: 3,
      fill: tint,
      stroke: colour,
      'stroke-width': 1.4,
    }),
    markAt(x + 16, middle, item.standing),
    lettering(x + 29, middle + 5, item.name, { ...NAME, room: width - 29 - 12 - forNote - 10 }),
    lettering(x + width - 12, middle + 4.5, note, { ...NOTE, fill: '#404040', anchor: 'end', room: forNote + 0.5 }),
  ].join('')
}

/** What is at the other face, where nothing stands before it. */
function outline(item: Occupant, scale: Scale, { x, top, width }: Box): string {
  const y = top + scale.y(item.end)
  const height = scale.y(item.low) - scale.y(item.end)
  const words = `${item.face}: ${item.name}`
  return [
    element('rect', {
      ...{ x: x + 3, y: y + 1.2, width: width - 6, height: height - 2.4, rx: 3, fill: '#ffffff' },
      ...{ stroke: LINE, 'stroke-width': 1.2, 'stroke-dasharray': '5 3' },
    }),
    lettering(x + 29, y + height / 2 + 5, words, { ...LIST, fill: PALE, room: width - 41 }),
  ].join('')
}

/** What it is, and a status that the sign does not tell: longest words first. */
function notesOf({ type, standing, status }: InRack): string[] {
  const kind = shortType(type)
  if (status === null || standing === 'allocated' || standing === 'unallocated') return [kind]
  return [`${kind} · ${status}`, standing === 'other' ? status : kind]
}

/** What takes no unit, upright beside the rack. */
function strip(item: InRack, x: number, top: number, scale: Scale): string {
  const { tint, colour } = MARKS[item.standing]
  const room = scale.height - 60
  return [
    element('rect', {
      x,
      y: top,
      width: STRIP - 6,
      height: scale.height,
      rx: 3,
      fill: tint,
      stroke: colour,
      'stroke-width': 1.4,
    }),
    markAt(x + 12, top + 16, item.standing),
    lettering(x + 17, top + scale.height - 12, `${item.name} · ${shortType(item.type)}`, { ...NAME, room, turn: -90 }),
  ].join('')
}

function legendEntries({ occupants, beside, unplaced }: Elevation, faces: readonly Face[]): LegendEntry[] {
  const all: readonly InRack[] = [...occupants, ...beside, ...unplaced]
  const count = (standing: string) => all.filter((item) => item.standing === standing).length
  const swatch = (fill: string, dashes: string) => (x: number, y: number) =>
    element('rect', {
      x: x + 4,
      y: y - 8,
      width: 30,
      height: 16,
      rx: 2,
      fill,
      stroke: LINE,
      'stroke-dasharray': dashes,
    })
  const hasOther = occupants.some(({ face }) => face !== null && (faces.length > 1 || face !== faces[0]))
  return [
    ...STANDINGS.map((standing) => standingEntry(standing, count(standing))),
    { words: 'free', wide: SIGN, sign: swatch('url(#free)', '') },
    ...(hasOther ? [{ words: 'only on the other face', wide: SIGN, sign: swatch('#ffffff', '5 3') }] : []),
  ]
}

const NOTE_LINES = 4
const LINE_HEIGHT = 20

/** What the picture has no place for, in words. */
function notes(elevation: Elevation, faces: readonly Face[], top: number): { svg: string; height: number } {
  const [face] = faces
  const shown = elevation.occupants.filter((item) => faces.length > 1 || item.face === null || item.face === face)
  const covered = elevation.occupants.filter((item) => !shown.includes(item) && isCovered(item, shown))
  const lists: readonly (readonly [string, readonly string[]])[] = [
    [face === 'rear' ? 'In front:' : 'At the rear:', covered.map((item) => `${item.name} ${unitsOf(item)}`)],
    ['Also without units:', elevation.beside.slice(STRIPS).map(({ name }) => name)],
    ['In the rack, unit not known:', elevation.unplaced.map(({ name }) => name)],
  ]
  const lines = lists.flatMap(([label, names]) =>
    names.length === 0 ? [] : wrapped([label, ...names.join(', ').split(' ')], WIDTH - 2 * MARGIN, LIST, NOTE_LINES),
  )
  const svg = lines.map((line, at) => lettering(MARGIN, top + 14 + at * LINE_HEIGHT, line, { ...LIST, fill: INK }))
  return { svg: svg.join(''), height: lines.length * LINE_HEIGHT }
}
