// A rack in words: what a terminal shows, and what somebody hears who cannot see the picture.
import type { Elevation, Face, Gap, InRack, Occupant } from '../../../inventory/read/elevation.ts'
import { pad, widthOf } from '../width.ts'

/** First one line that says it all, then the units from the top downwards. */
export function elevationLines(elevation: Elevation, faces: readonly Face[]): string[] {
  return [
    `${titleOf(elevation)}, ${faces.join(' and ')}: ${freeWords(elevation)}${pastWords(elevation)}`,
    ...unitLines(elevation),
    ...listed('takes no unit', elevation.beside),
    ...listed('without a unit', elevation.unplaced),
  ]
}

/** `rack101 (dcZ)` */
export function titleOf({ rack, places }: Elevation): string {
  return places.length === 0 ? rack : `${rack} (${places.join(', ')})`
}

/** `31 of 45 U free, largest gap U14-40` */
export function freeWords({ min, max, free }: Elevation): string {
  const count = free.reduce((sum, gap) => sum + gapSize(gap), 0)
  const largest = free.reduce<Gap | null>((best, gap) => (best && gapSize(best) >= gapSize(gap) ? best : gap), null)
  const all = `${count} of ${max - min + 1} U free`
  return largest === null ? all : `${all}, largest gap ${gapWords(largest)}`
}

export const gapSize = ({ low, high }: Gap): number => high - low + 1
export const gapWords = ({ low, high }: Gap): string => (low === high ? `U${low}` : `U${low}-${high}`)

function pastWords({ stamp }: Elevation): string {
  return stamp.past ? `, as of version ${stamp.version}` : ''
}

/** `U13`, `U11-13`, `U11.5` for the upper half of a unit. */
export function unitsOf({ low, end }: Pick<Occupant, 'low' | 'end'>): string {
  const isHalf = end - low < 1
  return isHalf || end - low === 1 ? `U${low}` : `U${low}-${end - 1}`
}

// A name that is wider does not push those of all others aside.
const ALIGNED = 32

function unitLines(elevation: Elevation): string[] {
  const rows: { at: number; units: string; words: readonly string[] }[] = [
    ...elevation.occupants.map((item) => ({ at: item.low, units: unitsOf(item), words: wordsOf(item) })),
    ...elevation.free.map((gap) => ({ at: gap.low, units: gapWords(gap), words: ['free'] })),
  ]
  const units = Math.max(0, ...rows.map((row) => row.units.length))
  const names = rows.map((row) => (row.words.length > 1 ? widthOf(row.words[0] ?? '') : 0))
  const name = Math.max(0, ...names.filter((width) => width <= ALIGNED))
  return rows
    .toSorted((a, b) => b.at - a.at)
    .map(({ units: at, words: [first = '', ...rest] }) =>
      ['', at.padEnd(units), rest.length === 0 ? first : pad(first, name), ...rest].join('  ').trimEnd(),
    )
}

function wordsOf({ name, type, standing, status, end, low, face }: Occupant): string[] {
  const state = standing === 'protected' ? ['protected', ...(status === null ? [] : [status])] : [status ?? 'no status']
  const notes = [...(end - low < 1 ? ['half a unit'] : []), ...(face === null ? [] : [`${face} only`])]
  return [name, [type, ...state, ...notes].join(', ')]
}

function listed(label: string, items: readonly InRack[]): string[] {
  return items.length === 0 ? [] : [`${label}: ${items.map(({ name }) => name).join(', ')}`]
}
