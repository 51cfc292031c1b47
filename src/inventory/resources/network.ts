// A network as it hands out addresses: its block, its gateway, and which addresses of it are not for everybody.
import type { Block } from './network-block.ts'

/** Why an address is not handed out unless it is asked for with `force`. */
export type Special = 'network' | 'broadcast' | 'anycast' | 'gateway'

export interface Range {
  readonly block: Block
  readonly gateway: bigint | null
}

/**
 * What is special about an address. Of IPv6 networks the first address is that of any router in them (RFC 4291) and
 * there is no broadcast; links of two addresses and single ones (RFC 3021, RFC 6164) have neither.
 */
export function specialAddress({ block, gateway }: Range, address: bigint): Special | null {
  if (address === gateway) return 'gateway'
  if (block.last - block.first < 2n) return null
  if (address === block.first) return block.family === 4 ? 'network' : 'anycast'
  return address === block.last && block.family === 4 ? 'broadcast' : null
}
