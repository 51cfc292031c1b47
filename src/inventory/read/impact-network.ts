// What loses its way into the network. Switches, routers and firewalls carry it on; what of them still reaches a router
// is the network, and where no router is recorded the largest part that stays connected is.
import type { ImpactGraph } from './impact-graph.ts'
import { distinctPeers, type Fall, peers } from './impact-power.ts'

export interface NetworkFall {
  /** What keeps its power and has no way into the network left; what never had one is not among it. */
  readonly cutOff: readonly number[]
  readonly oneUplink: readonly number[]
  readonly isPartial: boolean
}

const NOTHING: NetworkFall = { cutOff: [], oneUplink: [], isPartial: false }

export async function fallOfNetwork(graph: ImpactGraph, { gone }: Fall): Promise<NetworkFall> {
  const goneGear = [...gone].filter((id) => graph.isGear(id))
  if (goneGear.length === 0) return NOTHING
  const isWhole = await graph.readGear(goneGear)
  const ranks = new Map<number, number>()
  const stranded = new Set<number>()
  for (const part of partsOf(graph, goneGear, () => true)) {
    for (const [id, rank] of ranksOf(graph, part)) ranks.set(id, rank)
    for (const id of strandedOf(graph, part, gone)) stranded.add(id)
  }
  const isDead = (id: number) => gone.has(id) || stranded.has(id)
  const hanging = peers(graph, [...goneGear, ...stranded], 'network').filter((id) => !isDead(id))
  await graph.readCables(hanging)
  const cutOff = new Set(stranded)
  const oneUplink: number[] = []
  for (const id of hanging) {
    const uplinks = uplinksOf(graph, id, ranks)
    const left = uplinks.filter((uplink) => !isDead(uplink)).length
    if (graph.isGear(id)) {
      if (uplinks.length > 1 && left === 1) oneUplink.push(id)
    } else if (left === 0) cutOff.add(id)
    else if (uplinks.length > 1 && left === 1) oneUplink.push(id)
  }
  for (const id of await guestsOf(graph, [...cutOff])) if (!gone.has(id)) cutOff.add(id)
  return { cutOff: [...cutOff], oneUplink, isPartial: !isWhole }
}

const gearOf = (graph: ImpactGraph, id: number): number[] =>
  distinctPeers(graph, id, 'network').filter((peer) => peer !== id && graph.isGear(peer))

/** A machine's ways into the network are the gear that it is cabled to; a switch's, the gear nearer to a router. */
function uplinksOf(graph: ImpactGraph, id: number, ranks: ReadonlyMap<number, number>): number[] {
  const gear = gearOf(graph, id)
  if (!graph.isGear(id)) return gear
  const own = ranks.get(id) ?? 0
  return gear.filter((peer) => (ranks.get(peer) ?? 0) < own)
}

/** The parts that gear is connected in, through what is `open`, each once; those that `from` lie in. */
function partsOf(graph: ImpactGraph, from: readonly number[], open: (id: number) => boolean): number[][] {
  const seen = new Set<number>()
  const parts: number[][] = []
  for (const start of from) {
    if (seen.has(start) || !open(start)) continue
    seen.add(start)
    const part = [start]
    // The list grows while it is walked.
    for (const id of part) {
      for (const peer of gearOf(graph, id)) {
        if (seen.has(peer) || !open(peer)) continue
        seen.add(peer)
        part.push(peer)
      }
    }
    parts.push(part)
  }
  return parts
}

const isRouter = (graph: ImpactGraph, id: number): boolean => graph.thing(id).type === 'router'

/** What of a part stays in one piece with nothing that counts as the network. */
function strandedOf(graph: ImpactGraph, part: readonly number[], gone: ReadonlySet<number>): number[] {
  const left = partsOf(
    graph,
    part.filter((id) => !gone.has(id)),
    (id) => !gone.has(id),
  )
  if (part.some((id) => isRouter(graph, id)))
    return left.filter((piece) => !piece.some((id) => isRouter(graph, id))).flat()
  const most = Math.max(0, ...left.map(({ length }) => length))
  return left.filter(({ length }) => length < most).flat()
}

/** How far gear is from a router; where there is none, the less the more gear it is cabled to. */
function ranksOf(graph: ImpactGraph, part: readonly number[]): Map<number, number> {
  const ranks = new Map<number, number>()
  const order = part.filter((id) => isRouter(graph, id))
  if (order.length === 0) return new Map(part.map((id) => [id, -gearOf(graph, id).length]))
  for (const id of order) ranks.set(id, 0)
  for (const id of order) {
    for (const peer of gearOf(graph, id)) {
      if (ranks.has(peer)) continue
      ranks.set(peer, (ranks.get(id) ?? 0) + 1)
      order.push(peer)
    }
  }
  return ranks
}

/** The guests of machines that have no cable of their own. */
async function guestsOf(graph: ImpactGraph, ids: readonly number[]): Promise<number[]> {
  const machines = ids.filter((id) => !graph.isGear(id))
  if (machines.length === 0) return []
  const guests = (await graph.readContents(machines)).filter((id) => !ids.includes(id))
  await graph.readCables(guests)
  return guests.filter((id) => peers(graph, [id], 'network').length === 0)
}
