// Links node_modules/.bin/clusto to bin/clusto.js: npm links the commands of a package's dependencies, never its own.
import { lstat, mkdir, rm, symlink } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const link = join(root, 'node_modules', '.bin', 'clusto')
await mkdir(dirname(link), { recursive: true })
const found = await lstat(link).catch(() => null)
if (found === null || found.isSymbolicLink()) {
  await rm(link, { force: true })
  await symlink(relative(dirname(link), join(root, 'bin', 'clusto.js')), link)
}
