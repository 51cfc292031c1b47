// The demo datacenter: two sites, six racks and some sixty servers, so that every example in the docs has an answer.
// It is written as an operator would: in a few changes, so that there is a history to ask about.
import type { Key, Value } from '../grammar/ast.ts'
import { saveAlias } from '../inventory/aliases.ts'
import type { Change } from '../inventory/change.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { allocateNumbers } from '../inventory/resources/numbers.ts'
import { protectThings } from '../inventory/resources/protection.ts'
import { requireClasses } from '../inventory/resources/roles.ts'
import type { ThingRow } from '../inventory/rows.ts'
import { addAddresses } from '../inventory/write/addresses.ts'
import { setAttributes } from '../inventory/write/attributes.ts'
import { insertAll, type Placement } from '../inventory/write/containment.ts'
import { connectAll, type PortRef } from '../inventory/write/links.ts'
import { addThings } from '../inventory/write/things.ts'

interface Rack {
  readonly name: string
  readonly datacenter: string
  readonly switch: string
  readonly pdu: string
  readonly console: string
}

const RACKS: readonly Rack[] = [
  { name: 'rack001', datacenter: 'dc1', switch: 'switch1a', pdu: 'pdu001', console: 'console1' },
  { name: 'rack002', datacenter: 'dc1', switch: 'switch1b', pdu: 'pdu002', console: 'console1' },
  { name: 'rack101', datacenter: 'dcZ', switch: 'switch2a', pdu: 'pdu101', console: 'console2' },
  { name: 'rack102', datacenter: 'dcZ', switch: 'switch2b', pdu: 'pdu102', console: 'console2' },
  { name: 'rack103', datacenter: 'dcZ', switch: 'switch2c', pdu: 'pdu103', console: 'console2' },
  { name: 'rack104', datacenter: 'dcZ', switch: 'switch2d', pdu: 'pdu104', console: 'console2' },
]

/** The services behind the VIP www, and what each runs on. */
const BLOGS = ['01', '02', '03', '04'].map((number) => ({ service: `blog${number}`, server: `web${number}` }))

interface Server {
  readonly name: string
  readonly rack: string
  readonly unit: number
  readonly pools: readonly string[]
  readonly attributes: Readonly<Record<string, string | number>>
}

/** Writes the demo into an empty inventory, as `operator`. */
export async function seedDemo(inventory: Inventory, operator: string): Promise<void> {
  const entry = (command: string, because: string) => ({ operator, command, because, message: null })
  await inventory.change(entry('clusto --demo', 'the demo datacenter'), build)
  await inventory.change(entry('attr set cache* owner infra', 'INC-4412'), async (change) => {
    const caches = await rows(change, (name) => name.startsWith('cache'))
    return setAttributes(change, holders(caches), [{ key: key('owner'), values: [value('infra')] }])
  })
  await inventory.change(entry('attr set server1 env=prod', 'goes live'), async (change) => {
    const servers = await rows(change, (name) => name === 'server1')
    return setAttributes(change, holders(servers), [{ key: key('env'), values: [value('prod')] }])
  })
}

async function build(change: Change): Promise<void> {
  const servers = serverPlan()
  const wanted = [
    // Nothing here is real: all that stands in them inherits it.
    ...['dc1', 'dcZ'].map((name) => of(change, 'datacenter', name, { 'power.driver': 'simulated' })),
    ...RACKS.flatMap((rack) => [
      of(change, 'rack', rack.name, {}),
      of(change, 'networkswitch', rack.switch, { status: 'allocated', os: 'eos' }),
      of(change, 'powerstrip', rack.pdu, { status: 'allocated' }),
    ]),
    ...['console1', 'console2'].map((name) => of(change, 'consoleserver', name, { status: 'allocated' })),
    of(change, 'loadbalancer', 'lb1', { status: 'allocated' }),
    of(change, 'firewall', 'fw1', { status: 'allocated' }),
    of(change, 'router', 'router1', { status: 'allocated' }),
    ...servers.map(({ name, attributes }) => of(change, 'server', name, attributes)),
    ...['lab01', 'lab02', 'lab03', 'lab04'].map((name) =>
      of(change, 'server', name, { status: 'unallocated', 'power.driver': 'simulated' }),
    ),
    ...['vm01', 'vm02', 'vm03', 'vm04'].map((name) => of(change, 'virtualserver', name, { status: 'allocated' })),
    ...['prod', 'dev', 'dbslaves', 'unallocated', 'scratch'].map((name) => of(change, 'pool', name, {})),
    ...['Apache', 'BigMem', 'Webserver', 'Xen'].map((name) => of(change, 'class', name, {})),
    ...['LiveSite', 'Blog', 'Mail', 'DbSlave', 'Batch'].map((name) => of(change, 'role', name, {})),
    ...BLOGS.map(({ service }) => of(change, 'service', service, { port: 80 })),
    of(change, 'service', 'mail01', { port: 25 }),
    of(change, 'service', 'idle01', {}),
    of(change, 'vip', 'www', { address: '10.0.0.80' }),
    of(change, 'namemanager', 'frontends', { basename: 'front', digits: 3, next: 1 }),
    of(change, 'nummanager', 'assets', { min: 1000, max: 9999 }),
    of(change, 'network', 'net10', { cidr: '10.0.0.0/16', gateway: '10.0.255.254' }),
    of(change, 'vlan', 'vlan203', { vid: 203 }),
  ]
  const things = new Map((await addThings(change, wanted)).map((thing) => [thing.name, thing]))
  const get = (name: string): ThingRow => {
    const thing = things.get(name)
    if (!thing) throw new Error(`the demo has no ${name}`)
    return thing
  }
  const into = (container: string, ...names: readonly string[]): Placement[] =>
    names.map((name) => ({ item: get(name), container: get(container) }))
  const at = (rack: string, name: string, unit: number): Placement => ({
    item: get(name),
    container: get(rack),
    units: { low: unit, high: unit },
  })

  await insertAll(change, [
    ...RACKS.flatMap((rack) => [
      ...into(rack.datacenter, rack.name),
      at(rack.name, rack.switch, 45),
      at(rack.name, rack.pdu, 44),
    ]),
    at('rack001', 'console1', 43),
    at('rack101', 'console2', 43),
    at('rack101', 'lb1', 42),
    at('rack001', 'fw1', 42),
    at('rack001', 'router1', 41),
    ...servers.map(({ name, rack, unit }) => at(rack, name, unit)),
    ...into('server3', 'vm01', 'vm02', 'vm03', 'vm04'),
    ...servers.flatMap(({ name, pools }) => pools.flatMap((pool) => into(pool, name))),
    ...into('unallocated', 'lab01', 'lab02', 'lab03', 'lab04'),
    ...into('Apache', 'web01', 'web02', 'web03', 'web04'),
    ...into('BigMem', 'web01', 'web02', 'db201', 'db202'),
    ...into('LiveSite', 'web01', 'web02'),
    ...into('Webserver', 'web01', 'web02', 'web03', 'web04'),
    ...BLOGS.flatMap(({ service, server }) => [
      ...into(service, server),
      ...into('Blog', service),
      ...into('www', service),
    ]),
    ...into('mail01', 'db201'),
    ...into('Mail', 'mail01'),
    ...into('vlan203', 'web01', 'web02', 'web03', 'web04'),
  ])

  const cables: { a: PortRef; b: PortRef }[] = []
  const lines = new Map<string, number>()
  for (const { name, rack, unit } of servers) {
    const place = RACKS.find((candidate) => candidate.name === rack)
    if (!place) throw new Error(`the demo has no ${rack}`)
    const line = (lines.get(place.console) ?? 0) + 1
    lines.set(place.console, line)
    const server = get(name)
    // The seed's own example: server1 stands at RU13 and is connected to port 4.
    const port = name === 'server1' ? 4 : unit + 4
    cables.push(
      {
        a: { thing: server, type: 'nic-eth', number: 1 },
        b: { thing: get(place.switch), type: 'nic-eth', number: port },
      },
      {
        a: { thing: server, type: 'pwr-nema-5', number: 1 },
        b: { thing: get(place.pdu), type: 'pwr-nema-5', number: unit },
      },
    )
    // server1 is located by its switch and its rack alone, as in the seed.
    if (name === 'server1') cables.pop()
    else if (line <= 48)
      cables.push({
        a: { thing: server, type: 'console-serial', number: 1 },
        b: { thing: get(place.console), type: 'console-serial', number: line },
      })
  }
  await connectAll(change, cables)

  const net10 = get('net10')
  await addAddresses(
    change,
    servers.map(({ name }, index) => ({
      address: `10.0.0.${index + 1}`,
      network_id: net10.id,
      thing_id: get(name).id,
      port: 'nic-eth:1',
      state: 'bound',
    })),
  )
  for (const [index, { name }] of servers.entries()) {
    const mac = `00:50:c2:00:00:${(index + 1).toString(16).padStart(2, '0')}`
    await setAttributes(change, [{ thing: get(name), port: 'nic-eth:1' }], [{ key: key('mac'), values: [value(mac)] }])
  }
  await saveAlias(change, '', { name: 'idle', text: 'driver:Server and attr:status,unallocated', isShared: true })
  await protectThings(change, [get('router1')], 'the way out of dc1')
  await requireClasses(change, get('LiveSite'), [get('Apache'), get('BigMem')])
  await requireClasses(change, get('Blog'), [get('Webserver')])
  await allocateNumbers(change, [get('db201'), get('db202')], get('assets'))
}

/** Where each server stands: unit 1 upwards, the racks in turn; rack101 keeps its place at U13 for server1. */
function serverPlan(): Server[] {
  const next = new Map(RACKS.map(({ name }) => [name, 1]))
  const take = (rack: string): number => {
    const unit = next.get(rack) ?? 1
    next.set(rack, unit + 1)
    return unit
  }
  const names = [
    ...series('web', 1, 20),
    ...series('db', 201, 216),
    ...series('cache', 1, 12),
    ...series('spare', 1, 8),
    'server2',
    'server3',
    'server4',
  ]
  const placed = names.map((name, index): Server => {
    const rack = (RACKS[index % RACKS.length] ?? RACKS[0])?.name ?? ''
    return { name, rack, unit: take(rack), ...traits(name, index + 1) }
  })
  return [{ name: 'server1', rack: 'rack101', unit: 13, ...traits('server1', 0) }, ...placed]
}

function traits(name: string, index: number): Pick<Server, 'pools' | 'attributes'> {
  const kind = name.replace(/\d+$/, '')
  const idle = kind === 'spare' || name === 'server4'
  const env = index % 4 === 3 ? 'dev' : 'prod'
  const pools = idle ? ['unallocated'] : kind === 'db' && index % 2 === 0 ? [env, 'dbslaves'] : [env]
  const attributes: Record<string, string | number> = {
    status: idle ? 'unallocated' : 'allocated',
    owner: ['ops', 'search', 'mail', 'data'][index % 4] ?? 'ops',
    os: ['debian12', 'debian13'][index % 2] ?? 'debian12',
    serial: `SN${String(index + 1).padStart(6, '0')}`,
    'system.memory': ([16, 32, 64, 128][index % 4] ?? 16) * 1024,
    'system.cpucount': [4, 8, 16, 32][index % 4] ?? 4,
  }
  if (!idle && name !== 'server1') attributes.env = env
  if (name === 'server2') attributes.foo = 12
  return { pools: name === 'server1' ? ['prod'] : pools, attributes }
}

function series(base: string, from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => `${base}${String(from + index).padStart(2, '0')}`)
}

function of(change: Change, driver: string, name: string, attributes: Server['attributes']) {
  const found = change.catalogue.get(driver)
  if (!found) throw new Error(`no driver ${driver} ships`)
  return {
    name,
    driver: found,
    attributes: Object.entries(attributes).map(([text, content]) => ({ key: key(text), value: value(content) })),
  }
}

function key(text: string): Key {
  const [first = '', subkey = null] = text.split('.')
  return { key: first, subkey, number: null }
}

function value(content: string | number): Value {
  return typeof content === 'number' ? { type: 'integer', value: BigInt(content) } : { type: 'text', value: content }
}

function holders(things: readonly ThingRow[]) {
  return things.map((thing) => ({ thing, port: '' }))
}

async function rows(change: Change, wanted: (name: string) => boolean): Promise<ThingRow[]> {
  const { rows } = await change.knex.raw<{ rows: ThingRow[] }>('select id, name, name_key, driver, type from things')
  return rows.filter(({ name }) => wanted(name))
}
