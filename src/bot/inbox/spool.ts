// Keeps what has come on disk while the database does not take it: an acknowledgement waits for a file, never for a query.
// Several processes may share the directory, in other containers too: each writes files of its own, and takes up those of
// processes that are no more. Whether one in another container lives is not seen from here: its files are taken up when they
// have not been touched for some minutes, and even where it does live nothing is lost. A file is renamed before it is read,
// and what is appended is acknowledged only while the file is where it was; so what is read holds all that was
// acknowledged. (That asks for a file system on which a rename is seen at once, as those of one machine are.)
import { randomBytes } from 'node:crypto'
import { access, type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { lifeNote, lifeOf } from '../../inventory/database/life.ts'
import type { Incoming } from './incoming.ts'

// `inbox-1f2e3d4c5b6a7980.spool`; its first line is who writes it.
const NAME = /^inbox-[\w-]+\.spool$/
// In milliseconds: whoever lives touches its files each second while there are any, or when its database gives up.
const ABANDONED = 300_000

export class Spool {
  readonly #directory: string
  /** Those that this process has written. */
  readonly #own = new Set<string>()
  #file: { readonly path: string; readonly handle: FileHandle } | null = null
  #turn: Promise<unknown> = Promise.resolve()

  constructor(directory: string) {
    this.#directory = directory
  }

  /** On disk when it answers. */
  add(incoming: readonly Incoming[]): Promise<void> {
    const text = incoming.map((one) => `${JSON.stringify(one)}\n`).join('')
    return this.#next(async () => {
      while (!(await this.#append(text)));
    })
  }

  /**
   * Gives everything that lies there to `into`, also what processes that are no more have left, and then removes it. False
   * where something of others is left, which may have to be taken up later. One that cannot be read is put aside, and told.
   */
  drain(into: (incoming: readonly Incoming[]) => Promise<void>): Promise<boolean> {
    return this.#next(async () => {
      await this.#file?.handle.close()
      this.#file = null
      const names = (await readdir(this.#directory).catch(() => [])).filter((name) => NAME.test(name))
      const now = new Date()
      for (const path of this.#own) await utimes(path, now, now).catch(() => this.#own.delete(path))
      let isAll = true
      let unreadable: Error | null = null
      for (const name of names) {
        const path = join(this.#directory, name)
        const taken = this.#own.has(path) || (await isFree(path)) ? await this.#take(path) : null
        if (taken === null) isAll = false
        else unreadable = (await this.#empty(taken, into)) ?? unreadable
      }
      if (unreadable) throw unreadable
      return isAll
    })
  }

  /** False where somebody has taken the file for a dead process's: what was appended may not be read. */
  async #append(text: string): Promise<boolean> {
    this.#file ??= await this.#open()
    const { path, handle } = this.#file
    try {
      await handle.appendFile(text)
      await handle.datasync()
      if (await isThere(path)) return true
      await this.#leave(handle)
      return false
    } catch (error) {
      // Half a line may stand there: what follows it in the same file would not be read.
      await this.#leave(handle)
      throw error
    }
  }

  async #leave(handle: FileHandle): Promise<void> {
    this.#file = null
    await handle.close().catch(() => undefined)
  }

  /** Where it is now, as a file of this process; null where another was faster. */
  async #take(path: string): Promise<string | null> {
    const own = this.#fresh()
    try {
      await rename(path, own)
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
      throw error
    }
    this.#own.delete(path)
    this.#own.add(own)
    return own
  }

  async #empty(path: string, into: (incoming: readonly Incoming[]) => Promise<void>): Promise<Error | null> {
    const text = await readFile(path, 'utf8')
    let incoming: Incoming[]
    try {
      incoming = linesOf(text)
    } catch (error) {
      await rename(path, `${path}.unreadable`)
      this.#own.delete(path)
      return new Error(`${path}.unreadable holds messages that cannot be read`, { cause: error })
    }
    await into(incoming)
    await rm(path, { force: true })
    this.#own.delete(path)
    return null
  }

  async #open() {
    await mkdir(this.#directory, { recursive: true, mode: 0o700 })
    const path = this.#fresh()
    const handle = await open(path, 'ax', 0o600)
    this.#own.add(path)
    await handle.appendFile(`${await lifeNote()}\n`)
    return { path, handle }
  }

  #fresh(): string {
    return join(this.#directory, `inbox-${randomBytes(8).toString('hex')}.spool`)
  }

  /** One after the other: a file is not written while it is taken out. */
  #next<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work)
    this.#turn = done.catch(() => undefined)
    return done
  }
}

/** Without the line that says whose it is. The last line may have been cut off: then it was not acknowledged. */
function linesOf(text: string): Incoming[] {
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n')
  return lines
    .filter((line, at) => line !== '' && (at > 0 || line.startsWith('{')))
    .map((line) => JSON.parse(line) as Incoming)
}

/** Nobody who lives writes it, as far as that can be seen. */
async function isFree(path: string): Promise<boolean> {
  const [text, found] = await Promise.all([readFile(path, 'utf8').catch(() => null), stat(path).catch(() => null)])
  if (text === null || found === null) return false
  const isOld = Date.now() - found.mtimeMs > ABANDONED
  // It is being begun.
  if (!text.includes('\n')) return isOld
  switch (await lifeOf(text.slice(0, text.indexOf('\n')))) {
    case 'lives':
      return false
    case 'over':
      return true
    default:
      return isOld
  }
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )
