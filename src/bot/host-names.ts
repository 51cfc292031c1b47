// What this process and its database run on, as the inventory may call it; noted in the database, so that the things of
// those names are protected by themselves whichever process is asked.
import { hostname, networkInterfaces } from 'node:os'
import type { Inventory } from '../inventory/inventory.ts'
import { databaseAddress, type HostNames, noteHost } from '../inventory/resources/own-things.ts'
import type { Config } from './config.ts'
import type { Service } from './services.ts'

// In milliseconds; what was noted holds for two days.
const AGAIN = 6 * 3_600_000

/**
 * Notes it. A process that answers one command and ends says nothing of its host: somebody's own machine is none of the
 * bot's, unless the database is in it. Of the demo, which is made up, nothing is said.
 */
export async function noteHostNames(inventory: Inventory, config: Config, stays: boolean): Promise<void> {
  if (config.demo) return
  const { knex, kind } = inventory.database
  const own = ownNames(hostname(), networkInterfaces())
  await noteHost(
    knex,
    hostname(),
    namesOf(config, { own, stays, address: kind === 'embedded' ? null : await databaseAddress(knex) }),
  )
}

interface Known {
  readonly own: readonly string[]
  readonly stays: boolean
  /** The address by which the database knows itself, where it is not this host. */
  readonly address: string | null
}

/** Exported for its test. */
export function namesOf({ databaseUrl }: Pick<Config, 'databaseUrl'>, { own, stays, address }: Known): HostNames {
  if (databaseUrl === null) return { bot: own, database: [] }
  const { hostname: host } = new URL(databaseUrl)
  // `[::1]` without its brackets; nothing where it is a socket.
  const plain = decodeURIComponent(host).replace(/^\[|\]$/g, '')
  const isHere = plain === '' || plain.startsWith('/') || LOOPBACK.test(plain)
  const database = isHere ? own : [...called(plain), ...(address === null ? [] : [address])]
  return { bot: stays ? own : [], database }
}

const LOOPBACK = /^(?:localhost|127\.[\d.]+|::1)$/i

/** A host's full name, and the first part of it. */
const called = (host: string): string[] =>
  LOOPBACK.test(host) || host === '' ? [] : [...new Set([host, ...(/^[a-z][^.:]*(?=\.)/i.exec(host) ?? [])])]

/** The names and addresses of a host; not those that every host has. */
export function ownNames(name: string, interfaces: ReturnType<typeof networkInterfaces>): readonly string[] {
  const addresses = Object.values(interfaces).flatMap((found) => found ?? [])
  return [
    ...called(name),
    ...addresses.flatMap(({ address, internal }) =>
      internal || /^(?:fe80|169\.254)[:.]/i.test(address) ? [] : [address],
    ),
  ]
}

/** Says it again for as long as the process stays. */
export function hostService(inventory: Inventory, config: Config): Service {
  let timer: NodeJS.Timeout | null = null
  return {
    start: () => {
      // What it fails at now it says in some hours; what was said holds for days.
      timer = setInterval(() => void noteHostNames(inventory, config, true).catch(() => undefined), AGAIN)
      timer.unref()
      return Promise.resolve()
    },
    stop: () => {
      if (timer) clearInterval(timer)
      return Promise.resolve()
    },
  }
}
