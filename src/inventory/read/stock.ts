// What is left in what gives out addresses, names or numbers, made from what hangs on it.
import { InventoryError } from '../error.ts'
import { blockOf, specialAddress } from '../resources/network.ts'
import { type Block, printBlock, readAddress } from '../resources/network-block.ts'
import type { ThingRow } from '../rows.ts'
import type { Resource } from '../write/resource.ts'
import type { Surroundings } from './surroundings.ts'

export interface Stock {
  /** The next name, where the next one is known; it is skipped where a thing has it. */
  readonly next: string | null
  readonly free: bigint
  readonly total: bigint
  /** What they are of: `10.0.0.0/16`, `100 to 199`, `web0000 to web9999`. */
  readonly of: string
}

type Around = Surroundings<'attributes' | 'addresses' | 'numbers'>

/** Null for things that give out nothing, or are not set up to. */
export function stockOf(thing: ThingRow, around: Around): Stock | null {
  switch (thing.type) {
    case 'network':
      return addressesOf(thing, around)
    case 'namemanager':
      return namesOf(thing, around)
    case 'nummanager':
      return numbersOf(thing, around)
    default:
      return null
  }
}

function valuesOf(thing: ThingRow, around: Around): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, string[]>()
  for (const { port, subkey, number, key, text } of around.attributes(thing))
    if (port === '' && subkey === '' && number === null) values.set(key, [...(values.get(key) ?? []), text])
  return values
}

function addressesOf(thing: ThingRow, around: Around): Stock | null {
  const values = valuesOf(thing, around)
  const block = blockIn({ ...thing, values })
  if (block === null) return null
  const gateway = readAddress(values.get('gateway')?.[0] ?? '')?.value ?? null
  const range = { block, gateway }
  const ends = new Set([block.first, block.last, ...(gateway === null ? [] : [gateway])])
  const special = [...ends].filter((address) => specialAddress(range, address) !== null).length
  const total = block.last - block.first + 1n - BigInt(special)
  const taken = new Set(
    around.addresses(thing).flatMap(({ address }) => {
      const value = readAddress(address)?.value
      return value === undefined || specialAddress(range, value) !== null ? [] : [value]
    }),
  )
  return { next: null, free: total - BigInt(taken.size), total, of: printBlock(block) }
}

/** Attributes that were written before there was a rule for them may say anything: then nothing is known. */
function blockIn(network: Resource): Block | null {
  try {
    return blockOf(network)
  } catch (error) {
    if (error instanceof InventoryError) return null
    throw error
  }
}

function namesOf(thing: ThingRow, around: Around): Stock | null {
  const values = valuesOf(thing, around)
  const digits = wholeOf(values, 'digits')
  if (digits === null) return null
  const base = values.get('basename')?.[0] ?? thing.name
  const next = wholeOf(values, 'next') ?? 0
  const name = (number: number | string) => base + String(number).padStart(digits, '0')
  const last = '9'.repeat(digits)
  const free = Math.max(0, 10 ** digits - next)
  return {
    next: free === 0 ? null : name(next),
    free: BigInt(free),
    total: BigInt(10 ** digits),
    of: `${name(0)} to ${name(last)}`,
  }
}

function numbersOf(thing: ThingRow, around: Around): Stock | null {
  const values = valuesOf(thing, around)
  const max = wholeOf(values, 'max')
  if (max === null) return null
  const min = wholeOf(values, 'min') ?? 0
  const total = max - min + 1
  const given = around.numbers(thing)[0]?.given ?? 0
  return { next: null, free: BigInt(total - given), total: BigInt(total), of: `${min} to ${max}` }
}

function wholeOf(values: ReadonlyMap<string, readonly string[]>, key: string): number | null {
  const [text = ''] = values.get(key) ?? []
  return /^\d{1,15}$/.test(text) ? Number(text) : null
}
