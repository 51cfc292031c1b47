// The values of attributes, own ones or inherited from containers, and the two computed keys `_ip` and `_in`.
import type { Key } from '../../grammar/ast.ts'
import { grouped } from '../grouped.ts'
import { rowsOf, sql } from '../query/fragment.ts'
import { type Moment, sourceAt } from '../query/source.ts'
import type { ThingRow } from '../rows.ts'
import type { View } from '../view.ts'
import type { AttributeCell } from './cell.ts'
import { attributeCell } from './info.ts'
import { type Attribute, namedWith, type Surroundings, surroundingsOf } from './surroundings.ts'

export interface ValueRow extends AttributeCell {
  readonly thing: string
  /** The container that it was inherited from, where it was. */
  readonly from?: string
}

interface Ask {
  /** Null asks for all that are not hidden. A key without subkey or number finds those with any. */
  readonly keys: readonly Key[] | null
  /** Empty for the attributes of the things themselves, else `nic-eth:1`. */
  readonly port: string
  /** A key (with its subkey and number) that a thing does not have itself comes from its nearest containers that do. */
  readonly inherited: boolean
  readonly moment: Moment
}

const KINDS = ['attributes', 'addresses'] as const

/** In the order of `things`, of the keys asked for, then of subkey and number. */
export async function valuesOf(view: View, things: readonly ThingRow[], ask: Ask): Promise<ValueRow[]> {
  const { inherited, moment } = ask
  const above = needsContainers(ask) ? await containersOf(view, things, moment) : new Map<number, Above[]>()
  const holders = inherited ? [...things, ...[...above.values()].flat().map(({ thing }) => thing)] : things
  const around = await surroundingsOf(view, holders, KINDS, moment)
  return things.flatMap((thing) => rowsAbout(thing, ask, around, above.get(thing.id) ?? []))
}

/**
 * Of the thing that has this very name now, in one statement; null where nothing is called so, or where its containers
 * or the past are asked for.
 */
export async function valuesOfNamed(view: View, name: string, ask: Ask): Promise<ValueRow[] | null> {
  if (ask.moment !== null || needsContainers(ask)) return null
  const named = await namedWith(view, name, KINDS)
  return named ? rowsAbout(named.thing, ask, named.around, []) : null
}

const needsContainers = ({ keys, inherited }: Ask) => inherited || asks(keys, '_in')

function rowsAbout(
  thing: ThingRow,
  { keys, port, inherited }: Ask,
  around: Surroundings<'attributes' | 'addresses'>,
  above: readonly Above[],
): ValueRow[] {
  const own = (thing: ThingRow, on: string) =>
    around.attributes(thing).filter((attribute) => attribute.port === on && wanted(keys, attribute))
  const rows: ValueRow[] = own(thing, port).map((found) => ({ thing: thing.name, ...attributeCell(found) }))
  const depths = new Map(rows.map((row) => [identity(row), 0]))
  for (const { thing: container, depth } of inherited ? above : []) {
    for (const found of own(container, '')) {
      const row = { thing: thing.name, ...attributeCell(found), from: container.name }
      if ((depths.get(identity(row)) ?? depth) < depth) continue
      depths.set(identity(row), depth)
      rows.push(row)
    }
  }
  rows.push(...computed(thing, keys, around, above))
  return keys === null ? rows : inOrderOf(keys, rows)
}

function computed(
  thing: ThingRow,
  keys: readonly Key[] | null,
  around: Surroundings<'addresses'>,
  above: readonly Above[],
): ValueRow[] {
  const row = { thing: thing.name, subkey: null, number: null }
  // Not those that a network has given to others.
  const held = asks(keys, '_ip') ? around.addresses(thing).filter(({ holder }) => holder === thing.id) : []
  const addresses = [...new Set(held.map(({ address }) => address))]
  const containers = asks(keys, '_in') ? above : []
  return [
    ...addresses.map((address) => ({ ...row, key: '_ip', value: address, type: 'text' })),
    ...containers.map((found) => ({ ...row, key: '_in', value: found.thing.name, type: 'reference' })),
  ]
}

const asks = (keys: readonly Key[] | null, name: string) => (keys ?? []).some(({ key }) => key === name)

function wanted(keys: readonly Key[] | null, { key, subkey, number }: Attribute): boolean {
  if (keys === null) return !key.startsWith('_')
  return keys.some((asked) => matches(asked, { key, subkey, number }))
}

function matches(asked: Key, found: { key: string; subkey: string | null; number: number | null }): boolean {
  return (
    asked.key === found.key &&
    (asked.subkey === null || asked.subkey === found.subkey) &&
    (asked.number === null || (asked.number === 'next' ? found.number !== null : asked.number === found.number))
  )
}

function inOrderOf(keys: readonly Key[], rows: readonly ValueRow[]): ValueRow[] {
  const rank = (row: ValueRow) => keys.findIndex((asked) => matches(asked, row))
  return rows.toSorted((a, b) => rank(a) - rank(b))
}

const identity = ({ key, subkey, number }: AttributeCell) => `${key}.${subkey ?? ''}#${number ?? ''}`

interface Above {
  readonly thing: ThingRow
  readonly depth: number
}

/** All containers of each thing at any depth, nearest first, then by name. */
async function containersOf(view: View, things: readonly ThingRow[], moment: Moment): Promise<Map<number, Above[]>> {
  const e = sourceAt('edges', 'e', moment)
  const t = sourceAt('things', 't', moment)
  const rows = await rowsOf<ThingRow & { of: number; depth: number }>(
    view.knex,
    moment === null
      ? sql`select c.descendant_id as of, c.depth, t.id, t.name, t.name_key, t.driver, t.type
          from closure c join ${t.from} on t.id = c.ancestor_id
          where c.descendant_id = any(${things.map(({ id }) => id)}::bigint[]) order by c.depth, t.name_key`
      : sql`with recursive up (of, id, depth) as (
          select e.child_id, e.parent_id, 1 from ${e.from}
          where e.child_id = any(${things.map(({ id }) => id)}::bigint[]) and ${e.where}
          union select up.of, e.parent_id, up.depth + 1 from up join ${e.from} on e.child_id = up.id and ${e.where}
            and up.depth < 100)
        select up.of, min(up.depth) as depth, t.id, t.name, t.name_key, t.driver, t.type
        from up join ${t.from} on t.id = up.id and ${t.where}
        group by up.of, t.id, t.name, t.name_key, t.driver, t.type order by min(up.depth), t.name_key`,
  )
  return grouped(
    rows.map(({ of, depth, ...thing }) => ({ of, depth, thing })),
    ({ of }) => of,
  )
}
