// Colours and shapes, the same in all pictures. The hues are those of Okabe and Ito, which people of all kinds of colour
// vision tell apart, darkened until they stand out on white (5:1 and more); and nothing is said by colour alone.
import type { EdgeKind } from '../../../inventory/read/graph-edges.ts'
import type { Standing } from '../../../inventory/read/standing.ts'

export const INK = '#1a1a1a'
export const PALE = '#595959'
export const LINE = '#8c8c8c'

export interface Mark {
  readonly shape: 'square' | 'circle' | 'triangle' | 'diamond'
  readonly colour: string
  /** Behind the name. */
  readonly tint: string
  readonly words: string
}

export const MARKS: Readonly<Record<Standing, Mark>> = {
  allocated: { shape: 'square', colour: '#005b94', tint: '#dcecf7', words: 'allocated' },
  unallocated: { shape: 'circle', colour: '#00694d', tint: '#ddf3ea', words: 'unallocated' },
  protected: { shape: 'triangle', colour: '#a33c00', tint: '#fbe6d8', words: 'protected' },
  other: { shape: 'diamond', colour: '#595959', tint: '#eeeeee', words: 'other' },
}

export const STANDINGS = Object.keys(MARKS) as readonly Standing[]

export interface Stroke {
  readonly colour: string
  /** As in SVG; empty for a line without gaps. */
  readonly dashes: string
  readonly width: number
  readonly words: string
}

export const STROKES: Readonly<Record<EdgeKind, Stroke>> = {
  network: { colour: '#005b94', dashes: '', width: 1.6, words: 'network' },
  power: { colour: '#b34700', dashes: '9 4', width: 1.6, words: 'power' },
  console: { colour: '#00694d', dashes: '2 3.5', width: 1.8, words: 'console' },
  cable: { colour: '#1a1a1a', dashes: '12 3 2 3 2 3', width: 1.4, words: 'other cable' },
  containment: { colour: '#595959', dashes: '', width: 3, words: 'stands in' },
  membership: { colour: '#8f3a73', dashes: '10 3 2 3', width: 1.6, words: 'member of' },
}

export const KINDS = Object.keys(STROKES) as readonly EdgeKind[]

// Short words for long types; those that are not here are short enough.
const SHORT: Readonly<Record<string, string>> = {
  networkswitch: 'switch',
  powerstrip: 'PDU',
  consoleserver: 'console',
  virtualserver: 'VM',
  loadbalancer: 'balancer',
}

export const shortType = (type: string): string => SHORT[type] ?? type
