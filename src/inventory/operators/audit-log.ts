// What the audit says about a thing, a command, an operator or a time: the newest first.
import type { Knex } from 'knex'
import { nameKey } from '../../grammar/name.ts'
import { plain, rowsOf, type Sql, sql } from '../query/fragment.ts'
import type { View } from '../view.ts'
import type { AuditRow } from './audit.ts'

/** Of the table, as an `AuditRow`. */
export const AUDIT_COLUMNS = `id, to_char(at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, identity, operator, chat,
  message, command, name, decision, rule, proposal, plan_hash as "planHash", approvers, outcome, because, version, job, to_jsonb(things) as things,
  previous, hash`

/** What is left out is not asked for. */
export interface AuditFilter {
  /** Ids, each until it lost the name that was asked for (null: it has it still). */
  readonly things?: readonly Life[]
  /** Names of commands. */
  readonly commands?: readonly string[]
  readonly by?: Who
  /** ISO date-times; `until` is not within. */
  readonly since?: string
  readonly until?: string
  /** Only rows with a smaller number. */
  readonly before?: number
}

export interface Who {
  readonly name: string
  readonly identities: readonly string[]
}

export interface Life {
  readonly id: number
  readonly until: Date | null
}

export function auditRows(knex: Knex, filter: AuditFilter, limit: number): Promise<AuditRow[]> {
  const { things, commands, by, since, until, before } = filter
  const conditions: Sql[] = [
    ...(things === undefined ? [] : [aboutAny(things)]),
    ...(commands === undefined ? [] : [sql`name = any(${commands}::text[])`]),
    ...(by === undefined ? [] : [sql`(operator = ${by.name} or identity = any(${by.identities}::text[]))`]),
    ...(since === undefined ? [] : [sql`at >= ${since}::timestamptz`]),
    ...(until === undefined ? [] : [sql`at < ${until}::timestamptz`]),
    ...(before === undefined ? [] : [sql`id < ${before}`]),
  ]
  const all = conditions.reduce((left, right) => sql`${left} and ${right}`, plain('true'))
  return rowsOf<AuditRow>(
    knex,
    sql`select ${plain(AUDIT_COLUMNS)} from audit where ${all} order by id desc limit ${limit}`,
  )
}

// The index on the things is used for each of them.
function aboutAny(things: readonly Life[]): Sql {
  const each = things.map(({ id, until }) =>
    until === null
      ? sql`things @> array[${id}::bigint]`
      : sql`(things @> array[${id}::bigint] and at <= ${until.toISOString()}::timestamptz)`,
  )
  const [first, ...others] = each
  return first ? sql`(${others.reduce((left, right) => sql`${left} or ${right}`, first)})` : plain('false')
}

/** All things that have or had a name, each until it lost it; none where nothing ever was called so. */
export function livesOf(view: View, name: string): Promise<Life[]> {
  return rowsOf<Life>(
    view.knex,
    sql`select id, (select at from versions where version = max(to_v)) as until
      from things_all where name_key = ${nameKey(name)} group by id order by id`,
  )
}

/** All identities of an operator. */
export async function identitiesOf(knex: Knex, operator: number): Promise<string[]> {
  const rows = await rowsOf<{ identity: string }>(
    knex,
    sql`select identity from identities where operator_id = ${operator}`,
  )
  return rows.map(({ identity }) => identity)
}
