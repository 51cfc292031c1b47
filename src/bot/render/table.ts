// Tables as text: numbers to the right, columns as wide as they must be, the whole within a width.
import type { Cell } from '../../commands/reply.ts'
import { instantText } from '../../inventory/read/instant.ts'
import { clip, pad, safe, widthOf } from './width.ts'

/** Where and how an answer is shown. */
export interface Look {
  /** Columns of the terminal; Infinity where nothing is cut. */
  readonly width: number
  readonly colour: boolean
}

// Narrower than this nothing can be told apart.
const NARROWEST = 6
const GAP = '  '

/** The lines of a table. Line breaks and control characters in cells are made harmless. */
export function tableLines(columns: readonly string[], rows: readonly (readonly Cell[])[], look: Look): string[] {
  const texts = rows.map((row) => columns.map((_, at) => cellText(row[at] ?? null)))
  const isNumber = columns.map((_, at) => rows.length > 0 && rows.every((row) => isNumeric(row[at] ?? null)))
  const wanted = columns.map((column, at) => Math.max(widthOf(column), ...texts.map((row) => widthOf(row[at] ?? ''))))
  const widths = shrink(wanted, look.width - GAP.length * (columns.length - 1))
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, at) => {
        const width = widths[at] ?? 0
        return pad(clip(cell, width), width, isNumber[at] ? 'left' : 'right')
      })
      .join(GAP)
      .trimEnd()
  return [bold(line(columns), look), ...texts.map(line)]
}

/** Takes columns from the widest until all fit. */
function shrink(wanted: readonly number[], room: number): number[] {
  const widths = [...wanted]
  for (let over = widths.reduce((sum, width) => sum + width, 0) - room; over > 0; ) {
    const widest = Math.max(...widths)
    if (widest <= NARROWEST) break
    const at = widths.indexOf(widest)
    // Down to the second widest at once: the loop is as long as the table has columns.
    const next = Math.max(NARROWEST, ...widths.filter((width) => width < widest))
    const cut = Math.min(over, widest - next)
    widths[at] = widest - cut
    over -= cut
  }
  return widths
}

export function cellText(cell: Cell): string {
  if (cell === null) return ''
  if (typeof cell !== 'object') return safe(String(cell))
  return safe('json' in cell ? cell.json : instantText(cell))
}

function isNumeric(cell: Cell): boolean {
  return cell === null || typeof cell === 'number' || typeof cell === 'bigint'
}

export function bold(text: string, { colour }: Look): string {
  return colour ? `\x1b[1m${text}\x1b[22m` : text
}

export function red(text: string, { colour }: Look): string {
  return colour ? `\x1b[31m${text}\x1b[39m` : text
}
