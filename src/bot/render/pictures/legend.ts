// What stands above and below every picture: its title and the meaning of its signs.

import type { Stamp } from '../../../inventory/read/stamp.ts'
import type { Standing } from '../../../inventory/read/standing.ts'
import { widthOfText } from './fit.ts'
import { INK, MARKS, PALE } from './looks.ts'
import { markAt } from './mark.ts'
import { lettering } from './svg.ts'

export const MARGIN = 20
export const HEAD = 92
const TITLE = { size: 24, weight: 'bold' } as const
const PLAIN = { size: 15, weight: 'normal' } as const
const SMALL = { size: 13, weight: 'normal' } as const

/** Three lines, HEAD pixels high. */
export function heading(width: number, title: string, summary: string, stamp: Stamp): string {
  const room = width - 2 * MARGIN
  return [
    lettering(MARGIN, 36, title, { ...TITLE, room }),
    lettering(MARGIN, 59, summary, { ...PLAIN, room }),
    lettering(MARGIN, 79, stampWords(stamp), { ...SMALL, fill: PALE, room }),
  ].join('')
}

function stampWords({ version, at, past }: Stamp): string {
  const when = at === null ? '' : `, ${at.replace('T', ' ').replace(/:\d\dZ$/, ' UTC')}`
  return `${past ? 'as it was at' : 'as of'} version ${version}${when}`
}

export interface LegendEntry {
  readonly words: string
  /** Pixels. */
  readonly wide: number
  /** Draws the sign from a point in the middle of its left edge. */
  sign(x: number, y: number): string
}

/** How wide the sign of a line or a surface is. */
export const SIGN = 34
const MARK = 14
const ROW = 24
const GAP = 22

export function standingEntry(standing: Standing, count: number): LegendEntry {
  return { words: `${MARKS[standing].words} (${count})`, wide: MARK, sign: (x, y) => markAt(x + MARK / 2, y, standing) }
}

/** The entries in rows as wide as the picture. */
export function legend(width: number, top: number, entries: readonly LegendEntry[]): { svg: string; height: number } {
  if (entries.length === 0) return { svg: '', height: 0 }
  let x = MARGIN
  let y = top + ROW / 2
  const drawn = entries.map(({ words, wide: signed, sign }) => {
    const wide = signed + 7 + widthOfText(words, SMALL)
    if (x > MARGIN && x + wide > width - MARGIN) {
      x = MARGIN
      y += ROW
    }
    const svg = sign(x, y) + lettering(x + signed + 7, y + 5, words, { ...SMALL, fill: INK })
    x += wide + GAP
    return svg
  })
  return { svg: drawn.join(''), height: y - top + ROW / 2 }
}
