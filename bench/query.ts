// The query benchmark: the questions of questions.ts on Postgres, at 2,000, 20,000 and 1,000,000 servers or as many as
// `--size` says, in three ways side by side, against the bars that they are to stay below.
import type { Query } from '../src/grammar/ast.ts'
import type { Inventory } from '../src/inventory/inventory.ts'
import { countThings } from '../src/inventory/query/count.ts'
import type { Datacenter } from './data.ts'
import { type Figures, sideBySide } from './measure.ts'
import { type Counts, type Question, questions, type Ways } from './questions.ts'
import { type Scene, sceneOf, sizes } from './scene.ts'
import type { Statement } from './sql.ts'
import { print } from './table.ts'

const SIZES = [2_000, 20_000, 1_000_000]
const EFFORT = { warm: 20, runs: 200, limit: 6_000 }
// Against SQL by hand, and in statements.
const BARS = { point: 2, set: 1.5, layerStatements: 3, textStatements: 6 }

// Known for these sizes; a generator that gives others has changed.
const KNOWN: Readonly<Record<number, Counts>> = {
  2000: { all: 2_000, unallocated: 179, production: 1_272, both: 110, large: 1_428 },
  20000: { all: 20_000, unallocated: 1_926, production: 12_748, both: 1_299, large: 14_028 },
}

export async function run(): Promise<void> {
  for (const size of sizes(SIZES)) {
    const scene = await sceneOf(size)
    console.log(`\n## ${size} servers`)
    await measure(scene)
  }
}

export async function measure(scene: Scene): Promise<void> {
  const { datacenter } = scene
  const { inventory } = scene.bot
  const ways = waysOf(scene)
  const counts = KNOWN[datacenter.servers] ?? countsOf(datacenter)
  const table: string[][] = []
  for (const question of questions(datacenter.racks, counts)) {
    await check(question, ways)
    const statements = await countStatements(inventory, question, ways)
    const [text, layer, hand] = await sideBySide(
      [
        { name: 'text', run: () => question.text(ways) },
        { name: 'inventory', run: () => question.layer(ways) },
        { name: 'SQL', run: () => question.sql(ways) },
      ],
      EFFORT,
    )
    if (text && layer && hand) table.push(row(question, statements, text, layer, hand))
  }
  print(
    [
      '',
      'question',
      'text ms',
      'p95',
      'st',
      'inv ms',
      'p95',
      'st',
      'SQL ms',
      'p95',
      'st',
      'inv/SQL',
      'of p10',
      'bar',
      'text/SQL',
      'runs',
      '',
    ],
    table,
    [1, 16],
  )
}

function row(
  { number, title, kind }: Question,
  [textCount, layerCount, handCount]: readonly [number, number, number],
  text: Figures,
  layer: Figures,
  hand: Figures,
): string[] {
  const ratio = layer.median / hand.median
  const bar = BARS[kind]
  const misses = [
    ...(ratio > bar ? ['time'] : []),
    ...(layerCount > BARS.layerStatements ? [`inventory statements > ${BARS.layerStatements}`] : []),
    ...(textCount > BARS.textStatements ? [`text statements > ${BARS.textStatements}`] : []),
  ]
  return [
    number,
    title,
    ...milliseconds(text),
    String(textCount),
    ...milliseconds(layer),
    String(layerCount),
    ...milliseconds(hand),
    String(handCount),
    ratio.toFixed(2),
    (layer.p10 / hand.p10).toFixed(2),
    `<= ${bar}`,
    (text.median / hand.median).toFixed(2),
    String(hand.runs),
    misses.length === 0 ? 'pass' : `MISS: ${misses.join(', ')}`,
  ]
}

const milliseconds = ({ median, p95 }: Figures): string[] => [median.toFixed(2), p95.toFixed(2)]

function waysOf({ bot: { inventory, language }, ask }: Scene): Ways {
  const { knex } = inventory.database
  const queries = new Map<string, Query>()
  return {
    inventory,
    async text(messages) {
      const replies = []
      for (const text of messages) replies.push(await ask(text))
      return replies
    },
    query(message) {
      const known = queries.get(message)
      if (known) return known
      const query = language.parse(message).args.query as Query
      queries.set(message, query)
      return query
    },
    async rows<Row>({ name, text }: Statement, ...bindings: readonly string[]) {
      const { rows } = await knex.raw<{ rows: Row[] }>(positional(text), named(bindings)).options({ name })
      return rows
    },
    transaction: <Row>(statements: readonly (readonly [Statement, ...string[]])[]) =>
      knex.transaction(async (transaction) => {
        let last: Row[] = []
        for (const [{ name, text }, ...bindings] of statements) {
          const { rows } = await transaction.raw<{ rows: Row[] }>(positional(text), named(bindings)).options({ name })
          last = rows
        }
        return last
      }),
  }
}

// Knex numbers bindings itself: `$1` is written `:p1`, so that one binding may stand in several places.
const positional = (text: string): string => text.replace(/\$(\d+)/g, ':p$1')
const named = (bindings: readonly string[]): Record<string, string> =>
  Object.fromEntries(bindings.map((binding, index) => [`p${index + 1}`, binding]))

async function check(question: Question, ways: Ways): Promise<void> {
  const asked = { text: question.text, inventory: question.layer, SQL: question.sql }
  for (const [way, ask] of Object.entries(asked)) {
    const found = await ask(ways)
    if (found !== question.expected)
      throw new Error(`question ${question.number} by ${way} is ${found}, and should be ${question.expected}`)
  }
  if (!question.exact) return
  const { message, count } = question.exact
  const found = await ways.inventory.read((view) =>
    countThings(view, ways.query(message), { by: null, now: new Date() }),
  )
  if (found.count !== count) throw new Error(`question ${question.number} counts ${found.count}, and should ${count}`)
}

/** How many statements each way sends. */
async function countStatements(
  { database: { knex } }: Inventory,
  question: Question,
  ways: Ways,
): Promise<readonly [number, number, number]> {
  const count = async (way: () => Promise<unknown>): Promise<number> => {
    let sent = 0
    const note = () => {
      sent += 1
    }
    knex.on('query', note)
    await way()
    knex.removeListener('query', note)
    return sent
  }
  return [
    await count(() => question.text(ways)),
    await count(() => question.layer(ways)),
    await count(() => question.sql(ways)),
  ]
}

function countsOf({ make }: Datacenter): Counts {
  const counts = { all: 0, unallocated: 0, production: 0, both: 0, large: 0 }
  for (const { status, pool, dbslave, cpucount, memory } of make()) {
    counts.all += 1
    if (status === 'unallocated') counts.unallocated += 1
    if (pool === 'production') counts.production += 1
    if (pool === 'production' && dbslave) counts.both += 1
    if (cpucount >= 16 || memory >= 131_072) counts.large += 1
  }
  return counts
}
