// What `impact` finds in random small datacenters is what follows from its definitions, tried one thing at a time: at
// present, and as of a version after which everything was taken apart.
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Change } from '../../../src/inventory/change.ts'
import type { Inventory } from '../../../src/inventory/inventory.ts'
import { type Impact, impactOf } from '../../../src/inventory/read/impact.ts'
import type { Rows, Table } from '../../../src/inventory/rows.ts'
import { refreshClosure } from '../../../src/inventory/write/closure.ts'
import { closeInventory, databases, ENTRY, openInventory } from '../open.ts'
import { type Scene, writeScene } from '../scene.ts'

const SERVERS = ['s1', 's2', 's3', 's4', 's5']
const GEAR = ['w1', 'w2', 'w3', 'w4', 'gate']
const PDUS = ['p1', 'p2', 'p3']
const DRIVERS: Readonly<Record<string, string>> = {
  rack1: 'rack',
  rack2: 'rack',
  c1: 'consoleserver',
  vm1: 'virtualserver',
  vm2: 'virtualserver',
  prod: 'pool',
  ...Object.fromEntries(SERVERS.map((name) => [name, 'server'])),
  ...Object.fromEntries(GEAR.map((name) => [name, name === 'gate' ? 'router' : 'networkswitch'])),
  ...Object.fromEntries(PDUS.map((name) => [name, 'powerstrip'])),
}

/** Pairs that are joined: who is fed by whom, who is cabled to what, who stands in what. */
interface Plant {
  readonly feeds: readonly (readonly [string, string])[]
  readonly network: readonly (readonly [string, string])[]
  readonly lines: readonly string[]
  readonly places: readonly (readonly [string, string])[]
  readonly members: readonly string[]
  readonly gone: readonly string[]
}

const some = (of: readonly string[], most: number) => fc.uniqueArray(fc.constantFrom(...of), { maxLength: most })
const pairs = (a: readonly string[], b: readonly string[], most: number) =>
  fc
    .array(fc.tuple(fc.constantFrom(...a), fc.constantFrom(...b)), { maxLength: most })
    .map((found) => found.filter(([from, to]) => from !== to))

const plants: fc.Arbitrary<Plant> = fc.record({
  feeds: pairs([...SERVERS, ...GEAR], PDUS, 14),
  network: pairs([...SERVERS, ...GEAR, 'vm1'], GEAR, 16),
  lines: some([...SERVERS, ...GEAR], 6),
  places: fc
    .record({
      standing: fc.array(fc.tuple(fc.constantFrom('rack1', 'rack2'), fc.constantFrom(...SERVERS, ...PDUS)), {
        maxLength: 6,
      }),
      hosts: fc.tuple(fc.constantFrom(...SERVERS), fc.constantFrom(...SERVERS)),
    })
    .map(({ standing, hosts: [first, second] }) => [
      ...new Map(standing.map(([rack, thing]) => [thing, [rack, thing] as const])).values(),
      [first, 'vm1'] as const,
      [second, 'vm2'] as const,
    ]),
  members: some([...SERVERS, 'vm1', 'vm2'], 5),
  gone: fc.uniqueArray(fc.constantFrom(...Object.keys(DRIVERS)), { minLength: 1, maxLength: 3 }),
})

function sceneOf({ feeds, network, lines, places, members }: Plant): Scene {
  const used = new Map<string, number>()
  const port = (thing: string, type: string) => {
    const number = (used.get(`${thing} ${type}`) ?? 0) + 1
    used.set(`${thing} ${type}`, number)
    return `${thing}:${type}:${number}`
  }
  const cables = (of: readonly (readonly [string, string])[], type: string) =>
    of.map(([a, b]) => [port(a, type), port(b, type)] as const)
  return {
    things: DRIVERS,
    edges: [...places, ...members.map((name) => ['prod', name] as const)],
    cables: [
      ...cables(feeds, 'pwr-nema-5'),
      ...cables(network, 'nic-eth'),
      ...cables(
        lines.map((name) => [name, 'c1'] as const),
        'console-serial',
      ),
    ],
  }
}

interface Found {
  readonly contained: string[]
  readonly dark: string[]
  readonly oneFeed: string[]
  readonly cutOff: string[]
  readonly oneUplink: string[]
  readonly noConsole: string[]
  readonly pools: string[]
}

const ALL = Object.keys(DRIVERS).sort()
const unique = (names: readonly string[]) => [...new Set(names)].sort()

function naive({ feeds, network, lines, places, members, gone: named }: Plant): Found {
  const gone = new Set(named)
  const contained = new Set<string>()
  const dark = new Set<string>()
  const sources = (name: string) => unique(feeds.flatMap(([fed, by]) => (fed === name ? [by] : [])))
  for (let before = -1; before !== gone.size; ) {
    before = gone.size
    // First what stands in what goes, then what has lost its power: so is it told where both are so.
    for (const [place, thing] of places)
      if (gone.has(place) && !gone.has(thing)) {
        gone.add(thing)
        contained.add(thing)
      }
    for (const name of ALL) {
      const of = sources(name)
      if (of.length === 0 || gone.has(name) || !of.every((source) => gone.has(source))) continue
      gone.add(name)
      dark.add(name)
    }
  }
  const isGear = (name: string) => GEAR.includes(name)
  const peers = (name: string) =>
    unique(network.flatMap(([a, b]) => (a === name ? [b] : b === name ? [a] : []))).filter((peer) => peer !== name)
  const gearOf = (name: string) => peers(name).filter(isGear)
  const reach = (from: string, open: (name: string) => boolean): string[] => {
    let found = [from]
    for (let size = 0; size !== found.length; ) {
      size = found.length
      found = unique([...found, ...found.flatMap(gearOf).filter(open)])
    }
    return found
  }
  const alive = (name: string) => !gone.has(name)
  const isStranded = (name: string): boolean => {
    const whole = reach(name, () => true)
    if (!isGear(name) || gone.has(name) || whole.every(alive)) return false
    const piece = reach(name, alive)
    if (whole.includes('gate')) return !piece.includes('gate')
    return whole.filter(alive).some((other) => reach(other, alive).length > piece.length)
  }
  const dead = (name: string) => gone.has(name) || isStranded(name)
  const rank = (name: string): number => {
    if (!reach(name, () => true).includes('gate')) return -gearOf(name).length
    let ring = ['gate']
    for (let steps = 0; ; steps++) {
      if (ring.includes(name)) return steps
      ring = unique([...ring, ...ring.flatMap(gearOf)])
    }
  }
  const uplinks = (name: string) => gearOf(name).filter((peer) => !isGear(name) || rank(peer) < rank(name))
  const left = (name: string) => uplinks(name).filter((peer) => !dead(peer)).length
  const lost = ALL.filter(
    (name) => isStranded(name) || (!isGear(name) && alive(name) && uplinks(name).length > 0 && left(name) === 0),
  )
  const guests = places.flatMap(([host, guest]) =>
    lost.includes(host) && alive(guest) && peers(guest).length === 0 && !host.startsWith('rack') ? [guest] : [],
  )
  const cutOff = unique([...lost, ...guests])
  const out = (name: string) => gone.has(name) || cutOff.includes(name)
  const kept = members.filter((name) => !out(name)).length
  return {
    contained: unique([...contained]),
    dark: unique([...dark]),
    oneFeed: ALL.filter((name) => !out(name) && sources(name).length > 1 && sources(name).filter(alive).length === 1),
    cutOff,
    oneUplink: ALL.filter((name) => !dead(name) && uplinks(name).length > 1 && left(name) === 1),
    noConsole: gone.has('c1') ? unique(lines).filter((name) => !out(name)) : [],
    pools: kept < members.length ? [`prod ${kept}/${members.length}`] : [],
  }
}

const told = (found: Impact): Found => ({
  contained: [...found.contained.names],
  dark: [...found.dark.names],
  oneFeed: [...found.oneFeed.names],
  cutOff: [...found.cutOff.names],
  oneUplink: [...found.oneUplink.names],
  noConsole: [...found.noConsole.names],
  pools: found.pools.shares.map(({ name, left, of }) => `${name} ${left}/${of}`),
})

describe.each(databases)('impact, on %s', (kind) => {
  let inventory: Inventory
  beforeAll(async () => {
    inventory = await openInventory(kind)
  })
  afterAll(() => closeInventory(inventory))

  it('finds what the definitions say', async () => {
    await fc.assert(
      fc.asyncProperty(plants, async (plant) => {
        const made = await inventory.change(ENTRY, (change) => writeScene(change, sceneOf(plant)))
        const roots = plant.gone.flatMap((name) => made.result[name] ?? [])
        const expected = naive(plant)
        try {
          expect(told(await inventory.read((view) => impactOf(view, roots)))).toEqual(expected)
        } finally {
          await inventory.change(ENTRY, async (change) => {
            for (const table of ['links', 'edges', 'things'] as const) await clear(change, table)
            await refreshClosure(
              change,
              Object.values(made.result).map(({ id }) => id),
            )
          })
        }
        expect(told(await inventory.read((view) => impactOf(view, roots, made.version)))).toEqual(expected)
      }),
      { numRuns: 60 },
    )
  })
})

async function clear<T extends Table>(change: Change, table: T): Promise<void> {
  const { rows } = await change.knex.raw<{ rows: Rows[T][] }>(`select * from ${table}`)
  await change.retire(table, rows)
}
