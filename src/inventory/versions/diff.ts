// What differs between two moments of the inventory, of all things or of those that an expression selects.
import type { Query } from '../../grammar/ast.ts'
import { select } from '../query/select.ts'
import type { Moment } from '../query/source.ts'
import type { View } from '../view.ts'
import { describeChanges } from './describe.ts'
import { namesOverTime } from './former-names.ts'
import { changesBetween, thingsIn } from './row-change.ts'

export interface DiffRow {
  readonly thing: string
  readonly change: string
}

/**
 * The changes from one moment to another, sorted by thing. A query selects the things by what they are at either moment,
 * so that what came and what went are both found; its `as of` is not looked at.
 */
export async function diffRows(
  view: View,
  from: Moment,
  to: Moment,
  query: Query | null,
  now: Date,
): Promise<DiffRow[]> {
  const latest = await view.latest()
  const [first, last] = [from ?? latest, to ?? latest]
  const ids = query === null ? null : await idsAt(view, query, [from, to], now)
  const changes = await changesBetween(view, first, last, ids)
  const nameAt = await namesOverTime(view, changes.flatMap(thingsIn))
  return describeChanges(changes, nameAt, ids).map(({ thing, text }) => ({ thing, change: text }))
}

const ALL = 1_000_000

async function idsAt(view: View, query: Query, moments: readonly Moment[], now: Date): Promise<number[]> {
  const ids = new Set<number>()
  for (const moment of new Set(moments)) {
    const asOf = moment === null ? null : ({ tag: 'version', version: moment } as const)
    const { things } = await select(view, { ...query, asOf }, { limit: ALL, now })
    for (const { id } of things) ids.add(id)
  }
  return [...ids]
}
