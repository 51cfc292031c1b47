// What a network must be: a block of addresses, its gateway one of them, and every address that was handed out inside.
import type { Change } from '../change.ts'
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

/** Refuses things that hand out addresses and are no networks, as after another driver. Throws `illegal-resource`. */
export async function refuseFormerNetworks(change: Change, thingIds: readonly number[]): Promise<void> {
  const [former] = await ask<{ name: string; type: string; address: string; holder: string }>(
    change,
    `select n.name, n.type, host(d.address) as address, t.name as holder
     from things n join addresses d on d.network_id = n.id join things t on t.id = d.thing_id
     where n.id = any(?::bigint[]) and n.type <> 'network' order by d.address limit 1`,
    [[...thingIds]],
  )
  if (former) throw illegal(former, 'cidr', former.type, 'no-network', `${former.address} of ${former.holder}`)
}

function refuseGateway(network: Resource, block: Block | null): void {
  const gateway = settingOf(network, 'gateway')
  if (gateway === null) return
  const read = readAddress(gateway)
  if (read === null) throw illegal(network, 'gateway', gateway, 'gateway-form')
  if (block === null) return
  // Routers announce themselves by a link-local address (RFC 4861), which is in no network.
  if (block.family === 6 && /^fe[89ab][0-9a-f]:/i.test(gateway)) return
  if (read.family !== block.family || read.value < block.first || read.value > block.last)
    throw illegal(network, 'gateway', gateway, 'gateway-outside', printBlock(block))
  const special = specialAddress({ block, gateway: null }, read.value)
  // An anycast address is answered by every router of the network, so it may well be the gateway.
  if (special !== null && special !== 'anycast') throw illegal(network, 'gateway', gateway, 'gateway-unusable', special)
}
