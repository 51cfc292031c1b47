// Protection: a thing with the hidden attribute `_protected` is neither deleted nor renamed nor made into something else,
// keeps what is in it, and is no target of a job. Being an attribute it has a history, and `haskey _protected` finds it.
import type { Key } from '../../grammar/ast.ts'
import type { Change } from '../change.ts'
import { InventoryError } from '../error.ts'
import { calledSql } from '../operators/called.ts'
import { plain, rowsOf, sql } from '../query/fragment.ts'
import { type Moment, sourceAt } from '../query/source.ts'
import type { ThingRow } from '../rows.ts'
import type { View } from '../view.ts'
import { deleteAttributes, setAttributes } from '../write/attributes.ts'

export interface Protection {
  readonly thing: string
  readonly reason: string
  /** Who protected it and when (ISO date-time in UTC); null in the very change that does. */
  readonly by: string | null
  readonly since: string | null
}

const KEY: Key = { key: '_protected', subkey: null, number: null }

/** Those of these things that are protected, by id. One statement. */
export async function protectionOf(
  view: Pick<View, 'knex'>,
  things: readonly Pick<ThingRow, 'id'>[],
  moment: Moment = null,
): Promise<ReadonlyMap<number, Protection>> {
  if (things.length === 0) return new Map()
  const a = sourceAt('attributes', 'a', moment)
  const t = sourceAt('things', 't', moment)
  const at = plain(`to_char(v.at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`)
  const rows = await rowsOf<Protection & { id: number }>(
    view.knex,
    sql`select t.id, t.name as thing, a.text as reason, ${plain(calledSql('v.operator'))} as by, ${at} as since
      from ${a.from} join ${t.from} on t.id = a.thing_id and ${t.where} left join versions v on v.version = a.from_v
      where a.key = ${KEY.key} and a.port = '' and a.thing_id = any(${things.map(({ id }) => id)}::bigint[]) and ${a.where}
      order by t.name_key`,
  )
  return new Map(rows.map(({ id, ...protection }) => [id, protection]))
}

/** Refuses what destroys things, or runs jobs on them, while one of them is protected (`protected-thing`). */
export async function refuseProtected(
  view: Pick<View, 'knex'>,
  things: readonly Pick<ThingRow, 'id'>[],
): Promise<void> {
  const found = await protectionOf(view, things)
  const [first] = found.values()
  if (first) throw new InventoryError('protected-thing', { ...first, others: found.size - 1 })
}

/** Protects things; another reason replaces the one before. Answers with how many were not protected so. */
export function protectThings(change: Change, things: readonly ThingRow[], reason: string): Promise<number> {
  return setAttributes(change, holders(things), [{ key: KEY, values: [{ type: 'text', value: reason }] }], {
    hidden: true,
  })
}

/** Ends the protection of things; answers with how many were protected. */
export function unprotectThings(change: Change, things: readonly ThingRow[]): Promise<number> {
  return deleteAttributes(change, holders(things), KEY, null, { hidden: true })
}

/** Whether a change has protected something, or ended a protection. */
export async function touchesProtection({ knex, version }: Change): Promise<boolean> {
  const { rows } = await knex.raw<{ rows: unknown[] }>(
    'select 1 from attributes_all where key = ? and (from_v = ? or to_v = ?) limit 1',
    [KEY.key, version, version],
  )
  return rows.length > 0
}

const holders = (things: readonly ThingRow[]) => things.map((thing) => ({ thing, port: '' }))
