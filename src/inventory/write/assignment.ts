// What is to be written about attributes, checked and turned into columns, and the rows that are there already.
import type { Key, Value } from '../../grammar/ast.ts'
import { printKey } from '../../grammar/key.ts'
import type { Change } from '../change.ts'
import { grouped } from '../grouped.ts'
import { planOnce, rowsOf, sql } from '../query/fragment.ts'
import type { AttributeRow, ThingRow } from '../rows.ts'
import { refuseKey, refuseSecretKey, refuseSecretMember } from './keys.ts'
import { readPort, refuseUnknownPorts, unknownPort } from './port.ts'
import { resolveReferences, toColumns, type ValueColumns } from './values.ts'

/** What an attribute belongs to: a thing, or one of its ports (`nic-eth:1`). */
export interface Holder {
  readonly thing: ThingRow
  /** Empty for the thing itself. */
  readonly port: string
}

/** Values of one key of one holder. */
export interface Assignment {
  readonly holder: Holder
  readonly key: Key
  readonly values: readonly Value[]
}

export interface AttributeOptions {
  /** Keys that begin with `_` may be written: by the program, never by hand. */
  readonly hidden?: boolean
  /** Ports that the driver does not have come to be. */
  readonly extraPorts?: boolean
}

/** The columns that say which rows are meant, and the values to be there. */
export interface Draft {
  readonly row: Pick<AttributeRow, 'thing_id' | 'port' | 'key' | 'subkey' | 'number'>
  readonly key: Key
  readonly values: readonly ValueColumns[]
}

/** Drafts of assignments, in order. Throws what `setAttributes` throws about keys, values and ports. */
export async function prepare(
  change: Change,
  assignments: readonly Assignment[],
  options: AttributeOptions,
): Promise<Draft[]> {
  for (const key of new Map(assignments.map(({ key }) => [printKey(key), key])).values()) {
    refuseKey(key, options)
    refuseSecretKey(key)
  }
  for (const { values } of assignments)
    for (const { type, value } of values) if (type === 'json') refuseSecretMember(value)
  const holders = assignments.map(({ holder }) => holder)
  if (options.extraPorts) {
    const odd = holders.find(({ port }) => port !== '' && (readPort(port)?.number ?? 0) < 1)
    if (odd) throw unknownPort(change, odd.thing, odd.port)
  } else await refuseHolderPorts(change, holders)
  const references = await resolveReferences(
    change,
    assignments.flatMap(({ values }) => values),
  )
  return assignments.map(({ holder, key, values }) => ({
    row: rowOf(holder, key),
    key,
    values: values.map((value) => toColumns(value, references)),
  }))
}

/** Refuses ports that do not exist (`unknown-port`). */
export async function refuseHolderPorts(change: Change, holders: readonly Holder[]): Promise<void> {
  const named = holders.filter(({ port }) => port !== '')
  const ports = named.map(({ thing, port }) => {
    const read = readPort(port)
    if (!read) throw unknownPort(change, thing, port)
    return { thing, ...read }
  })
  await refuseUnknownPorts(change, ports)
}

/** Each holder once. */
export const distinct = (holders: readonly Holder[]): Holder[] => [
  ...new Map(holders.map((holder) => [`${holder.thing.id} ${holder.port}`, holder])).values(),
]

export const rowOf = ({ thing, port }: Holder, { key, subkey, number }: Key): Draft['row'] => ({
  thing_id: thing.id,
  port,
  key,
  subkey: subkey ?? '',
  number: typeof number === 'number' ? number : null,
})

/** What is equal for rows of the same holder, key, subkey and number. */
export const slotOf = ({ thing_id, port, key, subkey, number }: Draft['row']): string =>
  `${thing_id} ${port} ${key}.${subkey}#${number ?? ''}`

/** The rows of the things and keys of drafts, by slot. */
export async function currentRows(change: Change, drafts: readonly Draft[]): Promise<Map<string, AttributeRow[]>> {
  if (drafts.length === 0) return new Map()
  const things = [...new Set(drafts.map(({ row }) => row.thing_id))]
  const keys = [...new Set(drafts.map(({ row }) => row.key))]
  const rows = await rowsOf<AttributeRow>(
    change.knex,
    planOnce(sql`select id, thing_id, port, key, subkey, number, type, text, num, at, ref_id from attributes
      where thing_id = any(${things}::bigint[]) and key = any(${keys}::text[]) order by id`),
  )
  return grouped(rows, slotOf)
}
