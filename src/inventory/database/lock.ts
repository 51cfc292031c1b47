// One process at a time opens an embedded database: two corrupt it, and nothing in PGlite refuses the second. The lock
// is a file that names its holder by process id, start time, boot and pid namespace, so that what a crash leaves behind
// is told from a living holder, in another container too.
import { randomBytes } from 'node:crypto'
import { link, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { DatabaseError } from './error.ts'
import { lifeNote, lifeOf } from './life.ts'

/** In the data directory, where its holder answers for it. */
export const SOCKET_NAME = 'clusto.sock'

// A holder that we cannot see is given this long to begin to listen, in milliseconds.
const BEGINNING = 60_000

export interface Lock {
  release(): Promise<void>
}

/** Takes the lock of a data directory. Throws DatabaseError `data-locked` with the holder's process id. */
export async function lockDirectory(directory: string): Promise<Lock> {
  const path = join(directory, 'lock')
  const mine = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`
  const text = `${await lifeNote()}\n`
  await writeFile(mine, text, { mode: 0o600, flag: 'wx' })
  try {
    // Linking fails where the lock exists, and never shows a half-written one.
    for (let attempt = 0; attempt < 5; attempt++) {
      if (await linked(mine, path)) {
        // A dead process's, and no sign of ours.
        await rm(join(directory, SOCKET_NAME), { force: true })
        return { release: () => release(path, text) }
      }
      const holder = await readFile(path, 'utf8').catch(() => null)
      if (holder === null) continue
      const pid = holder.trim().split(' ')[0] ?? ''
      if (await alive(directory, holder)) throw new DatabaseError('data-locked', { directory, holder: pid })
      if (!(await displace(path, holder))) throw new DatabaseError('data-locked', { directory, holder: 'unknown' })
    }
  } finally {
    await rm(mine, { force: true })
  }
  throw new DatabaseError('data-locked', { directory, holder: 'unknown' })
}

/** Removes the lock where it is still ours. */
async function release(path: string, text: string): Promise<void> {
  if ((await readFile(path, 'utf8').catch(() => null)) === text) await rm(path, { force: true })
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

/**
 * Takes a dead holder's lock away; puts it back where another process was quicker and it is not the dead one's. False
 * where that fails because a third has come: then two hold it, and we shall not be one more.
 */
async function displace(path: string, dead: string): Promise<boolean> {
  const aside = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`
  try {
    await rename(path, aside)
  } catch {
    return true
  }
  try {
    return (await readFile(aside, 'utf8')) === dead || (await linked(aside, path))
  } finally {
    await rm(aside, { force: true })
  }
}

async function alive(directory: string, holder: string): Promise<boolean> {
  const life = await lifeOf(holder)
  return life === 'unseen' ? !(await isAbandoned(directory)) : life === 'lives'
}

/** Whether a holder that we cannot see has left its socket behind. One without a socket is opening, or closing. */
async function isAbandoned(directory: string): Promise<boolean> {
  const lock = await stat(join(directory, 'lock')).catch(() => null)
  if (lock === null || Date.now() - lock.mtimeMs < BEGINNING) return false
  const folder = await open(directory, 'r')
  try {
    // The path of a socket holds some hundred bytes, which the directory's may exceed.
    return await new Promise<boolean>((resolve) => {
      const socket = connect(`/proc/self/fd/${folder.fd}/${SOCKET_NAME}`)
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED'))
      socket.once('connect', () => {
        socket.destroy()
        resolve(false)
      })
    })
  } finally {
    await folder.close()
  }
}
