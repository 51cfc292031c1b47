// Everything that is known about things, as `info` shows it.
import type { Catalogue } from '../catalogue.ts'
import type { Moment } from '../query/source.ts'
import { locksOn } from '../resources/locks.ts'
import { withPrefix } from '../resources/network.ts'
import type { ThingRow } from '../rows.ts'
import type { ThingSummary } from '../things.ts'
import type { View } from '../view.ts'
import { catalogueAt } from './catalogue.ts'
import { type AttributeCell, readCell } from './cell.ts'
import { type Place, placeOf } from './place.ts'
import { listPorts, type PortCell } from './ports.ts'
import { type Stock, stockOf } from './stock.ts'
import { type Attribute, type Membership, namedWith, type Surroundings, surroundingsOf } from './surroundings.ts'

export interface ThingInfo extends ThingSummary {
  /** What its driver can do: `power`, `console`. */
  readonly operations?: readonly string[]
  /** Without those of its ports and without hidden ones. */
  readonly attrs: readonly AttributeCell[]
  /** The containers that it is directly in, and what is directly in it. */
  readonly parents: readonly string[]
  readonly contents: readonly string[]
  /** Those it holds; of a network, those recorded in it. */
  readonly ips: readonly string[]
  /** The same with the prefix of their network, `10.0.0.7/16`, where they are the thing's own. */
  readonly addresses?: readonly string[]
  readonly ports: readonly PortCell[]
  readonly place: Place | null
  /** The pools, classes, roles, services and VIPs that it is a member of, also by way of others. */
  readonly memberships: readonly MembershipCell[]
  /** Of a network or what gives out names or numbers: what comes next, and how many are left, as text. */
  readonly stock?: Stock
  /** Why it is protected, where it is. */
  readonly protection?: string
  /** Whose it is for a time, where it is. */
  readonly lock?: LockCell
}

export interface LockCell {
  readonly by: string
  /** ISO date-times in UTC. */
  readonly since: string | null
  readonly until: string | null
  readonly reason: string
}

export interface MembershipCell {
  readonly name: string
  readonly type: string
  /** The groups that it is in which bring it; empty where it is in the group itself. */
  readonly through: readonly string[]
  /** The port of a service, the address of a VIP. */
  readonly detail: string | null
}

const KINDS = ['attributes', 'containers', 'contents', 'cables', 'addresses', 'groups', 'numbers'] as const

/** In the order of `things`; one statement for all of them, and one more where some are locked. */
export async function infoOf(view: View, things: readonly ThingRow[], moment: Moment): Promise<ThingInfo[]> {
  const around = await surroundingsOf(view, things, KINDS, moment)
  const catalogue = await catalogueAt(view, moment)
  const lock = await lockCells(view, things, around, moment)
  return things.map((thing) => ({ ...describe(catalogue, thing, around), ...lock(thing) }))
}

/** Of the thing that has this very name now, in one statement unless it is locked; null where nothing is called so. */
export async function infoOfNamed(view: View, name: string): Promise<ThingInfo | null> {
  const named = await namedWith(view, name, KINDS)
  if (!named) return null
  const { thing, around } = named
  const lock = await lockCells(view, [thing], around, null)
  return { ...describe(view.catalogue, thing, around), ...lock(thing) }
}

type Around = Surroundings<(typeof KINDS)[number]>
type LockOf = (thing: ThingRow) => { readonly lock?: LockCell }

// Who is behind an identity, and what time it is, the attributes do not say.
async function lockCells(view: View, things: readonly ThingRow[], around: Around, moment: Moment): Promise<LockOf> {
  const held = things.filter((thing) =>
    around.attributes(thing).some(({ port, key }) => port === '' && key === '_locked'),
  )
  const found = new Map((await locksOn(view, held, moment)).map((lock) => [lock.id, lock]))
  return ({ id }) => {
    const lock = found.get(id)
    if (!lock) return {}
    const { owner, since, until, reason } = lock
    return { lock: { by: owner, since, until, reason } }
  }
}

function describe(catalogue: Catalogue, thing: ThingRow, around: Around): ThingInfo {
  const containers = around.containers(thing)
  const stock = stockOf(thing, around)
  const protection = around.attributes(thing).find(({ port, key }) => port === '' && key === '_protected')?.text
  return {
    name: thing.name,
    type: thing.type,
    driver: thing.driver,
    operations: catalogue.get(thing.driver)?.operations ?? [],
    attrs: around
      .attributes(thing)
      .filter(({ port, key }) => port === '' && !key.startsWith('_'))
      .map(attributeCell),
    parents: containers.map(({ thing }) => thing.name),
    contents: around.contents(thing).map(({ thing }) => thing.name),
    ips: [...new Set(around.addresses(thing).map(({ address }) => address))],
    addresses: [...new Set(around.addresses(thing).map(({ address, mask }) => withPrefix(address, mask)))],
    ports: listPorts(catalogue, thing, around),
    place: placeOf(catalogue, containers),
    memberships: around.groups(thing).map(membershipCell),
    ...(stock === null ? {} : { stock }),
    ...(protection === undefined ? {} : { protection }),
  }
}

function membershipCell({ group, direct, through, detail }: Membership): MembershipCell {
  return { name: group.name, type: group.type, through: direct ? [] : through, detail }
}

export function attributeCell({ key, subkey, number, type, text }: Attribute): AttributeCell {
  return { key, subkey: subkey === '' ? null : subkey, number, value: readCell(type, text), type }
}
