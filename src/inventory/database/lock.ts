// One process at a time opens an embedded database: two corrupt it, and nothing in PGlite refuses the second. The lock
// is a file that names its holder by process id and start time, so that what a crash leaves behind is told from a
// living holder.
import { randomBytes } from 'node:crypto'
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseError } from './error.ts'

export interface Lock {
  release(): Promise<void>
}

/** Takes the lock of a data directory. Throws DatabaseError `data-locked` with the holder's process id. */
export async function lockDirectory(directory: string): Promise<Lock> {
  const path = join(directory, 'lock')
  const mine = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`
  const text = `${process.pid} ${(await startTime(process.pid)) ?? ''}\n`
  await writeFile(mine, text, { mode: 0o600, flag: 'wx' })
  try {
    // Linking fails where the lock exists, and never shows a half-written one.
    for (let attempt = 0; attempt < 5; attempt++) {
      if (await linked(mine, path)) return { release: () => rm(path, { force: true }) }
      const holder = await readFile(path, 'utf8').catch(() => null)
      if (holder === null) continue
      if (await alive(holder)) throw new DatabaseError('data-locked', { directory, holder: holder.split(' ')[0] ?? '' })
      await displace(path, holder)
    }
  } finally {
    await rm(mine, { force: true })
  }
  throw new DatabaseError('data-locked', { directory, holder: 'unknown' })
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

/** Takes a dead holder's lock away; puts it back where another process was quicker and it is not the dead one's. */
async function displace(path: string, dead: string): Promise<void> {
  const aside = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`
  try {
    await rename(path, aside)
  } catch {
    return
  }
  if ((await readFile(aside, 'utf8')) !== dead) await linked(aside, path)
  await rm(aside, { force: true })
}

async function alive(holder: string): Promise<boolean> {
  const [id, started] = holder.trim().split(' ')
  const pid = Number(id)
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    // EPERM: it lives, and is somebody else's.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false
  }
  const now = await startTime(pid)
  return now === null || started === undefined || now === started
}

/** When a process began, in clock ticks since boot: field 22 of /proc/<pid>/stat. Null where there is no /proc. */
async function startTime(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)
  // The second field is the command in parentheses, which may itself hold spaces and parentheses.
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
}
