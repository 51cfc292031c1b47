// Addresses handed out, reserved and released at random, beside a model that counts every address of small networks by
// hand; and that a large network costs no more statements than a small one.
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Change } from '../../../src/inventory/change.ts'
import { InventoryError } from '../../../src/inventory/error.ts'
import type { Inventory } from '../../../src/inventory/inventory.ts'
import { allocateAddresses, releaseAddress, reserveAddresses } from '../../../src/inventory/resources/addresses.ts'
import { printAddress, readBlock } from '../../../src/inventory/resources/network-block.ts'
import type { ThingRow } from '../../../src/inventory/rows.ts'
import { addAddresses } from '../../../src/inventory/write/addresses.ts'
import { addThings } from '../../../src/inventory/write/things.ts'
import { closeInventory, databases, ENTRY, openInventory } from '../open.ts'

interface Kind {
  readonly cidr: string
  readonly gateway: string | null
  /** Never handed out without `force`. */
  readonly special: readonly string[]
}

const KINDS: readonly Kind[] = [
  { cidr: '10.0.0.0/28', gateway: '10.0.0.1', special: ['10.0.0.0', '10.0.0.1', '10.0.0.15'] },
  { cidr: '255.255.255.248/29', gateway: null, special: ['255.255.255.248', '255.255.255.255'] },
  { cidr: '10.0.0.0/31', gateway: null, special: [] },
  { cidr: '10.0.0.7/32', gateway: null, special: [] },
  { cidr: '2001:db8::/125', gateway: '2001:db8::4', special: ['2001:db8::', '2001:db8::4'] },
  {
    cidr: 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffc/126',
    gateway: null,
    special: ['ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffc'],
  },
  { cidr: '2001:db8::/127', gateway: null, special: [] },
]

type Step =
  | { readonly tag: 'next'; readonly count: number }
  | {
      readonly tag: 'give' | 'reserve' | 'release'
      readonly at: number
      readonly thing: number
      readonly force: boolean
    }

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ tag: fc.constant('next' as const), count: fc.integer({ min: 1, max: 3 }) }),
  fc.record({
    tag: fc.constantFrom('give' as const, 'reserve' as const, 'release' as const),
    at: fc.nat(15),
    thing: fc.nat(2),
    force: fc.boolean(),
  }),
)

/** Who holds what: the number of a thing, or `net`. */
type Model = Map<string, number | 'net'>

/** What a step does to the model: what it answers, or the code that refuses it. */
function expected(model: Model, { special }: Kind, all: readonly string[], step: Step): string {
  if (step.tag === 'next') {
    const free = all.filter((address) => !model.has(address) && !special.includes(address)).slice(0, step.count)
    if (free.length < step.count) return 'network-full'
    for (const [index, address] of free.entries()) model.set(address, index)
    return free.join(' ')
  }
  const address = all[step.at % all.length] ?? ''
  const holder = model.get(address)
  switch (step.tag) {
    case 'give':
      if (holder === step.thing) return `${address} already`
      if (holder !== undefined && holder !== 'net') return 'address-taken'
      if (!step.force && (holder === 'net' || special.includes(address))) return 'special-address'
      model.set(address, step.thing)
      return address
    case 'reserve':
      if (holder === 'net') return `${address} already`
      if (holder !== undefined) return 'address-taken'
      if (!step.force && special.includes(address)) return 'special-address'
      model.set(address, 'net')
      return address
    case 'release': {
      // With `force` as a reserved one, else as the thing's.
      const by = step.force ? 'net' : step.thing
      if (holder === undefined) return `${address} already`
      if (holder !== by) return 'not-holder'
      model.delete(address)
      return address
    }
  }
}

async function done(change: Change, net: ThingRow, things: readonly ThingRow[], all: readonly string[], step: Step) {
  if (step.tag === 'next') {
    const held = await allocateAddresses(change, things.slice(0, step.count), { network: net })
    return held.map(({ address }) => address).join(' ')
  }
  const address = all[step.at % all.length] ?? ''
  const thing = things[step.thing]
  if (!thing) throw new Error('no such thing')
  const { force } = step
  const [held] =
    step.tag === 'give'
      ? await allocateAddresses(change, [thing], { network: net, address, force })
      : step.tag === 'reserve'
        ? await reserveAddresses(change, [address], { network: net, force })
        : [await releaseAddress(change, force ? null : thing, address, net)]
  return `${held?.address}${held?.already ? ' already' : ''}`
}

const text = (key: string, value: string) => ({
  key: { key, subkey: null, number: null },
  value: { type: 'text', value } as const,
})

describe.each(databases)('addresses on %s', (kind) => {
  let inventory: Inventory
  beforeAll(async () => {
    inventory = await openInventory(kind)
  })
  afterAll(() => closeInventory(inventory))

  let count = 0
  const add = (
    change: Change,
    driver: string,
    names: readonly string[],
    settings: Readonly<Record<string, string>> = {},
  ) => {
    const found = change.catalogue.get(driver)
    if (!found) throw new Error(driver)
    const attributes = Object.entries(settings).map(([key, value]) => text(key, value))
    return addThings(
      change,
      names.map((name) => ({ name, driver: found, attributes })),
    )
  }

  it('are the lowest free ones, and whose they are is known, as a naive model says', async () => {
    const play = async (kind: Kind, steps: readonly Step[]) => {
      const block = readBlock(kind.cidr)
      if (!block) throw new Error(kind.cidr)
      const all: string[] = []
      for (let value = block.first; value <= block.last; value++) all.push(printAddress(block.family, value))
      const model: Model = new Map()
      // Nothing is kept: the next run begins with no network.
      await inventory.change(
        ENTRY,
        async (change) => {
          count++
          const settings = { cidr: kind.cidr, ...(kind.gateway !== null && { gateway: kind.gateway }) }
          const [net] = await add(change, 'network', [`net${count}`], settings)
          if (!net) throw new Error('no network')
          const things = await add(
            change,
            'server',
            [0, 1, 2].map((at) => `s${count}-${at}`),
          )
          for (const step of steps) {
            const wanted = expected(model, kind, all, step)
            const got = await done(change, net, things, all, step).catch((error: unknown) => {
              if (error instanceof InventoryError) return error.code
              throw error
            })
            expect(got, JSON.stringify(step)).toBe(wanted)
          }
          const { rows } = await change.knex.raw<{ rows: { address: string; thing_id: number; state: string }[] }>(
            'select host(address) as address, thing_id, state from addresses where network_id = ? order by addresses.address',
            [net.id],
          )
          const held = all.flatMap((address) => {
            const holder = model.get(address)
            if (holder === undefined) return []
            const reserved = holder === 'net'
            return [
              { address, thing_id: reserved ? net.id : things[holder]?.id, state: reserved ? 'reserved' : 'bound' },
            ]
          })
          expect(rows).toEqual(held)
        },
        { rehearse: true },
      )
    }
    await fc.assert(fc.asyncProperty(fc.constantFrom(...KINDS), fc.array(step, { maxLength: 25 }), play), {
      numRuns: Number(process.env.RUNS ?? 40),
    })
  }, 600_000)

  it('are given once among networks within networks: the lowest that nobody has', async () => {
    const CIDRS = ['10.3.0.0/27', '10.3.0.0/28', '10.3.0.0/29', '10.3.0.8/29', '10.3.0.16/30']
    const wish = fc.record({ of: fc.nat({ max: 4 }), host: fc.option(fc.integer({ min: 1, max: 30 })) })
    const play = async (wishes: readonly { of: number; host: number | null }[]) => {
      await inventory.change(
        ENTRY,
        async (change) => {
          count++
          const networks: ThingRow[] = []
          for (const [at, cidr] of CIDRS.entries())
            networks.push(...(await add(change, 'network', [`nest${count}-${at}`], { cidr })))
          const held = new Set<bigint>()
          let step = 0
          for (const { of, host } of wishes) {
            const [network, block] = [networks[of], readBlock(CIDRS[of] ?? '')]
            const other = (await add(change, 'server', [`n${count}-${step++}`]))[0]
            if (!network || !block || !other) throw new Error('not added')
            let lowest = block.first + 1n
            while (held.has(lowest)) lowest++
            const wanted = host === null ? null : block.first + BigInt(host)
            const [low, high] = [block.first + 1n, block.last - 1n]
            const isFree = wanted === null ? lowest <= high : wanted >= low && wanted <= high && !held.has(wanted)
            const address = wanted === null ? null : printAddress(4, wanted)
            const [got] = await allocateAddresses(change, [other], { network, address }).catch((error: unknown) => {
              if (error instanceof InventoryError) return []
              throw error
            })
            expect(got?.address ?? null).toBe(isFree ? printAddress(4, wanted ?? lowest) : null)
            if (isFree) held.add(wanted ?? lowest)
          }
          const { rows } = await change.knex.raw(
            'select address from addresses where network_id = any(?::bigint[]) group by address having count(*) > 1',
            [networks.map(({ id }) => id)],
          )
          expect(rows).toEqual([])
        },
        { rehearse: true },
      )
    }
    await fc.assert(fc.asyncProperty(fc.array(wish, { maxLength: 20 }), play), {
      numRuns: Number(process.env.RUNS ?? 15),
    })
  }, 600_000)

  it('take as many statements from a full /16 and from a /64 as from an empty network', async () => {
    const taken = 60_000
    const counts: number[] = []
    const given: string[] = []
    await inventory.change(
      ENTRY,
      async (change) => {
        const [server] = await add(change, 'server', ['busy'])
        const [small] = await add(change, 'network', ['small'], { cidr: '10.1.0.0/24' })
        const [large] = await add(change, 'network', ['large'], { cidr: '10.2.0.0/16', gateway: '10.2.0.1' })
        const [six] = await add(change, 'network', ['six'], { cidr: '2001:db8::/64' })
        if (!server || !small || !large || !six) throw new Error('not added')
        const addresses = Array.from({ length: taken }, (_, at) => at + 2).filter((at) => at !== 40_000)
        await addAddresses(
          change,
          addresses.map((at) => ({
            address: `10.2.${at >> 8}.${at & 255}`,
            network_id: large.id,
            thing_id: server.id,
            port: '',
            state: 'bound',
          })),
        )
        for (const network of [small, large, large, six, six]) {
          let statements = 0
          const listen = () => void statements++
          change.knex.on('query', listen)
          const [held] = await allocateAddresses(change, [server], { network })
          change.knex.removeListener('query', listen)
          counts.push(statements)
          given.push(held?.address ?? '')
        }
      },
      { rehearse: true },
    )
    expect(given).toEqual(['10.1.0.1', '10.2.156.64', '10.2.234.98', '2001:db8::1', '2001:db8::2'])
    expect(new Set(counts).size).toBe(1)
    expect(counts[0]).toBeLessThanOrEqual(4)
  }, 600_000)
})
