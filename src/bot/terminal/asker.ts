// Who is at the other end of the socket. Node cannot ask the kernel for a peer's user id, so the peer proves it: it
// makes a file under a name that only it was told, and the kernel says whose file that is.
import { randomBytes } from 'node:crypto'
import { lstat, readFile, rm, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'

/** A name that nobody can guess, for a file in the data directory. */
export function newChallenge(): string {
  return `asker.${randomBytes(16).toString('hex')}`
}

const CHALLENGE = /^asker\.[0-9a-f]{32}$/

/** The asking side: makes the file, and answers with what removes it. Null where it may not, or the name is not ours. */
export async function meetChallenge(directory: string, challenge: string): Promise<(() => Promise<void>) | null> {
  if (!CHALLENGE.test(challenge)) return null
  const path = join(directory, challenge)
  try {
    await writeFile(path, '', { mode: 0o600, flag: 'wx' })
    return () => rm(path, { force: true })
  } catch {
    return null
  }
}

/** The answering side: whose file it is, as an identity; null where there is none. The file is gone afterwards. */
export async function provenAsker(directory: string, challenge: string): Promise<string | null> {
  const path = join(directory, challenge)
  try {
    const found = await lstat(path)
    // A second name for somebody else's file proves nothing.
    if (!found.isFile() || found.nlink !== 1 || found.size !== 0) return null
    return `os:${await userName(found.uid)}`
  } catch {
    return null
  } finally {
    await rm(path, { force: true })
  }
}

async function userName(uid: number): Promise<string> {
  if (uid === process.getuid?.()) {
    try {
      return userInfo().username
    } catch {
      return String(uid)
    }
  }
  // `root:x:0:0:root:/root:/bin/bash`
  const users = await readFile('/etc/passwd', 'utf8').catch(() => '')
  const line = users.split('\n').find((entry) => entry.split(':')[2] === String(uid))
  return line?.split(':')[0] ?? String(uid)
}
