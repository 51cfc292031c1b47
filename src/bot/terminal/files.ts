// The files that an operator at the terminal names, and those that the bot keeps for them.

import { constants } from 'node:fs'
import { open, writeFile } from 'node:fs/promises'
import { basename, join, parse, resolve } from 'node:path'
import { CommandError } from '../../commands/error.ts'
import { makeDirectory } from '../../inventory/database/directory.ts'
import { packFiles } from '../../inventory/import/devicetype/archive.ts'
import { readFolder } from './folder.ts'

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'it is not there',
  EISDIR: 'it is a directory',
  EACCES: 'you may not read it',
}

/** What the operating system says about a file, in words. */
export function fileTrouble(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return REASONS[code] ?? (error instanceof Error ? error.message : String(error))
}

// In bytes.
const MOST = 200 * 2 ** 20

/** Reads a file relative to the working directory, or a folder's YAML files as one archive. Throws CommandError `file-not-found`. */
export async function readNamed(name: string): Promise<Uint8Array> {
  const refuse = (reason: string) => new CommandError('file-not-found', { file: name, reason })
  try {
    // Without O_NONBLOCK the opening of a pipe waits for somebody to write to it.
    const file = await open(resolve(name), constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const found = await file.stat()
      if (found.isDirectory()) return packFiles(await readFolder(resolve(name), refuse))
      if (!found.isFile()) throw refuse('it is not a file but a pipe or a device')
      if (found.size > MOST) throw refuse(`it is larger than ${MOST / 2 ** 20} MB`)
      return await file.readFile()
    } finally {
      await file.close()
    }
  } catch (error) {
    throw error instanceof CommandError ? error : refuse(fileTrouble(error))
  }
}

/** Keeps a file among the artefacts of a data directory, under a name of its own; answers with its path. Throws DatabaseError `data-unusable`. */
export async function writeArtefact(data: string, name: string, content: Uint8Array): Promise<string> {
  const folder = join(data, 'artefacts')
  await makeDirectory(folder)
  const { name: stem, ext } = parse(basename(name))
  const stamp = new Date().toISOString().replace(/\..*/, '').replaceAll(':', '')
  for (let number = 1; ; number++) {
    const path = join(folder, `${stem}-${stamp}${number === 1 ? '' : `-${number}`}${ext}`)
    try {
      await writeFile(path, content, { mode: 0o600, flag: 'wx' })
      return path
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    }
  }
}

/** Whether a file is one that the next program in a pipe reads from standard input. */
export function isText(mediaType: string): boolean {
  return /^text\/|json|yaml/.test(mediaType)
}
