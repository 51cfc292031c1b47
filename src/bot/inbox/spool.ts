// Keeps what has come on disk while the database does not take it: an acknowledgement waits for a file, never for a query.
import { randomBytes } from 'node:crypto'
import { type FileHandle, mkdir, open, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Incoming } from './incoming.ts'

// `inbox-4711-1f2e3d4c.spool`: the process that writes it, and one of its files.
const NAME = /^inbox-(\d+)-[0-9a-f]{8}\.spool$/

export class Spool {
  readonly #directory: string
  #file: { readonly path: string; readonly handle: FileHandle } | null = null
  #turn: Promise<unknown> = Promise.resolve()

  constructor(directory: string) {
    this.#directory = directory
  }

  /** On disk when it answers. */
  add(incoming: readonly Incoming[]): Promise<void> {
    return this.#next(async () => {
      this.#file ??= await this.#open()
      const { handle } = this.#file
      try {
        await handle.appendFile(incoming.map((one) => `${JSON.stringify(one)}\n`).join(''))
        await handle.datasync()
      } catch (error) {
        // Half a line may stand there: what follows it in the same file would not be read.
        this.#file = null
        await handle.close().catch(() => undefined)
        throw error
      }
    })
  }

  /** Gives everything that lies there to `into`, also what processes that are no more have left, and then removes it. */
  drain(into: (incoming: readonly Incoming[]) => Promise<void>): Promise<void> {
    return this.#next(async () => {
      const own = this.#file
      await own?.handle.close()
      this.#file = null
      for (const name of await readdir(this.#directory).catch(() => [])) {
        const [, pid] = NAME.exec(name) ?? []
        const path = join(this.#directory, name)
        if (pid === undefined || (path !== own?.path && isAlive(Number(pid)))) continue
        await into(linesOf(await readFile(path, 'utf8')))
        await rm(path, { force: true })
      }
    })
  }

  async #open() {
    await mkdir(this.#directory, { recursive: true, mode: 0o700 })
    const path = join(this.#directory, `inbox-${process.pid}-${randomBytes(4).toString('hex')}.spool`)
    return { path, handle: await open(path, 'ax', 0o600) }
  }

  /** One after the other: a file is not written while it is taken out. */
  #next<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work)
    this.#turn = done.catch(() => undefined)
    return done
  }
}

/** The last line may have been cut off: then it was not acknowledged. */
function linesOf(text: string): Incoming[] {
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  return whole
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Incoming)
}

/** A number that was given to another process since is left for later; one's own is of an earlier life. */
function isAlive(pid: number): boolean {
  if (pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
