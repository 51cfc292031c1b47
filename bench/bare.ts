// A process of its own that only does what nobody who uses these libraries gets around: opens PGlite on a directory, asks it
// something, and says how many milliseconds that took. With `clients` it has loaded those of Slack and Discord before, and
// stays until its standard input ends.
import { loadavg } from 'node:os'

const [directory, what] = process.argv.slice(2)
if (directory === undefined) throw new Error(`no directory; load ${loadavg().join(' ')}`)
if (what === 'clients') {
  await import('discord.js')
  await import('@slack/bolt')
}
const begin = performance.now()
const { PGlite } = await import('@electric-sql/pglite')
const { pg_trgm } = await import('@electric-sql/pglite/contrib/pg_trgm')
const database = await PGlite.create({ dataDir: directory, extensions: { pg_trgm } })
await database.query('select count(*) from things')
console.log(performance.now() - begin)
if (what === 'clients') {
  process.stdin.on('end', () => void database.close()).resume()
} else {
  await database.close()
}
