// What is in a thing level by level, or what it is in.

import { grouped } from '../grouped.ts'
import { plain, rowsOf, sql } from '../query/fragment.ts'
import { type Moment, sourceAt } from '../query/source.ts'
import type { ThingRow } from '../rows.ts'
import type { View } from '../view.ts'
import { byText, type Neighbour } from './surroundings.ts'
import { printUnits } from './units.ts'

interface Branch extends Neighbour {
  /** The thing that it hangs on. */
  readonly under: number
}

// More lines than this tell nobody anything; what is nearest to the root is shown.
const MOST = 10_000

/**
 * One line a thing, two blanks a level, siblings in the order of their rack units, then by name: `  web01 (server) RU13`.
 * What comes again by another way (pools overlap) is not opened a second time: its line ends in `…`.
 */
export async function treeLines(
  view: View,
  thing: ThingRow,
  { parents, moment }: { readonly parents: boolean; readonly moment: Moment },
): Promise<string[]> {
  const branches = await branchesOf(view, thing, parents, moment)
  const under = grouped(branches.slice(0, MOST), (branch) => branch.under)
  for (const siblings of under.values()) siblings.sort(byUnits)
  const lines: string[] = []
  const opened = new Set<number>()
  const print = (found: ThingRow, units: string | null, depth: number) => {
    const inside = under.get(found.id) ?? []
    const again = opened.has(found.id) && inside.length > 0
    const words = [`${found.name} (${found.type})`, ...(units === null ? [] : [units]), ...(again ? ['…'] : [])]
    lines.push('  '.repeat(depth) + words.join(' '))
    if (again) return
    opened.add(found.id)
    for (const branch of inside) print(branch.thing, printUnits(branch), depth + 1)
  }
  print(thing, null, 0)
  if (branches.length > MOST) lines.push(`… and more: the first ${MOST} are shown`)
  return lines
}

/** All edges that can be reached, nearest first, at most one more than are shown. */
function branchesOf(view: View, root: ThingRow, parents: boolean, moment: Moment): Promise<Branch[]> {
  const [near, far] = parents ? [plain('child_id'), plain('parent_id')] : [plain('parent_id'), plain('child_id')]
  const e = sourceAt('edges', 'e', moment)
  const t = sourceAt('things', 't', moment)
  // `union` drops what was found before, so that the recursion ends on any graph.
  return rowsOf<Branch>(
    view.knex,
    sql`with recursive reach (id, near_id, far_id) as (
        select e.id, e.${near}, e.${far} from ${e.from} where e.${near} = ${root.id} and ${e.where}
        union select e.id, e.${near}, e.${far} from reach join ${e.from} on e.${near} = reach.far_id and ${e.where}),
      shown as materialized (select id, near_id, far_id from reach limit ${MOST + 1})
      select shown.near_id as under, e.u_low as low, e.u_high as high, e.face, json_build_object('id', t.id, 'name', t.name,
        'name_key', t.name_key, 'driver', t.driver, 'type', t.type) as thing
      from shown join ${e.from} on e.id = shown.id and ${e.where} join ${t.from} on t.id = shown.far_id and ${t.where}`,
  )
}

function byUnits(a: Branch, b: Branch): number {
  return (a.low ?? Infinity) === (b.low ?? Infinity)
    ? byText(a.thing.name_key, b.thing.name_key)
    : (a.low ?? Infinity) - (b.low ?? Infinity)
}
