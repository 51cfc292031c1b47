// Networks as they are asked for: by name, by an address that is in them, or because somebody holds an address of them.
import type { ThingName } from '../../grammar/ast.ts'
import { InventoryError } from '../error.ts'
import { rowsOf, type Sql, sql } from '../query/fragment.ts'
import { lookup } from '../query/lookup.ts'
import { type Moment, sourceAt } from '../query/source.ts'
import type { ThingRow } from '../rows.ts'
import type { View } from '../view.ts'
import type { Resource } from '../write/resource.ts'
import { blockOf, type Network } from './network.ts'
import { type Block, holds, printBlock, readAddress } from './network-block.ts'

/** A thing that is a network. Throws as `lookup`, and `not-a-type`. */
export async function networkNamed(view: View, name: ThingName, moment: Moment = null): Promise<ThingRow> {
  const thing = await lookup(view, name, moment)
  if (thing.type !== 'network')
    throw new InventoryError('not-a-type', { thing: thing.name, type: thing.type, wanted: 'network' })
  return thing
}

/** What a network hands out. Throws `no-cidr` where its attributes do not say it. */
export async function networkOf(view: View, thing: ThingRow, moment: Moment = null): Promise<Network> {
  const network = await networkIfSaid(view, thing, moment)
  if (!network) throw new InventoryError('no-cidr', { network: thing.name })
  return network
}

/** The same, null where its attributes do not say it. */
export async function networkIfSaid(view: View, thing: ThingRow, moment: Moment): Promise<Network | null> {
  const [network] = await read(view, sql`t.id = ${thing.id}`, moment, 'network')
  return network ?? null
}

/** All networks that say what they hand out, by name. */
export const networksOf = (view: View, moment: Moment): Promise<Network[]> =>
  read(view, sql`t.type = 'network'`, moment, 'networks')

/**
 * The ids of the networks that a network is part of, and of those that are part of it: an address is the same in all of
 * them. Those of the very same block are not among them: who has two of these means two places.
 */
export async function chainOf(view: View, { thing, block }: Network, moment: Moment): Promise<number[]> {
  const others = (await networksOf(view, moment)).filter((other) => other.thing.id !== thing.id)
  const isPart = (inner: Block, outer: Block) => inner.prefix > outer.prefix && holds(outer, inner)
  return others.flatMap((other) => (isPart(block, other.block) || isPart(other.block, block) ? [other.thing.id] : []))
}

/**
 * Finds the network of an address, any number of times for one statement: the given one, or the only one that the
 * address lies in. What it answers throws `address-outside`, `no-network`, `ambiguous-network`; itself `no-cidr`.
 */
export async function networkFinder(
  view: View,
  given: ThingRow | null,
): Promise<(block: Block, typed: string) => Network> {
  const networks = given ? [await networkOf(view, given)] : await networksOf(view, null)
  return (block, address) => {
    const [network, ...others] = networks.filter((candidate) => holds(candidate.block, block))
    if (network && others.length === 0) return network
    if (network)
      throw new InventoryError('ambiguous-network', {
        address,
        networks: [network, ...others].map(({ thing }) => thing.name),
      })
    const [only] = given ? networks : []
    if (!only) throw new InventoryError('no-network', { address })
    throw new InventoryError('address-outside', { address, network: only.thing.name, cidr: printBlock(only.block) })
  }
}

/** An address as a block of one. Throws `illegal-address`. */
export function asBlock(address: string): Block {
  const read = readAddress(address)
  if (read === null)
    throw new InventoryError('illegal-address', { address, reason: address.includes('/') ? 'mask' : 'form' })
  return { family: read.family, first: read.value, last: read.value, prefix: read.family === 4 ? 32 : 128 }
}

interface Found extends ThingRow {
  readonly settings: Readonly<Record<string, readonly string[]>> | null
}

/** Those with a block that makes sense: what the rules refuse may be older than they are. */
async function read(view: View, which: Sql, moment: Moment, name: string): Promise<Network[]> {
  const t = sourceAt('things', 't', moment)
  const a = sourceAt('attributes', 'a', moment)
  const rows = await rowsOf<Found>(
    view.knex,
    sql`select t.id, t.name, t.name_key, t.driver, t.type,
        (select json_object_agg(key, texts) from (
          select a.key, json_agg(a.text) as texts from ${a.from} where a.thing_id = t.id and ${a.where} and a.port = ''
            and a.subkey = '' and a.key in ('cidr', 'address', 'netmask', 'gateway') group by a.key) own) as settings
      from ${t.from} where ${which} and ${t.where} order by t.name_key`,
    moment === null ? name : undefined,
  )
  return rows.flatMap(({ settings, ...thing }) => {
    const values = new Map(Object.entries(settings ?? {}))
    const block = blockUnlessIllegal({ id: thing.id, name: thing.name, values })
    const gateway = readAddress(values.get('gateway')?.[0] ?? '')
    return block === null ? [] : [{ thing, block, gateway: gateway?.family === block.family ? gateway.value : null }]
  })
}

function blockUnlessIllegal(resource: Resource): Block | null {
  try {
    return blockOf(resource)
  } catch (error) {
    if (error instanceof InventoryError && error.code === 'illegal-resource') return null
    throw error
  }
}
