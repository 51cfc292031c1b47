// Rack units: which ones a thing occupies, that they are in the rack, and that nobody else is there. A unit begins at
// its number; U11-12 occupies from 11 up to 13. Only what is half a unit high ends half a unit after it begins.
import type { Units } from '../../grammar/ast.ts'
import type { Driver } from '../catalogue.ts'
import type { Change } from '../change.ts'
import { InventoryError } from '../error.ts'
import type { ThingRow } from '../rows.ts'
import { ask } from './ask.ts'

export type Face = 'front' | 'rear'

// A rack that has no such attributes (or text in them) is as high as the driver that ships says.
const MIN = 1
const MAX = 45

/** `U13`, `U11-13` */
export const printUnits = ({ low, high }: Units): string => (low === high ? `U${low}` : `U${low}-${high}`)

/**
 * The units that a thing takes when it is put `at` some: a range as it is, from a single unit upwards as high as its
 * driver is. Null for things without height. Throws `units-outside` for units that are neither whole nor half.
 */
export function occupied(driver: Driver, rack: ThingRow, at: Units | null): Units | null {
  const height = driver.units ?? 1
  if (!at || height === 0) return null
  if (!Number.isInteger(at.low * 2) || !Number.isInteger(at.high * 2) || at.low > at.high)
    throw new InventoryError('units-outside', { rack: rack.name, units: printUnits(at), min: MIN, max: MAX })
  return at.low === at.high ? { low: at.low, high: at.low + Math.max(height, 1) - 1 } : at
}

/** The first unit after those of an edge whose thing is called `thing`, in SQL; binds the names of half-height drivers. */
const END = (edge: string, thing: string): string =>
  `${edge}.u_high + case when ${edge}.u_low = ${edge}.u_high and ${thing}.driver = any(?::text[]) then 0.5 else 1 end`

/**
 * Refuses units outside of their rack (`units-outside`) and units that two things occupy on the same face
 * (`units-taken`); looks at what is directly in a container among `ids`, and at what is among `ids` itself.
 */
export async function refuseUnits(change: Change, ids: readonly number[]): Promise<void> {
  const half = change.catalogue
    .all()
    .filter(({ units }) => units !== null && units > 0 && units < 1)
    .map(({ name }) => name)
  await refuseOutside(change, ids, half)
  await refuseOverlaps(change, ids, half)
}

// Edges with units whose container or thing is among ids (bound twice).
const CONCERNED = `concerned as materialized (
  select * from edges where child_id = any(?::bigint[]) and u_low is not null
  union select * from edges where parent_id = any(?::bigint[]) and u_low is not null)`

async function refuseOutside(change: Change, ids: readonly number[], half: readonly string[]): Promise<void> {
  const [outside] = await ask<{ rack: string; u_low: number; u_high: number; min: string; max: string }>(
    change,
    `with ${CONCERNED}, racks as materialized (select distinct parent_id as id from concerned),
     heights as materialized (
       select racks.id, coalesce(min(num) filter (where key = 'minu'), ${MIN}) as min,
         coalesce(max(num) filter (where key = 'maxu'), ${MAX}) as max
       from racks left join attributes
         on thing_id = racks.id and key in ('minu', 'maxu') and port = '' and subkey = ''
       group by racks.id)
     select rack.name as rack, placed.u_low, placed.u_high, heights.min, heights.max
     from concerned placed join heights on heights.id = placed.parent_id
       join things rack on rack.id = placed.parent_id join things item on item.id = placed.child_id
     where placed.u_low < heights.min or ${END('placed', 'item')} > heights.max + 1
     order by placed.from_v desc, placed.id limit 1`,
    [[...ids], [...ids], [...half]],
  )
  if (outside)
    throw new InventoryError('units-outside', {
      rack: outside.rack,
      units: printUnits({ low: outside.u_low, high: outside.u_high }),
      min: Number(outside.min),
      max: Number(outside.max),
    })
}

async function refuseOverlaps(change: Change, ids: readonly number[], half: readonly string[]): Promise<void> {
  // Sorted by where they begin, something begins before all those below it have ended: no pair has to be looked at.
  const racks = await ask<{ id: number }>(
    change,
    `with ${CONCERNED}, racks as materialized (select distinct parent_id as id from concerned),
     sides as (
       select placed.parent_id, side, placed.u_low, max(${END('placed', 'item')}) over (
           partition by placed.parent_id, side order by placed.u_low, placed.id
           rows between unbounded preceding and 1 preceding) as below
       from racks join edges placed on placed.parent_id = racks.id join things item on item.id = placed.child_id,
         (values ('front'), ('rear')) as sides (side)
       where placed.u_low is not null and (placed.face is null or placed.face = side))
     select distinct parent_id as id from sides where below > u_low`,
    [[...ids], [...ids], [...half]],
  )
  if (racks.length === 0) return
  const [clash] = await ask<{ rack: string; u_low: number; u_high: number; by: string }>(
    change,
    `with ${CONCERNED}
     select rack.name as rack, mine.u_low, mine.u_high, other.name as by
     from concerned mine join edges theirs on theirs.parent_id = mine.parent_id and theirs.id <> mine.id
       join things item on item.id = mine.child_id join things other on other.id = theirs.child_id
       join things rack on rack.id = mine.parent_id
     where mine.parent_id = any(?::bigint[])
       and (mine.face is null or theirs.face is null or mine.face = theirs.face)
       and mine.u_low < ${END('theirs', 'other')} and theirs.u_low < ${END('mine', 'item')}
     order by mine.from_v desc, mine.id desc limit 1`,
    [[...ids], [...ids], racks.slice(0, 1).map(({ id }) => id), [...half], [...half]],
  )
  if (clash)
    throw new InventoryError('units-taken', {
      rack: clash.rack,
      units: printUnits({ low: clash.u_low, high: clash.u_high }),
      by: clash.by,
    })
}
