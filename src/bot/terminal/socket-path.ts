// Where the socket of a data directory is. The path of a socket holds some hundred bytes, which a directory's may exceed.
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { SOCKET_NAME } from '../../inventory/database/lock.ts'

// 107 on Linux, 103 on macOS.
const LONGEST = 100

export interface SocketPath {
  readonly path: string
  /** The path is good until then. */
  release(): void
}

/** A path of the socket of a directory that is short enough. Throws what the operating system says about the directory. */
export function socketPath(directory: string): SocketPath {
  const path = join(directory, SOCKET_NAME)
  if (Buffer.byteLength(path) <= LONGEST) return { path, release: () => undefined }
  const opened = openSync(directory, 'r')
  return { path: `/proc/self/fd/${opened}/${SOCKET_NAME}`, release: () => closeSync(opened) }
}
