// What is chosen for an allocation is compared with what trying all subsets gives, on small random inventories: a set
// that may be had, the best by preference, and a refusal only where there is none. `RUNS=1000` makes that many inventories.
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { COMMANDS } from '../../../src/commands/registry.ts'
import type { Query } from '../../../src/grammar/ast.ts'
import { createLanguage } from '../../../src/grammar/language.ts'
import { InventoryError } from '../../../src/inventory/error.ts'
import type { Inventory } from '../../../src/inventory/inventory.ts'
import { chooseFree, type Spread } from '../../../src/inventory/resources/allocation.ts'
import { TABLES } from '../../../src/inventory/rows.ts'
import { closeInventory, databases, ENTRY, openInventory } from '../open.ts'
import { type Scene, writeScene } from '../scene.ts'

const RUNS = Number(process.env.RUNS ?? 25)
const QUESTIONS = 12

interface Server {
  readonly name: string
  readonly status: string | null
  readonly isProtected: boolean
  readonly memory: number | null
  readonly rack: string | null
  readonly datacenter: string | null
}

const RACKS = ['ra', 'rb', 'rc', 'rd']
const DATACENTERS = [null, 'd1', 'd2']

/** Which datacenter each rack stands in, and the servers. */
const inventories = fc
  .tuple(
    fc.array(fc.constantFrom(...DATACENTERS), { minLength: 4, maxLength: 4 }),
    fc.array(
      fc.record({
        status: fc.constantFrom(null, 'unallocated', 'unallocated', 'allocated', 'broken'),
        isProtected: fc.nat(9).map((n) => n === 0),
        memory: fc.constantFrom(null, 16, 32, 64),
        place: fc.constantFrom(null, 'd1', ...RACKS),
      }),
      { minLength: 1, maxLength: 9 },
    ),
  )
  .map(([datacenters, drawn]) =>
    drawn.map(({ place, ...rest }, i): Server => {
      const rack = place !== null && RACKS.includes(place) ? place : null
      const datacenter = rack === null ? place : (datacenters[RACKS.indexOf(rack)] ?? null)
      // Names are not in the order of the racks.
      return { ...rest, name: `s${(i * 7) % 10}`, rack, datacenter }
    }),
  )

const spreads = fc.uniqueArray(
  fc.record({ per: fc.constantFrom('rack', 'datacenter'), most: fc.integer({ min: 1, max: 3 }) }),
  { maxLength: 2, selector: ({ per }) => per },
)

const question = fc.record({
  count: fc.integer({ min: 1, max: 5 }),
  text: fc.constantFrom('driver:server', 'attr:status,unallocated', 'attr:status,broken or haskey memory', '/^s[0-5]/'),
  spread: spreads,
  sort: fc.constantFrom('asc', 'desc', null),
})
type Question = typeof question extends fc.Arbitrary<infer Q> ? Q : never

function scene(servers: readonly Server[]): Scene {
  const placed = new Map(servers.flatMap(({ rack, datacenter }) => (rack && datacenter ? [[rack, datacenter]] : [])))
  return {
    things: {
      d1: 'datacenter',
      d2: 'datacenter',
      ...Object.fromEntries(RACKS.map((name) => [name, 'rack'])),
      ...Object.fromEntries(servers.map(({ name }) => [name, 'server'])),
    },
    edges: [
      ...[...placed].map(([rack = '', datacenter = '']) => [datacenter, rack] as const),
      ...servers.flatMap(({ name, rack, datacenter }) => {
        const place = rack ?? datacenter
        return place === null ? [] : [[place, name] as const]
      }),
    ],
    attributes: servers.flatMap(({ name, status, isProtected, memory }) => [
      ...(status === null ? [] : [[name, 'status', status] as const]),
      ...(isProtected ? [[name, '_protected', 'INC-1'] as const] : []),
      ...(memory === null ? [] : [[name, 'memory', String(memory), 'integer'] as const]),
    ]),
  }
}

function isAsked({ name, status, memory }: Server, text: string): boolean {
  switch (text) {
    case 'attr:status,unallocated':
      return status === 'unallocated'
    case 'attr:status,broken or haskey memory':
      return status === 'broken' || memory !== null
    case '/^s[0-5]/':
      return /^s[0-5]/.test(name) && status !== 'broken'
    default:
      return status !== 'broken'
  }
}

const placeOf = (server: Server, per: string): string | null => (per === 'rack' ? server.rack : server.datacenter)

function isApart(servers: readonly Server[], spread: readonly Spread[]): boolean {
  return spread.every(({ per, most }) =>
    servers.every((one) => servers.filter((other) => placeOf(other, per) === placeOf(one, per)).length <= most),
  )
}

/** The best of all sets, or how many there are at most. */
function naive(servers: readonly Server[], { count, text, spread, sort }: Question): readonly string[] | number {
  const first = spread.some(({ per }) => per === 'rack') ? 'rack' : spread[0]?.per
  const order = (a: Server, b: Server): number => {
    if (sort !== null && a.memory !== b.memory) {
      if (a.memory === null || b.memory === null) return a.memory === null ? 1 : -1
      return sort === 'asc' ? a.memory - b.memory : b.memory - a.memory
    }
    const [one, other] = first ? [placeOf(a, first) ?? '', placeOf(b, first) ?? ''] : ['', '']
    return one < other ? -1 : one > other ? 1 : a.name < b.name ? -1 : 1
  }
  const free = servers
    .filter((server) => isAsked(server, text) && server.status !== 'allocated' && !server.isProtected)
    .filter((server) => spread.every(({ per }) => placeOf(server, per) !== null))
    .sort(order)
  let most = 0
  // In the order of the preference: the first subset of the size is the best, since an earlier one has a better member.
  const found = (chosen: readonly Server[], at: number): readonly Server[] | null => {
    if (!isApart(chosen, spread)) return null
    most = Math.max(most, chosen.length)
    if (chosen.length === count) return chosen
    for (let next = at; next < free.length; next++) {
      const server = free[next]
      const rest = server ? found([...chosen, server], next + 1) : null
      if (rest) return rest
    }
    return null
  }
  return found([], 0)?.map(({ name }) => name) ?? most
}

describe.each(databases)('an allocation on %s', (kind) => {
  const language = createLanguage(COMMANDS)
  let inventory: Inventory
  beforeAll(async () => {
    inventory = await openInventory(kind)
  })
  afterAll(() => closeInventory(inventory))

  async function ask({ count, text, spread, sort }: Question): Promise<readonly string[] | number> {
    const { expression } = language.parse(`find ${text}`).args.query as Query
    const key = { key: 'memory', subkey: null, number: null }
    const wanted = { count, expression, spread, sort: sort === null ? null : { key, descending: sort === 'desc' } }
    try {
      return (await inventory.read((view) => chooseFree(view, wanted))).map(({ name }) => name)
    } catch (error) {
      if (error instanceof InventoryError && error.code === 'too-few')
        return (error as InventoryError<'too-few'>).facts.found
      throw error
    }
  }

  it('is the best of all sets that may be had', async () => {
    const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)
    const tables = [...TABLES, ...TABLES.map((table) => `${table}_past`), 'closure', 'versions', 'counters']
    for (const [i, servers] of fc.sample(inventories, { seed, numRuns: RUNS }).entries()) {
      await inventory.database.knex.raw(`truncate ${tables.join(', ')}`)
      await inventory.change(ENTRY, (change) => writeScene(change, scene(servers)))
      const compare = fc.asyncProperty(question, async (question) => {
        expect(await ask(question), `SEED=${seed}`).toEqual(naive(servers, question))
      })
      await fc.assert(compare, { numRuns: QUESTIONS, seed: seed + i })
    }
  })
})
