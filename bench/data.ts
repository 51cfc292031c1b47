// The datacenter that everything is measured on: made of one linear congruential generator, so that every machine makes
// the same one and the answers to the questions are known beforehand.

export interface Server {
  /** Counts up from 1 over all racks. */
  readonly number: number
  readonly name: string
  /** From 1; rack, switch and PDU are named after it. */
  readonly rack: number
  /** Rack unit, switch port and outlet. */
  readonly unit: number
  readonly status: 'allocated' | 'unallocated'
  readonly role: string
  readonly owner: string
  /** In megabytes. */
  readonly memory: number
  readonly cpucount: number
  readonly os: string
  /** Null where it is unallocated. */
  readonly pool: 'production' | 'development' | null
  readonly dbslave: boolean
}

export interface Datacenter {
  readonly racks: number
  readonly perRack: number
  readonly servers: number
  /** The servers in order, made as they are asked for: a million of them need no memory. */
  make(): Generator<Server>
}

const ROLES = ['web', 'web', 'web', 'web', 'web', 'web', 'db', 'db', 'cache', 'cache'] as const
const OWNERS = ['ops', 'search', 'ads', 'mail', 'data', 'infra', 'crawl', 'labs'] as const
const MEMORIES = [16, 32, 64, 128, 256] as const
const SYSTEMS = ['debian10', 'debian11', 'debian12'] as const

/** 100 racks are 2,000 servers, 1,000 are 20,000, 50,000 are a million. */
export function gen(racks: number, perRack = 20, unallocatedPercent = 10, seed = 42): Datacenter {
  return { racks, perRack, servers: racks * perRack, make: () => servers(racks, perRack, unallocatedPercent, seed) }
}

function* servers(racks: number, perRack: number, unallocatedPercent: number, seed: number): Generator<Server> {
  let state = seed
  const draw = (n: number): number => {
    // The product stays below 2^53.
    state = (state * 1664525 + 1013904223) % 2 ** 32
    return (state >>> 8) % n
  }
  const pick = <T>(choices: readonly T[]): T => choices[draw(choices.length)] as T
  let number = 0
  for (let rack = 1; rack <= racks; rack++) {
    for (let unit = 1; unit <= perRack; unit++) {
      number += 1
      // The order of the draws is part of the data.
      const status = draw(100) < unallocatedPercent ? 'unallocated' : 'allocated'
      const role = pick(ROLES)
      const owner = pick(OWNERS)
      const memory = pick(MEMORIES) * 1024
      const cpucount = 4 << draw(4)
      const os = pick(SYSTEMS)
      const pool = status === 'unallocated' ? null : draw(100) < 70 ? 'production' : 'development'
      const dbslave = pool !== null && role === 'db' && draw(2) === 1
      const name = serverName(number)
      yield { number, name, rack, unit, status, role, owner, memory, cpucount, os, pool, dbslave }
    }
  }
}

export const serverName = (number: number): string => `s${String(number).padStart(5, '0')}`

/** `rack001`, `sw001`, `pdu001` */
export const rackName = (prefix: 'rack' | 'sw' | 'pdu', rack: number): string =>
  `${prefix}${String(rack).padStart(3, '0')}`

/** The first 500 servers hold 10.0.0.1 to 10.0.1.244. */
export const ADDRESSES = 500

export const addressOf = (number: number): string => `10.0.${number >> 8}.${number & 255}`
