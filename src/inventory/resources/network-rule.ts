// What a network must be: a block of addresses, its gateway one of them, and every address that was handed out inside.
import { ask } from '../write/ask.ts'
import { illegal, type Resource, type ResourceRule, settingOf } from '../write/resource.ts'
import { specialAddress } from './network.ts'
import { type Block, printAddress, printBlock, readAddress, readBlock } from './network-block.ts'

export const networkRule: ResourceRule = {
  keys: ['cidr', 'address', 'netmask', 'gateway'],
  async check(change, networks) {
    const blocks = networks.map((network) => ({ network, block: blockOf(network) }))
    for (const { network, block } of blocks) refuseGateway(network, block)
    const bounds = blocks.map(({ network: { id }, block }) => ({
      id,
      low: block && printAddress(block.family, block.first),
      high: block && printAddress(block.family, block.last),
    }))
    const [outside] = await ask<{ id: number; address: string; holder: string }>(
      change,
      `select block.id, host(stray.address) as address, things.name as holder
       from jsonb_to_recordset(?::jsonb) as block(id bigint, low inet, high inet) cross join lateral (
         (select * from addresses where network_id = block.id and (block.low is null or address < block.low) limit 1)
         union all (select * from addresses where network_id = block.id and address > block.high limit 1)) stray
       join things on things.id = stray.thing_id limit 1`,
      [JSON.stringify(bounds)],
    )
    const found = blocks.find(({ network }) => network.id === outside?.id)
    if (!outside || !found) return
    const { network, block } = found
    const detail = outside.holder === network.name ? outside.address : `${outside.address} of ${outside.holder}`
    if (block === null) throw illegal(network, 'cidr', '', 'would-have-none', detail)
    throw illegal(network, 'cidr', settingOf(network, 'cidr') ?? printBlock(block), 'would-exclude', detail)
  },
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

function refuseGateway(network: Resource, block: Block | null): void {
  const gateway = settingOf(network, 'gateway')
  if (gateway === null) return
  const read = readAddress(gateway)
  if (read === null) throw illegal(network, 'gateway', gateway, 'gateway-form')
  if (block === null) return
  if (read.family !== block.family || read.value < block.first || read.value > block.last)
    throw illegal(network, 'gateway', gateway, 'gateway-outside', printBlock(block))
  const special = specialAddress({ block, gateway: null }, read.value)
  // An anycast address is answered by every router of the network, so it may well be the gateway.
  if (special !== null && special !== 'anycast') throw illegal(network, 'gateway', gateway, 'gateway-unusable', special)
}
