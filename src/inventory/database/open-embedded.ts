// PGlite in its directory, for this process alone. It loads nothing but what that needs, so that it can begin before the
// rest of the program is there.
import { filesIn, finishFiles, markDirectory, prepareFiles } from './directory.ts'
import { Embedded } from './embedded.ts'
import { type Lock, lockDirectory } from './lock.ts'

export interface EmbeddedOptions {
  /** Null keeps everything in memory. */
  readonly directory: string | null
  /** A dump of an initialised database, which makes the first start take one second instead of six. */
  readonly template?: string
  /** How long one query may take, in milliseconds; a minute unless said. */
  readonly limit?: number
}

export interface OpenEmbedded {
  readonly embedded: Embedded
  /** What is in it is whole from now on; else the next start makes it anew. */
  finish(): Promise<void>
  close(): Promise<void>
}

// No answer may keep others waiting for longer, in milliseconds.
export const QUERY_LIMIT = 60_000

/** Locks the directory, and begins to open it: `embedded.open` says when it is. Throws DatabaseError. */
export async function openEmbedded(options: EmbeddedOptions): Promise<OpenEmbedded> {
  const { directory, template = null, limit: timeout = QUERY_LIMIT } = options
  if (directory === null) return begin(new Embedded({ directory, template, timeout }), null, async () => undefined)
  await markDirectory(directory)
  const lock = await lockDirectory(directory)
  const isNew = await prepareFiles(directory).catch(async (error: unknown) => {
    await lock.release()
    throw error
  })
  const files = { directory: filesIn(directory), template: isNew ? template : null, timeout }
  return begin(new Embedded(files), lock, () => finishFiles(directory))
}

function begin(embedded: Embedded, lock: Lock | null, finish: () => Promise<void>): OpenEmbedded {
  // Whoever waits for it is told.
  embedded.open().catch(() => undefined)
  return {
    embedded,
    finish,
    close: async () => {
      await embedded.close()
      await lock?.release()
    },
  }
}
