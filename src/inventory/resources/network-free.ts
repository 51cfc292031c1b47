// The lowest free addresses of a network: found in the gaps between those that are taken, along the index, so that it
// does not matter how large the network is.
import { InventoryError } from '../error.ts'
import { rowsOf, sql } from '../query/fragment.ts'
import { type Moment, sourceAt } from '../query/source.ts'
import type { View } from '../view.ts'
import { type Network, usableRange } from './network.ts'
import { printAddress, printBlock, readAddress } from './network-block.ts'
import { chainOf } from './network-lookup.ts'

interface Gap {
  /** The taken addresses at both ends; null where there is none. */
  readonly after: string | null
  readonly before: string | null
  /** Other networks hold addresses here. */
  readonly others: boolean
}

/**
 * At most so many free addresses, ascending; what is special is not among them, nor what is held in a network that this
 * one is part of, or that is part of it.
 */
export async function freeAddresses(
  view: View,
  network: Network,
  count: number,
  moment: Moment = null,
): Promise<string[]> {
  const gaps = await gapsOf(view, network, [], count + 1, moment)
  const chain = gaps.some(({ others }) => others) ? await chainOf(view, network, moment) : []
  return freeIn(network, chain.length === 0 ? gaps : await gapsOf(view, network, chain, count + 1, moment), count)
}

// One gap more than addresses is asked for: the gateway may be alone in one.
function freeIn({ block, gateway }: Network, gaps: readonly Gap[], count: number): string[] {
  const { low, high } = usableRange(block)
  const free: string[] = []
  for (const gap of gaps) {
    const first = gap.after === null ? low : numberOf(gap.after) + 1n
    const last = gap.before === null ? high : numberOf(gap.before) - 1n
    for (let value = first; value <= last && free.length < count; value++)
      if (value !== gateway) free.push(printAddress(block.family, value))
  }
  return free
}

/** Exactly so many. Throws `network-full`. */
export async function lowestFree(view: View, network: Network, count: number): Promise<string[]> {
  const free = await freeAddresses(view, network, count)
  if (free.length < count)
    throw new InventoryError('network-full', {
      network: network.thing.name,
      cidr: printBlock(network.block),
      wanted: count,
      free: free.length,
    })
  return free
}

/** The gaps between what a network holds, and with `chain` between what these hold too. */
async function gapsOf(
  view: View,
  { thing, block }: Network,
  chain: readonly number[],
  count: number,
  moment: Moment,
): Promise<Gap[]> {
  const range = usableRange(block)
  const [low, high] = [printAddress(block.family, range.low), printAddress(block.family, range.high)]
  const d = sourceAt('addresses', 'd', moment)
  const o = sourceAt('addresses', 'o', moment)
  const of = chain.length === 0 ? sql`= ${thing.id}::bigint` : sql`= any(${[thing.id, ...chain]}::bigint[])`
  const held = sql`from ${d.from} where ${d.where} and d.network_id ${of}
    and d.address between ${low}::inet and ${high}::inet`
  // The next address is asked for behind a `case`: 255.255.255.255 has none. A gap holds nothing of the network itself, so
  // that the first address in it by the index says whether others hold some.
  return rowsOf<Gap>(
    view.knex,
    sql`select host(g.after) as after, host(g.before) as before, exists (
        select from ${o.from} where ${o.where} and o.network_id <> ${thing.id}::bigint
          and o.address between coalesce(g.after, ${low}::inet) and coalesce(g.before, ${high}::inet)) as others
      from ((select null::inet as after, (select d.address ${held} order by d.address limit 1) as before)
        union all (select address, next from (
            select d.address, lead(d.address) over (order by d.address) as next ${held}) held
          where case when next is null then true else next > address + 1 end order by address limit ${count}::bigint)) g`,
    moment === null && chain.length === 0 ? 'gaps of a network' : undefined,
  )
}

function numberOf(address: string): bigint {
  const read = readAddress(address)
  if (read === null) throw new Error(`the database holds ${address} as an address`)
  return read.value
}
