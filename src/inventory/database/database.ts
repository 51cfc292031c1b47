// Opens the database that the inventory lives in: PGlite in a directory, or a Postgres server.
import { existsSync } from 'node:fs'
import { chmod, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import knexModule, { type Knex } from 'knex'
import pg from 'pg'
import { Embedded, EmbeddedSocket } from './embedded.ts'
import { DatabaseError } from './error.ts'
import { lockDirectory } from './lock.ts'
import { migrate } from './migrations.ts'

export type DatabaseConfig =
  | {
      readonly kind: 'embedded'
      /** Null keeps everything in memory. */
      readonly directory: string | null
      /** A dump of an initialised database, which makes the first start take one second instead of six. */
      readonly template?: string
      /** How long one query may take, in milliseconds; a minute unless said. */
      readonly limit?: number
    }
  | { readonly kind: 'postgres'; readonly url: string }

export interface Database {
  readonly kind: DatabaseConfig['kind']
  readonly knex: Knex
  /** A dump for `template`; null on a server. */
  dump(): Promise<Uint8Array | null>
  close(): Promise<void>
}

// No answer may keep others waiting for longer, in milliseconds.
const QUERY_LIMIT = 60_000
const IDLE_LIMIT = 30_000
// On the embedded database everybody waits for one slot.
const SLOT_LIMIT = 90_000

/** Opens and migrates. Throws DatabaseError. */
export async function openDatabase(config: DatabaseConfig): Promise<Database> {
  const database = config.kind === 'embedded' ? await openEmbedded(config) : openServer(config.url)
  try {
    await migrate(database.knex)
    if (config.kind === 'embedded' && config.directory !== null)
      await rm(join(config.directory, UNFINISHED), { force: true })
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

// What marks a directory as ours, and the layout of its files.
const MARK = 'clusto.json'
const FORMAT = 1
const FILES = 'db'
// Stands beside the files until they are whole for the first time.
const UNFINISHED = 'db.unfinished'

async function openEmbedded(config: Extract<DatabaseConfig, { kind: 'embedded' }>): Promise<Database> {
  const { directory } = config
  const lock = directory === null ? null : await prepareDirectory(directory)
  const files = directory === null ? null : join(directory, FILES)
  const isNew =
    directory === null ||
    (await prepareFiles(directory).catch(async (error: unknown) => {
      await lock?.release()
      throw error
    }))
  const template = isNew ? (config.template ?? null) : null
  const embedded = new Embedded({ directory: files, template, timeout: config.limit ?? QUERY_LIMIT })
  const close = async (): Promise<void> => {
    await embedded.close()
    await lock?.release()
  }
  try {
    await embedded.open()
  } catch (error) {
    await close()
    throw error
  }
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

/** Makes the directory ours, or refuses one that is somebody else's, then locks it. */
async function prepareDirectory(directory: string): Promise<{ release(): Promise<void> }> {
  await markDirectory(directory)
  return lockDirectory(directory)
}

/** With its parents. Not by `recursive`: in /proc that goes round in circles for ever. */
async function makeDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory, { mode: 0o700 })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : ''
    if (code === 'EEXIST' && (await stat(directory)).isDirectory()) return
    const parent = dirname(directory)
    if (code !== 'ENOENT' || parent === directory || existsSync(parent)) throw error
    await makeDirectory(parent)
    await mkdir(directory, { mode: 0o700 })
  }
}

/** Makes a directory that is new or empty ours. Throws DatabaseError where it holds something else. */
export async function markDirectory(directory: string): Promise<void> {
  await usable(directory, makeDirectory)
  const mark = join(directory, MARK)
  if (!existsSync(mark)) {
    const found = await readdir(directory)
    // Another process may be making it ours in this very moment.
    if (found.some((name) => !name.startsWith(MARK))) {
      if (!existsSync(mark)) throw new DatabaseError('data-foreign', { directory })
    } else {
      // Renamed into place: nobody reads half of it.
      const fresh = `${mark}.${process.pid}`
      await writeFile(fresh, `${JSON.stringify({ format: FORMAT })}\n`, { mode: 0o600 })
      await rename(fresh, mark)
    }
  }
  const format = readFormat(await readFile(mark, 'utf8'))
  if (format === null)
    throw new DatabaseError('data-corrupt', { directory, reason: `${MARK} is not what clusto writes` })
  if (format !== FORMAT)
    throw new DatabaseError('data-version', { found: `format ${format}`, known: `format ${FORMAT}` })
  // PGlite's own files are open to everybody: what keeps others out is the directory, also one that was there before.
  await usable(directory, (ours) => chmod(ours, 0o700))
}

async function usable(directory: string, work: (directory: string) => Promise<void>): Promise<void> {
  try {
    await work(directory)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new DatabaseError('data-unusable', { directory, reason })
  }
}

/**
 * Whether the database is still to be made. One whose making was cut off is thrown away; one that has lost what PGlite
 * knows it by is refused, since PGlite would make a new one over it.
 */
async function prepareFiles(directory: string): Promise<boolean> {
  const files = join(directory, FILES)
  const unfinished = join(directory, UNFINISHED)
  if (existsSync(unfinished)) await rm(files, { recursive: true, force: true })
  if (!existsSync(files)) {
    await writeFile(unfinished, '', { mode: 0o600 })
    return true
  }
  if (!existsSync(join(files, 'PG_VERSION')))
    throw new DatabaseError('data-corrupt', { directory: files, reason: 'PG_VERSION is missing' })
  return false
}

function readFormat(text: string): number | null {
  try {
    const mark: unknown = JSON.parse(text)
    return typeof mark === 'object' && mark !== null && 'format' in mark && typeof mark.format === 'number'
      ? mark.format
      : null
  } catch {
    return null
  }
}
