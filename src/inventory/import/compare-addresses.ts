// The addresses of a draft beside those that are there: each from the narrowest network round it, held by one thing.
import { isIP } from 'node:net'
import { nameKey } from '../../grammar/name.ts'
import { grouped } from '../grouped.ts'
import { BlockIndex, readAddress, readBlock } from '../resources/network-block.ts'
import type { AddressRow } from '../rows.ts'
import { hasPort, readPort } from '../write/port.ts'
import { type Comparison, isNetwork, unknown } from './comparison.ts'
import { type DraftAddress, refuse } from './draft.ts'

export interface WantedAddress {
  readonly draft: DraftAddress
  /** The name of the network, or null outside of any. */
  readonly network: string | null
}

export function compareAddresses(comparison: Comparison): {
  readonly released: readonly AddressRow[]
  readonly addresses: readonly WantedAddress[]
} {
  const { draft, present, pairs, catalogue } = comparison
  if (draft.addresses.length === 0) return { released: [], addresses: [] }
  const around = networkFinder(comparison)
  const known = grouped(present.addresses, ({ address }) => canonical(address))
  const stated = new Map<string, DraftAddress>()
  const released = new Map<number, AddressRow>()
  const addresses: WantedAddress[] = []
  for (const wanted of draft.addresses) {
    const { address, thing, port, origin } = wanted
    const fail = (reason: string) => void comparison.refused.push(refuse(origin, reason))
    const holder = comparison.driverOf(thing)
    const wantedPort = port === '' ? null : readPort(port)
    if (isIP(address) === 0 || address.includes('%')) fail(`${address} is not an IP address`)
    else if (!holder) fail(unknown('thing', thing, []))
    else if (port !== '' && !(wantedPort && (hasPort(holder, wantedPort) || hasExtra(comparison, thing, port))))
      fail(`${thing} has no port ${port}`)
    else {
      const own = isNetwork(catalogue, holder)
      const said = wanted.network === '' ? null : wanted.network
      const network = said ?? (wanted.network === '' ? null : own ? thing : around(address))
      if (said !== null && !isNetwork(catalogue, comparison.driverOf(said))) {
        fail(unknown('network', said, []))
        continue
      }
      const key = `${canonical(address)} ${network === null ? '' : nameKey(network)}`
      const before = stated.get(key)
      if (before) {
        if (nameKey(before.thing) !== nameKey(thing) || before.port !== port)
          fail(`${address} is given to ${before.thing} already`)
        continue
      }
      stated.set(key, wanted)
      const networkId = network === null ? null : (present.things.get(nameKey(network))?.id ?? -1)
      const rows = known.get(canonical(address)) ?? []
      const mine = rows.find((row) => nameKey(row.holder) === nameKey(thing) && row.port === port)
      if (mine && (wanted.network === null || mine.network_id === networkId)) continue
      const there = rows.find((row) => row.network_id === networkId || nameKey(row.holder) === nameKey(thing))
      if (there && nameKey(there.holder) !== nameKey(thing) && !draft.authoritative && there.state === 'bound') {
        fail(`${address} is held by ${there.holder}`)
        continue
      }
      if (there) released.set(there.id, there)
      const pair = pairs.get(nameKey(thing))
      if (pair?.present) pair.differs.push(address)
      addresses.push({ draft: wanted, network })
    }
  }
  return { released: [...released.values()], addresses }
}

// `2001:DB8::0` and `2001:db8::` are one address.
function canonical(address: string): string {
  const read = readAddress(address)
  return read === null ? address : `${read.family} ${read.value}`
}

function hasExtra({ present, pairs }: Comparison, thing: string, port: string): boolean {
  const row = present.things.get(nameKey(thing))
  return (
    (pairs.get(nameKey(thing))?.draft.attributes.some((attribute) => attribute.port === port) ?? false) ||
    (row !== undefined && (present.attributes.get(row.id) ?? []).some((attribute) => attribute.port === port))
  )
}

/** Finds the narrowest network round an address, among those of the draft and those that are there. */
function networkFinder({ draft, present, catalogue, pairs }: Comparison): (address: string) => string | null {
  const index = new BlockIndex<string>()
  for (const { thing, cidr } of present.networks) {
    const block = readBlock(cidr)
    if (block) index.add(block, thing.name)
  }
  for (const { name, attributes } of draft.things) {
    if (!isNetwork(catalogue, pairs.get(nameKey(name))?.driver ?? null)) continue
    const cidr = attributes.find(({ key, port }) => key.key === 'cidr' && key.subkey === null && port === '')?.values[0]
    const block = cidr ? readBlock(String(cidr.value)) : null
    if (block) index.add(block, name)
  }
  return (address) => {
    const block = readBlock(address)
    return block === null ? null : index.around(block)
  }
}
