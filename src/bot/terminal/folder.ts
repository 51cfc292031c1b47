// The YAML files of a folder that an operator names, and of the folders in it.
import { readdir, readFile, realpath, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { NamedFile } from '../../inventory/import/devicetype/archive.ts'

// The whole device-type library has some 6,000 files and 20 MB. In bytes the second.
const MOST_FILES = 20_000
const MOST = 100 * 2 ** 20
// One that is much larger than a device type is refused by its name, unread.
const LARGEST = 2 * 2 ** 20
const DEEPEST = 32
const IS_YAML = /\.ya?ml$/i

/**
 * In the order of their names. Links are followed, each folder is read once, and what begins with a dot is left out.
 * `refuse` makes the error of a reason.
 */
export async function readFolder(folder: string, refuse: (reason: string) => Error): Promise<readonly NamedFile[]> {
  const files: NamedFile[] = []
  const seen = new Set<string>()
  let bytes = 0
  const visit = async (path: string, depth: number): Promise<void> => {
    const real = await realpath(path)
    if (seen.has(real)) return
    seen.add(real)
    if (depth > DEEPEST) throw refuse(`its folders are nested more than ${DEEPEST} deep`)
    for (const entry of (await readdir(path)).filter((name) => !name.startsWith('.')).sort()) {
      const child = join(path, entry)
      const name = relative(folder, child)
      // A link that leads nowhere, or round in a circle.
      const found = await stat(child).catch(() => null)
      if (found?.isDirectory()) await visit(child, depth + 1)
      if (!found?.isFile() || !IS_YAML.test(entry)) continue
      if (found.size > LARGEST) throw refuse(`${name} in it is larger than ${LARGEST / 2 ** 20} MB`)
      bytes += found.size
      if (files.length >= MOST_FILES) throw refuse(`it holds more than ${MOST_FILES} YAML files`)
      if (bytes > MOST) throw refuse(`its YAML files are larger than ${MOST / 2 ** 20} MB together`)
      files.push({ name, content: await readFile(child) })
    }
  }
  await visit(folder, 0)
  if (files.length === 0) throw refuse('it is a directory, and no .yaml or .yml file is in it')
  return files
}
