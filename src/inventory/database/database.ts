// Opens the database that the inventory lives in: PGlite in a directory, or a Postgres server.
import knexModule, { type Knex } from 'knex'
import pg from 'pg'
import { EmbeddedSocket } from './embedded.ts'
import { migrate } from './migrations.ts'
import { type EmbeddedOptions, type OpenEmbedded, openEmbedded, QUERY_LIMIT } from './open-embedded.ts'

export type DatabaseConfig =
  | ({
      readonly kind: 'embedded'
      /** Where its opening has begun before; null or missing else. */
      readonly begun?: OpenEmbedded | null
    } & EmbeddedOptions)
  | { readonly kind: 'postgres'; readonly url: string }

export interface Database {
  readonly kind: DatabaseConfig['kind']
  readonly knex: Knex
  /** A dump for `template`; null on a server. */
  dump(): Promise<Uint8Array | null>
  close(): Promise<void>
}

// In milliseconds.
const IDLE_LIMIT = 30_000
// On the embedded database everybody waits for one slot.
const SLOT_LIMIT = 90_000

/** Opens and migrates. Throws DatabaseError. */
export async function openDatabase(config: DatabaseConfig): Promise<Database> {
  if (config.kind === 'postgres') return closedAtFailure(openServer(config.url), ({ knex }) => migrate(knex))
  const files = config.begun ?? (await openEmbedded(config))
  return closedAtFailure(onEmbedded(files), async ({ knex }) => {
    await files.embedded.open()
    await migrate(knex)
    await files.finish()
  })
}

async function closedAtFailure(database: Database, work: (database: Database) => Promise<void>): Promise<Database> {
  try {
    await work(database)
  } catch (error) {
    await database.close()
    throw error
  }
  return database
}

// Ids and versions stay far below 2^53; attribute values travel as text and numeric.
const INT8 = 20
const types = {
  getTypeParser: (oid: number, format?: string) =>
    oid === INT8 ? Number : pg.types.getTypeParser(oid, format as 'text'),
}

// Knex prints what it also throws.
const SILENT = { warn: () => undefined, error: () => undefined, deprecate: () => undefined, debug: () => undefined }

function openServer(url: string): Database {
  const knex = knexModule({
    client: 'pg',
    connection: {
      connectionString: url,
      types,
      statement_timeout: QUERY_LIMIT,
      // A process that hangs, or is cut off, gives the write lock back.
      idle_in_transaction_session_timeout: IDLE_LIMIT,
      keepAlive: true,
      connectionTimeoutMillis: 5000,
      // Compiling the plan of a question about the past takes 1.5 s, answering it 50 ms.
      options: '-c jit=off',
    },
    pool: { min: 0, max: 8 },
    acquireConnectionTimeout: 10_000,
    compileSqlOnError: false,
    log: SILENT,
  })
  return { kind: 'postgres', knex, dump: () => Promise.resolve(null), close: () => knex.destroy() }
}

function onEmbedded({ embedded, close }: OpenEmbedded): Database {
  const knex = knexModule({
    client: 'pg',
    connection: () => ({ stream: () => new EmbeddedSocket(embedded), types }) as unknown as Knex.PgConnectionConfig,
    // One slot: PGlite has one session, and a query beside an open transaction must wait for it. The session outlives
    // connections, which must not find the prepared statements of the one before.
    pool: {
      min: 0,
      max: 1,
      afterCreate: (connection: pg.Client, done: (error: Error | null) => void) =>
        connection.query('deallocate all', done),
    },
    acquireConnectionTimeout: SLOT_LIMIT,
    // An error tells the statement, and not what was written with it: that may be anybody's password.
    compileSqlOnError: false,
    log: SILENT,
  })
  return {
    kind: 'embedded',
    knex,
    dump: () => embedded.dump(),
    close: async () => {
      await knex.destroy()
      await close()
    },
  }
}
