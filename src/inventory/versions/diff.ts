// What differs between two moments of the inventory, of all things or of those that an expression selects.
import type { Query } from '../../grammar/ast.ts'
import { InventoryError } from '../error.ts'
import type { Unknown } from '../query/mentions.ts'
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

export interface Diff {
  /** Sorted by thing; where there are too many, those about the oldest things. */
  readonly rows: readonly DiffRow[]
  /** There are more. */
  readonly capped: boolean
  /** Names in the query that nothing has at either moment. */
  readonly warnings: readonly Unknown[]
}

// What one answer tells: it is made in memory.
const MOST_CHANGES = 10_000
// How many things a query may select: their ids are bound to the statement.
const MOST_THINGS = 200_000

/**
 * The changes from one moment to another, at most `most`. A query selects the things by what they are at either moment,
 * so that what came and what went are both found; its `as of` is not looked at. Throws InventoryError
 * `too-many-selected` (over 200,000).
 */
export async function diffRows(
  view: View,
  from: Moment,
  to: Moment,
  query: Query | null,
  now: Date,
  most = MOST_CHANGES,
): Promise<Diff> {
  const latest = await view.latest()
  const [first, last] = [from ?? latest, to ?? latest]
  const { ids, warnings } =
    query === null ? { ids: null, warnings: [] } : await idsAt(view, query, [...new Set([from, to])], now)
  const changes = await changesBetween(view, first, last, ids, most + 1)
  const nameAt = await namesOverTime(view, changes.flatMap(thingsIn))
  const lines = describeChanges(changes, nameAt, ids)
  return {
    rows: lines.slice(0, most).map(({ thing, text }) => ({ thing, change: text })),
    capped: changes.length > most || lines.length > most,
    warnings,
  }
}

async function idsAt(
  view: View,
  query: Query,
  moments: readonly Moment[],
  now: Date,
): Promise<{ readonly ids: number[]; readonly warnings: readonly Unknown[] }> {
  const ids = new Set<number>()
  let warnings: readonly Unknown[] | null = null
  for (const moment of moments) {
    const asOf = moment === null ? null : ({ tag: 'version', version: moment } as const)
    const found = await select(view, { ...query, asOf }, { limit: MOST_THINGS + 1, now })
    for (const { id } of found.things) ids.add(id)
    if (ids.size > MOST_THINGS)
      throw new InventoryError('too-many-selected', { limit: MOST_THINGS, found: ids.size, read: true })
    const isSaid = (a: Unknown) => found.warnings.some((b) => a.kind === b.kind && a.name === b.name)
    warnings = warnings === null ? found.warnings : warnings.filter(isSaid)
  }
  return { ids: [...ids], warnings: warnings ?? [] }
}
