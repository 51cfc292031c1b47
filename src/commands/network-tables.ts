// The tables of addresses: of a network with how much is left of it, of a thing, of one address; and that of a VLAN.
import type { Moment } from '../inventory/query/source.ts'
import { type Network, specialAddress, usableRange } from '../inventory/resources/network.ts'
import { holds, printAddress, printBlock } from '../inventory/resources/network-block.ts'
import { freeAddresses } from '../inventory/resources/network-free.ts'
import { asBlock, networkIfSaid, networksOf } from '../inventory/resources/network-lookup.ts'
import { type AddressPage, addressesIn, addressesOf, takenOf, usesOf } from '../inventory/resources/network-table.ts'
import { vlanTable } from '../inventory/resources/vlan.ts'
import type { ThingRow } from '../inventory/rows.ts'
import type { View } from '../inventory/view.ts'
import type { Cell, Reply } from './reply.ts'

export async function networkTable(view: View, thing: ThingRow, limit: number, moment: Moment): Promise<Reply> {
  const page = await addressesIn(view, thing, limit, moment)
  const network = await networkIfSaid(view, thing, moment)
  const rest = network ? await restOf(view, network, moment) : `${thing.name} has no cidr and hands out nothing`
  return {
    kind: 'table',
    columns: ['address', 'holder', 'port', 'state'],
    rows: page.rows.map(({ address, holder, port, state }) => [address, holder, port, state]),
    more: `${firstOf(page)}${rest}`,
  }
}

/** `10.0.0.0/16, gateway 10.0.0.1: 500 taken, 65033 free, next 10.0.1.245` */
async function restOf(view: View, network: Network, moment: Moment): Promise<string> {
  const { block, gateway, thing } = network
  const range = usableRange(block)
  const print = (value: bigint) => printAddress(block.family, value)
  const taken = await takenOf(view, thing, { low: print(range.low), high: print(range.high) }, moment)
  const [next] = await freeAddresses(view, network, 1, moment)
  const size = range.high - range.low + 1n
  const kept = gateway !== null && (await isKept(view, network, gateway, moment)) ? 1n : 0n
  const free = size - BigInt(taken) - kept
  // Of an IPv6 network nobody wants the number.
  const left = next === undefined ? 'none free' : block.family === 4 ? `${free} free, next ${next}` : `next ${next}`
  return `${printBlock(block)}${gateway === null ? '' : `, gateway ${print(gateway)}`}: ${taken} taken, ${left}`
}

/** Whether a gateway is among what could be free, and nobody has it. */
async function isKept(view: View, { block, thing }: Network, gateway: bigint, moment: Moment): Promise<boolean> {
  const { low, high } = usableRange(block)
  if (gateway < low || gateway > high) return false
  const address = printAddress(block.family, gateway)
  return (await takenOf(view, thing, { low: address, high: address }, moment)) === 0
}

export async function thingTable(view: View, thing: ThingRow, limit: number, moment: Moment): Promise<Reply> {
  const page = await addressesOf(view, thing, limit, moment)
  const more = page.total === 0 ? `${thing.name} has no address` : firstOf(page)
  return {
    kind: 'table',
    columns: ['address', 'network', 'port', 'state'],
    rows: page.rows.map(({ address, network, port, state }) => [address, network, port, state]),
    ...(more !== '' && { more }),
  }
}

/** One address: a row for each network that it is in, also where it is free there. */
export async function useTable(view: View, typed: string, limit: number, moment: Moment): Promise<Reply> {
  const block = asBlock(typed)
  const address = printAddress(block.family, block.first)
  const { rows } = await usesOf(view, address, limit, moment)
  const round = (await networksOf(view, moment)).filter((network) => holds(network.block, block))
  const free = round
    .filter(({ thing }) => !rows.some(({ network }) => network === thing.name))
    .map((network): Cell[] => [address, network.thing.name, null, null, specialAddress(network, block.first) ?? 'free'])
  const all = [
    ...rows.map(({ address, network, holder, port, state }) => [address, network, holder, port, state]),
    ...free,
  ]
  return {
    kind: 'table',
    columns: ['address', 'network', 'holder', 'port', 'state'],
    rows: all,
    ...(all.length === 0 && { more: `${address} is in no network, and nobody has it` }),
  }
}

export async function vlanReply(view: View, vlan: ThingRow, limit: number, moment: Moment): Promise<Reply> {
  const { rows, ports, members } = await vlanTable(view, vlan, limit, moment)
  const first = rows.length < ports + members ? `the first ${rows.length} of these: ` : ''
  return {
    kind: 'table',
    columns: ['thing', 'port', 'peer', 'peer port'],
    rows: rows.map(({ thing, port, peer, peerPort }) => [thing, port, peer, peerPort]),
    more: `${first}${count(ports, 'port')}, ${count(members, 'member')}`,
  }
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`

const firstOf = ({ rows, total }: AddressPage): string =>
  rows.length < total ? `the first ${rows.length} of ${total} addresses; ` : ''
