// Where the units of a rack are in its picture, from the top downwards. A unit that is shared by halves is twice as
// high, so that each half has room for its name; in racks of more than a usual height long free runs are folded.
import type { Elevation, Gap } from '../../../inventory/read/elevation.ts'
import { gapSize } from './elevation-lines.ts'

export const UNIT = 22
const FOLDED = 34
// In units.
const USUAL = 60
const FOLD_FROM = 5

/** A unit, or a run of free ones that is drawn as one. */
export interface Band extends Gap {
  /** From the top of the rack, in pixels. */
  readonly top: number
  readonly height: number
}

export interface Scale {
  readonly bands: readonly Band[]
  readonly height: number
  /** How far from the top the line is on which a unit begins: `y(13)` is below U13 and above U12. */
  y(unit: number): number
}

export function scaleOf({ min, max, occupants, free }: Elevation): Scale {
  const halved = new Set(occupants.flatMap(({ low, end }) => [low, end]).filter((edge) => !Number.isInteger(edge)))
  const folds = max - min + 1 > USUAL ? free.filter((gap) => gapSize(gap) >= FOLD_FROM) : []
  const bands: Band[] = []
  let top = 0
  for (let unit = max; unit >= min; ) {
    const fold = folds.find(({ high }) => high === unit)
    const height = fold ? FOLDED : halved.has(unit + 0.5) ? 2 * UNIT : UNIT
    const low = fold?.low ?? unit
    bands.push({ low, high: unit, top, height })
    top += height
    unit = low - 1
  }
  const lowest = bands.at(-1)
  return {
    bands,
    height: top,
    y(unit) {
      const band = bands.find(({ low, high }) => low <= unit && unit < high + 1)
      if (!band) return unit > max ? 0 : (lowest?.top ?? 0) + (lowest?.height ?? 0)
      return band.top + band.height * (1 - (unit - band.low) / gapSize(band))
    },
  }
}
