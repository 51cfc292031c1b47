// What stands in the way of taking rows back: later rows in their place, later rows that hang on what would go, and
// things that are gone since.
import type { Change } from '../change.ts'
import { joined, plain, rowsOf, type Sql, sql } from '../query/fragment.ts'
import { COLUMNS, TABLES, type Table } from '../rows.ts'
import { REFERENCES, thingsIn } from './row-change.ts'
import type { Takeback } from './takeback.ts'

export interface Conflict {
  readonly row: Takeback
  /** The version that conflicts. */
  readonly by: number
}

/** What must not be there twice. Of attributes and addresses only what came later is in the way: they may be repeated. */
const SLOTS: { readonly [T in Table]: { readonly columns: readonly string[]; readonly later: boolean } } = {
  drivers: { columns: ['name_key'], later: false },
  things: { columns: ['name_key'], later: false },
  attributes: { columns: ['thing_id', 'port', 'key', 'subkey', 'number'], later: true },
  edges: { columns: ['parent_id', 'child_id'], later: false },
  links: { columns: ['thing_id', 'port_type', 'port_number'], later: false },
  addresses: { columns: ['address', 'network_id'], later: true },
}

/** The rows that cannot be taken back, in a constant number of statements. */
export async function conflictsOf(change: Change, version: number, rows: readonly Takeback[]): Promise<Conflict[]> {
  const byKey = new Map(rows.map((row) => [`${row.table} ${row.id}`, row]))
  const found = [
    ...(await occupiedSlots(change, version, rows)),
    ...(await danglingThings(change, rows)),
    ...(await driversInUse(change, rows)),
  ]
  const conflicts = found.flatMap(({ table, id, by }) => {
    const row = byKey.get(`${table} ${id}`)
    return row ? [{ row, by }] : []
  })
  return [...conflicts, ...(await missingThings(change, rows)), ...(await missingDrivers(change, rows))]
}

interface Found {
  readonly table: Table
  readonly id: number
  readonly by: number
}

const idsOf = (rows: readonly Takeback[], table: Table) => rows.filter((row) => row.table === table).map(({ id }) => id)

async function occupiedSlots(change: Change, version: number, rows: readonly Takeback[]): Promise<Found[]> {
  const parts = TABLES.flatMap((table) => {
    const { columns, later } = SLOTS[table]
    // An attribute that changes in place keeps its slot; only one that comes back can meet another.
    const coming = rows.filter((row) => row.table === table && row.after !== null && !(later && row.before !== null))
    if (coming.length === 0) return []
    const declared = columns.map((column) => `${column} ${COLUMNS[table][column]}`).join(', ')
    const same = columns.map((column) => `c.${column} is not distinct from put.${column}`).join(' and ')
    // `=` as well, which an index can be used for; `is not distinct from` cannot.
    const first = `c.${columns[0]} = put.${columns[0]}`
    return [
      sql`select ${table} as table, put.id, max(c.from_v) as by
        from jsonb_to_recordset(${JSON.stringify(coming.map(({ after }) => after))}::jsonb) as put(id bigint, ${plain(declared)})
          join ${plain(table)} c on ${plain(first)} and ${plain(same)}
        where c.id <> put.id and c.from_v > ${later ? version : 0}
          and not exists (select from unnest(${idsOf(rows, table)}::bigint[]) planned(id) where planned.id = c.id)
        group by put.id`,
    ]
  })
  return parts.length === 0 ? [] : rowsOf<Found>(change.knex, joined(parts, ' union all '))
}

/** Things that would go while later rows name them, with each version that wrote such a row. */
async function danglingThings(change: Change, rows: readonly Takeback[]): Promise<Found[]> {
  const going = rows.filter(({ table, after }) => table === 'things' && after === null).map(({ id }) => id)
  if (going.length === 0) return []
  const parts = TABLES.filter((table) => table !== 'things').flatMap((table) =>
    REFERENCES[table].map(
      (column): Sql => sql`select c.${plain(column)} as id, c.from_v as by from ${plain(table)} c
        where c.${plain(column)} = any(${going}::bigint[])
          and not exists (select from unnest(${idsOf(rows, table)}::bigint[]) planned(id) where planned.id = c.id)`,
    ),
  )
  return rowsOf<Found>(
    change.knex,
    sql`select distinct 'things' as table, id, by from (${joined(parts, ' union all ')}) hanging order by id, by`,
  )
}

/** Drivers that would go while later things are of them. */
async function driversInUse(change: Change, rows: readonly Takeback[]): Promise<Found[]> {
  const going = rows.flatMap((row) => (row.table === 'drivers' && row.after === null && row.before ? [row.before] : []))
  if (going.length === 0) return []
  const users = await rowsOf<{ driver: string; by: number }>(
    change.knex,
    sql`select driver, max(from_v) as by from things c where driver = any(${going.map(({ name }) => name)}::text[])
        and not exists (select from unnest(${idsOf(rows, 'things')}::bigint[]) planned(id) where planned.id = c.id)
      group by driver`,
  )
  return users.flatMap(({ driver, by }) =>
    going.filter(({ name }) => name === driver).map(({ id }): Found => ({ table: 'drivers', id, by })),
  )
}

/** Rows that would come back and name things that are gone since. */
async function missingThings(change: Change, rows: readonly Takeback[]): Promise<Conflict[]> {
  const coming = rows.filter(({ table, after }) => table !== 'things' && after !== null)
  const returning = new Set(idsOf(rows, 'things'))
  const named = new Map(
    coming.map((row) => [row, thingsIn({ ...row, before: null }).filter((id) => !returning.has(id))]),
  )
  const ids = [...new Set([...named.values()].flat())]
  if (ids.length === 0) return []
  const missing = await rowsOf<{ id: number; by: number }>(
    change.knex,
    sql`select gone.id, coalesce((select max(to_v) from things_past p where p.id = gone.id), 0) as by
      from unnest(${ids}::bigint[]) gone(id) where not exists (select from things t where t.id = gone.id)`,
  )
  const by = new Map(missing.map((gone) => [gone.id, gone.by]))
  return [...named].flatMap(([row, ids]) => {
    const gone = ids.flatMap((id) => by.get(id) ?? [])
    return gone.length === 0 ? [] : [{ row, by: Math.max(...gone) }]
  })
}

/** Things that would come back with a driver that is gone since. */
async function missingDrivers(change: Change, rows: readonly Takeback[]): Promise<Conflict[]> {
  const back = new Set(rows.flatMap((row) => (row.table === 'drivers' && row.after ? [row.after.name] : [])))
  const coming = rows.flatMap((row) => {
    if (row.table !== 'things' || row.after === null) return []
    const { driver } = row.after
    return change.catalogue.get(driver) || back.has(driver) ? [] : [{ row, driver }]
  })
  if (coming.length === 0) return []
  const names = coming.map(({ driver }) => driver)
  const gone = await rowsOf<{ name: string; by: number }>(
    change.knex,
    sql`select name, max(to_v) as by from drivers_past where name = any(${names}::text[]) group by name`,
  )
  const by = new Map(gone.map((driver) => [driver.name, driver.by]))
  return coming.map(({ row, driver }) => ({ row, by: by.get(driver) ?? 0 }))
}
