// Rack units: `U11-13`, `11`, `u11`, `U4.5`, and `RU11-13` as racks print them.
import type { Units } from './ast.ts'

const SHAPE = /^(?:r?u)?(\d{1,4}(?:\.5)?)(?:-(?:r?u)?(\d{1,4}(?:\.5)?))?$/i

/** From the lowest to the highest unit, whichever was typed first; null where the text is no unit. */
export function readUnits(text: string): Units | null {
  const match = SHAPE.exec(text)
  if (!match) return null
  const first = Number(match[1])
  const last = Number(match[2] ?? match[1])
  return Object.freeze({ low: Math.min(first, last), high: Math.max(first, last) })
}
