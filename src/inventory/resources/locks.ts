// Locks: a thing with the hidden attribute `_locked` is its owner's for a time: others neither change it nor run jobs on
// it. The attribute holds the reason, `_locked.by` the owner's identity and `_locked.until` the end, where there is one.
import type { Key, Value } from '../../grammar/ast.ts'
import type { Change } from '../change.ts'
import { InventoryError } from '../error.ts'
import { rowsOf, type Sql, sql } from '../query/fragment.ts'
import { type Moment, sourceAt } from '../query/source.ts'
import type { ThingRow } from '../rows.ts'
import type { View } from '../view.ts'
import { deleteAttributes, setAttributes } from '../write/attributes.ts'

export interface Lock {
  readonly id: number
  readonly thing: string
  /** The owner's name; the operator behind it, where there still is one. */
  readonly owner: string
  readonly owner_id: number | null
  readonly reason: string
  /** ISO date-times in UTC. */
  readonly since: string | null
  readonly until: string | null
}

const LOCKED = '_locked'
const key = (subkey: string | null): Key => ({ key: LOCKED, subkey, number: null })

/** The locks on these things that have not ended, by the database's clock; as of a version, those of that time. */
export function locksOn(
  { knex }: Pick<View, 'knex'>,
  things: readonly Pick<ThingRow, 'id'>[],
  moment: Moment = null,
): Promise<Lock[]> {
  if (things.length === 0) return Promise.resolve([])
  const ids = things.map(({ id }) => id)
  const clock =
    moment === null ? NOW : sql`coalesce((select at from versions where version = ${moment}), clock_timestamp())`
  return locks(knex, ids, moment, clock)
}

const NOW = sql`clock_timestamp()`

function locks(knex: View['knex'], ids: readonly number[], moment: Moment, clock: Sql): Promise<Lock[]> {
  const a = sourceAt('attributes', 'a', moment)
  const t = sourceAt('things', 't', moment)
  const rows = sql`select a.* from ${a.from} where a.key = ${LOCKED} and a.port = ''
    and a.thing_id = any(${ids}::bigint[]) and ${a.where}`
  return rowsOf<Lock>(
    knex,
    sql`with a as (${rows}),
      held as (select thing_id, max(text) filter (where subkey = '') as reason, max(text) filter (where subkey = 'by') as by,
        max(at) filter (where subkey = 'until') as until, max(from_v) filter (where subkey = '') as version from a group by thing_id)
      select held.thing_id as id, coalesce((select t.name from ${t.from} where t.id = held.thing_id and ${t.where}), '') as thing,
        coalesce(o.name, held.by, '') as owner, o.id as owner_id, coalesce(held.reason, '') as reason,
        to_char(v.at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as since,
        to_char(held.until at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as until
      from held left join identities i on i.identity = held.by left join operators o on o.id = i.operator_id
        left join versions v on v.version = held.version
      where held.until is null or held.until > ${clock} order by thing`,
  )
}

/** Refuses what somebody else than the owner would do to things (`locked-thing`). */
export async function refuseLocked(
  view: Pick<View, 'knex'>,
  things: readonly Pick<ThingRow, 'id'>[],
  operator: number | null,
): Promise<void> {
  refuse(await locksOn(view, things), operator)
}

// They are asked as they were before the change: what takes a lock away must be allowed to.
/** The same for all that a change has written about. */
export async function refuseLockedChange(change: Change, operator: number | null): Promise<void> {
  if (change.touched.size > 0) refuse(await locks(change.knex, [...change.touched], change.base, NOW), operator)
}

function refuse(found: readonly Lock[], operator: number | null): void {
  const others = found.filter(({ owner_id }) => owner_id === null || owner_id !== operator)
  const [first] = others
  if (!first) return
  const { thing, owner, since, until, reason } = first
  throw new InventoryError('locked-thing', { thing, owner, since, until, reason, others: others.length - 1 })
}

/** `until` is an ISO date-time. Answers with the rows written. */
export async function lockThings(
  change: Change,
  things: readonly ThingRow[],
  { by, reason, until }: { readonly by: string; readonly reason: string; readonly until: string | null },
): Promise<number> {
  const text = (value: string): Value => ({ type: 'text', value })
  const written = await setAttributes(
    change,
    holders(things),
    [
      { key: key(null), values: [text(reason)] },
      { key: key('by'), values: [text(by)] },
      ...(until === null ? [] : [{ key: key('until'), values: [{ type: 'datetime', value: until } as const] }]),
    ],
    { hidden: true },
  )
  return until === null
    ? written + (await deleteAttributes(change, holders(things), key('until'), null, { hidden: true }))
    : written
}

/** Answers with the rows deleted. */
export async function unlockThings(change: Change, things: readonly ThingRow[]): Promise<number> {
  let gone = 0
  for (const subkey of [null, 'by', 'until'])
    gone += await deleteAttributes(change, holders(things), key(subkey), null, { hidden: true })
  return gone
}

const holders = (things: readonly ThingRow[]) => things.map((thing) => ({ thing, port: '' }))
