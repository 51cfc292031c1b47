// Which version an operator means by a date, an age or a version number.
import type { When } from '../../grammar/ast.ts'
import { InventoryError } from '../error.ts'
import type { View } from '../view.ts'
import { rowsOf, sql } from './fragment.ts'
import type { Moment } from './source.ts'

/**
 * The highest version that existed at a time (0: the empty inventory before the first); null where no time is asked for.
 * Throws InventoryError `unknown-version` beyond the latest.
 */
export async function momentOf(view: View, when: When | null, now: Date): Promise<Moment> {
  if (when === null) return null
  switch (when.tag) {
    case 'version': {
      const latest = await view.latest()
      if (when.version > latest || when.version < 0)
        throw new InventoryError('unknown-version', { version: when.version, latest })
      return when.version
    }
    case 'time':
      return versionAt(view, when.iso)
    case 'ago':
      return versionAt(view, new Date(now.getTime() - when.seconds * 1000).toISOString())
  }
}

async function versionAt(view: View, iso: string): Promise<number> {
  const [row] = await rowsOf<{ version: number }>(
    view.knex,
    // Ordered by time: `max` over the condition would read every version since.
    sql`select version from versions where at <= ${iso}::timestamptz order by at desc, version desc limit 1`,
  )
  return row?.version ?? 0
}
