// A change: the one way in which rows are written. Everything that one command writes is one version; the row that was
// there before moves to the table's twin, so that history, `as of`, `diff` and `undo` all read the same record.
import type { Knex } from 'knex'
import type { Catalogue } from './catalogue.ts'
import type { Entry } from './entry.ts'
import { COLUMNS, type Rows, SUBJECTS, type Table } from './rows.ts'
import type { View } from './view.ts'

/** A row to be written: its id is given out where it is missing. */
export type NewRow<T extends Table> = Omit<Rows[T], 'id'> & { readonly id?: number }

// One statement carries this many rows: its JSON stays below some 10 MB.
const CHUNK = 20_000

/** The deferrable unique constraint of each table, under the name that Postgres gives it. */
const UNIQUE: { readonly [T in Table]: string | null } = {
  drivers: 'drivers_name_key_key',
  things: 'things_name_key_key',
  attributes: null,
  edges: 'edges_parent_id_child_id_key',
  links: 'links_thing_id_port_type_port_number_key',
  addresses: null,
}

export class Change implements View {
  readonly knex: Knex.Transaction
  /** With the drivers that this change has added itself. */
  catalogue: Catalogue
  /** The version that this change begins from. */
  readonly base: number
  /** The version that this change makes, if it writes anything. */
  readonly version: number
  /** Ids of the things that rows were written about. */
  readonly touched = new Set<number>()
  /** Rows written so far. */
  written = 0
  /** The version that this change takes back, where it is an undo. */
  undoes: number | null = null
  /** Whose change it is, where that is not who typed the command that makes it: who proposed it, not who approved. */
  attributed: Entry | null = null

  constructor(knex: Knex.Transaction, catalogue: Catalogue, base: number) {
    this.knex = knex
    this.catalogue = catalogue
    this.base = base
    this.version = base + 1
  }

  latest(): Promise<number> {
    return Promise.resolve(this.base)
  }

  /** Gives out `count` new ids, ascending. */
  async ids(count: number): Promise<number[]> {
    if (count === 0) return []
    const { rows } = await this.knex.raw<{ rows: { id: number }[] }>(
      `select nextval('ids') as id from generate_series(1, ?)`,
      [count],
    )
    return rows.map(({ id }) => id)
  }

  /** Writes new rows; answers with them and their ids, in order. */
  async insert<T extends Table>(table: T, rows: readonly NewRow<T>[]): Promise<Rows[T][]> {
    const fresh = await this.ids(rows.filter(({ id }) => id === undefined).length)
    let next = 0
    const complete = rows.map((row) => ({ ...row, id: row.id ?? fresh[next++] }) as unknown as Rows[T])
    const columns = Object.keys(COLUMNS[table])
    for (const chunk of chunks(complete)) {
      await this.knex.raw(
        `insert into ${table} (id, ${columns.join(', ')}, from_v)
         select id, ${columns.join(', ')}, ?::bigint from jsonb_to_recordset(?::jsonb) as fresh(${declared(table)})`,
        [this.version, JSON.stringify(chunk)],
      )
    }
    this.#touch(table, complete)
    return complete
  }

  /** Ends the life of rows: they move to the twin, or vanish where this very change made them. */
  async retire<T extends Table>(table: T, rows: readonly Rows[T][]): Promise<void> {
    for (const chunk of chunks(rows)) {
      const columns = ['id', ...Object.keys(COLUMNS[table]), 'from_v'].join(', ')
      await this.knex.raw(
        `with gone as (delete from ${table} where id = any(?::bigint[]) returning ${columns})
         insert into ${table}_past (${columns}, to_v) select ${columns}, ?::bigint from gone where from_v < ?`,
        [chunk.map(({ id }) => id), this.version, this.version],
      )
    }
    this.#touch(table, rows)
  }

  /**
   * Gives rows new contents under their ids; what they held before moves to the twin. What is unique is checked when all
   * are written, so that two of them can exchange it.
   */
  async replace<T extends Table>(table: T, rows: readonly Rows[T][]): Promise<void> {
    const unique = rows.length > CHUNK ? UNIQUE[table] : null
    if (unique !== null) await this.knex.raw(`set constraints ${unique} deferred`)
    for (const chunk of chunks(rows)) await this.#replaceChunk(table, chunk)
    if (unique !== null) await this.knex.raw(`set constraints ${unique} immediate`)
  }

  async #replaceChunk<T extends Table>(table: T, rows: readonly Rows[T][]): Promise<void> {
    const columns = Object.keys(COLUMNS[table])
    const all = ['id', ...columns, 'from_v'].join(', ')
    const { rows: before } = await this.knex
      .raw<{ rows: Rows[T][] }>(
        `with fresh as materialized (select * from jsonb_to_recordset(?::jsonb) as fresh(${declared(table)})),
         old as materialized (select ${all} from ${table} where id in (select id from fresh)),
         past as (insert into ${table}_past (${all}, to_v) select ${all}, ?::bigint from old where from_v < ?::bigint)
         update ${table} as current set ${columns.map((column) => `${column} = fresh.${column}`).join(', ')}, from_v = ?::bigint
         from fresh join old on old.id = fresh.id where current.id = fresh.id
         returning ${['id', ...SUBJECTS[table]].map((column) => `old.${column}`).join(', ')}`,
        [JSON.stringify(rows), this.version, this.version, this.version],
      )
      .options({ name: `replace ${table}` })
    this.#touch(table, rows)
    this.#touch(table, before, 0)
  }

  /** Notes what a row is about; `count` rows were written. */
  #touch<T extends Table>(table: T, rows: readonly Rows[T][], count = rows.length): void {
    this.written += count
    for (const row of rows) {
      const columns: Readonly<Record<string, unknown>> = { ...row }
      for (const subject of SUBJECTS[table]) {
        const id = columns[subject]
        if (typeof id === 'number') this.touched.add(id)
      }
    }
  }
}

function declared(table: Table): string {
  const columns = Object.entries(COLUMNS[table]).map(([column, type]) => `${column} ${type}`)
  return ['id bigint', ...columns].join(', ')
}

function* chunks<T>(rows: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < rows.length; at += CHUNK) yield rows.slice(at, at + CHUNK)
}
