// The file that a command names, read before the transaction begins: one that is slow to come, or never does, keeps
// nobody else from writing.
import { CommandError } from '../commands/error.ts'
import type { Message } from './message.ts'

// In milliseconds.
const FILE_WAIT = 60_000

/** Null where none is named. Throws CommandError `file-not-found`, also where it does not come in time. */
export async function namedFile(name: string | null, message: Message): Promise<Uint8Array | null> {
  if (name === null) return null
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    const reason = `it did not come within ${FILE_WAIT / 1000} seconds`
    timer = setTimeout(() => reject(new CommandError('file-not-found', { file: name, reason })), FILE_WAIT)
  })
  try {
    return await Promise.race([message.readFile(name), late])
  } finally {
    clearTimeout(timer)
  }
}
