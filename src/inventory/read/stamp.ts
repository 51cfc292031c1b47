// Which state of the inventory a picture shows: pictures are kept and passed on, and must say how old they are.
import { rowsOf, sql } from '../query/fragment.ts'
import type { Moment } from '../query/source.ts'
import type { View } from '../view.ts'

export interface Stamp {
  /** 0 for the empty inventory before the first. */
  readonly version: number
  /** When that version was made: ISO date-time in UTC; null before the first. */
  readonly at: string | null
  /** Whether somebody asked for this moment. */
  readonly past: boolean
}

/** One statement. */
export async function stampOf(view: View, moment: Moment): Promise<Stamp> {
  const until = moment === null ? sql`true` : sql`version <= ${moment}`
  const [row] = await rowsOf<{ version: number; at: string }>(
    view.knex,
    sql`select version, to_char(at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as at
      from versions where ${until} order by version desc limit 1`,
  )
  return { version: row?.version ?? 0, at: row?.at ?? null, past: moment !== null }
}
