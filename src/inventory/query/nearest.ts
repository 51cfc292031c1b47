// In which container of a type each thing is: the nearest rack, the pools that it is in. What `count … by rack` counts by.
import type { Catalogue } from '../catalogue.ts'
import { plain, type Sql, sql } from './fragment.ts'
import { TYPES_OF } from './names.ts'
import { type Moment, sourceAt } from './source.ts'

/** The types that a word such as `rack` or `pool` means, in any case; null where it is no type. */
export function containerTypes(catalogue: Catalogue, word: string): readonly string[] | null {
  const type = word.toLowerCase()
  if (type === 'pool') return TYPES_OF.pool
  return catalogue.types().includes(type) ? [type] : null
}

interface Asked {
  readonly types: readonly string[]
  readonly catalogue: Catalogue
  readonly moment: Moment
}

/**
 * Rows of `id` and `shown` for the things in `things` (a table with `id`): their nearest containers of some types, of
 * which there may be several as near. A group is one of what is in it by way of groups alone, as `pool:` finds it.
 */
export function nearestOf(things: Sql, { types, catalogue, moment }: Asked): Sql {
  const k = sourceAt('things', 'k', moment)
  const found = moment === null ? presentWays(things, types, catalogue) : pastWays(things, types, catalogue, moment)
  return sql`select near.id, near.shown from (
    select w.id, k.name as shown, rank() over (partition by w.id order by w.depth) as place
    from (${found}) w join ${k.from} on k.id = w.container_id and ${k.where} and k.type = any(${types}::text[])) near
    where near.place = 1`
}

const areGroups = (types: readonly string[], catalogue: Catalogue): boolean =>
  types.every((type) => catalogue.get(type)?.category === 'group')

function presentWays(things: Sql, types: readonly string[], catalogue: Catalogue): Sql {
  const members = plain(areGroups(types, catalogue) ? ' and c.grouped' : '')
  return sql`select t.id, c.ancestor_id as container_id, c.depth
    from ${things} t join closure c on c.descendant_id = t.id${members}`
}

function pastWays(things: Sql, types: readonly string[], catalogue: Catalogue, moment: number): Sql {
  const e = sourceAt('edges', 'e', moment)
  const g = sourceAt('things', 'g', moment)
  const groups = catalogue.all().flatMap(({ name, category }) => (category === 'group' ? [name] : []))
  const between = areGroups(types, catalogue)
    ? sql`join ${g.from} on g.id = u.container_id and ${g.where} and g.driver = any(${groups}::text[])`
    : plain('')
  return sql`with recursive up(id, container_id, depth) as (
      select t.id, e.parent_id, 1 from ${things} t join ${e.from} on e.child_id = t.id and ${e.where}
      union select u.id, e.parent_id, u.depth + 1
      from up u ${between} join ${e.from} on e.child_id = u.container_id and ${e.where})
    select id, container_id, depth from up`
}
