// The columns of a table: what each head means. Those with a meaning of their own come first; any other head is the key
// of an attribute, or a port.
import type { Key } from '../../../grammar/ast.ts'
import { parseKey, printKey } from '../../../grammar/key.ts'
import { suggest } from '../../../grammar/suggest.ts'

export type FixedColumn = 'name' | 'driver' | 'location' | 'unit' | 'face' | 'pools' | 'in' | 'cables' | 'ports' | 'ips'

/** In the order in which they are written. */
export const FIXED: readonly FixedColumn[] = [
  'name',
  'driver',
  'location',
  'unit',
  'face',
  'pools',
  'in',
  'cables',
  'ports',
  'ips',
]

const OTHER_WORDS: Readonly<Record<string, FixedColumn>> = {
  thing: 'name',
  type: 'driver',
  rack: 'location',
  u: 'unit',
  units: 'unit',
  pool: 'pools',
  container: 'in',
  containers: 'in',
  connections: 'cables',
  cable: 'cables',
  ip: 'ips',
  addresses: 'ips',
  address: 'ips',
}

export type Column =
  | { readonly tag: 'fixed'; readonly column: FixedColumn }
  | { readonly tag: 'attribute'; readonly key: Key; readonly port: string }
  /** `nic-eth:1`: what is connected to it. */
  | { readonly tag: 'port'; readonly type: string; readonly number: number }
  | { readonly tag: 'empty' }

const fixedFor = (head: string): FixedColumn | null => {
  const word = head.toLowerCase()
  return FIXED.find((column) => column === word) ?? OTHER_WORDS[word] ?? null
}

const PORT = /^([a-z][a-z0-9-]*):(\d{1,9})$/i
const PORT_KEY = /^([a-z][a-z0-9-]*:\d{1,9})[ .](.+)$/i

/** What a head means; a string says what is wrong with it. */
export function readColumn(text: string): Column | string {
  const head = text.trim()
  if (head === '') return { tag: 'empty' }
  const fixed = fixedFor(head)
  if (fixed !== null) return { tag: 'fixed', column: fixed }
  const port = PORT.exec(head)
  if (port?.[1] && port[2]) return { tag: 'port', type: port[1].toLowerCase(), number: Number(port[2]) }
  const ofPort = PORT_KEY.exec(head)
  const key = parseKey(ofPort?.[2]?.trim() ?? head.replace(/^attr:/i, ''))
  if (key !== null) return { tag: 'attribute', key, port: ofPort?.[1]?.toLowerCase() ?? '' }
  const near = suggest(head.toLowerCase(), FIXED)
  return `column ${head.slice(0, 60)} is neither a key nor a port${near.length > 0 ? ` (did you mean ${near.join(', ')}?)` : ''}`
}

/** The head of an attribute's column: its key, behind `attr:` where that is the name of another column. */
export function printColumn(key: Key): string {
  const text = printKey(key)
  return fixedFor(text) === null ? text : `attr:${text}`
}

/** What makes two columns the same. */
export function columnSlot(column: Column): string {
  switch (column.tag) {
    case 'fixed':
      return column.column
    case 'attribute':
      return `attr ${column.port} ${printKey(column.key)}`
    case 'port':
      return `port ${column.type}:${column.number}`
    case 'empty':
      return ''
  }
}
