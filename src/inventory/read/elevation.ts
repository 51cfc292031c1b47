// A rack as a picture shows it: what stands on which units and faces, and which units are free.
import type { ThingName } from '../../grammar/ast.ts'
import type { Catalogue } from '../catalogue.ts'
import { InventoryError } from '../error.ts'
import { rowsOf, sql } from '../query/fragment.ts'
import { type Moment, reachable, sourceAt } from '../query/source.ts'
import type { ThingRow } from '../rows.ts'
import type { ThingSummary } from '../things.ts'
import type { View } from '../view.ts'
import { catalogueAt } from './catalogue.ts'
import { type Stamp, stampOf } from './stamp.ts'
import { type Stood, standingOf } from './standing.ts'
import { type Attribute, lookupWith, type Neighbour, surroundingsOf } from './surroundings.ts'

export type Face = 'front' | 'rear'

export interface InRack extends ThingSummary, Stood {}

export interface Occupant extends InRack {
  /** It takes the units from `low` up to `end`, which is the first above it: U11-13 is 11 and 14, half a unit 11 and 11.5. */
  readonly low: number
  readonly end: number
  /** Null where it is as deep as the rack. */
  readonly face: Face | null
}

/** Whole units, both among them. */
export interface Gap {
  readonly low: number
  readonly high: number
}

export interface Elevation {
  readonly rack: string
  /** The locations that it is in, innermost first. */
  readonly places: readonly string[]
  readonly min: number
  readonly max: number
  /** From the top downwards. */
  readonly occupants: readonly Occupant[]
  /** What takes no units, by its driver. */
  readonly beside: readonly InRack[]
  /** What has a height, and nobody has said where it is. */
  readonly unplaced: readonly InRack[]
  /** Runs of units that are free on both faces, from the bottom upwards. */
  readonly free: readonly Gap[]
  readonly stamp: Stamp
}

// A rack that does not say, or says it in text, is as high as the driver that ships.
const MIN = 1
const MAX = 45

/** Five statements at most. Throws what `lookup` throws, and `no-elevation` for what is no rack. */
export async function readElevation(view: View, name: ThingName, moment: Moment): Promise<Elevation> {
  const { thing: rack, around } = await lookupWith(view, name, ['attributes', 'contents'], moment)
  if (rack.type !== 'rack') throw await notARack(view, rack, name, moment)
  const contents = around.contents(rack)
  const inside = await surroundingsOf(
    view,
    contents.map(({ thing }) => thing),
    ['attributes'],
    moment,
  )
  const catalogue = await catalogueAt(view, moment)
  const marked = contents.map((edge) => ({ ...edge, stood: standingOf(inside.attributes(edge.thing)) }))
  const occupants = marked.flatMap((edge) => {
    const place = placed(catalogue, edge)
    return place === null ? [] : [{ ...inRack(edge), ...place }]
  })
  const loose = marked.filter(({ low }) => low === null)
  const hasHeight = ({ thing }: Neighbour) => (catalogue.get(thing.driver)?.units ?? 1) > 0
  const attributes = around.attributes(rack)
  const min = Math.min(height(attributes, 'minu') ?? MIN, ...occupants.map(({ low }) => Math.floor(low)))
  const max = Math.max(height(attributes, 'maxu') ?? MAX, ...occupants.map(({ end }) => Math.ceil(end) - 1))
  return {
    rack: rack.name,
    places: await locationsOf(view, rack, moment),
    min,
    max,
    occupants: occupants.toSorted((a, b) => b.low - a.low || (a.face ?? '').localeCompare(b.face ?? '')),
    beside: loose.filter((edge) => !hasHeight(edge)).map(inRack),
    unplaced: loose.filter(hasHeight).map(inRack),
    free: gaps(min, max, occupants),
    stamp: await stampOf(view, moment),
  }
}

function inRack({ thing, stood }: Neighbour & { readonly stood: Stood }): InRack {
  return { name: thing.name, type: thing.type, driver: thing.driver, ...stood }
}

function placed(
  catalogue: Catalogue,
  { thing, low, high, face }: Neighbour,
): Pick<Occupant, 'low' | 'end' | 'face'> | null {
  if (low === null || high === null) return null
  const units = catalogue.get(thing.driver)?.units ?? 1
  const isHalf = low === high && units > 0 && units < 1
  return { low, end: high + (isHalf ? 0.5 : 1), face: face === 'front' || face === 'rear' ? face : null }
}

function height(attributes: readonly Attribute[], key: 'minu' | 'maxu'): number | null {
  const found = attributes.find(
    (attribute) => attribute.key === key && attribute.subkey === '' && attribute.port === '',
  )
  const number = Number(found?.text ?? '')
  return found && Number.isInteger(number) && number > 0 ? number : null
}

function gaps(min: number, max: number, occupants: readonly Occupant[]): Gap[] {
  const taken = new Set<number>()
  for (const { low, end } of occupants) for (let unit = Math.floor(low); unit < end; unit++) taken.add(unit)
  const found: { low: number; high: number }[] = []
  for (let unit = min; unit <= max; unit++) {
    if (taken.has(unit)) continue
    const last = found.at(-1)
    if (last?.high === unit - 1) last.high = unit
    else found.push({ low: unit, high: unit })
  }
  return found
}

// By how near they usually are to the rack.
const LOCATIONS = ['rack', 'cage', 'zone', 'datacenter']

async function locationsOf(view: View, rack: ThingRow, moment: Moment): Promise<string[]> {
  const t = sourceAt('things', 't', moment)
  const rows = await rowsOf<{ name: string; type: string }>(
    view.knex,
    sql`select t.name, t.type from ${t.from} where ${t.where} and t.type = any(${LOCATIONS}::text[])
      and t.id in (${reachable(sql`= ${rack.id}`, moment, 'up')}) order by t.name_key`,
  )
  return rows.toSorted((a, b) => LOCATIONS.indexOf(a.type) - LOCATIONS.indexOf(b.type)).map(({ name }) => name)
}

// Suggestions are for choosing from.
const SUGGESTED = 5

/** Names the racks that it is in, or that are in it. */
async function notARack(view: View, thing: ThingRow, { at }: ThingName, moment: Moment): Promise<InventoryError> {
  const t = sourceAt('things', 't', moment)
  const near = (direction: 'up' | 'down') => reachable(sql`= ${thing.id}`, moment, direction)
  const rows = await rowsOf<{ name: string }>(
    view.knex,
    sql`select t.name from ${t.from} where ${t.where} and t.type = 'rack'
      and (t.id in (${near('up')}) or t.id in (${near('down')})) order by t.name_key limit ${SUGGESTED}`,
  )
  return new InventoryError('no-elevation', {
    thing: thing.name,
    type: thing.type,
    at,
    racks: rows.map(({ name }) => name),
  })
}
