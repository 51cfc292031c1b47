// Random histories: what operators do to a small inventory, several things in one version, much of it refused.
import fc from 'fast-check'
import type { Change } from '../../../src/inventory/change.ts'
import { DatabaseError } from '../../../src/inventory/database/error.ts'
import { InventoryError } from '../../../src/inventory/error.ts'
import type { ThingRow } from '../../../src/inventory/rows.ts'
import { undo } from '../../../src/inventory/versions/undo.ts'
import { addAddresses } from '../../../src/inventory/write/addresses.ts'
import { attempt } from '../../../src/inventory/write/attempt.ts'
import { addAttributes, deleteAttributes, setAttributes } from '../../../src/inventory/write/attributes.ts'
import { insertAll, removeAll } from '../../../src/inventory/write/containment.ts'
import { deleteThings } from '../../../src/inventory/write/delete.ts'
import { addDrivers } from '../../../src/inventory/write/drivers.ts'
import { connect, disconnect } from '../../../src/inventory/write/links.ts'
import { refuseIllegalResources } from '../../../src/inventory/write/resource-rules.ts'
import { addThings, renameThings, setDriver } from '../../../src/inventory/write/things.ts'

const DRIVERS = [
  'server',
  'rack',
  'networkswitch',
  'pool',
  'exclusivepool',
  'uniquepool',
  'datacenter',
  'network',
  'class',
  'role',
]
// What most things are put into, or connected with.
const CONTAINERS = ['rack', 'pool', 'exclusivepool', 'uniquepool', 'datacenter', 'class', 'role']
const MACHINES = ['server', 'networkswitch']
const KEYS = ['env', 'owner', 'maxu', 'requires']

/** Numbers choose among what there is when the step is taken. */
export type Step =
  | { readonly tag: 'add'; readonly name: number; readonly driver: number }
  | { readonly tag: 'rename'; readonly thing: number; readonly name: number }
  | { readonly tag: 'swap'; readonly a: number; readonly b: number }
  | { readonly tag: 'delete'; readonly thing: number; readonly force: boolean }
  | { readonly tag: 'driver'; readonly thing: number; readonly driver: number }
  | { readonly tag: 'set' | 'addValue'; readonly thing: number; readonly key: number; readonly value: number }
  | { readonly tag: 'unset'; readonly thing: number; readonly key: number }
  | { readonly tag: 'mac'; readonly thing: number; readonly port: number }
  | { readonly tag: 'insert'; readonly item: number; readonly container: number; readonly unit: number | null }
  | { readonly tag: 'remove'; readonly edge: number }
  | { readonly tag: 'connect'; readonly a: number; readonly b: number }
  | { readonly tag: 'disconnect'; readonly a: number; readonly b: number }
  | { readonly tag: 'address'; readonly network: number; readonly thing: number; readonly host: number }
  | { readonly tag: 'import'; readonly name: number }

/** One version: steps, or an undo of an earlier one (counted back from the latest). */
export type Turn =
  | { readonly tag: 'steps'; readonly steps: readonly Step[] }
  | { readonly tag: 'undo'; readonly back: number; readonly exceptConflicts: boolean }

const pick = fc.nat({ max: 999 })
const name = fc.nat({ max: 15 })

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ tag: fc.constant('add' as const), name, driver: pick }) },
  { weight: 2, arbitrary: fc.record({ tag: fc.constant('rename' as const), thing: pick, name }) },
  { weight: 1, arbitrary: fc.record({ tag: fc.constant('swap' as const), a: pick, b: pick }) },
  {
    weight: 2,
    arbitrary: fc.record({
      tag: fc.constant('delete' as const),
      thing: pick,
      force: fc.nat({ max: 3 }).map((n) => n === 0),
    }),
  },
  { weight: 1, arbitrary: fc.record({ tag: fc.constant('driver' as const), thing: pick, driver: pick }) },
  {
    weight: 4,
    arbitrary: fc.record({
      tag: fc.constantFrom('set' as const, 'addValue' as const),
      thing: pick,
      key: pick,
      value: pick,
    }),
  },
  { weight: 2, arbitrary: fc.record({ tag: fc.constant('unset' as const), thing: pick, key: pick }) },
  { weight: 1, arbitrary: fc.record({ tag: fc.constant('mac' as const), thing: pick, port: pick }) },
  {
    weight: 6,
    arbitrary: fc.record({
      tag: fc.constant('insert' as const),
      item: pick,
      container: pick,
      unit: fc.option(fc.integer({ min: 1, max: 5 })),
    }),
  },
  { weight: 3, arbitrary: fc.record({ tag: fc.constant('remove' as const), edge: pick }) },
  { weight: 4, arbitrary: fc.record({ tag: fc.constant('connect' as const), a: pick, b: pick }) },
  { weight: 1, arbitrary: fc.record({ tag: fc.constant('disconnect' as const), a: pick, b: pick }) },
  {
    weight: 2,
    arbitrary: fc.record({
      tag: fc.constant('address' as const),
      network: pick,
      thing: pick,
      host: fc.integer({ min: 1, max: 6 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ tag: fc.constant('import' as const), name: fc.nat({ max: 2 }) }) },
)

export const turns: fc.Arbitrary<Turn[]> = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        tag: fc.constant('steps' as const),
        steps: fc.array(step, { minLength: 1, maxLength: 6 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        tag: fc.constant('undo' as const),
        back: fc.oneof(fc.constant(0), fc.nat({ max: 5 })),
        exceptConflicts: fc.boolean(),
      }),
    },
  ),
  { minLength: 6, maxLength: 14, size: 'max' },
)

/** A first version with something to work on. */
export async function settle(change: Change): Promise<void> {
  const named = (driver: string, ...names: string[]) => {
    const found = change.catalogue.get(driver)
    return found ? names.map((name) => ({ name, driver: found })) : []
  }
  const added = await addThings(change, [
    ...named('server', 's1', 's2', 's3', 's4'),
    ...named('networkswitch', 'sw1'),
    ...named('rack', 'r1', 'r2'),
    ...named('datacenter', 'dc1'),
    ...named('pool', 'p1', 'p2'),
    ...named('exclusivepool', 'x1'),
    ...named('uniquepool', 'u1'),
    ...named('class', 'c1'),
    ...named('role', 'ro1'),
    ...named('network', 'n1'),
  ])
  await setBlocks(change, added)
}

/** Networks say what they hand out: without that, nothing is handed out. */
async function setBlocks(change: Change, things: readonly ThingRow[]): Promise<void> {
  const holders = things.flatMap((thing) => (thing.type === 'network' ? [{ thing, port: '' }] : []))
  const key = { key: 'cidr', subkey: null, number: null }
  await setAttributes(change, holders, [{ key, values: [{ type: 'text', value: '10.0.0.0/29' }] }])
}

/** Takes a turn; what is refused leaves no trace. */
export async function take(change: Change, turn: Turn): Promise<void> {
  if (turn.tag === 'steps') {
    for (const step of turn.steps) await tolerant(() => attempt(change, () => takeStep(change, step)))
    return
  }
  const version = change.base - turn.back
  if (version > 0) await tolerant(() => undo(change, version, { exceptConflicts: turn.exceptConflicts }))
}

async function tolerant(work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof InventoryError) && !(error instanceof DatabaseError)) throw error
  }
}

async function takeStep(change: Change, step: Step): Promise<void> {
  const { rows: things } = await change.knex.raw<{ rows: ThingRow[] }>(
    'select id, name, name_key, driver, type from things order by id',
  )
  const drivers = [...DRIVERS, ...change.catalogue.all().flatMap(({ name, type }) => (name === type ? [] : [name]))]
  const driver = (n: number) => {
    const found = change.catalogue.get(drivers[n % drivers.length] ?? 'server')
    if (!found) throw new Error('an unknown driver')
    return found
  }
  if (step.tag === 'add') {
    const added = await addThings(change, [{ name: `T${step.name}`, driver: driver(step.driver) }])
    return setBlocks(change, added)
  }
  if (step.tag === 'import') {
    const spec = { extends: 'server', units: step.name, ports: { 'nic-eth': { count: 1, role: 'network' as const } } }
    await addDrivers(change, [{ name: `model${step.name}`, spec }])
    return
  }
  const thing = (n: number): ThingRow => {
    const found = things[n % things.length]
    if (!found) throw new InventoryError('nothing-selected', { expression: 'nothing' })
    return found
  }
  const ofTypes = (n: number, types: readonly string[]): ThingRow => {
    const found = things.filter(({ type }) => types.includes(type))
    return found[n % found.length] ?? thing(n)
  }
  const key = (n: number) => ({ key: KEYS[n % KEYS.length] ?? 'env', subkey: null, number: null })
  const value = (on: { key: string }, n: number) =>
    on.key === 'requires'
      ? ({ type: 'reference', value: thing(n).name } as const)
      : ({ type: 'integer', value: BigInt((n % 4) + 1) } as const)
  switch (step.tag) {
    case 'rename':
      return renameThings(change, [{ thing: thing(step.thing), to: `t${step.name}` }])
    case 'swap': {
      const [a, b] = [thing(step.a), thing(step.b)]
      return renameThings(change, [
        { thing: a, to: b.name },
        { thing: b, to: a.name },
      ])
    }
    case 'delete':
      return deleteThings(change, [thing(step.thing)], { force: step.force })
    case 'driver':
      await setDriver(change, [thing(step.thing)], driver(step.driver))
      return
    case 'set':
    case 'addValue': {
      const on = key(step.key)
      const holders = [{ thing: thing(step.thing), port: '' }]
      const values = [value(on, step.value)]
      if (step.tag === 'set') await setAttributes(change, holders, [{ key: on, values }])
      else await addAttributes(change, holders, on, values)
      return
    }
    case 'unset':
      await deleteAttributes(change, [{ thing: thing(step.thing), port: '' }], key(step.key), null)
      return
    case 'mac': {
      const holders = [{ thing: thing(step.thing), port: `nic-eth:${(step.port % 3) + 1}` }]
      const mac = { key: 'mac', subkey: null, number: null }
      await addAttributes(change, holders, mac, [{ type: 'text', value: `00:${step.port}` }], { extraPorts: true })
      return
    }
    case 'insert': {
      const units = step.unit === null ? null : { low: step.unit, high: step.unit }
      await insertAll(change, [
        {
          item: step.item % 4 === 0 ? thing(step.item) : ofTypes(step.item, MACHINES),
          container: ofTypes(step.container, units === null ? CONTAINERS : ['rack']),
          units,
        },
      ])
      return
    }
    case 'remove': {
      const { rows: edges } = await change.knex.raw<{ rows: { parent_id: number; child_id: number }[] }>(
        'select parent_id, child_id from edges order by id',
      )
      const edge = edges[step.edge % edges.length]
      const byId = (id: number | undefined) => things.find((found) => found.id === id)
      const [item, container] = [byId(edge?.child_id), byId(edge?.parent_id)]
      return item && container ? removeAll(change, [item], container) : undefined
    }
    case 'connect':
      await connect(
        change,
        { thing: ofTypes(step.a, MACHINES), port: null },
        { thing: ofTypes(step.b, ['networkswitch']), port: null },
      )
      return
    case 'disconnect':
      await disconnect(
        change,
        { thing: ofTypes(step.a, MACHINES), port: null },
        { thing: ofTypes(step.b, ['networkswitch']), port: null },
      )
      return
    case 'address': {
      const network = things.find(({ type }) => type === 'network')
      if (!network) return
      const address = `10.0.0.${step.host}`
      await addAddresses(change, [
        { address, network_id: network.id, thing_id: thing(step.thing).id, port: '', state: 'bound' },
      ])
      // What has become a network by another driver has no block.
      return refuseIllegalResources(change, [network.id])
    }
  }
}
