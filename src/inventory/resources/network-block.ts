// Addresses and blocks of them as numbers: to reckon with, to print, and to find the narrowest network round an address
// in memory.
import { isIP } from 'node:net'

export interface Block {
  readonly family: 4 | 6
  readonly first: bigint
  readonly last: bigint
  readonly prefix: number
}

/** `10.0.0.1` or `2001:db8::1` as a number; null where it is no address. */
export function readAddress(text: string): { readonly family: 4 | 6; readonly value: bigint } | null {
  const family = isIP(text)
  if (family === 4) return { family, value: readDotted(text) }
  if (family !== 6 || text.includes('%')) return null
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text)
  const low = dotted?.[2] === undefined ? null : readDotted(dotted[2])
  const plain = low === null ? text : `${dotted?.[1]}${(low >> 16n).toString(16)}:${(low & 0xffffn).toString(16)}`
  const [head = '', tail] = plain.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? [] : Array<string>(8 - left.length - right.length).fill('0')
  return { family, value: [...left, ...zeros, ...right].reduce((sum, part) => (sum << 16n) | BigInt(`0x${part}`), 0n) }
}

const readDotted = (text: string): bigint => text.split('.').reduce((sum, part) => (sum << 8n) | BigInt(part), 0n)

/** `10.0.0.0/8`; host bits are ignored. An address alone is a block of one. */
export function readBlock(text: string): Block | null {
  const [address = '', mask, more] = text.split('/')
  const read = readAddress(address)
  if (read === null || more !== undefined || (mask !== undefined && !/^\d{1,3}$/.test(mask))) return null
  const bits = read.family === 4 ? 32 : 128
  const prefix = mask === undefined ? bits : Number(mask)
  if (prefix > bits) return null
  const size = 1n << BigInt(bits - prefix)
  const first = (read.value / size) * size
  return { family: read.family, first, last: first + size - 1n, prefix }
}

/** An address as the database writes it: lower case, the longest run of zeros left out. */
export function printAddress(family: 4 | 6, value: bigint): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.')
  const parts = Array.from({ length: 8 }, (_, at) => ((value >> BigInt(112 - 16 * at)) & 0xffffn).toString(16))
  const runs = parts.join(':').match(/(?:^|(?<=:))0(?::0)+(?=:|$)/g) ?? []
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), '')
  if (longest === '') return parts.join(':')
  const [head = '', ...tail] = `:${parts.join(':')}:`.split(`:${longest}:`)
  return `${head.slice(1)}::${tail.join(`:${longest}:`).slice(0, -1)}`
}

/** `10.0.0.0/16` */
export const printBlock = ({ family, first, prefix }: Block): string => `${printAddress(family, first)}/${prefix}`

/** Whether `inner` lies in `outer`. */
export const holds = (outer: Block, inner: Pick<Block, 'family' | 'first' | 'last'>): boolean =>
  outer.family === inner.family && outer.first <= inner.first && inner.last <= outer.last

/** Finds the narrowest of many blocks round an address: blocks by their mask, so that it takes one look a mask. */
export class BlockIndex<T> {
  readonly #byPrefix = new Map<string, Map<bigint, T>>()

  add(block: Block, value: T): void {
    const at = `${block.family} ${block.prefix}`
    const same = this.#byPrefix.get(at) ?? new Map<bigint, T>()
    if (!same.has(block.first)) same.set(block.first, value)
    this.#byPrefix.set(at, same)
  }

  /** The narrowest block that holds all of `inner`, but is not `inner` itself where `wider`. */
  around(inner: Block, { wider = false } = {}): T | null {
    const bits = inner.family === 4 ? 32 : 128
    for (let prefix = wider ? inner.prefix - 1 : inner.prefix; prefix >= 0; prefix--) {
      const blocks = this.#byPrefix.get(`${inner.family} ${prefix}`)
      if (!blocks) continue
      const size = 1n << BigInt(bits - prefix)
      const found = blocks.get((inner.first / size) * size)
      if (found !== undefined) return found
    }
    return null
  }
}
