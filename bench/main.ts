// `npm run bench -- parse query commands`: runs the parts that are named, or all there are, after saying on what machine.
// Compiled as the program is: what runs sources directly makes each inner function slower.
import { cpus, loadavg, totalmem } from 'node:os'
import { closeScenes } from './scene.ts'

const PARTS: Readonly<Record<string, () => Promise<{ run(): Promise<void> }>>> = {
  dispatch: () => import('./dispatch.ts'),
  jobs: () => import('./jobs.ts'),
  start: () => import('./start.ts'),
  memory: () => import('./memory.ts'),
  parse: () => import('./parse.ts'),
  query: () => import('./query.ts'),
  commands: () => import('./commands.ts'),
}

const named = process.argv.slice(2).filter((word) => !word.startsWith('-') && !/^\d+$/.test(word))
const unknown = named.filter((name) => !(name in PARTS))
if (unknown.length > 0) {
  console.error(`there is no part ${unknown.join(', ')}; parts are ${Object.keys(PARTS).join(', ')}`)
  process.exit(2)
}
const [cpu] = cpus()
console.log(
  `${cpus().length} x ${cpu?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}`,
)
console.log(`load average ${loadAverage()}`)
try {
  for (const [name, open] of Object.entries(PARTS)) {
    if (named.length > 0 && !named.includes(name)) continue
    console.log(`\n# ${name}`)
    const { run } = await open()
    await run()
    console.log(`load average ${loadAverage()}`)
  }
} finally {
  await closeScenes()
}

function loadAverage(): string {
  return loadavg()
    .map((load) => load.toFixed(2))
    .join(' ')
}
