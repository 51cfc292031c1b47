// How long people wait: every kind of command as text through the whole pipeline, at a million servers or as many as
// `--size` says. A command over the bar is told, and not averaged away.
import { wordsAfter } from '../src/bot/completion.ts'
import { rackName, serverName } from './data.ts'
import { figures } from './measure.ts'
import { ASKER, type Scene, sceneOf, sizes } from './scene.ts'

const SIZES = [1_000_000]
const RUNS = 5
// In milliseconds.
const BAR = 1000
// No run is begun after so long with one command, in milliseconds.
const LIMIT = 5000
// Of the columns, in characters.
const TITLE = 92
const WIDTH = 7

export async function run(): Promise<void> {
  for (const size of sizes(SIZES)) {
    const scene = await sceneOf(size)
    console.log(`\n## ${size} servers, the median and the slowest of ${RUNS} runs; the bar is ${BAR} ms`)
    await measure(scene)
  }
}

interface Timed {
  readonly title: string
  /** `round` counts from 1. */
  run(round: number): Promise<unknown>
}

export async function measure(scene: Scene): Promise<void> {
  const timed = [...reads(scene), ...changes(scene), ...completions(scene)]
  let met = 0
  for (const one of timed) {
    const { median, slowest, verdict } = await time(one)
    const figures = [median, slowest].map((figure) => figure.toFixed(0).padStart(WIDTH))
    console.log([one.title.padEnd(TITLE), ...figures, ` ${verdict}`].join(' ').trimEnd())
    if (verdict === '') met += 1
  }
  console.log(`${met} of ${timed.length} stay below ${BAR} ms`)
}

interface Figures {
  /** In milliseconds. */
  readonly median: number
  readonly slowest: number
  /** Empty where the bar is met. */
  readonly verdict: string
}

async function time({ run }: Timed): Promise<Figures> {
  const times: number[] = []
  const end = performance.now() + LIMIT
  for (let round = 1; round <= RUNS && (round === 1 || performance.now() < end); round++) {
    const begin = performance.now()
    try {
      await run(round)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      return { median: NaN, slowest: NaN, verdict: `FAILED: ${reason.split('\n')[0]}` }
    }
    times.push(performance.now() - begin)
  }
  const slowest = Math.max(...times)
  return { median: figures(times).median, slowest, verdict: slowest > BAR ? 'OVER' : '' }
}

function reads({ datacenter: { racks }, ask }: Scene): Timed[] {
  const m = serverName(racks * 10 + 7)
  const rack = rackName('rack', racks / 2 + 1)
  const [sw, pdu] = [rackName('sw', racks / 2 + 1), rackName('pdu', racks / 2 + 1)]
  const free = 'driver:Server and attr:status,unallocated'
  const texts = [
    m,
    `name:${m}`,
    'nosuchserver',
    's[10001-10400]',
    's0000*',
    '*00077',
    '*77*',
    '/^s.*77$/',
    'driver:Server',
    'type:rack',
    free,
    'driver:Server and not attr:status,unallocated',
    'attr:status,unallocated or attr:owner,ops',
    'attr:system.memory>=131072',
    'attr:description,*db*',
    'attr:description,/cache.*labs$/',
    'attr:os,debian1[0-1]',
    'attr:system.serial,SN00000077',
    'attr:owner!=ops',
    'haskey maxu',
    'not haskey owner',
    'serial:SN00000077',
    'mac:00:50:c2:00:00:01',
    'ip:10.0.0.77',
    'ip:10.0.0.0/25',
    'ip:10.0.*',
    'driver:Server connected to name:rack002',
    `driver:Server connected to ${sw}`,
    'type:rack containing attr:role,db',
    'driver:Server connected to type:networkswitch in dc1',
    'driver:Server in name:dc1',
    `driver:Server and not driver:Server in ${rack}`,
    `${free} in name:dc1 limit 4 distinct rack`,
    `${free} in name:dc1 distinct rack`,
    'driver:Server distinct rack',
    `${free} limit 4 distinct rack sort by system.memory desc`,
    'pool:production',
    'pool:production and pool:dbslave',
    'pool:production or pool:dbslave',
    'pool:pro*',
    'driver:Server and not pool:production',
    'driver:Server and (attr:system.cpucount>=16 or attr:system.memory>=131072) in name:dc1',
    'driver:Server sort by system.memory desc',
    'driver:Server sort by owner',
    'driver:Server sort by name desc',
    `${free} sort by system.cpucount limit 10`,
    'match keys (status=unallocated, role=db)',
    'match exact (minu=1, maxu=45)',
    'count driver:Server',
    `count ${free}`,
    'count pool:production and attr:role,db',
    'count driver:Server in dc1',
    'count driver:Server distinct rack',
    'count driver:Server by status',
    'count driver:Server by system.memory',
    'count driver:Server by description',
    'count type:rack by driver',
    'count pool:production by role',
    `info ${m}`,
    `info ${rack}`,
    'info driver:Server',
    `info ${sw}`,
    'info dc1',
    'info production',
    'info net10',
    `locate ${m}`,
    `locate ${sw}`,
    'locate dc1',
    `tree ${rack}`,
    `tree ${m} parents`,
    'tree dc1',
    'tree production',
    'pool show production',
    'pool show dbslave',
    `ports ${m}`,
    `ports ${sw}`,
    `ports ${pdu}`,
    `explain ${free}`,
    'explain driver:Server in dc1 and pool:production',
    `attr get ${m}`,
    `attr get ${m} owner inherited`,
    `attr get ${m} _in`,
    `attr get ${rack}`,
    'attr get driver:Server owner',
    `history ${m}`,
    `history ${rack}`,
    'history dc1',
    'diff version 1',
    'diff version 0',
    'diff 2h ago',
    `diff version 0 driver:Server in ${rack}`,
    `diff version 0 ${m}`,
    'diff version 1 driver:Server',
    'driver:Server as of version 1',
    `${free} as of version 1`,
    `driver:Server in ${rack} as of version 1`,
    'driver:Server in name:dc1 as of version 1',
    'driver:Server connected to name:rack002 as of version 1',
    'pool:production as of version 1',
    'pool:production and pool:dbslave as of version 1',
    `${free} in name:dc1 limit 4 distinct rack as of version 1`,
    'count driver:Server as of version 1',
    `info ${m} as of version 1`,
    'info driver:Server as of version 1',
    `locate ${m} as of version 1`,
    `tree ${rack} as of version 1`,
    `ports ${m} as of version 1`,
    `attr get ${m} owner as of version 1`,
    'help',
    'help find',
    'whoami',
    'doctor',
    `plan attr set ${m} owner mail`,
    `plan delete ${m}`,
  ]
  return texts.map((text) => ({ title: text, run: () => ask(text) }))
}

/** Changes: those on things that were added before need as many as there are rounds. */
function changes({ datacenter: { racks }, ask }: Scene): Timed[] {
  const m = serverName(racks * 10 + 7)
  const rack = rackName('rack', racks / 2 + 1)
  const changed = (title: string, text: (round: number) => string): Timed => ({ title, run: (n) => ask(text(n)) })
  return [
    changed(`attr set ${m} owner …`, (n) => `attr set ${m} owner owner${n}`),
    changed(`attr add ${m} alias …`, (n) => `attr add ${m} alias alias${n}`),
    changed(`attr set driver:Server in ${rack} owner …`, (n) => `attr set driver:Server in ${rack} owner owner${n}`),
    changed('undo', () => 'undo'),
    changed('add server …', (n) => `add server new${n} role=web owner=ops`),
    changed(`insert … into ${rack}`, (n) => `insert new${n} into ${rack} at U${30 + n}`),
    changed('add server (200 of them)', (n) => `add server many${n}x[001-200] role=web`),
    changed('pool insert … into production', (n) => `pool insert new${n} into production`),
    changed('rename …', (n) => `rename many1x00${n} renamed${n}`),
    changed('connect …', (n) => `connect many1x01${n} many1x02${n}`),
    changed('delete …', (n) => `delete many1x03${n}`),
    changed('setdriver …', (n) => `setdriver many1x04${n} virtualserver`),
    changed('delete (200 of them)', (n) => (n === 1 ? 'delete many2x*' : `delete many1x05${n}`)),
  ]
}

/** What the terminal asks when Tab is pressed. */
function completions({ bot }: Scene): Timed[] {
  const texts = [
    'info s5',
    'driver:Ser',
    'attr:',
    'attr:own',
    'attr:owner,',
    'attr:description,',
    'pool:',
    'type:ra',
    'name:rack',
  ]
  return texts.map((text) => ({ title: `${text}<Tab>`, run: () => wordsAfter(text, ASKER, bot) }))
}
