// Writes dist/template.tgz, a dump of a migrated, empty embedded database: a first start that begins from it takes one
// second and not five. Runs on the compiled program.
import { rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openDatabase } from '../dist/database.js'

const dist = join(dirname(dirname(fileURLToPath(import.meta.url))), 'dist')
const database = await openDatabase({ kind: 'embedded', directory: null })
const dump = await database.dump()
await database.close()
if (dump === null) throw new Error('the embedded database gave no dump')
// Renamed into place: a start in this very moment never reads half a file.
const fresh = join(dist, `template.${process.pid}`)
await writeFile(fresh, dump)
await rename(fresh, join(dist, 'template.tgz'))
