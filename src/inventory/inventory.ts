// The inventory, opened: questions are asked of a view, changes are made one at a time and become one version each.
import type { Knex } from 'knex'
import { Catalogue, type DriverSpec, type NamedSpec } from './catalogue.ts'
import { Change } from './change.ts'
import { type Database, type DatabaseConfig, openDatabase } from './database/database.ts'
import { DatabaseError } from './database/error.ts'
import type { Entry } from './entry.ts'

export type { Entry } from './entry.ts'

import type { View } from './view.ts'

export interface Changed<T> {
  readonly result: T
  /** Null where nothing was written: then there is no entry either. */
  readonly version: number | null
  readonly written: number
}

// Any constant: the one advisory lock that all writers take.
const WRITE_LOCK = 0x636c7573
const WRITE_WAIT = '5s'
// In milliseconds. Asking each time would cost every question a round trip.
const CATALOGUE_AGE = 1000
// In versions.
const TIDY_EVERY = 500

export class Inventory {
  readonly database: Database
  readonly #shipped: readonly NamedSpec[]
  #catalogue: { readonly stamp: string; readonly catalogue: Catalogue; readonly readAt: number } | null = null

  private constructor(database: Database, shipped: readonly NamedSpec[]) {
    this.database = database
    this.#shipped = shipped
  }

  /** Opens, migrates and answers. `shipped` are the drivers of the folder drivers/. Throws DatabaseError. */
  static async open(config: DatabaseConfig, shipped: readonly NamedSpec[]): Promise<Inventory> {
    return new Inventory(await openDatabase(config), shipped)
  }

  close(): Promise<void> {
    return this.database.close()
  }

  /** Answers a question. Drivers that another process has imported are known within a second. */
  async read<T>(work: (view: View) => Promise<T>): Promise<T> {
    const { knex } = this.database
    const known = this.#catalogue
    const isFresh = known !== null && performance.now() - known.readAt < CATALOGUE_AGE
    const catalogue = isFresh ? known.catalogue : (await this.#present(knex)).catalogue
    return work({ knex, catalogue, latest: async () => (await this.#present(knex)).latest })
  }

  /**
   * Does all of `work` as one version, or nothing of it; what it writes beside the inventory (an alias, a proposal) makes
   * no version, and is kept with it. With `rehearse` it is undone at the end, after `work` has seen
   * what it would have written. Throws DatabaseError `write-busy` where another change holds the lock for 5 s,
   * `outcome-unknown` where the database was lost while it was committing.
   */
  async change<T>(entry: Entry, work: (change: Change) => Promise<T>, { rehearse = false } = {}): Promise<Changed<T>> {
    const transaction = await this.database.knex.transaction()
    let changed: Changed<T>
    try {
      const { catalogue, latest } = await this.#lock(transaction, entry)
      const change = new Change(transaction, catalogue, latest)
      const result = await work(change)
      const version = change.written === 0 ? null : change.version
      if (rehearse) {
        await transaction.rollback()
        return { result, version: null, written: change.written }
      }
      const { operator, message, command, because, job = null } = change.attributed ?? entry
      // Time never goes back: a clock that was set back does not reorder history.
      if (version !== null)
        await transaction
          .raw(
            `insert into versions (version, at, operator, message, command, because, job, undoes)
             select ?::bigint, greatest(clock_timestamp(), (select max(at) from versions)), ?, ?, ?, ?, ?, ?::bigint`,
            [version, operator, message, command, because, job, change.undoes],
          )
          .options({ name: 'version' })
      await commit(transaction)
      if (change.catalogue !== catalogue) this.#catalogue = null
      changed = { result, version, written: change.written }
    } catch (error) {
      // Where the connection itself is lost there is nothing to roll back, and the first error says why.
      if (!transaction.isCompleted()) await transaction.rollback().catch(() => undefined)
      throw error
    }
    if (changed.version !== null) await this.#tidy(changed.version)
    return changed
  }

  // The embedded database has no autovacuum: without this, rows that are gone slow down what is there. The change is
  // made by now, whatever becomes of this.
  async #tidy(version: number): Promise<void> {
    if (this.database.kind !== 'embedded' || version % TIDY_EVERY !== 0) return
    try {
      await this.database.knex.raw('vacuum analyze')
    } catch (error) {
      process.emitWarning(`the database could not be tidied: ${reasonOf(error)}`, 'ClustoWarning')
    }
  }

  /** Waits for its turn to write; answers with what is there then. */
  async #lock(transaction: Knex.Transaction, { operator }: Entry): Promise<Present> {
    // The name that the lock's holder has in pg_stat_activity, for whoever waits in vain; 63 bytes at most are kept.
    // Nothing of the command: what is typed may be secret, and every user of the server reads this.
    const name = `clusto ${operator.replace(/[^\p{L}\p{N}_:@.+-]/gu, '_')}`.slice(0, 60)
    try {
      // In one round trip, without bindings; and yet two statements, since one sees what was committed when it began.
      // The first goes from left to right.
      const [, { rows }] = await transaction.raw<[unknown, { rows: PresentRow[] }]>(
        `select set_config('application_name', '${name}', true), set_config('lock_timeout', '${WRITE_WAIT}', true),
          pg_advisory_xact_lock(${WRITE_LOCK}); ${PRESENT}`,
      )
      return await this.#known(transaction, rows)
    } catch (error) {
      if (!isCode(error, LOCK_NOT_AVAILABLE)) throw error
      const { rows } = await this.database.knex.raw<{ rows: { holder: string }[] }>(
        `select application_name as holder from pg_locks join pg_stat_activity using (pid)
         where locktype = 'advisory' and objid = ${WRITE_LOCK} and granted`,
      )
      throw new DatabaseError('write-busy', { holder: rows[0]?.holder ?? 'unknown' })
    }
  }

  /** The latest version and the drivers. */
  async #present(knex: Knex): Promise<Present> {
    const { rows } = await knex.raw<{ rows: PresentRow[] }>(PRESENT).options({ name: 'present' })
    return this.#known(knex, rows)
  }

  /** Reads the drivers again only when a version has changed them. */
  async #known(knex: Knex, [present]: readonly PresentRow[]): Promise<Present> {
    if (!present) throw new DatabaseError('database-failed', { reason: 'no answer' })
    const stamp = `${present.made} ${present.ended}`
    let catalogue = this.#catalogue?.stamp === stamp ? this.#catalogue.catalogue : null
    if (catalogue === null) {
      const { rows: imported } = await knex.raw<{ rows: { name: string; spec: DriverSpec }[] }>(
        'select name, spec from drivers order by name_key',
      )
      catalogue = new Catalogue(this.#shipped, imported)
    }
    this.#catalogue = { stamp, catalogue, readAt: performance.now() }
    return { catalogue, latest: present.latest }
  }
}

interface Present {
  readonly catalogue: Catalogue
  /** The number of the latest version. */
  readonly latest: number
}

interface PresentRow {
  readonly latest: number
  readonly made: number | null
  readonly ended: number | null
}

const PRESENT = `select coalesce((select max(version) from versions), 0) as latest,
  (select max(from_v) from drivers) as made, (select max(to_v) from drivers_past) as ended`

const LOCK_NOT_AVAILABLE = '55P03'

/** Throws what the server says against it, and DatabaseError `outcome-unknown` where it says nothing. */
async function commit(transaction: Knex.Transaction): Promise<void> {
  try {
    await transaction.commit()
    // Knex answers `commit` itself with success whatever has happened.
    await transaction.executionPromise
  } catch (error) {
    if (isRefusal(error)) throw error
    throw new DatabaseError('outcome-unknown', { reason: reasonOf(error) })
  }
}

// Trouble of the connection, and a server that goes down.
const LOST = /^(?:08|57P)/

/** Whether a living server has refused, and so undone, a transaction. Only what it sends has a severity. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && 'severity' in error && 'code' in error && !LOST.test(String(error.code))
}

/** The reason without the statement, which Knex puts before it, and for a trouble of the database what it is. */
function reasonOf(error: unknown): string {
  if (error instanceof DatabaseError) return 'reason' in error.facts ? error.facts.reason : error.code
  return error instanceof Error ? (error.message.split(' - ').at(-1) ?? '') : String(error)
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
