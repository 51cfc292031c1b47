// What runs between the things of a graph: cables by what they are for, standing in something, and membership. An edge
// has a direction, so that a drawing has power on one side and the network on the other.
import type { Catalogue } from '../catalogue.ts'
import type { ThingRow } from '../rows.ts'
import { isPlace } from './place.ts'
import { portLabel, portRole } from './ports.ts'
import type { Cable, Surroundings } from './surroundings.ts'

export type EdgeKind = 'network' | 'power' | 'console' | 'cable' | 'containment' | 'membership'

/** A cable's two ports: `nic-eth:1`, and what people call it, `eth0`. */
export interface PortEnd {
  readonly port: string
  readonly short: string
}

export interface GraphEdge {
  /** Ids of things: from the outlet, from the machine to the switch, from the machine to its console, from the container. */
  readonly from: number
  readonly to: number
  readonly kind: EdgeKind
  /** Of cables, each of those between these two things. */
  readonly ports: readonly { readonly from: PortEnd; readonly to: PortEnd }[]
}

/** One edge for each pair of things and kind, among `things` only. */
export function graphEdges(
  catalogue: Catalogue,
  things: readonly ThingRow[],
  around: Surroundings<'attributes' | 'containers' | 'cables'>,
): GraphEdge[] {
  const shown = new Map(things.map((thing) => [thing.id, thing]))
  const edges = new Map<string, GraphEdge>()
  const note = (edge: GraphEdge) => {
    const key = `${edge.from} ${edge.to} ${edge.kind}`
    const known = edges.get(key)
    edges.set(key, known ? { ...known, ports: [...known.ports, ...edge.ports] } : edge)
  }
  for (const thing of things) {
    for (const cable of around.cables(thing)) {
      // Each cable is seen from both its ends.
      if (!shown.has(cable.peer.id) || !beginsAt(catalogue, thing, cable)) continue
      const from = portEnd(catalogue, thing, cable.type, cable.number, around)
      const to = portEnd(catalogue, cable.peer, cable.peerType, cable.peerNumber, around)
      note({ from: thing.id, to: cable.peer.id, kind: kindOf(catalogue, thing, cable), ports: [{ from, to }] })
    }
    for (const { thing: container } of around.containers(thing)) {
      // A rack is drawn as a box around what is in it.
      if (!shown.has(container.id) || container.type === 'rack') continue
      const kind = isPlace(catalogue, container) ? 'containment' : 'membership'
      note({ from: container.id, to: thing.id, kind, ports: [] })
    }
  }
  return [...edges.values()]
}

function kindOf(catalogue: Catalogue, thing: ThingRow, { type, number, peer, peerType, peerNumber }: Cable): EdgeKind {
  const role = portRole(catalogue, thing, type, number) ?? portRole(catalogue, peer, peerType, peerNumber)
  switch (role) {
    case 'network':
      return 'network'
    case 'inlet':
    case 'outlet':
      return 'power'
    case 'device':
    case 'line':
      return 'console'
    case null:
      return 'cable'
    default:
      return role satisfies never
  }
}

// How far into the network a thing is; what is not here is at its edge.
const DEPTH: Readonly<Record<string, number>> = { loadbalancer: 1, networkswitch: 2, firewall: 3, router: 4 }

/** Whether an edge for this cable begins at `thing` and not at its peer. */
function beginsAt(catalogue: Catalogue, thing: ThingRow, cable: Cable): boolean {
  const { peer } = cable
  const role = portRole(catalogue, thing, cable.type, cable.number)
  const other = portRole(catalogue, peer, cable.peerType, cable.peerNumber)
  if (role !== other) {
    const first = role === 'outlet' || role === 'device'
    const second = other === 'outlet' || other === 'device'
    if (first !== second) return first
  }
  const deep = (DEPTH[thing.type] ?? 0) - (DEPTH[peer.type] ?? 0)
  if (deep !== 0) return deep < 0
  if (thing.id !== peer.id) return thing.name_key < peer.name_key
  return `${cable.type}:${cable.number}` < `${cable.peerType}:${cable.peerNumber}`
}

function portEnd(
  catalogue: Catalogue,
  thing: ThingRow,
  type: string,
  number: number,
  around: Surroundings<'attributes'>,
): PortEnd {
  const port = portLabel(type, number)
  const named = around.attributes(thing).find((attribute) => attribute.port === port && attribute.key === 'name')?.text
  return { port, short: named ?? catalogue.get(thing.driver)?.ports[type]?.names?.[number - 1] ?? String(number) }
}
