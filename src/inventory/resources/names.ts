// Names that a name manager gives out: its base name and a number of so many digits, from `next` on, without those that
// things have already.
import { checkName, nameKey } from '../../grammar/name.ts'
import type { Change } from '../change.ts'
import { InventoryError } from '../error.ts'
import { rowsOf, type Sql, sql } from '../query/fragment.ts'
import type { ThingRow } from '../rows.ts'
import type { View } from '../view.ts'
import { setAttributes } from '../write/attributes.ts'
import { lowestFree } from './free.ts'
import { settingsOf, wholeNumber } from './settings.ts'

export interface Naming {
  readonly basename: string
  readonly digits: number
  readonly next: number
}

/** What a name manager is set up to give out; its base name is its own name unless said. Throws `setting-missing`. */
export async function namingOf(view: View, source: ThingRow): Promise<Naming> {
  const settings = await settingsOf(view, source, ['basename', 'digits', 'next'])
  return {
    basename: settings.get('basename') ?? source.name,
    digits: wholeNumber(settings, source, 'digits'),
    next: settings.has('next') ? wholeNumber(settings, source, 'next') : 0,
  }
}

export const printName = ({ basename, digits }: Naming, number: number): string =>
  basename + String(number).padStart(digits, '0')

/**
 * Gives out `count` names, ascending, and moves `next` on behind the last one. Throws `names-used-up` where so many digits
 * hold no more names, `illegal-name` where base name and number are none, `setting-missing`.
 */
export async function takeNames(change: Change, source: ThingRow, count: number): Promise<string[]> {
  const naming = await namingOf(change, source)
  const last = 10 ** naming.digits - 1
  const range = { from: naming.next, to: last }
  const numbers = await lowestFree(change, numbersInUse(naming, range.from, last), range, count)
  const highest = numbers.at(-1)
  if (highest === undefined || numbers.length < count) throw await usedUp(change, source, naming, count, numbers.length)
  const names = numbers.map((number) => printName(naming, number))
  const [first = ''] = names
  const reason = checkName(first)
  if (reason !== null) throw new InventoryError('illegal-name', { name: first, reason })
  await setAttributes(
    change,
    [{ thing: source, port: '' }],
    [{ key: { key: 'next', subkey: null, number: null }, values: [{ type: 'integer', value: BigInt(highest + 1) }] }],
  )
  return names
}

/** The numbers, from one up, in names of things that the naming could give: all have the same length, so they sort. */
function numbersInUse(naming: Naming, from: number, last: number): Sql {
  const base = nameKey(naming.basename)
  const pattern = `^[0-9]{${naming.digits}}$`
  const digits = sql`substr(name_key, ${base.length + 1}::integer)`
  return sql`select case when ${digits} ~ ${pattern} then ${digits}::bigint end as n from things
    where name_key >= ${base + String(from).padStart(naming.digits, '0')} and name_key <= ${base + String(last)}`
}

async function usedUp(change: Change, source: ThingRow, naming: Naming, wanted: number, left: number) {
  const used = numbersInUse(naming, 0, 10 ** naming.digits - 1)
  const [found] = await rowsOf<{ given: number }>(
    change.knex,
    sql`select count(n)::integer as given from (${used}) used`,
  )
  return new InventoryError('names-used-up', { source: source.name, ...naming, given: found?.given ?? 0, wanted, left })
}
