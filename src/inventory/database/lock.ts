// One process at a time opens an embedded database: two corrupt it, and nothing in PGlite refuses the second. The lock
// is a file that names its holder by process id, start time, boot and pid namespace, so that what a crash leaves behind
// is told from a living holder, in another container too.
import { randomBytes } from 'node:crypto'
import { link, open, readFile, readlink, rename, rm, stat, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { DatabaseError } from './error.ts'

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
  const here = await whereWeRun()
  const text = `${[process.pid, (await startTime(process.pid)) ?? NONE, here.boot ?? NONE, here.space ?? NONE].join(' ')}\n`
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
      if (await alive(directory, holder, here)) throw new DatabaseError('data-locked', { directory, holder: pid })
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

// Stands for what is not known; older locks end where it would stand.
const NONE = '-'

interface Place {
  readonly boot: string | null
  /** The pid namespace: the same number is another process in another one. */
  readonly space: string | null
}

/** Nulls where there is no /proc. */
async function whereWeRun(): Promise<Place> {
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => null)
  const space = await readlink('/proc/self/ns/pid').catch(() => null)
  return { boot: boot?.trim() ?? null, space }
}

async function alive(directory: string, holder: string, here: Place): Promise<boolean> {
  const [id, started, boot, space] = holder
    .trim()
    .split(' ')
    .map((field) => (field === NONE ? undefined : field))
  const pid = Number(id)
  if (!Number.isInteger(pid) || pid <= 0) return false
  if (boot !== undefined && here.boot !== null) {
    if (boot !== here.boot) return false
    if (space !== undefined && here.space !== null && space !== here.space) return !(await isAbandoned(directory))
  }
  try {
    process.kill(pid, 0)
  } catch (error) {
    // EPERM: it lives, and is somebody else's.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false
  }
  const now = await startTime(pid)
  return now === null || started === undefined || now === started
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

/** When a process began, in clock ticks since boot: field 22 of /proc/<pid>/stat. Null where there is no /proc. */
async function startTime(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)
  // The second field is the command in parentheses, which may itself hold spaces and parentheses.
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
}
