// Scoped operators do random things: nothing that they change was outside their scope before, or is after. What is within
// is decided here by hand, from the rows as they stand in the database.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Inventory } from '../../src/inventory/inventory.ts'
import { TABLES } from '../../src/inventory/rows.ts'
import { closeInventory, databases, openInventory } from '../inventory/open.ts'
import { Session } from '../language/session.ts'

type Row = Readonly<Record<string, unknown>>
type State = Readonly<Record<string, ReadonlyMap<number, Row>>>
interface Scope {
  readonly text: string
  readonly has: (id: number, state: State) => boolean
}

const ROUNDS = 14
const COMMANDS_A_ROUND = 12
const LAB = 'os:scoped'

describe.each(databases)('scopes, on %s', (kind) => {
  let inventory: Inventory
  beforeAll(async () => {
    inventory = await openInventory(kind)
  })
  afterAll(() => closeInventory(inventory))

  test('no change reaches beyond the scope of who made it', { timeout: 300_000 }, async () => {
    const random = generator(20_261_123)
    const seen = { done: 0, refused: 0 }
    for (let round = 0; round < ROUNDS; round++) {
      const session = await Session.begin(inventory, false)
      for (const command of beginning(random)) await session.ask(command)
      const scopes = Array.from({ length: 1 + random(2) }, () => scope(random, 2))
      await session.ask(`grant reader to ${LAB}`)
      for (const { text } of scopes) {
        const granted = await session.ask(`grant operator to ${LAB} on (${text})`)
        expect(granted, text).toMatchObject({ tag: 'done' })
      }
      const isIn = (id: number, state: State) => scopes.some(({ has }) => has(id, state))
      const said = scopes.map(({ text }) => text).join(' | ')
      for (let i = 0; i < COMMANDS_A_ROUND; i++) {
        const command = change(random)
        const before = await stateOf()
        const answered = await session.ask(command, { author: LAB })
        const after = await stateOf()
        const beyond = beyondScope(before, after, isIn)
        expect(beyond, `${command} on ${said}`).toEqual([])
        if (answered.tag === 'done') seen.done += touched(before, after).size > 0 ? 1 : 0
        else if (answered.refusal.code === 'out-of-scope') {
          seen.refused++
          // And nothing is refused that would not have been: an admin does the same.
          await session.ask(command)
          const things = 'things' in answered.refusal.facts ? answered.refusal.facts.things : []
          const outside = namesBeyond(before, await stateOf(), isIn)
          for (const thing of things) expect(outside, `${command} on ${said}`).toContain(thing)
        }
      }
    }
    expect(seen.done).toBeGreaterThan(20)
    expect(seen.refused).toBeGreaterThan(20)
  })

  async function stateOf(): Promise<State> {
    const tables = await Promise.all(
      TABLES.map(async (table) => {
        const { rows } = await inventory.database.knex.raw<{ rows: { id: number; row: Row }[] }>(
          `select id, to_jsonb(t) - 'from_v' as row from ${table} t`,
        )
        return [table, new Map(rows.map(({ id, row }) => [id, row]))] as const
      }),
    )
    return Object.fromEntries(tables)
  }
})

const rowsOf = (state: State, table: string): Row[] => [...(state[table]?.values() ?? [])]

/** Things about which some row came, went or changed. */
function touched(before: State, after: State): Set<number> {
  const ids = new Set<number>()
  for (const table of TABLES) {
    const [was, is] = [before[table] ?? new Map(), after[table] ?? new Map()]
    for (const id of new Set([...was.keys(), ...is.keys()])) {
      const [old, now] = [was.get(id), is.get(id)]
      if (JSON.stringify(old) === JSON.stringify(now)) continue
      for (const row of [old, now])
        for (const column of table === 'things'
          ? ['id']
          : ['thing_id', 'peer_id', 'parent_id', 'child_id', 'network_id'])
          if (typeof row?.[column] === 'number') ids.add(row[column])
    }
  }
  return ids
}

type IsIn = (id: number, state: State) => boolean

function beyondScope(before: State, after: State, isIn: IsIn): unknown[] {
  return [...touched(before, after)].flatMap((id) =>
    [before, after].flatMap((state) => {
      const thing = state.things?.get(id)
      return thing && !isIn(id, state) ? [thing.name] : []
    }),
  )
}

function namesBeyond(before: State, after: State, isIn: IsIn): unknown[] {
  return [before, after].flatMap((state) =>
    rowsOf(state, 'things').flatMap(({ id, name }) => (isIn(Number(id), state) ? [] : [name])),
  )
}

type Random = (below: number) => number

/** mulberry32: the same numbers on every machine. */
function generator(seed: number): Random {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % below
  }
}

const pick = <T>(random: Random, from: readonly T[]): T => {
  const found = from[random(from.length)]
  if (found === undefined) throw new Error('nothing to pick from')
  return found
}

const SERVERS = ['s1', 's2', 's3', 's4', 's5', 's6']
const POOLS = ['p1', 'p2']
const RACKS = ['r1', 'r2']

function beginning(random: Random): string[] {
  return [
    `add server ${SERVERS.join(' ')}`,
    'add networkswitch sw1',
    'add rack r1 r2',
    ...POOLS.map((pool) => `pool create ${pool}`),
    ...(random(2) === 0 ? ['pool insert p1 p2'] : []),
    ...SERVERS.flatMap((name) => [
      `attr set ${name} env ${pick(random, ['lab', 'prod'])}`,
      `pool insert ${pick(random, POOLS)} ${name}`,
      ...(random(2) === 0 ? [`insert ${name} into ${pick(random, RACKS)}`] : []),
    ]),
  ]
}

function change(random: Random): string {
  const one = () => pick(random, [...SERVERS, 'sw1'])
  const any = () => pick(random, [...SERVERS, 'sw1', ...POOLS, ...RACKS])
  const env = () => pick(random, ['lab', 'prod'])
  return pick(random, [
    () => `attr set ${any()} env ${env()}`,
    () => `attr set ${any()} note ${random(3)}`,
    () => `attr set ${one()} or ${one()} env ${env()}`,
    () => `attr set attr:env,${env()} note ${random(9)}`,
    () => `attr del ${one()} env`,
    () => `pool insert ${pick(random, POOLS)} ${any()}`,
    () => `pool remove ${pick(random, POOLS)} ${any()}`,
    () => `insert ${one()} into ${pick(random, RACKS)}`,
    () => `remove ${one()} from ${pick(random, RACKS)}`,
    () => `connect ${one()} ${one()}`,
    () => `disconnect ${one()} ${one()}`,
    () => `rename ${one()} to ${one()}x`,
    () => `swap ${one()} ${one()}`,
    () => `setdriver ${one()} virtualserver`,
    () => `add server ${one()}y env=${env()}`,
    () => `delete ${any()}`,
    () => 'undo',
    () => `undo ${1 + random(20)}`,
  ])()
}

const nameOf = (id: number, state: State): string => String(state.things?.get(id)?.name ?? '')

const parentsOf = (id: number, state: State): number[] =>
  rowsOf(state, 'edges').flatMap(({ child_id, parent_id }) => (child_id === id ? [Number(parent_id)] : []))

/** Whether a thing is in a container at any depth; by way of pools only, where it is about membership. */
function isUnder(id: number, name: string, state: State, throughPools: boolean): boolean {
  return parentsOf(id, state).some((parent) => {
    if (nameOf(parent, state) === name) return true
    const isPool = String(state.things?.get(parent)?.type).includes('pool')
    return (!throughPools || isPool) && isUnder(parent, name, state, throughPools)
  })
}

function leaf(random: Random): Scope {
  const exists = (name: string, state: State) => rowsOf(state, 'things').some((thing) => thing.name === name)
  const name = pick(random, SERVERS)
  const pool = pick(random, POOLS)
  const rack = pick(random, RACKS)
  const env = pick(random, ['lab', 'prod'])
  const type = pick(random, ['server', 'pool', 'networkswitch'])
  return pick(random, [
    { text: 's*', has: (id, state) => nameOf(id, state).startsWith('s') },
    { text: `name:${name}*`, has: (id, state) => nameOf(id, state).startsWith(name) },
    { text: `pool:${pool}`, has: (id, state) => exists(pool, state) && isUnder(id, pool, state, true) },
    { text: `type:server in name:${rack}`, has: (id, state) => isServer(id, state) && isUnder(id, rack, state, false) },
    { text: `type:${type}`, has: (id, state) => state.things?.get(id)?.type === type },
    {
      text: `attr:env,${env}`,
      has: (id, state) =>
        rowsOf(state, 'attributes').some((row) => row.thing_id === id && row.key === 'env' && row.text === env),
    },
  ] satisfies Scope[])
}

const isServer = (id: number, state: State): boolean => state.things?.get(id)?.type === 'server'

function scope(random: Random, depth: number): Scope {
  if (depth === 0 || random(3) === 0) return leaf(random)
  const [a, b] = [scope(random, depth - 1), scope(random, depth - 1)]
  switch (random(3)) {
    case 0:
      return { text: `(${a.text}) and (${b.text})`, has: (id, state) => a.has(id, state) && b.has(id, state) }
    case 1:
      return { text: `(${a.text}) or (${b.text})`, has: (id, state) => a.has(id, state) || b.has(id, state) }
    default:
      return { text: `(${a.text}) and not (${b.text})`, has: (id, state) => a.has(id, state) && !b.has(id, state) }
  }
}
