// What a version, or a span of versions, did to one row of a base table: the one record that history, diff and undo are
// made from.
import { joined, plain, rowsOf, type Sql, sql } from '../query/fragment.ts'
import { COLUMNS, type Rows, SUBJECTS, TABLES, type Table } from '../rows.ts'
import type { View } from '../view.ts'

/** A row that came (no `before`), went (no `after`) or got other contents. */
export type RowChange = {
  readonly [T in Table]: {
    readonly table: T
    readonly id: number
    /** The version that did it; of a span its last one. */
    readonly version: number
    readonly before: Rows[T] | null
    readonly after: Rows[T] | null
  }
}[Table]

/**
 * The rows that differ between two versions, in order; of all things, or of those whose ids are given. `from` may be the
 * later one: then what is said is how to get back. With a `most`, no more rows than that are read: those about the
 * oldest things.
 */
export async function changesBetween(
  view: View,
  from: number,
  to: number,
  ids: readonly number[] | null = null,
  most: number | null = null,
): Promise<RowChange[]> {
  if (from === to || ids?.length === 0) return []
  const [low, high] = from < to ? [from, to] : [to, from]
  const parts = TABLES.filter((table) => ids === null || SUBJECTS[table].length > 0).map((table) => {
    const [current, past, all] = [plain(table), plain(`${table}_past`), plain(`${table}_all`)]
    const touched =
      ids === null
        ? sql`select id from ${current} where from_v > ${low} and from_v <= ${high}
            union select id from ${past} where from_v > ${low} and from_v <= ${high}
            union select id from ${past} where to_v > ${low} and to_v <= ${high}`
        : // A row of several versions is several rows of `all`: each once.
          joined(
            SUBJECTS[table].map(
              (column) => sql`select distinct id from ${all} where ${plain(column)} = any(${ids}::bigint[])`,
            ),
            ' union ',
          )
    const sides = sql`left join ${all} a on a.id = touched.id and a.from_v <= ${from} and a.to_v > ${from}
        left join ${all} b on b.id = touched.id and b.from_v <= ${to} and b.to_v > ${to}`
    const differing = sql`(${touched}) touched ${sides}
      where ${contents(table, 'a')} is distinct from ${contents(table, 'b')}${about(table, ids)}`
    const both = sql`${rowJson(table, 'a')} as before, ${rowJson(table, 'b')} as after`
    if (most === null) return sql`select ${table} as table, touched.id, ${both} from ${differing}`
    // The rows are chosen by their ids alone: JSON is made of no more than are read.
    const subject = plain(table === 'drivers' ? '0' : `coalesce(b.${SUBJECT[table]}, a.${SUBJECT[table]})`)
    return sql`select ${table} as table, touched.id, ${both}, subject
      from (select touched.id, ${subject} as subject from ${differing} order by subject, id limit ${most}) touched ${sides}`
  })
  const rows = joined(parts, ' union all ')
  const found = await rowsOf<Omit<RowChange, 'version'>>(
    view.knex,
    most === null
      ? rows
      : sql`select "table", id, before, after from (${rows}) changed order by subject, id limit ${most}`,
  )
  return found.map((change) => ({ ...change, version: to }) as RowChange).sort(inOrder)
}

/** The thing that a row is foremost about. */
const SUBJECT = {
  things: 'id',
  attributes: 'thing_id',
  edges: 'child_id',
  links: 'thing_id',
  addresses: 'thing_id',
} as const

function about(table: Table, ids: readonly number[] | null): Sql {
  if (ids === null) return plain('')
  const conditions = SUBJECTS[table].flatMap((column) =>
    ['a', 'b'].map((alias) => sql`${plain(`${alias}.${column}`)} = any(${ids}::bigint[])`),
  )
  return sql` and (${joined(conditions, ' or ')})`
}

interface Life {
  readonly table: Table
  readonly id: number
  readonly row: Rows[Table]
  readonly from_v: number
  /** Beyond any version while it lasts. */
  readonly to_v: number
}

const LAST_VERSION = Number.MAX_SAFE_INTEGER

/** Everything that ever happened to the rows that are about things, oldest version first. */
export async function changesOfThings(view: View, ids: readonly number[]): Promise<RowChange[]> {
  if (ids.length === 0) return []
  const parts = TABLES.filter((table) => SUBJECTS[table].length > 0).map((table) => {
    const mine = SUBJECTS[table].map((column) => sql`a.${plain(column)} = any(${ids}::bigint[])`)
    return sql`select ${table} as table, a.id, ${rowJson(table, 'a')} as row, a.from_v, a.to_v
      from ${plain(`${table}_all`)} a where ${joined(mine, ' or ')}`
  })
  const lives = await rowsOf<Life>(view.knex, joined(parts, ' union all '))
  lives.sort((a, b) => a.from_v - b.from_v)
  const began = new Map(lives.map((life) => [`${life.table} ${life.id} ${life.from_v}`, life]))
  const ended = new Map(lives.map((life) => [`${life.table} ${life.id} ${life.to_v}`, life]))
  const changes = lives.flatMap(({ table, id, row, from_v, to_v }) => {
    const before = ended.get(`${table} ${id} ${from_v}`)?.row ?? null
    const came = { table, id, version: from_v, before, after: row } as RowChange
    const replaced = to_v > LAST_VERSION || began.has(`${table} ${id} ${to_v}`)
    return replaced ? [came] : [came, { table, id, version: to_v, before: row, after: null } as RowChange]
  })
  return changes.sort(inOrder)
}

/** By version, then things before what is about them, then as the rows were made. */
function inOrder(a: RowChange, b: RowChange): number {
  return a.version - b.version || TABLES.indexOf(a.table) - TABLES.indexOf(b.table) || a.id - b.id
}

/** A row as JSON, so that no digit is lost on the way; null where the alias found none. */
export function rowJson(table: Table, alias: string): Sql {
  const pairs = Object.entries(COLUMNS[table]).map(([column, type]) => {
    const value = `${alias}.${column}`
    return `'${column}', ${type === 'numeric' ? `${value}::text` : type === 'inet' ? `host(${value})` : value}`
  })
  return plain(`case when ${alias}.id is not null then json_build_object('id', ${alias}.id, ${pairs.join(', ')}) end`)
}

/** All columns but the id and the versions, to be compared as a whole. */
export function contents(table: Table, alias: string): Sql {
  return plain(`(${Object.keys(COLUMNS[table]).map((column) => `${alias}.${column}`)})`)
}

/** The things that a row names, in any of its columns. */
export function thingsIn(change: RowChange): number[] {
  const ids = new Set<number>()
  for (const row of [change.before, change.after]) {
    if (row === null) continue
    const columns: Readonly<Record<string, unknown>> = { ...row }
    for (const column of REFERENCES[change.table]) {
      const id = columns[column]
      if (typeof id === 'number') ids.add(id)
    }
  }
  return [...ids]
}

/** The columns that hold ids of things. */
export const REFERENCES: { readonly [T in Table]: readonly string[] } = {
  drivers: [],
  things: ['id'],
  attributes: ['thing_id', 'ref_id'],
  edges: ['parent_id', 'child_id'],
  links: ['thing_id', 'peer_id'],
  addresses: ['thing_id', 'network_id'],
}
