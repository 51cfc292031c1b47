// Cuts a text into the rows and cells of a table: RFC 4180, and what spreadsheets make of it (separators, line ends).
import { UnreadableFile } from '../text.ts'

export interface Row {
  /** Where the row begins, counted from 1. */
  readonly line: number
  readonly cells: readonly string[]
}

export type Separator = ',' | ';' | '\t'

/** The rows of a table; empty lines and those that begin with `#` are left out. Throws UnreadableFile. */
export function readRows(text: string): readonly Row[] {
  const said = /^sep=(.)\r?\n/i.exec(text)
  const body = said ? text.slice(said[0].length) : text
  const separator = said?.[1] === ';' || said?.[1] === ',' || said?.[1] === '\t' ? said[1] : guessSeparator(body)
  const rows: Row[] = []
  let line = said ? 2 : 1
  let at = 0
  while (at < body.length) {
    if (body[at] === '#') {
      const end = body.indexOf('\n', at)
      at = end < 0 ? body.length : end + 1
      line++
      continue
    }
    const row = readRow(body, at, separator, line)
    if (row.cells.some((cell) => cell.trim() !== '')) rows.push({ line, cells: row.cells })
    at = row.end
    line += row.lines
  }
  return rows
}

// The one that is most often in the first line that is no comment, outside of quotes.
function guessSeparator(text: string): Separator {
  const header = (/^(?:#.*(?:\r?\n|\r)|\s*\n)*(.*)/.exec(text)?.[1] ?? '').replace(/"[^"]*"/g, '')
  const separators: readonly Separator[] = [',', ';', '\t']
  const count = (separator: string) => header.split(separator).length
  return separators.toSorted((a, b) => count(b) - count(a))[0] ?? ','
}

function readRow(
  text: string,
  start: number,
  separator: Separator,
  line: number,
): { readonly cells: readonly string[]; readonly end: number; readonly lines: number } {
  const cells: string[] = []
  let at = start
  let lines = 1
  for (;;) {
    let cell = ''
    if (text[at] === '"') {
      at++
      for (;;) {
        const quote = text.indexOf('"', at)
        if (quote < 0) throw new UnreadableFile('the file ends inside quotes', line)
        cell += text.slice(at, quote)
        at = quote + 1
        if (text[at] !== '"') break
        cell += '"'
        at++
      }
      lines += cell.split('\n').length - 1
    }
    const from = at
    while (at < text.length && text[at] !== separator && text[at] !== '\n' && text[at] !== '\r') at++
    cells.push(cell + text.slice(from, at))
    if (text[at] === separator) at++
    else break
  }
  if (text[at] === '\r' && text[at + 1] === '\n') at++
  return { cells, end: at + 1, lines }
}

/** A row of cells as a line, without its end. */
export const printRow = (cells: readonly string[]): string =>
  cells.map((cell) => (/[",;\t\r\n]|^\s|\s$|^#/.test(cell) ? `"${cell.replace(/"/g, '""')}"` : cell)).join(',')
