// A table as a phone shows it: three columns that fit its width, or where there are few rows, each as lines of its own. What
// is the same in all rows is said once. The whole is a CSV file.
import type { Cell } from '../../../commands/reply.ts'
import { spreadsheetCell } from '../../../commands/spreadsheet-cell.ts'
import { printRow } from '../../../inventory/import/table/csv.ts'
import { cellText, tableLines } from '../table.ts'
import { safe, widthOf } from '../width.ts'
import { isLight, LINES, PHONE, weightOfCode } from './room.ts'
import type { Body } from './tell.ts'

export interface Table {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly Cell[])[]
}

export interface PhoneTable {
  readonly body: Body
  /** What is the same in all rows: `type: server`. */
  readonly notes: readonly string[]
}

const COLUMNS = 3
// More rows than these have no place on the pages.
const SHOWN = 300
// The weight of rows that are told by lines of their own.
const RECORDS = 800
// A cell that is longer than this takes no part in the widths.
const CELL = 200

export function phoneTable(table: Table): PhoneTable {
  const texts = table.rows.map((row) => table.columns.map((_, at) => cellText(row[at] ?? null)))
  const filled = table.columns.flatMap((_, at) => (at === 0 || texts.some((row) => row[at] !== '') ? [at] : []))
  const isFew = filled.length <= COLUMNS
  if (!isFew || !fits(table, texts, filled)) {
    // Words that a column has no room for flow.
    if (isFew) return plain(texts.map((row) => flowing(filled.map((at) => row[at] ?? ''))))
    const lines = recordLines(table.columns, texts.slice(0, LINES))
    if (texts.length <= LINES && lines.length <= LINES && isLight(lines.join('\n'), weightOfCode, RECORDS))
      return plain(lines)
  }
  return columned(table, texts, filled)
}

const plain = (lines: readonly string[]): PhoneTable => ({
  body: { lines, head: null, style: 'code', isPartial: false },
  notes: [],
})

/** `tokens: FAILED, the app token is not there` */
const flowing = ([first = '', ...others]: readonly string[]): string => {
  const said = others.filter((text) => text !== '').join(', ')
  return said === '' ? first : `${first}: ${said}`
}

function columned(table: Table, texts: readonly (readonly string[])[], filled: readonly number[]): PhoneTable {
  const same = filled.length <= COLUMNS ? [] : filled.filter((at) => at > 0 && isSame(texts, at))
  const wanted = filled.filter((at) => !same.includes(at))
  const chosen = wanted.length <= COLUMNS ? wanted : preferred(table.columns, wanted)
  const [head = '', ...lines] = tableLines(
    chosen.map((at) => safe(table.columns[at] ?? '')),
    table.rows.slice(0, SHOWN).map((row) => chosen.map((at) => shortCell(row[at] ?? null))),
    { width: PHONE, colour: false },
  )
  const isPartial = chosen.length < wanted.length || table.rows.length > SHOWN || !fits(table, texts, chosen)
  return {
    body: { lines, head, style: 'code', isPartial },
    notes: same.map((at) => `${table.columns[at]}: ${texts[0]?.[at]} in all`),
  }
}

function isSame(texts: readonly (readonly string[])[], at: number): boolean {
  const first = texts[0]?.[at] ?? ''
  return texts.length > 1 && first.length <= 60 && texts.every((row) => row[at] === first)
}

/** Whether these columns fit the width of a phone with nothing cut off. */
function fits({ columns }: Table, texts: readonly (readonly string[])[], at: readonly number[]): boolean {
  const shown = texts.slice(0, SHOWN)
  // Accents that stand on one letter have no width, however many they are.
  if (shown.some((row) => at.some((one) => (row[one] ?? '').length > CELL))) return false
  const widths = at.map((one) => Math.max(widthOf(columns[one] ?? ''), ...shown.map((row) => widthOf(row[one] ?? ''))))
  return widths.reduce((sum, width) => sum + width, 0) + 2 * (at.length - 1) <= PHONE
}

// Where others than the first three say most: by the heads of the table, what comes first.
const PREFERRED: Readonly<Record<string, readonly string[]>> = {
  'id at by command outcome': ['id', 'command', 'by', 'outcome'],
  'id cron zone command owner next state': ['id', 'command', 'next'],
  'rule about on says set by at': ['rule', 'about', 'says'],
}

function preferred(columns: readonly string[], wanted: readonly number[]): readonly number[] {
  const named = (PREFERRED[columns.join(' ')] ?? []).map((name) => columns.indexOf(name))
  return [...new Set([...named.filter((at) => wanted.includes(at)), ...wanted])].slice(0, COLUMNS).sort((a, b) => a - b)
}

/** Each row as `column: value`, a line each; rows with a line between them. */
function recordLines(columns: readonly string[], texts: readonly (readonly string[])[]): string[] {
  return texts.flatMap((row, index) => [
    ...(index === 0 ? [] : ['']),
    ...columns.flatMap((column, at) => (row[at] === '' ? [] : [`${safe(column)}: ${row[at]}`])),
  ])
}

/** The whole, for a spreadsheet. */
export function csvText({ columns, rows }: Table): string {
  const lines = [columns, ...rows.map((row) => columns.map((_, at) => spreadsheetCell(cellText(row[at] ?? null))))]
  return lines.map((line) => `${printRow(line)}\r\n`).join('')
}

/** Numbers stay numbers: they stand to the right. */
function shortCell(cell: Cell): Cell {
  if (typeof cell === 'number' || typeof cell === 'bigint' || cell === null) return cell
  const text = cellText(cell)
  return text.length <= CELL ? text : text.slice(0, CELL)
}
