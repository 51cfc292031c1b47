// The lowest free addresses of a network: found in the gaps between those that are taken, along the index, so that it
// does not matter how large the network is.
import { InventoryError } from '../error.ts'
import { rowsOf, sql } from '../query/fragment.ts'
import { type Moment, sourceAt } from '../query/source.ts'
import type { View } from '../view.ts'
import { type Network, usableRange } from './network.ts'
import { printAddress, printBlock, readAddress } from './network-block.ts'

interface Gap {
  /** The taken addresses at both ends; null where there is none. */
  readonly after: string | null
  readonly before: string | null
}

/** At most so many free addresses, ascending; what is special is not among them. */
export async function freeAddresses(
  view: View,
  network: Network,
  count: number,
  moment: Moment = null,
): Promise<string[]> {
  const { low, high } = usableRange(network.block)
  const { family } = network.block
  const free: string[] = []
  // One gap more than addresses: the gateway may be alone in one.
  for (const gap of await gapsOf(view, network, count + 1, moment)) {
    const first = gap.after === null ? low : numberOf(gap.after) + 1n
    const last = gap.before === null ? high : numberOf(gap.before) - 1n
    for (let value = first; value <= last && free.length < count; value++)
      if (value !== network.gateway) free.push(printAddress(family, value))
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

async function gapsOf(view: View, { thing, block }: Network, count: number, moment: Moment): Promise<Gap[]> {
  const range = usableRange(block)
  const [low, high] = [printAddress(block.family, range.low), printAddress(block.family, range.high)]
  const d = sourceAt('addresses', 'd', moment)
  const held = sql`from ${d.from} where ${d.where} and d.network_id = ${thing.id}::bigint
    and d.address between ${low}::inet and ${high}::inet`
  // The next address is asked for behind a `case`: 255.255.255.255 has none.
  return rowsOf<Gap>(
    view.knex,
    sql`(select null as after, (select host(d.address) ${held} order by d.address limit 1) as before)
      union all (select host(address), host(next) from (
          select d.address, lead(d.address) over (order by d.address) as next ${held}) held
        where case when next is null then true else next > address + 1 end order by address limit ${count}::bigint)`,
    moment === null ? 'gaps of a network' : undefined,
  )
}

function numberOf(address: string): bigint {
  const read = readAddress(address)
  if (read === null) throw new Error(`the database holds ${address} as an address`)
  return read.value
}
