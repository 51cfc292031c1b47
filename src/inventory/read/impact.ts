// What goes dark, is cut off or loses its redundancy if some things go, and whom that touches: for `impact`, and for the
// plans of commands that switch off, rebuild or delete. Everything is followed in steps of whole sets: the number of
// statements grows with how deep machines hang on each other, not with how many there are.
import type { Moment } from '../query/source.ts'
import { protectionOf } from '../resources/protection.ts'
import type { ThingRow } from '../rows.ts'
import type { View } from '../view.ts'
import { catalogueAt } from './catalogue.ts'
import { ImpactGraph } from './impact-graph.ts'
import { fallOfNetwork } from './impact-network.ts'
import { fallOfPower, withoutFeed } from './impact-power.ts'
import { type Owned, type Share, touchedBy } from './impact-touched.ts'
import { byText } from './surroundings.ts'

/** How many there are, and the first of them by name. */
export interface Listed {
  readonly total: number
  readonly names: readonly string[]
}

export interface Impact {
  /** What was asked about. */
  readonly named: Listed
  /** What stands in it, or runs on it, and goes with it. */
  readonly contained: Listed
  /** What loses all of its power. */
  readonly dark: Listed
  /** What had two feeds or more and keeps one. */
  readonly oneFeed: Listed
  /** What keeps its power and loses its last way into the network, also as a guest of such a machine. */
  readonly cutOff: Listed
  /** What had ways through two switches or more and keeps one. */
  readonly oneUplink: Listed
  /** What stays and loses its console. */
  readonly noConsole: Listed
  /** What stands beside a source of power that goes, and of which nobody recorded where its power comes from. */
  readonly noFeedRecorded: Listed
  /** Groups of which a member goes, goes dark or is cut off; those that keep the fewest first. */
  readonly roles: Touched
  readonly pools: Touched
  readonly vips: Touched
  readonly services: Touched
  readonly clusters: Touched
  readonly owners: readonly Owned[]
  /** Addresses that are no longer answered at. */
  readonly addresses: Listed
  /** Of all that goes, what is protected. */
  readonly protected: Listed
  /** Something hangs on something so deep that it was not followed to its end. */
  readonly isPartial: boolean
}

export interface Touched {
  readonly total: number
  readonly shares: readonly Share[]
}

export type { Owned, Share } from './impact-touched.ts'

// Of so many the names are told.
const NAMED = 200

/** What becomes of the others if `things` go, at present or as of a moment. */
export async function impactOf(view: View, things: readonly ThingRow[], moment: Moment = null): Promise<Impact> {
  const catalogue = await catalogueAt(view, moment)
  const graph = new ImpactGraph(view, catalogue, moment)
  const power = await fallOfPower(graph, things)
  const network = await fallOfNetwork(graph, power)
  const unknown = await withoutFeed(graph, power)
  const out = new Set([...power.gone, ...network.cutOff])
  const touched = await touchedBy(view, catalogue, [...out], moment)
  const guarded = await protectionOf(
    view,
    [...power.gone].map((id) => ({ id })),
    moment,
  )
  const named = new Set(things.map(({ id }) => id))
  const list = (ids: Iterable<number>): Listed => listed([...ids].map((id) => graph.thing(id)))
  const shares = (kind: Share['kind']): Touched => {
    const found = touched.shares.filter((share) => share.kind === kind)
    return { total: found.length, shares: found.slice(0, NAMED) }
  }
  return {
    named: list(named),
    contained: list(power.contained),
    dark: list(power.dark),
    oneFeed: list(without(power.oneFeed, out)),
    cutOff: list(network.cutOff),
    oneUplink: list(network.oneUplink),
    noConsole: list(without(power.noConsole, out)),
    noFeedRecorded: listed(unknown.filter(({ id }) => !out.has(id))),
    roles: shares('role'),
    pools: shares('pool'),
    vips: shares('vip'),
    services: shares('service'),
    clusters: shares('cluster'),
    owners: touched.owners.slice(0, NAMED),
    addresses: { total: touched.addresses.total, names: touched.addresses.names.slice(0, NAMED) },
    protected: list(guarded.keys()),
    isPartial: power.isPartial || network.isPartial,
  }
}

function listed(things: readonly ThingRow[]): Listed {
  const sorted = things.toSorted((a, b) => byText(a.name_key, b.name_key))
  return { total: sorted.length, names: sorted.slice(0, NAMED).map(({ name }) => name) }
}

const without = (ids: Iterable<number>, gone: ReadonlySet<number>): number[] => [...ids].filter((id) => !gone.has(id))
