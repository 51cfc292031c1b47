// What a network must be: a block of addresses, its gateway one of them, and every address that was handed out inside.
import { ask } from '../write/ask.ts'
import { illegal, type Resource, type ResourceRule, settingOf } from '../write/resource.ts'
import { blockOf, specialAddress } from './network.ts'
import { type Block, printAddress, printBlock, readAddress } from './network-block.ts'

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
