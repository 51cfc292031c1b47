// Numbers that a number manager gives out of its range. A thing that holds one has two attributes: `ids=150`, the number,
// and `ids.from#150=thing:ids`, which says where it came from; the second one is what counts as given out, so that a number
// goes with its thing, and an export, an undo and the past know of it.
import type { Key, Value } from '../../grammar/ast.ts'
import { printKey } from '../../grammar/key.ts'
import type { Change } from '../change.ts'
import { InventoryError } from '../error.ts'
import { rowsOf, type Sql, sql } from '../query/fragment.ts'
import { type Moment, sourceAt } from '../query/source.ts'
import type { AttributeRow, ThingRow } from '../rows.ts'
import type { View } from '../view.ts'
import { ask } from '../write/ask.ts'
import { type Assignment, addEach } from '../write/attributes.ts'
import { lowestFree, type Range } from './free.ts'
import { settingsOf, wholeNumber } from './settings.ts'

/** The subkey of the attribute that says where a number came from. */
export const ORIGIN = 'from'

const NOT_IN_KEYS = /[^0-9A-Za-z_-]/g

/** A number that is given out. */
export interface Held {
  readonly number: number
  readonly thing: string
  readonly key: string
}

/** The range of a number manager. Throws `setting-missing`. */
export async function rangeOf(view: View, source: ThingRow): Promise<Range> {
  const settings = await settingsOf(view, source, ['min', 'max'])
  return {
    from: settings.has('min') ? wholeNumber(settings, source, 'min') : 0,
    to: wholeNumber(settings, source, 'max'),
  }
}

/** The key that numbers of a manager are kept under where no other is said: its name, as far as keys hold it. */
export const keyOfSource = (source: ThingRow): Key => ({
  key: source.name.replace(NOT_IN_KEYS, '_').replace(/^(?![A-Za-z_])/, 'n'),
  subkey: null,
  number: null,
})

/**
 * Gives each thing the lowest free number, in order. Throws `numbers-used-up`, `setting-missing`, `illegal-key` for a key
 * with a subkey or a number.
 */
export async function allocateNumbers(
  change: Change,
  things: readonly ThingRow[],
  source: ThingRow,
  key: Key = keyOfSource(source),
): Promise<number[]> {
  if (key.subkey !== null || key.number !== null)
    throw new InventoryError('illegal-key', { key: printKey(key), reason: 'form' })
  const range = await rangeOf(change, source)
  const numbers = await lowestFree(change, numbersInUse(source, null), range, things.length)
  if (numbers.length < things.length)
    throw new InventoryError('numbers-used-up', {
      source: source.name,
      min: range.from,
      max: range.to,
      wanted: things.length,
      left: numbers.length,
    })
  await addEach(
    change,
    things.flatMap((thing, index): Assignment[] => {
      const number = numbers[index] ?? 0
      const holder = { thing, port: '' }
      const value: Value = { type: 'integer', value: BigInt(number) }
      return [
        { holder, key, values: [value] },
        { holder, key: { ...key, subkey: ORIGIN, number }, values: [{ type: 'reference', value: source.name }] },
      ]
    }),
  )
  return numbers
}

/**
 * Takes a number back from a thing; without one the only one that it holds. Answers with the number and its key. Throws
 * `number-not-held` where it holds no such number, or several and it is not said which.
 */
export async function releaseNumber(
  change: Change,
  thing: ThingRow,
  source: ThingRow,
  number: number | null,
): Promise<{ readonly number: number; readonly key: string }> {
  const origins = await ask<AttributeRow & { readonly number: number }>(
    change,
    `select id, thing_id, key, number from attributes
     where ref_id = ? and thing_id = ? and port = '' and subkey = '${ORIGIN}' and number is not null order by number`,
    [source.id, thing.id],
  )
  const meant = number === null ? origins : origins.filter((row) => row.number === number)
  const [origin, ...others] = meant
  if (!origin || others.length > 0)
    throw new InventoryError('number-not-held', {
      thing: thing.name,
      source: source.name,
      number,
      holds: origins.map((row) => row.number),
    })
  // The value may have been changed by hand since: then it is no longer this number's.
  const values = await ask<AttributeRow>(
    change,
    `select id, thing_id from attributes where thing_id = ? and key = ? and port = '' and subkey = '' and number is null
       and type = 'integer' and text = ? order by id limit 1`,
    [thing.id, origin.key, String(origin.number)],
  )
  await change.retire('attributes', [origin, ...values])
  return { number: origin.number, key: origin.key }
}

/** What a number manager has given out, by number. */
export function heldNumbers(view: View, source: ThingRow, moment: Moment, limit: number): Promise<Held[]> {
  const a = sourceAt('attributes', 'a', moment)
  const t = sourceAt('things', 't', moment)
  return rowsOf(
    view.knex,
    sql`select a.number, t.name as thing, a.key from ${a.from} join ${t.from} on t.id = a.thing_id and ${t.where}
      where a.ref_id = ${source.id} and a.subkey = ${ORIGIN} and a.number is not null and ${a.where}
      order by a.number, t.name_key limit ${limit}::integer`,
  )
}

function numbersInUse(source: ThingRow, moment: Moment): Sql {
  const a = sourceAt('attributes', 'a', moment)
  return sql`select a.number as n from ${a.from}
    where a.ref_id = ${source.id} and a.subkey = ${ORIGIN} and a.number is not null and ${a.where}`
}
