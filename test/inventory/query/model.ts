// An inventory in the program's memory: what the database is told, kept as plain rows, and what the naive evaluator reads.
import type { Value } from '../../../src/grammar/ast.ts'
import { nameKey } from '../../../src/grammar/name.ts'
import type { Change } from '../../../src/inventory/change.ts'
import type { AddressRow, AttributeRow, EdgeRow, LinkRow, ThingRow } from '../../../src/inventory/rows.ts'
import { refreshClosure } from '../../../src/inventory/write/closure.ts'
import { toColumns } from '../../../src/inventory/write/values.ts'

export interface Model {
  readonly things: readonly ThingRow[]
  readonly attributes: readonly (AttributeRow & { readonly value: Value })[]
  readonly edges: readonly EdgeRow[]
  readonly links: readonly LinkRow[]
  readonly addresses: readonly AddressRow[]
}

export const EMPTY: Model = { things: [], attributes: [], edges: [], links: [], addresses: [] }

/** An inventory to be written: things are named by their place in `things`. */
export interface Plan {
  readonly things: readonly { readonly name: string; readonly driver: string }[]
  readonly attributes: readonly {
    readonly thing: number
    readonly port: string
    readonly key: string
    readonly subkey: string
    readonly number: number | null
    readonly value: Value
  }[]
  readonly edges: readonly (readonly [parent: number, child: number])[]
  readonly links: readonly (readonly [number, number])[]
  readonly addresses: readonly { readonly address: string; readonly thing: number }[]
  /** Afterwards, in a second version: things that change their names, and rows that go. */
  readonly renames: readonly { readonly thing: number; readonly to: string }[]
  readonly dropped: readonly number[]
}

/** Replaces all that is there by a plan; answers with what the database holds then. */
export async function writePlan(change: Change, before: Model, plan: Plan): Promise<Model> {
  await change.retire('attributes', before.attributes)
  await change.retire('edges', before.edges)
  await change.retire('links', before.links)
  await change.retire('addresses', before.addresses)
  await change.retire('things', before.things)
  await change.knex.raw('delete from closure')
  const drivers = (name: string) => change.catalogue.get(name)?.type ?? name
  const things = await change.insert(
    'things',
    plan.things.map(({ name, driver }) => ({ name, name_key: nameKey(name), driver, type: drivers(driver) })),
  )
  const id = (at: number): number => things[at]?.id ?? 0
  const references = new Map(things.map((thing) => [thing.name_key, thing]))
  const values = plan.attributes.map(({ value }) => value)
  const attributes = await change.insert(
    'attributes',
    plan.attributes.map(({ thing, value, ...rest }) => ({
      ...rest,
      thing_id: id(thing),
      ...toColumns(value, references),
    })),
  )
  const edges = await change.insert(
    'edges',
    plan.edges.map(([parent, child]) => ({
      parent_id: id(parent),
      child_id: id(child),
      u_low: null,
      u_high: null,
      face: null,
    })),
  )
  await refreshClosure(
    change,
    edges.map(({ child_id }) => child_id),
  )
  const ends = plan.links.flatMap(([a, b], i) => [[a, 2 * i, b, 2 * i + 1] as const, [b, 2 * i + 1, a, 2 * i] as const])
  const links = await change.insert(
    'links',
    ends.map(([here, port, there, peer]) => ({
      thing_id: id(here),
      port_type: 'nic-eth',
      port_number: port,
      peer_id: id(there),
      peer_type: 'nic-eth',
      peer_number: peer,
    })),
  )
  const addresses = await change.insert(
    'addresses',
    plan.addresses.map(({ address, thing }) => ({
      address,
      network_id: null,
      thing_id: id(thing),
      port: '',
      state: 'bound' as const,
    })),
  )
  return {
    things,
    attributes: attributes.map((row, i) => ({ ...row, value: values[i] as Value })),
    edges,
    links,
    addresses,
  }
}

/** The second version: new names, and some rows of every table but things less. */
export async function changePlan(change: Change, before: Model, plan: Plan): Promise<Model> {
  const to = new Map(plan.renames.map(({ thing, to }) => [before.things[thing]?.id, to]))
  const renamed = before.things.flatMap((thing) => {
    const name = to.get(thing.id)
    return name === undefined ? [] : [{ ...thing, name, name_key: nameKey(name) }]
  })
  await change.replace('things', renamed)
  const goes = (at: number) => plan.dropped.includes(at)
  const split = <Row>(rows: readonly Row[]): readonly [gone: Row[], kept: Row[]] => [
    rows.filter((_, i) => goes(i)),
    rows.filter((_, i) => !goes(i)),
  ]
  const [goneAttributes, attributes] = split(before.attributes)
  const [goneEdges, edges] = split(before.edges)
  const [goneAddresses, addresses] = split(before.addresses)
  const links = before.links.filter((_, i) => !goes(i >> 1))
  await change.retire('attributes', goneAttributes)
  await change.retire('edges', goneEdges)
  await change.retire('addresses', goneAddresses)
  await change.retire(
    'links',
    before.links.filter((_, i) => goes(i >> 1)),
  )
  await refreshClosure(
    change,
    goneEdges.map(({ child_id }) => child_id),
  )
  const now = new Map(renamed.map((thing) => [thing.id, thing]))
  return { things: before.things.map((thing) => now.get(thing.id) ?? thing), attributes, edges, links, addresses }
}
