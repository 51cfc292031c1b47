// Addresses of networks: handed out, reserved, bound to ports and given back. Who writes holds the one lock of all
// changes, so what is found free here is free when it is written.
import type { Change } from '../change.ts'
import { InventoryError } from '../error.ts'
import type { AddressRow, ThingRow } from '../rows.ts'
import { ask } from '../write/ask.ts'
import type { Port } from '../write/port.ts'
import { type Network, specialAddress } from './network.ts'
import { type Block, printAddress } from './network-block.ts'
import { lowestFree } from './network-free.ts'
import { asBlock, chainOf, networkFinder, networkOf } from './network-lookup.ts'

export interface Wish {
  /** The network to take from; null: the one that the address lies in. */
  readonly network: ThingRow | null
  /** The lowest free one where it is not said. */
  readonly address?: string | null
  /** Also what is the network's own, its gateway, or reserved. */
  readonly force?: boolean
  /** The port that it is for. */
  readonly port?: Port | null
}

export interface Held {
  readonly thing: ThingRow
  readonly network: ThingRow
  readonly address: string
  /** That it was so before; nothing was written. */
  readonly already: boolean
}

/**
 * Hands out one address to each thing, all or none, in their order; a given address to one thing. Throws `no-network`,
 * `ambiguous-network`, `no-cidr`, `address-outside`, `illegal-address`, `special-address`, `address-taken`, `network-full`.
 */
export async function allocateAddresses(change: Change, things: readonly ThingRow[], wish: Wish): Promise<Held[]> {
  const { network: given, address = null } = wish
  if (address !== null) {
    const [thing] = things
    if (!thing || things.length > 1) throw new Error('one address is for one thing')
    return [await allocateGiven(change, thing, address, wish)]
  }
  if (!given) throw new Error('an address is taken from a network')
  const network = await networkOf(change, given)
  const free = await lowestFree(change, network, things.length)
  const pairs = things.map((thing, index) => ({ thing, network: given, address: free[index] ?? '', already: false }))
  await change.insert(
    'addresses',
    pairs.map(({ thing, address }) => rowOf(network, thing, address, wish.port ?? null)),
  )
  return pairs
}

async function allocateGiven(change: Change, thing: ThingRow, typed: string, wish: Wish): Promise<Held> {
  const block = asBlock(typed)
  const network = (await networkFinder(change, wish.network))(block, typed)
  const address = printOne(block)
  const rows = await rowsAt(change, [address], null)
  const row = rows.find(({ network_id }) => network_id === network.thing.id)
  const held = { thing, network: network.thing, address }
  if (row?.thing_id === thing.id) return { ...held, already: true }
  const elsewhere = row ? undefined : await heldInChain(change, network, rows)
  if (elsewhere?.thing_id === thing.id) return { ...heldBy(elsewhere), already: true }
  if (elsewhere && elsewhere.thing_id !== elsewhere.network_id)
    throw new InventoryError('address-taken', { address: typed, by: elsewhere.holder })
  if (row && row.thing_id !== row.network_id)
    throw new InventoryError('address-taken', { address: typed, by: row.holder })
  if (wish.force !== true) refuseSpecial(network, block, typed, (row ?? elsewhere) !== undefined)
  const wanted = rowOf(network, thing, address, wish.port ?? null)
  if (row) await change.replace('addresses', [{ ...wanted, id: row.id }])
  else await change.insert('addresses', [wanted])
  return { ...held, already: false }
}

/** Who holds an address in a network that this one is part of, or that is part of it; people before those that reserve it. */
async function heldInChain(
  change: Change,
  network: Network,
  rows: readonly FoundAddress[],
): Promise<FoundAddress | undefined> {
  const others = rows.filter(({ network_id }) => network_id !== null && network_id !== network.thing.id)
  if (others.length === 0) return undefined
  const chain = await chainOf(change, network, null)
  const held = others.filter(({ network_id }) => network_id !== null && chain.includes(network_id))
  return held.find(({ thing_id, network_id }) => thing_id !== network_id) ?? held[0]
}

const rowOf = (network: Network, thing: ThingRow, address: string, port: Port | null): Omit<AddressRow, 'id'> => ({
  address,
  network_id: network.thing.id,
  thing_id: thing.id,
  port: port === null ? '' : labelOf(port),
  state: 'bound',
})

const labelOf = ({ type, number }: Port): string => `${type}:${number}`

function refuseSpecial(network: Network, block: Block, address: string, isReserved: boolean): void {
  const special = isReserved ? 'reserved' : specialAddress(network, block.first)
  if (special !== null) throw new InventoryError('special-address', { address, network: network.thing.name, special })
}

const printOne = ({ family, first }: Block): string => printAddress(family, first)

/** Keeps addresses from being handed out: their network holds them. Throws as `allocateAddresses`. */
export async function reserveAddresses(
  change: Change,
  addresses: readonly string[],
  { network: given, force = false }: Pick<Wish, 'network' | 'force'>,
): Promise<Held[]> {
  const blocks = new Map(addresses.map((typed) => [printOne(asBlock(typed)), { block: asBlock(typed), typed }]))
  const find = await networkFinder(change, given)
  const wanted = [...blocks].map(([address, { block, typed }]) => ({
    address,
    block,
    typed,
    network: find(block, typed),
  }))
  const rows = await rowsAt(change, [...blocks.keys()], null)
  for (const network of new Set(wanted.map(({ network }) => network))) {
    const here = new Map(wanted.flatMap((one) => (one.network === network ? [[one.address, one.typed]] : [])))
    const row = await heldInChain(
      change,
      network,
      rows.filter(({ address }) => here.has(address)),
    )
    if (row && row.thing_id !== row.network_id)
      throw new InventoryError('address-taken', { address: here.get(row.address) ?? row.address, by: row.holder })
  }
  const held = wanted.map(({ address, block, typed, network }) => {
    const row = rows.find((row) => row.address === address && row.network_id === network.thing.id)
    if (row && row.thing_id !== row.network_id)
      throw new InventoryError('address-taken', { address: typed, by: row.holder })
    if (!row && !force) refuseSpecial(network, block, typed, false)
    return { thing: network.thing, network, address, already: row !== undefined }
  })
  await change.insert(
    'addresses',
    held
      .filter(({ already }) => !already)
      .map(({ network, address }) => ({ ...rowOf(network, network.thing, address, null), state: 'reserved' as const })),
  )
  return held.map((one) => ({ ...one, network: one.network.thing }))
}

/**
 * Gives an address back: the thing's, or with null one that is only reserved. A free one is so already. Throws
 * `not-holder` where it belongs to another, `ambiguous-network` where it is held in several networks, and as
 * `allocateAddresses` about the address.
 */
export async function releaseAddress(
  change: Change,
  thing: ThingRow | null,
  typed: string,
  given: ThingRow | null,
): Promise<Held> {
  const block = asBlock(typed)
  const address = printOne(block)
  const rows = await rowsAt(change, [address], given && [given.id])
  const mine = rows.filter((row) => row.thing_id === (thing === null ? row.network_id : thing.id))
  const row = onlyOne(typed, mine)
  if (row) {
    await change.retire('addresses', [row])
    return { ...heldBy(row), already: false }
  }
  const [other] = rows
  if (other)
    throw new InventoryError('not-holder', {
      address: typed,
      thing: thing?.name ?? null,
      by: other.holder,
      reserved: other.thing_id === other.network_id,
    })
  const network = (await networkFinder(change, given))(block, typed)
  return { thing: thing ?? network.thing, network: network.thing, address, already: true }
}

/** Says at which port a thing has an address; one that is free is handed out to it. Throws as `allocateAddresses`. */
export async function bindAddress(
  change: Change,
  thing: ThingRow,
  port: Port,
  { address: typed, network: given, force = false }: Wish & { readonly address: string },
): Promise<Held> {
  const address = printOne(asBlock(typed))
  const mine = (await rowsAt(change, [address], given && [given.id])).filter((row) => row.thing_id === thing.id)
  const row = onlyOne(typed, mine)
  if (!row) return allocateGiven(change, thing, typed, { network: given, force, port })
  const already = row.port === labelOf(port)
  if (!already) {
    const { id, network_id, thing_id, state } = row
    await change.replace('addresses', [{ id, address: row.address, network_id, thing_id, port: labelOf(port), state }])
  }
  return { ...heldBy(row), already }
}

interface FoundAddress extends AddressRow {
  readonly holder: string
  readonly holds: ThingRow
  /** Null where the address is from no network. */
  readonly network: ThingRow | null
}

const heldBy = ({ address, holds, network }: FoundAddress) => ({ thing: holds, network: network ?? holds, address })

/** The rows of addresses, in all networks or in some; by the names of these. */
function rowsAt(
  change: Change,
  addresses: readonly string[],
  networks: readonly number[] | null,
): Promise<FoundAddress[]> {
  return ask<FoundAddress>(
    change,
    `select d.id, host(d.address) as address, d.network_id, d.thing_id, d.port, d.state, t.name as holder,
       json_build_object('id', t.id, 'name', t.name, 'name_key', t.name_key, 'driver', t.driver, 'type', t.type) as holds,
       case when n.id is not null then json_build_object('id', n.id, 'name', n.name, 'name_key', n.name_key,
         'driver', n.driver, 'type', n.type) end as network
     from addresses d join things t on t.id = d.thing_id left join things n on n.id = d.network_id
     where d.address = any(?::inet[]) and (?::bigint[] is null or d.network_id = any(?::bigint[])) order by n.name_key, d.id`,
    [[...addresses], networks && [...networks], networks && [...networks]],
  )
}

function onlyOne(address: string, rows: readonly FoundAddress[]): FoundAddress | undefined {
  if (rows.length > 1)
    throw new InventoryError('ambiguous-network', {
      address,
      networks: rows.map(({ network }) => network?.name ?? 'none'),
    })
  return rows[0]
}
