// Makes a dump of a migrated embedded database, from which every test file opens its own in about a second. It is kept
// in node_modules/.cache under a name made from all that it depends on.
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { openDatabase } from '../../src/inventory/database/database.ts'
import './provided.ts'

export default async function setup(project: TestProject): Promise<void> {
  const folder = join(project.config.root, 'node_modules', '.cache', 'clusto-test')
  const path = join(folder, `${await fingerprint(project.config.root)}.tar.gz`)
  if (!existsSync(path)) {
    const database = await openDatabase({ kind: 'embedded', directory: null })
    const dump = await database.dump()
    await database.close()
    if (dump === null) throw new Error('the embedded database gave no dump')
    await mkdir(folder, { recursive: true })
    // Renamed into place: a run beside this one never reads half a file.
    await writeFile(`${path}.${process.pid}`, dump)
    await rename(`${path}.${process.pid}`, path)
  }
  project.provide('template', path)
}

async function fingerprint(root: string): Promise<string> {
  const hash = createHash('sha256')
  hash.update(await readFile(join(root, 'node_modules', '@electric-sql', 'pglite', 'package.json')))
  for (const folder of ['migrations', 'src/inventory/database'])
    for (const file of (await readdir(join(root, folder))).sort()) hash.update(await readFile(join(root, folder, file)))
  return hash.digest('hex').slice(0, 20)
}
