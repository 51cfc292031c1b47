// Deletes things, unless something hangs on them that stays.
import type { Change } from '../change.ts'
import { InventoryError } from '../error.ts'
import { refuseOwn } from '../resources/own-things.ts'
import { refuseProtected } from '../resources/protection.ts'
import type { AddressRow, AttributeRow, EdgeRow, LinkRow, ThingRow } from '../rows.ts'
import { ask } from './ask.ts'
import { attempt } from './attempt.ts'
import { refreshClosure } from './closure.ts'
import { refuseMissingClasses } from './membership.ts'

// So many are listed; the total says how many there are.
const LISTED = 20

/**
 * Deletes things with their attributes and with their membership in containers. Refuses (`still-in-use`) while others
 * are in them, services run on them, others are connected to them or refer to them, while they hold addresses, or addresses were handed out from them;
 * things that go together do not hang on each other. With `force` all of that goes too. A protected thing is refused in any
 * case (`protected-thing`), and so is what the bot itself runs on (`runs-bot`).
 */
export async function deleteThings(
  change: Change,
  things: readonly ThingRow[],
  { force }: { readonly force: boolean },
): Promise<void> {
  const unique = [...new Map(things.map((thing) => [thing.id, thing])).values()]
  if (unique.length === 0) return
  await refuseProtected(change, unique)
  await refuseOwn(change, unique)
  if (!force) await refuseInUse(change, unique)
  const ids = unique.map(({ id }) => id)
  const edges = await ask<EdgeRow>(
    change,
    `select id, parent_id, child_id from edges where child_id = any(?::bigint[]) or parent_id = any(?::bigint[])`,
    [ids, ids],
  )
  const links = await ask<LinkRow>(
    change,
    `select id, thing_id, peer_id from links where thing_id = any(?::bigint[]) or peer_id = any(?::bigint[])`,
    [ids, ids],
  )
  const attributes = await ask<AttributeRow>(
    change,
    `select id, thing_id from attributes where thing_id = any(?::bigint[]) or ref_id = any(?::bigint[])`,
    [ids, ids],
  )
  const addresses = await ask<AddressRow>(
    change,
    `select id, thing_id, network_id from addresses where thing_id = any(?::bigint[]) or network_id = any(?::bigint[])`,
    [ids, ids],
  )
  await attempt(change, async () => {
    await change.retire('edges', edges)
    await change.retire('links', links)
    await change.retire('attributes', attributes)
    await change.retire('addresses', addresses)
    await change.retire('things', unique)
    const affected = await refreshClosure(change, [...new Set([...ids, ...edges.map(({ child_id }) => child_id)])])
    await refuseMissingClasses(change, affected)
  })
}

async function refuseInUse(change: Change, things: readonly ThingRow[]): Promise<void> {
  const ids = things.map(({ id }) => id)
  const hanging = await ask<{ thing: string; what: string; total: number }>(
    change,
    `with gone as materialized (select unnest(?::bigint[]) as id),
     hanging (thing_id, what, of_id, detail) as (
       select child_id, 'in', parent_id, '' from edges
       where parent_id in (select id from gone) and child_id not in (select id from gone)
       union all
       select service.id, 'runs on', child_id, '' from edges join things service on service.id = parent_id
       where child_id in (select id from gone) and parent_id not in (select id from gone) and service.type = 'service'
       union all
       select thing_id, 'connected to', peer_id, ':' || peer_type || ':' || peer_number from links
       where peer_id in (select id from gone) and thing_id not in (select id from gone)
       union all
       select thing_id, key || ' refers to', ref_id, '' from attributes
       where ref_id in (select id from gone) and thing_id not in (select id from gone)
       union all
       select thing_id, 'holds ' || host(address) || ' of', network_id, '' from addresses
       where network_id in (select id from gone) and thing_id not in (select id from gone)
       union all
       select thing_id, 'holds ' || host(address) || case when network_id is null then '' else ' of' end, network_id, ''
       from addresses
       where thing_id in (select id from gone)
         and (network_id is null or network_id not in (select id from gone)))
     select things.name as thing, what || coalesce(' ' || holder.name, '') || detail as what, count(*) over () as total
     from hanging join things on things.id = hanging.thing_id left join things holder on holder.id = hanging.of_id
     order by holder.name_key, things.name_key, what limit ${LISTED}`,
    [ids],
  )
  const [first] = hanging
  if (!first) return
  throw new InventoryError('still-in-use', {
    things: things.slice(0, LISTED).map(({ name }) => name),
    hanging: hanging.map(({ thing, what }) => ({ thing, what })),
    total: first.total,
  })
}
