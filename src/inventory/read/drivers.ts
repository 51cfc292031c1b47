// The drivers of a moment, for answers: how many things have each, where imported ones came from.
import type { Catalogue, Driver, DriverSpec, PortSpec } from '../catalogue.ts'
import { roleAt } from '../catalogue.ts'
import { calledSql } from '../operators/called.ts'
import { plain, rowsOf, sql } from '../query/fragment.ts'
import { type Moment, sourceAt } from '../query/source.ts'
import type { View } from '../view.ts'
import { instant, instantText } from './instant.ts'

/** The drivers as they were at a moment: those that ship, and those that were imported then. */
export async function driversAt(view: View, moment: Moment): Promise<Catalogue> {
  if (moment === null) return view.catalogue
  const d = sourceAt('drivers', 'd', moment)
  const imported = await rowsOf<{ name: string; spec: DriverSpec }>(
    view.knex,
    sql`select d.name, d.spec from ${d.from} where ${d.where} order by d.name_key`,
  )
  return view.catalogue.importing(imported)
}

/** How many things have each driver. */
export async function thingsByDriver(view: View, moment: Moment): Promise<ReadonlyMap<string, number>> {
  const t = sourceAt('things', 't', moment)
  const rows = await rowsOf<{ driver: string; things: number }>(
    view.knex,
    sql`select t.driver, count(*) as things from ${t.from} where ${t.where} group by t.driver`,
  )
  return new Map(rows.map(({ driver, things }) => [driver, Number(things)]))
}

/** The version that an imported driver is as it is since; null for one that ships. */
async function since(
  view: View,
  driver: Driver,
  moment: Moment,
): Promise<{ version: number; by: string; at: string } | null> {
  const d = sourceAt('drivers', 'd', moment)
  const [row] = await rowsOf<{ version: number; by: string; at: Date | string }>(
    view.knex,
    sql`select v.version, ${plain(calledSql('v.operator'))} as by, v.at from ${d.from} join versions v on v.version = d.from_v
      where ${d.where} and d.name = ${driver.name}`,
  )
  return row ? { ...row, at: new Date(row.at).toISOString() } : null
}

/** `2 U`, `no units` for what takes none in a rack, `-` for what is never in one. */
export const heightOf = ({ units }: Driver): string => (units === null ? '-' : units === 0 ? '0 U' : `${units} U`)

/** `nic-eth 4, pwr-nema-5 2` */
export const portCounts = ({ ports }: Driver): string =>
  Object.entries(ports)
    .filter(([, { count }]) => count > 0)
    .map(([type, { count }]) => `${type} ${count}`)
    .join(', ')

/** All about a driver, in lines. */
export async function driverLines(view: View, driver: Driver, moment: Moment): Promise<string[]> {
  const [, base] = driver.lineage
  const things = (await thingsByDriver(view, moment)).get(driver.name) ?? 0
  const made = await since(view, driver, moment)
  const facts = Object.entries(driver.facts).toSorted(([a], [b]) => factRank(a) - factRank(b))
  const defaults = Object.entries(driver.defaults)
  return [
    `${driver.name}: ${driver.summary}`,
    base === undefined ? `ships, category ${driver.category}` : `extends ${driver.lineage.slice(1).join(', ')}`,
    `height: ${driver.units === null ? 'never in a rack' : heightOf(driver)}`,
    ...portLines(driver),
    ...(driver.contains.length > 0 ? [`holds: ${driver.contains.join(', ')}`] : []),
    ...(defaults.length > 0 ? [`defaults: ${defaults.map(([key, value]) => `${key}=${value}`).join(' ')}`] : []),
    ...(driver.operations.length > 0 ? [`operations: ${driver.operations.join(', ')}`] : []),
    ...(facts.length > 0 ? ['facts:'] : []),
    ...facts.map(([name, fact]) => `  ${name}: ${String(fact).replace(/\s+/g, ' ')}`),
    ...(made ? [`imported: version ${made.version} by ${made.by} at ${instantText(instant(made.at))}`] : []),
    `things: ${things}`,
  ]
}

// What names a model comes first; the database keeps no order.
const FACTS = [
  'manufacturer',
  'model',
  'slug',
  'part_number',
  'subdevice_role',
  'weight',
  'airflow',
  'full_depth',
  'module_bays',
  'device_bays',
  'inventory_items',
]
const factRank = (name: string): number => FACTS.indexOf(name) + 1 || FACTS.length + 1

function portLines(driver: Driver): string[] {
  const types = Object.entries(driver.ports).filter(([, { count }]) => count > 0)
  if (types.length === 0) return ['ports: none']
  return ['ports:', ...types.flatMap(([type, spec]) => runsOf(spec).map((run) => `  ${type}:${runWords(spec, run)}`))]
}

interface Run {
  readonly low: number
  readonly high: number
}

/** Neighbouring ports that are alike but for their names. */
function runsOf(spec: PortSpec): readonly Run[] {
  const runs: { low: number; high: number }[] = []
  let last = ''
  for (let number = 1; number <= spec.count; number++) {
    const like = `${roleAt(spec, number)} ${spec.connectors?.[number - 1] ?? ''} ${spec.management?.includes(number)}`
    const run = runs.at(-1)
    if (run && like === last) run.high = number
    else runs.push({ low: number, high: number })
    last = like
  }
  return runs
}

// A longer list shows its ends.
const NAMED = 8

/** `1-48 network: Ethernet1 … Ethernet48 (25gbase-x-sfp28)` */
function runWords(spec: PortSpec, { low, high }: Run): string {
  const names = (spec.names ?? []).slice(low - 1, high)
  const shown = names.length > NAMED ? `${names[0]} … ${names.at(-1)}` : names.join(', ')
  const connector = spec.connectors?.[low - 1] ?? ''
  const more = [...(spec.management?.includes(low) ? ['management'] : []), ...(connector === '' ? [] : [connector])]
  const numbers = low === high ? `${low}` : `${low}-${high}`
  return `${numbers} ${roleAt(spec, low)}${shown === '' ? '' : `: ${shown}`}${more.length > 0 ? ` (${more.join(', ')})` : ''}`
}
