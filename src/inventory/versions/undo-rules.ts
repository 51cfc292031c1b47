// Which rule an undo would break, in words, and which later version is the reason.
import { InventoryError } from '../error.ts'
import { plain, rowsOf, type Sql, sql } from '../query/fragment.ts'
import type { View } from '../view.ts'
import type { NameAt } from './former-names.ts'
import type { Takeback } from './takeback.ts'

/** A rule that refuses what an undo has written. */
export interface Violation {
  readonly reason: string
  /** The things that the rule speaks of. */
  readonly names: readonly string[]
  /** Their drivers, and what these extend. */
  readonly drivers: readonly string[]
  /** It speaks of ports: what is in the way is a cable, or what says which ports there are. */
  readonly isAboutPorts: boolean
  /** The latest version since that wrote what is in the way; null where none is found. */
  readonly by: number | null
}

/** The violation that an error of the rules or of the database's constraints stands for; null for any other error. */
export async function violationOf(view: View, version: number, error: unknown): Promise<Violation | null> {
  if (error instanceof InventoryError) {
    const names = namesIn(error.facts)
    const isAboutPorts = PORT_CODES.has(error.code)
    return {
      reason: reasonOf(error),
      names,
      drivers: await driversOf(view, names),
      isAboutPorts,
      by: await laterVersion(view, version, names, isAboutPorts ? portIn(error.facts) : null),
    }
  }
  // Class 23: integrity constraints.
  const constraint =
    error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('23')
  if (!constraint) return null
  const detail = 'detail' in error && typeof error.detail === 'string' ? error.detail : error.message
  return { reason: detail, names: [], drivers: [], isAboutPorts: false, by: null }
}

const PORT_CODES: ReadonlySet<string> = new Set(['unknown-port', 'port-taken', 'port-types-differ'])

async function driversOf(view: View, names: readonly string[]): Promise<string[]> {
  const found = await rowsOf<{ driver: string }>(
    view.knex,
    sql`select distinct driver from things where name = any(${names}::text[])`,
  )
  return found.flatMap(({ driver }) => view.catalogue.get(driver)?.lineage ?? [driver])
}

/** The port of the facts, `nic-eth:4`; empty where they name several. */
const portIn = (facts: object): string => ('thing' in facts && 'port' in facts ? String(facts.port) : '')

function reasonOf(error: InventoryError): string {
  const facts: Readonly<Record<string, unknown>> = { ...error.facts }
  const fact = (name: string) => String(facts[name])
  switch (error.code) {
    case 'units-taken':
      return `${fact('units')} in ${fact('rack')} is taken by ${fact('by')}`
    case 'units-outside':
      return `${fact('units')} is outside of ${fact('rack')} (U${fact('min')}-${fact('max')})`
    case 'already-located':
      return `${fact('thing')} would stand in ${fact('location')} and in ${fact('wanted')}`
    case 'pool-conflict':
      return `${fact('thing')} would be in the ${fact('kind')} pool ${fact('pool')} and in ${fact('other')}`
    case 'role-needs-class':
      return `${fact('thing')} has the role ${fact('role')}, which requires ${fact('missing')}`
    case 'class-not-held':
      return `${fact('things')} would have the role ${fact('role')} without the class ${fact('classes')}, which it requires`
    case 'cycle':
      return `${fact('thing')} would contain itself through ${fact('container')}`
    case 'not-a-container':
      return `${fact('container')} (${fact('driver')}) would not hold ${fact('thing')}`
    case 'not-a-rack':
      return `${fact('container')} (${fact('driver')}) would have no rack units, and something stands at some`
    case 'unknown-port':
      return `${fact('thing')} would have no port ${fact('port')}, which is connected`
    case 'port-types-differ':
      return `${fact('a')} and ${fact('b')} are connected and would differ in type`
    case 'port-taken':
      return `${fact('port')} is connected to ${fact('peer')}`
    case 'illegal-resource':
      return `${fact('thing')} would have the ${fact('key')} ${fact('value') || 'none'}${fact('detail') === '' ? '' : ` (${fact('detail')})`}`
    default:
      return error.message
  }
}

/** Names of things in the facts of an error; of a port, its thing. */
function namesIn(facts: object): string[] {
  const texts = Object.values(facts).flatMap((fact) => (Array.isArray(fact) ? fact : [fact]))
  return texts.flatMap((text) => (typeof text === 'string' ? [text.split(':')[0] ?? text] : []))
}

/**
 * The latest version after one that wrote an edge, else a cable, else a thing or attribute of the named things; about a
 * port first of all one that wrote the cable at it.
 */
async function laterVersion(
  view: View,
  version: number,
  names: readonly string[],
  port: string | null,
): Promise<number | null> {
  if (names.length === 0) return null
  const those = sql`(select id from things where name = any(${names}::text[]))`
  const latest = (table: string, condition: Sql) =>
    sql`(select max(from_v) from ${plain(table)} where from_v > ${version} and ${condition})`
  const at = sql`thing_id in ${those} and ${port ?? ''} in ('', port_type || ':' || port_number)`
  const cable = port === null ? plain('') : sql`${latest('links', at)},`
  const [found] = await rowsOf<{ by: number | null }>(
    view.knex,
    sql`select coalesce(${cable}
      ${latest('edges', sql`child_id in ${those} and parent_id in ${those}`)}, ${latest('edges', sql`child_id in ${those}`)},
      ${latest('links', sql`thing_id in ${those}`)}, ${latest('edges', sql`parent_id in ${those}`)},
      ${latest('things', sql`id in ${those}`)}, ${latest('attributes', sql`thing_id in ${those}`)}) as by`,
  )
  return found?.by ?? null
}

/** The rows that a violation is about, so that an undo can leave them as they are: the narrowest kind that there is. */
export function rowsBehind(
  { names, drivers, isAboutPorts }: Violation,
  rows: readonly Takeback[],
  nameAt: NameAt,
): readonly Takeback[] {
  const named = (row: Takeback, id: number) => names.includes(nameAt(id, row.version))
  const edge = (row: Takeback) => (row.table === 'edges' ? (row.after ?? row.before) : null)
  type Kind = (row: Takeback) => boolean
  const inside: readonly Kind[] = [
    (row) => {
      const ends = edge(row)
      return ends !== null && named(row, ends.child_id) && named(row, ends.parent_id)
    },
    (row) => {
      const ends = edge(row)
      return ends !== null && named(row, ends.child_id)
    },
  ]
  const cables: Kind = (row) => {
    const end = row.table === 'links' ? (row.after ?? row.before) : null
    return end !== null && named(row, end.thing_id)
  }
  const things: Kind = (row) => row.table === 'things' && named(row, row.id)
  const values: Kind = (row) => {
    const value = row.table === 'attributes' ? (row.after ?? row.before) : null
    return value !== null && named(row, value.thing_id)
  }
  const kinds: Kind = (row) => row.table === 'drivers' && drivers.includes((row.after ?? row.before)?.name ?? '')
  const order = isAboutPorts ? [cables, things, kinds, values] : [...inside, cables, things, values, kinds]
  for (const kind of order) {
    const found = rows.filter(kind)
    if (found.length > 0) return found
  }
  return []
}
