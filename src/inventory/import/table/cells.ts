// What stands in one cell: several values apart by `;`, typed as in the language. Text that would be read as something
// else is in quotes; that also keeps spreadsheets from taking it for a formula.
import type { Value } from '../../../grammar/ast.ts'
import { printValue, quote, readJson, readValue, textValue } from '../../../grammar/value.ts'

export interface CellFault {
  readonly fault: string
}

/** One item of a cell: what stands before a quote (`json:`), and the text, quoted or not. */
interface Item {
  readonly prefix: string
  readonly text: string
  readonly quoted: boolean
}

const OPEN = /\s*((?:json|thing):)?(["'])/y

function readItems(cell: string): readonly Item[] | CellFault {
  const items: Item[] = []
  let at = 0
  while (at <= cell.length) {
    OPEN.lastIndex = at
    const open = OPEN.exec(cell)
    if (open?.[2]) {
      const end = closing(cell, OPEN.lastIndex, open[2])
      const rest = end < 0 ? null : /^\s*(?:;|$)/.exec(cell.slice(end + 1))
      if (!rest) return { fault: `the quotes in ${cell.slice(0, 60)} do not fit: put the whole value in quotes` }
      const inside = cell.slice(OPEN.lastIndex, end)
      const pattern = open[2] === '"' ? /\\(["\\])/g : /\\(['\\])/g
      items.push({ prefix: open[1] ?? '', text: inside.replace(pattern, '$1'), quoted: true })
      at = end + 1 + rest[0].length
      if (!rest[0].endsWith(';')) break
    } else {
      const end = cell.indexOf(';', at)
      const text = cell.slice(at, end < 0 ? undefined : end).trim()
      if (text !== '') items.push({ prefix: '', text, quoted: false })
      if (end < 0) break
      at = end + 1
    }
  }
  return items
}

function closing(cell: string, from: number, mark: string): number {
  for (let at = from; at < cell.length; at++) {
    if (cell[at] === '\\') at++
    else if (cell[at] === mark) return at
  }
  return -1
}

/** The values of a cell; none where it is empty. */
export function readValues(cell: string): readonly Value[] | CellFault {
  // A spreadsheet's own way to say that this is text.
  if (/^'[=+\-@]/.test(cell) && !/'\s*$/.test(cell.slice(1))) return [textValue(cell.slice(1))]
  const items = readItems(cell)
  if ('fault' in items) return items
  const values: Value[] = []
  for (const { prefix, text, quoted } of items) {
    const value =
      prefix === 'json:'
        ? readJson(text)
        : prefix === 'thing:'
          ? Object.freeze({ type: 'reference' as const, value: text })
          : quoted
            ? textValue(text)
            : readValue(text)
    if (value === 'integer-too-large')
      return { fault: `${text.slice(0, 60)} is too large: up to 2^63-1, or text in quotes` }
    if (value === 'not-json') return { fault: `${text.slice(0, 60)} is not JSON` }
    if (value === 'no-such-moment')
      return { fault: `${text.slice(0, 60)} is no date or time there is: in quotes it is text` }
    values.push(value)
  }
  return values
}

/** The words of a cell that holds names: `web; prod`. */
export function readWords(cell: string): readonly string[] {
  return cell
    .replace(/^'(?=[=+\-@])/, '')
    .split(';')
    .map((word) => word.trim())
    .filter((word) => word !== '')
}

const printOne = (value: Value): string => {
  switch (value.type) {
    case 'integer':
    case 'boolean':
    case 'decimal':
    case 'datetime':
      return printValue(value)
    case 'reference':
      return /^[=+\-@]/.test(value.value) ? `thing:${quote(value.value)}` : `thing:${value.value}`
    case 'json':
      return `json:'${value.value.replace(/['\\]/g, '\\$&')}'`
    case 'text': {
      const { value: text } = value
      const plain = text !== '' && text.trim() === text && !/;|^["'=+\-@#]|^(?:json|thing):|[\t\r\n]/.test(text)
      const read = plain ? readValue(text) : null
      return read !== null && typeof read === 'object' && read.type === 'text' ? text : quote(text)
    }
  }
}

/** Values as a cell that reads back the same. */
export const printValues = (values: readonly Value[]): string => values.map(printOne).join('; ')

/** Names as a cell; one that a spreadsheet would take for a formula gets its `'` in front. */
export function printWords(words: readonly string[]): string {
  const cell = words.join('; ')
  return /^[=+\-@]/.test(cell) ? `'${cell}` : cell
}
