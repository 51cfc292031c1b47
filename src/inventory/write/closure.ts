// The closure: for every thing the containers that it is in, at the smallest depth, and whether it is a member of them
// through groups alone. Derived from the edges, recomputed
// for what a change touched and never counted up or down (docs/adr/0002).
import type { Change } from '../change.ts'
import { InventoryError } from '../error.ts'
import { analyze } from './analyze.ts'
import { ask } from './ask.ts'
import { categoryNames } from './kinds.ts'

/**
 * Recomputes the containers of things whose edges to their containers have changed, and of everything below them: the
 * ids that it answers with. Throws `cycle` where one of them has come to contain itself.
 */
export async function refreshClosure(change: Change, childIds: readonly number[]): Promise<number[]> {
  if (childIds.length === 0) return []
  await refuseCycles(change, childIds)
  const below = await ask<{ id: number }>(
    change,
    `with recursive below (id) as (
       select unnest(?::bigint[])
       union select edges.child_id from below join edges on edges.parent_id = below.id)
     select id from below order by id`,
    [[...childIds]],
  )
  const ids = below.map(({ id }) => id)
  await change.knex.raw('delete from closure where descendant_id = any(?::bigint[])', [ids])
  await change.knex.raw(
    `with recursive above (descendant_id, ancestor_id, depth, grouped) as (
       select child_id, parent_id, 1, true from edges where child_id = any(?::bigint[])
       union select above.descendant_id, edges.parent_id, above.depth + 1, above.grouped and between.driver = any(?::text[])
       from above join things between on between.id = above.ancestor_id join edges on edges.child_id = between.id)
     insert into closure (descendant_id, ancestor_id, depth, grouped)
     select descendant_id, ancestor_id, min(depth), bool_or(grouped) from above group by descendant_id, ancestor_id`,
    [ids, categoryNames(change.catalogue, 'group')],
  )
  await analyze(change, ids.length, 'closure')
  return ids
}

/** Every new cycle goes through an edge to one of `childIds`. Ends on any graph: pairs are not followed twice. */
async function refuseCycles(change: Change, childIds: readonly number[]): Promise<void> {
  const [cycle] = await ask<{ thing: string; container: string }>(
    change,
    `with recursive above (id, ancestor_id) as (
       select child_id, parent_id from edges where child_id = any(?::bigint[])
       union select above.id, edges.parent_id from above join edges on edges.child_id = above.ancestor_id),
     looped as materialized (select id from above where id = ancestor_id order by id)
     select thing.name as thing, container.name as container
     from looped join edges on edges.child_id = looped.id
       join things thing on thing.id = looped.id join things container on container.id = edges.parent_id
       left join closure on closure.ancestor_id = looped.id and closure.descendant_id = edges.parent_id
     order by closure.depth nulls last, edges.from_v desc, looped.id limit 1`,
    [[...childIds]],
  )
  if (cycle) throw new InventoryError('cycle', cycle)
}
