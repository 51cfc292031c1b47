// A network as it hands out addresses: its block, its gateway, and which addresses of it are not for everybody.
import type { ThingRow } from '../rows.ts'
import { illegal, type Resource, settingOf } from '../write/resource.ts'
import { type Block, printBlock, readAddress, readBlock } from './network-block.ts'

export interface Network {
  readonly thing: ThingRow
  readonly block: Block
  readonly gateway: bigint | null
}

/** Why an address is not handed out unless it is asked for with `force`. */
export type Special = 'network' | 'broadcast' | 'anycast' | 'gateway'

/**
 * What is special about an address. Of IPv6 networks the first address is that of any router in them (RFC 4291) and
 * there is no broadcast; links of two addresses and single ones (RFC 3021, RFC 6164) have neither.
 */
export function specialAddress(
  { block, gateway }: Pick<Network, 'block' | 'gateway'>,
  address: bigint,
): Special | null {
  if (address === gateway) return 'gateway'
  if (block.last - block.first < 2n) return null
  if (address === block.first) return block.family === 4 ? 'network' : 'anycast'
  return address === block.last && block.family === 4 ? 'broadcast' : null
}

/** The lowest and the highest address that is nobody's by what networks are; the gateway is between them. */
export function usableRange({ first, last, family }: Block): { readonly low: bigint; readonly high: bigint } {
  if (last - first < 2n) return { low: first, high: last }
  return { low: first + 1n, high: family === 4 ? last - 1n : last }
}

/** The block of a network; null where its attributes say none. Throws `illegal-resource`. */
export function blockOf(network: Resource): Block | null {
  const cidr = settingOf(network, 'cidr')
  const address = settingOf(network, 'address')
  const mask = settingOf(network, 'netmask')
  const block = cidr === null ? null : readCidr(network, cidr)
  if (address === null || mask === null) {
    if (block === null && address !== null) throw illegal(network, 'address', address, 'mask-missing')
    if (block === null && mask !== null) throw illegal(network, 'netmask', mask, 'address-missing')
    return block
  }
  const masked = readMasked(network, address, mask)
  if (block !== null && printBlock(block) !== printBlock(masked))
    throw illegal(network, 'cidr', cidr ?? '', 'cidr-differs', printBlock(masked))
  return masked
}

function readCidr(network: Resource, cidr: string): Block {
  const block = cidr.includes('/') ? readBlock(cidr) : null
  if (block === null) throw illegal(network, 'cidr', cidr, 'cidr-form')
  if (readAddress(cidr.replace(/\/.*/, ''))?.value !== block.first)
    throw illegal(network, 'cidr', cidr, 'host-bits', printBlock(block))
  return block
}

function readMasked(network: Resource, address: string, mask: string): Block {
  const read = readAddress(address)
  if (read === null) throw illegal(network, 'address', address, 'address-form')
  const prefix = readMask(mask, read.family)
  if (prefix === null) throw illegal(network, 'netmask', mask, 'mask-form')
  const block = readBlock(`${address}/${prefix}`)
  if (block === null) throw illegal(network, 'address', address, 'address-form')
  if (read.value !== block.first) throw illegal(network, 'address', address, 'host-bits', printBlock(block))
  return block
}

/** The length of `255.255.0.0`, `ffff:ffff::`, `16` or `/16`; null where it is none. */
export function readMask(text: string, family: 4 | 6): number | null {
  const bits = family === 4 ? 32 : 128
  const digits = /^\/?(\d{1,3})$/.exec(text)?.[1]
  if (digits !== undefined) return Number(digits) <= bits ? Number(digits) : null
  const mask = readAddress(text)
  if (mask?.family !== family) return null
  // Ones, then zeros: what is missing to all ones is one less than a power of two.
  const rest = (1n << BigInt(bits)) - 1n - mask.value
  return (rest & (rest + 1n)) === 0n ? bits - (rest === 0n ? 0 : rest.toString(2).length) : null
}

/** `10.0.0.7/16`: an address with what its network says, a `cidr` or a `netmask`; alone where that is null or makes no sense. */
export function withPrefix(address: string, mask: string | null): string {
  const family = readAddress(address)?.family
  const prefix = mask === null || family === undefined ? null : readMask(mask.replace(/^.*\//, ''), family)
  return prefix === null ? address : `${address}/${prefix}`
}
