// Reads a table, one row a thing: docs/import-tables.md describes its columns. Rows may name one another in any order.
import { parseKey } from '../../../grammar/key.ts'
import { readUnits } from '../../../grammar/units.ts'
import type { DraftAttribute, DraftPlace, Origin, Reading } from '../draft.ts'
import { DraftBuilder, merged, readPortText } from '../reading.ts'
import { readText, UnreadableFile } from '../text.ts'
import { readValues, readWords } from './cells.ts'
import { type Column, columnSlot, type FixedColumn, readColumn } from './columns.ts'
import { readRows } from './csv.ts'

/** Throws UnreadableFile where the file is no table. */
export function readTable(bytes: Uint8Array): Reading {
  const rows = readRows(readText(bytes))
  const [head, ...body] = rows
  if (!head) throw new UnreadableFile('it is empty')
  const builder = new DraftBuilder()
  const columns = readHead(builder, head.cells, head.line)
  if (!columns.some((column) => column.tag === 'fixed' && column.column === 'name'))
    throw new UnreadableFile('the first line has no column name', head.line)
  if (builder.refused.length > 0) return builder.reading()
  for (const { line, cells } of body) readThing(builder, columns, cells, { line, object: null })
  return builder.reading()
}

function readHead(builder: DraftBuilder, cells: readonly string[], line: number): readonly Column[] {
  const seen = new Set<string>()
  return cells.map((cell): Column => {
    const column = readColumn(cell)
    if (typeof column === 'string') builder.fail({ line, object: null }, column)
    else if (column.tag !== 'empty' && seen.has(columnSlot(column)))
      builder.fail({ line, object: null }, `column ${cell.trim()} is there twice`)
    else {
      seen.add(columnSlot(column))
      return column
    }
    return { tag: 'empty' }
  })
}

function readThing(builder: DraftBuilder, columns: readonly Column[], cells: readonly string[], origin: Origin): void {
  const before = builder.refused.length
  const fixed = new Map<FixedColumn, string>()
  columns.forEach((column, at) => {
    if (column.tag === 'fixed') fixed.set(column.column, (cells[at] ?? '').trim())
  })
  const extra = cells.slice(columns.length).findIndex((cell) => cell.trim() !== '')
  if (extra >= 0)
    builder.fail(origin, `there are more cells than columns: ${cells[columns.length + extra]?.slice(0, 60)}`)
  const [name = ''] = readWords(fixed.get('name') ?? '')
  if (name === '') builder.fail(origin, 'the name is missing')
  const [driver = null] = readWords(fixed.get('driver') ?? '')
  const attributes: DraftAttribute[] = []
  columns.forEach((column, at) => {
    const cell = (cells[at] ?? '').trim()
    if (cell === '') return
    if (column.tag === 'attribute') attributes.push(...readAttribute(builder, origin, column, cell))
    if (column.tag === 'port') addCable(builder, origin, { thing: name, ...column }, cell)
  })
  attributes.push(...readPorts(builder, origin, fixed.get('ports') ?? ''))
  const places = readPlaces(builder, origin, fixed)
  for (const word of readWords(fixed.get('cables') ?? '')) {
    const [near = '', far = ''] = split(word)
    const port = readPortText(near)
    if (port === null || port.thing !== '')
      builder.fail(origin, `cable ${word}: it is written nic-eth:1=switch1:nic-eth:4`)
    else addCable(builder, origin, { ...port, thing: name }, far)
  }
  for (const word of readWords(fixed.get('ips') ?? '')) addAddress(builder, origin, name, word)
  if (builder.refused.length > before && name === '') return
  builder.things.push({ name, driver, attributes: merged(attributes), places, kind: null, origin })
}

const split = (word: string): readonly [string, string] => {
  const at = word.indexOf('=')
  return at < 0 ? [word, ''] : [word.slice(0, at).trim(), word.slice(at + 1).trim()]
}

function readAttribute(
  builder: DraftBuilder,
  origin: Origin,
  { key, port }: Pick<DraftAttribute, 'key' | 'port'>,
  cell: string,
): readonly DraftAttribute[] {
  const values = readValues(cell)
  if (!('fault' in values)) return [{ port, key, values }]
  builder.fail(origin, values.fault)
  return []
}

/** `nic-eth:1 mac=00:50:c2:00:00:01; nic-eth:1 name="a; b"`, an item a value. */
function readPorts(builder: DraftBuilder, origin: Origin, cell: string): readonly DraftAttribute[] {
  return splitItems(cell).flatMap((item) => {
    const match = /^([a-z][a-z0-9-]*:\d{1,9})[ .]([^=]+)=(.*)$/is.exec(item)
    const key = match?.[2] === undefined ? null : parseKey(match[2].trim())
    if (match?.[1] && key !== null)
      return readAttribute(builder, origin, { port: match[1].toLowerCase(), key }, match[3] ?? '')
    builder.fail(origin, `port ${item.slice(0, 60)}: it is written nic-eth:1 mac=00:50:c2:00:00:01`)
    return []
  })
}

/** At each `;` outside of quotes. */
function splitItems(cell: string): readonly string[] {
  const items = cell.match(/(?:[^;"']|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|["'])+/gs) ?? []
  return items.map((item) => item.trim()).filter((item) => item !== '')
}

function readPlaces(
  builder: DraftBuilder,
  origin: Origin,
  fixed: ReadonlyMap<FixedColumn, string>,
): readonly DraftPlace[] {
  const [location, ...more] = readWords(fixed.get('location') ?? '')
  const unit = fixed.get('unit') ?? ''
  const side = (fixed.get('face') ?? '').toLowerCase()
  const units = unit === '' ? null : readUnits(unit.replace(/\s/g, ''))
  const face: DraftPlace['face'] = side === 'front' || side === 'rear' ? side : null
  if (unit !== '' && units === null)
    builder.fail(origin, `${unit.slice(0, 60)} are no rack units: they are written U11-13`)
  if (side !== '' && face === null) builder.fail(origin, `face ${side.slice(0, 60)}: it is front or rear`)
  if (location === undefined && (units || face)) builder.fail(origin, 'there are units, but no rack to have them')
  if (more.length > 0)
    builder.fail(origin, `a thing stands in one place: ${location} and ${more.join(', ')} are several`)
  const others = [...readWords(fixed.get('pools') ?? ''), ...readWords(fixed.get('in') ?? '')]
  return [
    ...(location === undefined ? [] : [{ container: location, units, face }]),
    ...[...new Set(others)].map((container) => ({ container, units: null, face: null })),
  ]
}

function addCable(
  builder: DraftBuilder,
  origin: Origin,
  a: { readonly thing: string; readonly type: string; readonly number: number },
  peer: string,
): void {
  const b = readPortText(peer)
  if (b === null || b.thing === '')
    builder.fail(
      origin,
      `${a.type}:${a.number}: ${peer.slice(0, 60) || 'nothing'} is no port: it is written switch1:nic-eth:4`,
    )
  else builder.cables.push({ a: { thing: a.thing, type: a.type, number: a.number }, b, origin })
}

/** `10.0.0.7`, `nic-eth:1=10.0.0.7`, `10.0.0.7@net10`; nothing after the `@` is outside of any network. */
function addAddress(builder: DraftBuilder, origin: Origin, thing: string, word: string): void {
  const [near, far] = split(word)
  const port = far === '' ? null : readPortText(near)
  if (far !== '' && (port === null || port.thing !== '')) {
    builder.fail(origin, `address ${word.slice(0, 60)}: it is written nic-eth:1=10.0.0.7`)
    return
  }
  const [address = '', network] = (far === '' ? near : far).split('@')
  builder.addresses.push({
    address: address.replace(/\/\d{1,3}$/, ''),
    network: network ?? null,
    thing,
    port: port === null ? '' : `${port.type}:${port.number}`,
    origin,
  })
}
