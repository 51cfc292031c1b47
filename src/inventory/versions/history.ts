// The history of a name: every version that changed the things that have it or had it.
import type { ThingName } from '../../grammar/ast.ts'
import { nameKey } from '../../grammar/name.ts'
import { grouped } from '../grouped.ts'
import { calledSql } from '../operators/called.ts'
import { plain, rowsOf, sql } from '../query/fragment.ts'
import { lookup } from '../query/lookup.ts'
import type { Moment } from '../query/source.ts'
import type { View } from '../view.ts'
import { describeChanges } from './describe.ts'
import { namesOverTime } from './former-names.ts'
import { changesOfThings, thingsIn } from './row-change.ts'

export interface HistoryEntry {
  readonly version: number
  /** ISO date-time in UTC. */
  readonly at: string
  /** Who did it: the identity, and the name. */
  readonly by: string
  readonly name: string
  readonly command: string
  readonly because: string | null
  /** The job that made it, `1-eqf`; null for what somebody typed. */
  readonly job: string | null
  /** One line a change. */
  readonly changes: readonly string[]
}

/**
 * All lives of a name, oldest version first: of the thing that has it also what happened under other names, of those that
 * had it what happened until they lost it. What nothing was ever called is looked up as a hostname, serial number, MAC or
 * IP address; throws InventoryError `unknown-thing`, `ambiguous-thing`. As of a version: as it was told then.
 */
export async function historyOf(view: View, name: string, at = 0, moment: Moment = null): Promise<HistoryEntry[]> {
  const until = await livesOf(view, { text: name, at }, moment)
  const ids = [...until.keys()]
  const changes = await changesOfThings(view, ids)
  const nameAt = await namesOverTime(view, changes.flatMap(thingsIn))
  const lines = describeChanges(changes, nameAt, ids).filter(
    ({ version, thingId }) => thingId !== null && version <= (until.get(thingId) ?? 0),
  )
  const byVersion = grouped(lines, ({ version }) => version)
  const versions = await rowsOf<{
    version: number
    at: Date
    operator: string
    name: string
    command: string
    because: string | null
    job: string | null
  }>(
    view.knex,
    sql`select version, at, operator, ${plain(calledSql('v.operator'))} as name, command, because, job from versions v
      where version = any(${[...byVersion.keys()]}::bigint[]) order by version`,
  )
  return versions.map(({ version, at, operator, name, command, because, job }) => ({
    version,
    at: at.toISOString(),
    by: operator,
    name,
    command,
    because,
    job,
    changes: (byVersion.get(version) ?? []).map(({ text }) => text),
  }))
}

/** The things that a name is about, and the version until which it is. */
async function livesOf(view: View, name: ThingName, moment: Moment): Promise<ReadonlyMap<number, number>> {
  const last = moment ?? Number.MAX_SAFE_INTEGER
  const lives = await rowsOf<{ id: number; until: number }>(
    view.knex,
    sql`select id, max(to_v) as until from things_all
      where name_key = ${nameKey(name.text)} and from_v <= ${last}::bigint group by id`,
  )
  if (lives.length > 0) return new Map(lives.map(({ id, until }) => [id, Math.min(until, last)]))
  return new Map([[(await lookup(view, name, moment)).id, last]])
}
