// Attributes of things and of their ports: set, added, deleted, for any number of things at once.
import type { Key, Value } from '../../grammar/ast.ts'
import { printKey } from '../../grammar/key.ts'
import type { Change, NewRow } from '../change.ts'
import { InventoryError } from '../error.ts'
import type { AttributeRow } from '../rows.ts'
import { analyze } from './analyze.ts'
import { ask } from './ask.ts'
import {
  type Assignment,
  type AttributeOptions,
  currentRows,
  type Draft,
  distinct,
  type Holder,
  prepare,
  refuseHolderPorts,
  rowOf,
  slotOf,
} from './assignment.ts'
import { attempt } from './attempt.ts'
import { refuseKey } from './keys.ts'
import { nextNumbers, noteNumbers } from './numbers.ts'
import { isRuledKey, refuseIllegalResources } from './resource-rules.ts'
import { refuseUnits } from './units.ts'
import { resolveReferences, toColumns, type ValueColumns, valueKey } from './values.ts'

export type { Assignment, AttributeOptions, Holder } from './assignment.ts'

/**
 * Replaces the values of keys by others; the same values again write nothing. Answers with the rows written. Throws
 * `illegal-key`, `illegal-value`, `unknown-thing` (of a reference), `unknown-port`, `units-outside`,
 * `illegal-resource`.
 */
export function setAttributes(
  change: Change,
  holders: readonly Holder[],
  sets: readonly { readonly key: Key; readonly values: readonly Value[] }[],
  options: AttributeOptions = {},
): Promise<number> {
  return setEach(
    change,
    distinct(holders).flatMap((holder) => sets.map((set) => ({ holder, ...set }))),
    options,
  )
}

/** Adds values to a key; a value that is there already is there twice then. Answers and throws as `setAttributes`. */
export function addAttributes(
  change: Change,
  holders: readonly Holder[],
  key: Key,
  values: readonly Value[],
  options: AttributeOptions = {},
): Promise<number> {
  return addEach(
    change,
    distinct(holders).map((holder) => ({ holder, key, values })),
    options,
  )
}

/** `setAttributes` with other values for every holder; what is assigned to the same key twice is both values. */
export async function setEach(
  change: Change,
  assignments: readonly Assignment[],
  options: AttributeOptions = {},
): Promise<number> {
  const wanted = await prepare(change, assignments, options)
  const numbered = wanted.filter(({ key }) => key.number === 'next')
  const slots = new Map<string, Draft>()
  for (const draft of wanted) {
    if (draft.key.number === 'next') continue
    const slot = slotOf(draft.row)
    const known = slots.get(slot)
    slots.set(slot, known ? { ...known, values: [...known.values, ...draft.values] } : draft)
  }
  const current = await currentRows(change, [...slots.values()])
  const rows = [...slots].map(([slot, draft]) => difference(draft, current.get(slot) ?? []))
  const fresh = rows.flatMap(({ insert }) => insert)
  const replaced = rows.flatMap(({ replace }) => replace)
  const gone = rows.flatMap(({ retire }) => retire)
  const keys = wanted.map(({ key }) => key)
  return careful(change, keys, async () => {
    await noteNumbers(change, fresh)
    await change.replace('attributes', replaced)
    await change.retire('attributes', gone)
    const added = [...fresh, ...(await numberedRows(change, numbered))]
    await change.insert('attributes', added)
    await analyze(change, added.length, 'attributes')
    await refuseBrokenRules(change, [...added, ...replaced, ...gone])
    return added.length + replaced.length + gone.length
  })
}

/** `addAttributes` with other values for every holder. */
export async function addEach(
  change: Change,
  assignments: readonly Assignment[],
  options: AttributeOptions = {},
): Promise<number> {
  const wanted = await prepare(change, assignments, options)
  const typed = wanted.filter(({ key }) => key.number !== 'next')
  const rows = typed.flatMap(({ row, values }) => values.map((value) => ({ ...row, ...value })))
  const keys = wanted.map(({ key }) => key)
  return careful(change, keys, async () => {
    await noteNumbers(change, rows)
    const numbered = wanted.filter(({ key }) => key.number === 'next')
    const added = [...rows, ...(await numberedRows(change, numbered))]
    await change.insert('attributes', added)
    await analyze(change, added.length, 'attributes')
    await refuseBrokenRules(change, added)
    return added.length
  })
}

/**
 * Deletes the rows of a key that hold one of `values`, or with null all of them; answers with how many. A value deletes
 * what is equal to it as it is typed and as text: `12` the integer and the text, `"12"` the text alone. Throws
 * `no-such-attribute` where values were given and nobody has one, `illegal-key`, `unknown-port`.
 */
export async function deleteAttributes(
  change: Change,
  holders: readonly Holder[],
  key: Key,
  values: readonly Value[] | null,
  options: AttributeOptions = {},
): Promise<number> {
  refuseKey(key, options)
  if (key.number === 'next') throw new InventoryError('illegal-key', { key: printKey(key), reason: 'form' })
  await refuseHolderPorts(change, holders)
  const drafts = holders.map((holder) => ({ row: rowOf(holder, key), key, values: [] }))
  const current = await currentRows(change, drafts)
  const slots = new Set(drafts.map(({ row }) => slotOf(row)))
  const rows = [...slots].flatMap((slot) => current.get(slot) ?? [])
  const references = values === null ? new Map() : await resolveReferences(change, values)
  const wanted = values?.map((value) => toColumns(value, references))
  const gone = wanted ? rows.filter((row) => wanted.some((value) => matches(row, value))) : rows
  if (wanted && gone.length === 0)
    throw new InventoryError('no-such-attribute', {
      thing: nameOf(holders),
      key: printKey(key),
      values: wanted.map(({ text }) => text),
    })
  return careful(change, [key], async () => {
    await change.retire('attributes', gone)
    await refuseBrokenRules(change, gone)
    return gone.length
  })
}

interface Difference {
  readonly insert: readonly NewRow<'attributes'>[]
  readonly replace: readonly AttributeRow[]
  readonly retire: readonly AttributeRow[]
}

/** What makes the current rows hold exactly the draft's values: equal ones stay, others change theirs. */
function difference({ row, values }: Draft, current: readonly AttributeRow[]): Difference {
  const left = [...current]
  const missing = values.filter((value) => {
    const at = left.findIndex((candidate) => valueKey(candidate) === valueKey(value))
    if (at >= 0) left.splice(at, 1)
    return at < 0
  })
  return {
    replace: left.slice(0, missing.length).map(({ id }, index) => ({ ...row, ...(missing[index] ?? EMPTY), id })),
    retire: left.slice(missing.length),
    insert: missing.slice(left.length).map((value) => ({ ...row, ...value })),
  }
}

const EMPTY: ValueColumns = { type: 'text', text: '', num: null, at: null, ref_id: null }

async function numberedRows(change: Change, drafts: readonly Draft[]): Promise<NewRow<'attributes'>[]> {
  const rows = drafts.flatMap(({ row, values }) => values.map((value) => ({ ...row, ...value })))
  const numbers = await nextNumbers(change, rows)
  return rows.map((row, index) => ({ ...row, number: numbers[index] ?? 0 }))
}

/** Takes back what was written where a rule about it turns out to be broken; nothing else is refused after writing. */
function careful<T>(change: Change, keys: readonly Key[], work: () => Promise<T>): Promise<T> {
  return keys.some((key) => isHeight(key) || isRuledKey(key.key)) ? attempt(change, work) : work()
}

async function refuseBrokenRules(
  change: Change,
  rows: readonly Pick<AttributeRow, 'thing_id' | 'key' | 'type' | 'text'>[],
): Promise<void> {
  await refuseRackHeights(change, rows)
  const ruled = rows.filter(({ key }) => isRuledKey(key)).map(({ thing_id }) => thing_id)
  await refuseIllegalResources(change, [...new Set(ruled)])
}

const isHeight = ({ key }: Pick<AttributeRow, 'key'>) => key === 'minu' || key === 'maxu'

/** A rack's height is a whole number of units, and a rack that gets lower must not lose units that things stand in. */
async function refuseRackHeights(
  change: Change,
  rows: readonly Pick<AttributeRow, 'thing_id' | 'key' | 'type' | 'text'>[],
): Promise<void> {
  const heights = rows.filter(isHeight)
  if (heights.length === 0) return
  const racks = [...new Set(heights.map(({ thing_id }) => thing_id))]
  const [wrong] = await ask<{ text: string }>(
    change,
    `select text from attributes join things on things.id = thing_id
     where thing_id = any(?::bigint[]) and things.type = 'rack' and key in ('minu', 'maxu') and port = '' and subkey = ''
       and (attributes.type <> 'integer' or num < 1 or num > 1000) limit 1`,
    [racks],
  )
  if (wrong) throw new InventoryError('illegal-value', { value: wrong.text, reason: 'height' })
  await refuseUnits(change, racks)
}

function matches(row: AttributeRow, value: ValueColumns): boolean {
  if (row.type === 'text') return row.text === value.text
  if (valueKey(row) === valueKey(value)) return true
  const bothNumbers = [row.type, value.type].every((type) => type === 'integer' || type === 'decimal')
  return bothNumbers && value.num !== null && sameNumber(row.num, value.num)
}

// `numeric` keeps the zeros that were written: 1.50 and 1.5 are one number.
function sameNumber(a: string | null, b: string): boolean {
  const bare = (digits: string) => (digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits)
  return a !== null && bare(a) === bare(b)
}

function nameOf(holders: readonly Holder[]): string {
  const [first] = holders
  if (!first || holders.length > 1) return `${holders.length} things`
  return first.port === '' ? first.thing.name : `${first.thing.name}:${first.port}`
}
