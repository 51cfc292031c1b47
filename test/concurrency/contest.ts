// One round of a contest: fifty askers want servers, units of a rack, ports of a switch and addresses, of which there are
// fewer than askers. What they were told is compared with what they say to each other and with what the tables hold.
import { expect } from 'vitest'
import type { Inventory } from '../../src/inventory/inventory.ts'
import type { Scene } from '../inventory/scene.ts'

/** An answer as `--json` gives it. */
export interface Told {
  readonly command: string
  readonly ok: boolean
  readonly data?: {
    readonly version?: number | null
    readonly things?: readonly { readonly name: string }[]
    readonly ports?: readonly string[]
    readonly address?: string
  }
  readonly error?: { readonly code: string; readonly message: string }
}

const RACKS = 5
const IN_RACK = 4
const SPARES = 4
const SLOTS = 4
const FIXED_PORTS = 3
const FREE_ADDRESSES = 5

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1)

/** What is there before the round `r`. */
export function arena(r: string): Scene {
  const servers = range(RACKS * IN_RACK).map((n) => `${r}-in-${String(n).padStart(2, '0')}`)
  const spares = range(SPARES).map((n) => `${r}-spare-${n}`)
  const others = ['tall', 'wired', 'cabled', 'fixed', 'lowest'].flatMap((kind) =>
    range(12).map((n) => `${r}-${kind}-${n}`),
  )
  const racks = range(RACKS).map((n) => `${r}-rack-${n}`)
  return {
    things: {
      ...Object.fromEntries([...servers, ...spares, ...others].map((name) => [name, 'server'])),
      ...Object.fromEntries([...racks, `${r}-slots`].map((name) => [name, 'rack'])),
      [`${r}-switch`]: 'networkswitch',
      [`${r}-net`]: 'network',
    },
    edges: servers.map((name, i) => [racks[Math.floor(i / IN_RACK)] ?? '', name, (i % IN_RACK) + 1, (i % IN_RACK) + 1]),
    attributes: [
      ...[...servers, ...spares].map((name) => [name, 'status', 'unallocated'] as const),
      // Beside the network's own two addresses as many as are free.
      [`${r}-net`, 'cidr', `10.${Number(r.slice(1))}.0.0/29`],
      [`${r}-net`, 'gateway', `10.${Number(r.slice(1))}.0.1`],
    ],
  }
}

/** What the fifty type, all at once. */
export function commands(r: string): string[] {
  return [
    ...range(12).map(() => `allocate 2 name:${r}-in-* distinct rack`),
    ...range(8).map(() => `allocate name:${r}-spare-* and attr:status,unallocated`),
    ...range(10).map((n) => `insert ${r}-tall-${n} into ${r}-slots at U${(n % SLOTS) + 1}`),
    ...range(6).map((n) => `connect ${r}-wired-${n}:nic-eth:1 ${r}-switch:nic-eth:${(n % FIXED_PORTS) + 1}`),
    ...range(4).map((n) => `connect ${r}-cabled-${n} ${r}-switch`),
    ...range(3).map((n) => `ip allocate ${r}-fixed-${n} 10.${Number(r.slice(1))}.0.6`),
    ...range(7).map((n) => `ip allocate ${r}-lowest-${n} from ${r}-net`),
  ]
}

/** Two are in two racks of five with four each: eight times, then four are left in one rack. */
const PAIRS = 8

/** Compares what all were told with what is there. */
export async function judge(inventory: Inventory, r: string, told: readonly Told[]): Promise<void> {
  const of = (begin: string) => told.filter(({ command }) => command.startsWith(begin))
  expect(told.length).toBe(50)
  await judgeServers(inventory, `${r}-in-`, of('allocate 2 '), { grants: PAIRS, each: 2 })
  await judgeServers(inventory, `${r}-spare-`, of('allocate name:'), { grants: SPARES, each: 1 })
  judgeUnits(of('insert '))
  const cables = judgeCables(of('connect '))
  await judgeTables(inventory, r, { slots: SLOTS, cables })
  await judgeAddresses(inventory, r, of('ip allocate '))
}

async function judgeServers(
  inventory: Inventory,
  begin: string,
  told: readonly Told[],
  { grants, each }: { readonly grants: number; readonly each: number },
): Promise<void> {
  const won = told.filter(({ ok }) => ok)
  expect(won.length, JSON.stringify(told.filter(({ ok }) => !ok))).toBe(grants)
  const granted = won.flatMap(({ data }) => data?.things?.map(({ name }) => ({ name, version: data.version })) ?? [])
  expect(granted.length).toBe(grants * each)
  expect(new Set(granted.map(({ name }) => name)).size, 'no double grant').toBe(granted.length)
  // None is lost: what is allocated is what somebody was told, in the version that he was told.
  const { rows } = await inventory.database.knex.raw<{ rows: { name: string; version: number }[] }>(
    `select t.name, a.from_v as version from things t join attributes a on a.thing_id = t.id
     where t.name like ? and a.key = 'status' and a.text = 'allocated' order by t.name_key`,
    [`${begin}%`],
  )
  expect(rows).toEqual([...granted].sort((a, b) => (a.name < b.name ? -1 : 1)))
  for (const { error } of told.filter(({ ok }) => !ok)) {
    expect(error?.code).toBe('too-few')
    expect(error?.message).toMatch(new RegExp(`${begin}\\d+ by \\w+ in version \\d+`))
  }
}

const wordAt =
  (at: number) =>
  ({ command }: Told): string =>
    command.split(' ')[at] ?? ''

/** Of those who want the same units one has them, and the others are told who. */
function judgeUnits(told: readonly Told[]): void {
  const holders = new Map(told.flatMap((one) => (one.ok ? [[wordAt(5)(one), wordAt(1)(one)] as const] : [])))
  expect(holders.size).toBe(SLOTS)
  expect(told.filter(({ ok }) => ok).length, 'no units twice').toBe(SLOTS)
  for (const one of told) if (!one.ok) refusedFor(one, 'units-taken', holders.get(wordAt(5)(one)))
}

/** The same of ports, which are also given to those who name none: these all get one. Answers with how many cables. */
function judgeCables(told: readonly Told[]): number {
  const cables = told.flatMap(({ data }) => (data?.ports ? [data.ports] : []))
  const holders = new Map(cables.map(([here = '', there = '']) => [there, here]))
  expect(holders.size, 'no port twice').toBe(cables.length)
  for (const one of told) if (!one.ok) refusedFor(one, 'port-taken', holders.get(wordAt(2)(one)))
  expect(told.filter(({ ok, command }) => !ok && command.includes('-cabled-'))).toEqual([])
  // Who had to name one of three ports, and found it taken, is all that came away empty.
  expect(range(FIXED_PORTS).map((n) => [...holders.keys()].filter((port) => port.endsWith(`:${n}`)).length)).toEqual(
    range(FIXED_PORTS).map(() => 1),
  )
  return cables.length
}

function refusedFor({ error }: Told, code: string, holder: string | undefined): void {
  expect(error).toMatchObject({ code, message: expect.stringContaining(holder ?? 'the holder') })
}

async function judgeTables(
  inventory: Inventory,
  r: string,
  wanted: { readonly slots: number; readonly cables: number },
): Promise<void> {
  const { rows } = await inventory.database.knex.raw<{ rows: (typeof wanted)[] }>(
    `select (select count(distinct e.u_low) from edges e join things t on t.id = e.parent_id where t.name = ?) as slots,
       (select count(*) from links l join things t on t.id = l.thing_id where t.name = ?) as cables`,
    [`${r}-slots`, `${r}-switch`],
  )
  expect(rows).toEqual([wanted])
}

async function judgeAddresses(inventory: Inventory, r: string, told: readonly Told[]): Promise<void> {
  const won = told.filter(({ ok }) => ok)
  expect(won.length, JSON.stringify(told)).toBe(FREE_ADDRESSES)
  const granted = won.map((one) => `${one.data?.address} ${wordAt(2)(one)}`).sort()
  const { rows } = await inventory.database.knex.raw<{ rows: { held: string }[] }>(
    `select host(d.address) || ' ' || t.name as held from addresses d join things n on n.id = d.network_id
       join things t on t.id = d.thing_id where n.name = ?`,
    [`${r}-net`],
  )
  expect(rows.map(({ held }) => held).sort()).toEqual(granted)
  const fixed = granted.find((one) => one.includes('.0.6 '))?.split(' ')[1] ?? 'nobody'
  for (const one of told.filter(({ ok }) => !ok)) {
    if (wordAt(3)(one) === 'from') expect(one.error?.code).toBe('network-full')
    else refusedFor(one, 'address-taken', fixed)
  }
}
