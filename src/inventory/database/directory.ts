// The directory that an embedded database is in: made ours, or refused where it is somebody else's.
import { existsSync } from 'node:fs'
import { chmod, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { DatabaseError } from './error.ts'

// What marks a directory as ours, and the layout of its files.
const MARK = 'clusto.json'
const FORMAT = 1
const FILES = 'db'
// Kept in it besides, also before there is a database: on a Postgres server there never is one.
const BESIDE: ReadonlySet<string> = new Set(['artefacts', 'history', 'inbox'])
// Stands beside the files until they are whole for the first time.
const UNFINISHED = 'db.unfinished'
// What PGlite knows its files by.
const VERSION = 'PG_VERSION'

/** Where PGlite's files are. */
export function filesIn(directory: string): string {
  return join(directory, FILES)
}

/** A database was made here, to its end. */
export function holdsDatabase(directory: string): boolean {
  const holds = (name: string) => existsSync(join(directory, name))
  return holds(MARK) && holds(join(FILES, VERSION)) && !holds(UNFINISHED)
}

/** With its parents, for its owner alone. Throws DatabaseError `data-unusable`. */
export function makeDirectory(directory: string): Promise<void> {
  return usable(directory, makeWithParents)
}

/** Not by `recursive`: in /proc that goes round in circles for ever. */
async function makeWithParents(directory: string): Promise<void> {
  try {
    await mkdir(directory, { mode: 0o700 })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : ''
    if (code === 'EEXIST' && (await stat(directory)).isDirectory()) return
    const parent = dirname(directory)
    if (code !== 'ENOENT' || parent === directory || existsSync(parent)) throw error
    await makeWithParents(parent)
    await mkdir(directory, { mode: 0o700 })
  }
}

/** Makes a directory ours that is new, or empty but for what is kept beside a database. Throws DatabaseError where it holds something else. */
export async function markDirectory(directory: string): Promise<void> {
  await makeDirectory(directory)
  const mark = join(directory, MARK)
  if (!existsSync(mark)) {
    const found = await readdir(directory)
    // Another process may be making it ours in this very moment.
    if (found.some((name) => !name.startsWith(MARK) && !BESIDE.has(name))) {
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
export async function prepareFiles(directory: string): Promise<boolean> {
  const files = join(directory, FILES)
  const unfinished = join(directory, UNFINISHED)
  if (existsSync(unfinished)) await rm(files, { recursive: true, force: true })
  if (!existsSync(files)) {
    await writeFile(unfinished, '', { mode: 0o600 })
    return true
  }
  if (!existsSync(join(files, VERSION)))
    throw new DatabaseError('data-corrupt', { directory: files, reason: `${VERSION} is missing` })
  return false
}

/** The files are whole from now on. */
export async function finishFiles(directory: string): Promise<void> {
  await rm(join(directory, UNFINISHED), { force: true })
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
