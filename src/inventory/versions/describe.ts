// Changes of rows in words, a line each: `env: prod -> dev`, `in rack101 at U13`, `connected nic-eth:1 to …`.
import { printKey } from '../../grammar/key.ts'
import { quote, readValue } from '../../grammar/value.ts'
import type { AddressRow, AttributeRow, EdgeRow, LinkRow, ThingRow } from '../rows.ts'
import type { NameAt } from './former-names.ts'
import type { RowChange } from './row-change.ts'

/** A line about one thing. */
export interface ChangeLine {
  readonly version: number
  /** Null for what is no thing: a driver. */
  readonly thingId: number | null
  readonly thing: string
  readonly text: string
}

/**
 * The lines of changes, by version, then by thing. With `ids`, those about these things, each end of a cable and a
 * container's contents included; without, every change once.
 */
export function describeChanges(
  changes: readonly RowChange[],
  nameAt: NameAt,
  ids: readonly number[] | null = null,
): ChangeLine[] {
  const wanted = ids === null ? null : new Set(ids)
  const once = wanted === null ? withoutSecondEnds(changes) : changes
  const lines = joinValues(once).flatMap((change) => linesOf(change, nameAt, wanted === null))
  const mine = wanted === null ? lines : lines.filter(({ thingId }) => thingId !== null && wanted.has(thingId))
  const order = (a: string | number, b: string | number) => (a < b ? -1 : a > b ? 1 : 0)
  // A stable sort: within a thing the order of the changes, which begins with the thing itself.
  return mine.toSorted((a, b) => order(a.version, b.version) || order(a.thing.toLowerCase(), b.thing.toLowerCase()))
}

/** Each cable is two rows: keeps the first of those that are given. */
function withoutSecondEnds(changes: readonly RowChange[]): RowChange[] {
  const seen = new Set<string>()
  return changes.filter((change) => {
    const row = change.table === 'links' ? (change.after ?? change.before) : null
    if (row === null) return true
    const ends = [
      [row.thing_id, row.port_type, row.port_number],
      [row.peer_id, row.peer_type, row.peer_number],
    ]
    const cable = JSON.stringify([change.version, change.after === null, ...ends.map(String).sort()])
    if (seen.has(cable)) return false
    seen.add(cable)
    return true
  })
}

/** A value that went and one that came under the same key of the same holder are one change. */
function joinValues(changes: readonly RowChange[]): RowChange[] {
  const slots = new Map<string, { came: number[]; went: number[] }>()
  changes.forEach((change, at) => {
    if (change.table !== 'attributes') return
    const row = change.after ?? change.before
    if (row === null || (change.after !== null && change.before !== null)) return
    const slot = JSON.stringify([change.version, row.thing_id, row.port, row.key, row.subkey, row.number])
    const entry = slots.get(slot) ?? { came: [], went: [] }
    slots.set(slot, entry)
    entry[change.after === null ? 'went' : 'came'].push(at)
  })
  const before = new Map<number, number>()
  for (const { came, went } of slots.values()) {
    const [first, last] = [went[0], came[0]]
    if (came.length === 1 && went.length === 1 && first !== undefined && last !== undefined) before.set(last, first)
  }
  const absorbed = new Set(before.values())
  return changes.flatMap((change, at) => {
    if (absorbed.has(at)) return []
    const gone = changes[before.get(at) ?? -1]
    return change.table === 'attributes' && gone?.table === 'attributes'
      ? [{ ...change, before: gone.before }]
      : [change]
  })
}

function linesOf(change: RowChange, nameAt: NameAt, firstOnly: boolean): ChangeLine[] {
  const { version } = change
  const about = (thingId: number, text: string): ChangeLine => ({
    version,
    thingId,
    thing: nameAt(thingId, version),
    text,
  })
  const name = (id: number) => nameAt(id, version)
  switch (change.table) {
    case 'drivers': {
      const row = change.after ?? change.before
      const text = change.before === null ? 'added' : change.after === null ? 'deleted' : 'changed'
      return row === null ? [] : [{ version, thingId: null, thing: `driver ${row.name}`, text }]
    }
    case 'things':
      return thingWords(change.before, change.after).map((text) => about(change.id, text))
    case 'attributes': {
      const row = change.after ?? change.before
      return row === null ? [] : attributeWords(change.before, change.after).map((text) => about(row.thing_id, text))
    }
    case 'edges': {
      const row = change.after ?? change.before
      if (row === null) return []
      const own = about(row.child_id, edgeWords(change.before, change.after, name(row.parent_id)))
      const others = about(row.parent_id, contentWords(change.before, change.after, name(row.child_id)))
      return firstOnly ? [own] : [own, others]
    }
    case 'links': {
      const row = change.after ?? change.before
      return row === null ? [] : linkWords(change.before, change.after, name).map((text) => about(row.thing_id, text))
    }
    case 'addresses':
      return addressLines(change.before, change.after, name, about, firstOnly)
  }
}

function thingWords(before: ThingRow | null, after: ThingRow | null): string[] {
  if (before === null) return after === null ? [] : [`added (${after.driver})`]
  if (after === null) return [`deleted (${before.driver})`]
  return [
    ...(before.name === after.name ? [] : [`renamed ${before.name} -> ${after.name}`]),
    ...(before.driver === after.driver ? [] : [`driver: ${before.driver} -> ${after.driver}`]),
  ]
}

function attributeWords(before: AttributeRow | null, after: AttributeRow | null): string[] {
  if (before !== null && after !== null && attributeKey(before) === attributeKey(after))
    return [`${attributeKey(after)}: ${valueWords(before)} -> ${valueWords(after)}`]
  return [
    ...(before === null ? [] : [`- ${attributeKey(before)}=${valueWords(before)}`]),
    ...(after === null ? [] : [`+ ${attributeKey(after)}=${valueWords(after)}`]),
  ]
}

function attributeKey({ port, key, subkey, number }: AttributeRow): string {
  const printed = printKey({ key, subkey: subkey === '' ? null : subkey, number })
  return port === '' ? printed : `${port} ${printed}`
}

/** As it is typed: text in quotes only where it would be read as something else. */
function valueWords({ type, text }: AttributeRow): string {
  switch (type) {
    case 'text': {
      const read = readValue(text)
      return text !== '' && typeof read === 'object' && read.type === 'text' ? text : quote(text)
    }
    case 'reference':
      return `thing:${text}`
    default:
      return text
  }
}

function edgeWords(before: EdgeRow | null, after: EdgeRow | null, parent: string): string {
  if (after === null) return `out of ${parent}${at(before)}`
  return before === null
    ? `in ${parent}${at(after)}`
    : `in ${parent}: ${at(before).trim() || 'no unit'} -> ${at(after).trim() || 'no unit'}`
}

function contentWords(before: EdgeRow | null, after: EdgeRow | null, child: string): string {
  if (after === null) return `no longer contains ${child}${at(before)}`
  return before === null ? `contains ${child}${at(after)}` : `contains ${child}${at(after)}, before${at(before)}`
}

function at(edge: EdgeRow | null): string {
  if (edge === null || edge.u_low === null || edge.u_high === null) return ''
  const units = edge.u_low === edge.u_high ? `U${edge.u_low}` : `U${edge.u_low}-${edge.u_high}`
  return ` at ${units}${edge.face === null ? '' : ` ${edge.face}`}`
}

function linkWords(before: LinkRow | null, after: LinkRow | null, name: (id: number) => string): string[] {
  const own = (row: LinkRow) => `${row.port_type}:${row.port_number}`
  const peer = (row: LinkRow) => `${name(row.peer_id)}:${row.peer_type}:${row.peer_number}`
  return [
    ...(before === null ? [] : [`disconnected ${own(before)} from ${peer(before)}`]),
    ...(after === null ? [] : [`connected ${own(after)} to ${peer(after)}`]),
  ]
}

function addressLines(
  before: AddressRow | null,
  after: AddressRow | null,
  name: (id: number) => string,
  about: (thingId: number, text: string) => ChangeLine,
  firstOnly: boolean,
): ChangeLine[] {
  const words = (sign: string, row: AddressRow) => {
    const port = row.port === '' ? '' : ` on ${row.port}`
    return `${sign} address ${row.address}${port}${row.state === 'reserved' ? ' (reserved)' : ''}`
  }
  const lines = (sign: string, row: AddressRow | null) => {
    if (row === null) return []
    const own = about(row.thing_id, words(sign, row))
    const { network_id } = row
    return firstOnly || network_id === null || network_id === row.thing_id
      ? [own]
      : [own, about(network_id, `${words(sign, row)} of ${name(row.thing_id)}`)]
  }
  return [...lines('-', before), ...lines('+', after)]
}
