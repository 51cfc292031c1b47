// What is there already of all that a draft names: read in a constant number of statements, however long the file is.
import { isIP } from 'node:net'
import { nameKey } from '../../grammar/name.ts'
import { grouped } from '../grouped.ts'
import type { AddressRow, AttributeRow, EdgeRow, LinkRow, ThingRow } from '../rows.ts'
import type { View } from '../view.ts'
import { ask } from '../write/ask.ts'
import { familyNames } from '../write/kinds.ts'
import type { Draft } from './draft.ts'

export interface PresentEdge extends EdgeRow {
  readonly container: ThingRow
  readonly item: ThingRow
}

export interface PresentAddress extends AddressRow {
  readonly holder: string
}

export interface Present {
  /** By name key. */
  readonly things: ReadonlyMap<string, ThingRow>
  readonly attributes: ReadonlyMap<number, readonly AttributeRow[]>
  /** Both what the draft's things are in, and what is in the racks that it names. */
  readonly edges: readonly PresentEdge[]
  readonly links: readonly (LinkRow & { readonly peer: ThingRow })[]
  readonly addresses: readonly PresentAddress[]
  /** All networks with their `cidr`. */
  readonly networks: readonly { readonly thing: ThingRow; readonly cidr: string }[]
}

/** Reads what a draft can touch. */
export async function readPresent(view: View, draft: Draft): Promise<Present> {
  const names = new Set<string>()
  for (const { name, places, attributes } of draft.things) {
    names.add(nameKey(name))
    for (const { container } of places) names.add(nameKey(container))
    for (const { values } of attributes)
      for (const value of values) if (value.type === 'reference') names.add(nameKey(value.value))
  }
  for (const { a, b } of draft.cables) names.add(nameKey(a.thing)).add(nameKey(b.thing))
  for (const { thing, network } of draft.addresses) names.add(nameKey(thing)).add(nameKey(network ?? thing))
  const found = await ask<ThingRow>(
    view,
    'select id, name, name_key, driver, type from things where name_key = any(?::text[])',
    [[...names]],
  )
  const things = new Map(found.map((thing) => [thing.name_key, thing]))
  const ids = found.map(({ id }) => id)
  const racks = new Set(familyNames(view.catalogue, 'rack'))
  const rackIds = found.filter(({ driver }) => racks.has(driver)).map(({ id }) => id)
  const wanted = new Set(draft.things.map(({ name }) => things.get(nameKey(name))?.id))
  const ends = new Set(draft.cables.flatMap(({ a, b }) => [a, b]).map(({ thing }) => things.get(nameKey(thing))?.id))
  const detailed = ids.filter((id) => wanted.has(id) || ends.has(id))
  const rows = await ask<AttributeRow>(
    view,
    `select id, thing_id, port, key, subkey, number, type, text, num, at, ref_id from attributes
     where thing_id = any(?::bigint[]) or (thing_id = any(?::bigint[]) and key in ('minu', 'maxu')) order by id`,
    [detailed, rackIds],
  )
  const attributes = grouped(rows, ({ thing_id }) => thing_id)
  const edges = await ask<PresentEdge>(
    view,
    `select edges.*, to_jsonb(container) as container, to_jsonb(item) as item
     from edges join things container on container.id = parent_id join things item on item.id = child_id
     where child_id = any(?::bigint[]) or parent_id = any(?::bigint[])`,
    [ids.filter((id) => wanted.has(id)), rackIds],
  )
  const links = await ask<LinkRow & { peer: ThingRow }>(
    view,
    `select links.*, to_jsonb(peer) as peer from links join things peer on peer.id = links.peer_id
     where thing_id = any(?::bigint[])`,
    [ids.filter((id) => ends.has(id))],
  )
  return { things, attributes, edges, links, ...(await readAddresses(view, draft)) }
}

async function readAddresses(view: View, draft: Draft): Promise<Pick<Present, 'addresses' | 'networks'>> {
  if (draft.addresses.length === 0) return { addresses: [], networks: [] }
  const texts = draft.addresses.map(({ address }) => address).filter((text) => isIP(text) !== 0 && !text.includes('%'))
  const addresses = await ask<PresentAddress>(
    view,
    `select addresses.id, host(address) as address, network_id, thing_id, port, state, things.name as holder
     from addresses join things on things.id = thing_id where address = any(?::text[]::inet[])`,
    [texts],
  )
  const networks = await ask<{ thing: ThingRow; cidr: string }>(
    view,
    `select to_jsonb(things) as thing, text as cidr from things join attributes on thing_id = things.id
     where key = 'cidr' and port = '' and subkey = '' and driver = any(?::text[])`,
    [familyNames(view.catalogue, 'network')],
  )
  return { addresses, networks }
}
