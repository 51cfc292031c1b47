// Cables between ports: connected by name or by what fits, and cut. A cable is two rows, one for each end.
import type { Change, NewRow } from '../change.ts'
import { InventoryError } from '../error.ts'
import type { LinkRow, ThingRow } from '../rows.ts'
import type { View } from '../view.ts'
import { analyze } from './analyze.ts'
import { ask } from './ask.ts'
import { choosePorts } from './choose-ports.ts'
import { type Port, type PortRef, printPort, refuseUnknownPorts } from './port.ts'

export type { Port, PortRef } from './port.ts'

export interface Cable {
  readonly a: PortRef
  readonly b: PortRef
}

/** A thing, or a port of it. */
export interface End {
  readonly thing: ThingRow
  readonly port: Port | null
}

/**
 * Connects two things: at the ports that are named, else at those that fit (`choosePorts`). What is connected already,
 * at those ports or anyhow where none are named, stays as it is. Throws `self-connection`, `no-common-port`,
 * `no-free-port` and as `connectAll`.
 */
export async function connect(change: Change, a: End, b: End): Promise<Cable & { readonly already: boolean }> {
  if (a.thing.id === b.thing.id) throw new InventoryError('self-connection', { thing: a.thing.name })
  await refuseUnknownPorts(change, [...named(a), ...named(b)])
  const [known] = await cablesBetween(change, a, b)
  if (known) return { ...known, already: true }
  if (a.port === null || b.port === null)
    for (const end of [...named(a), ...named(b)]) await refuseTaken(change, [{ end, other: null }])
  const cable = await choosePorts(change, a, b)
  await connectAll(change, [cable])
  return { ...cable, already: false }
}

const named = ({ thing, port }: End): PortRef[] => (port === null ? [] : [{ thing, ...port }])

/**
 * Connects ports, all or none; answers with how many cables are new. With `loops` a thing may be connected to itself, at
 * another port. Throws `unknown-port`, `port-types-differ`, `port-taken`, `self-connection`.
 */
export async function connectAll(
  change: Change,
  cables: readonly Cable[],
  { loops = false }: { readonly loops?: boolean } = {},
): Promise<number> {
  if (cables.length === 0) return 0
  const peers = new Map<string, PortRef>()
  const wanted: Cable[] = []
  for (const cable of cables) {
    const { a, b } = cable
    if (a.thing.id === b.thing.id && (!loops || slotOf(a) === slotOf(b)))
      throw new InventoryError('self-connection', { thing: slotOf(a) === slotOf(b) ? printPort(a) : a.thing.name })
    if (a.type !== b.type) throw new InventoryError('port-types-differ', { a: printPort(a), b: printPort(b) })
    let repeated = false
    for (const [end, other] of [
      [a, b],
      [b, a],
    ] as const) {
      const peer = peers.get(slotOf(end))
      if (peer && slotOf(peer) !== slotOf(other))
        throw new InventoryError('port-taken', { port: printPort(end), peer: printPort(peer) })
      repeated = peer !== undefined
      peers.set(slotOf(end), other)
    }
    if (!repeated) wanted.push(cable)
  }
  const ends = wanted.flatMap(({ a, b }) => [
    { end: a, other: b },
    { end: b, other: a },
  ])
  await refuseUnknownPorts(
    change,
    ends.map(({ end }) => end),
  )
  const known = await refuseTaken(change, ends)
  const fresh = wanted.filter(({ a }) => !known.has(slotOf(a)))
  await change.insert(
    'links',
    fresh.flatMap(({ a, b }) => [linkOf(a, b), linkOf(b, a)]),
  )
  await analyze(change, fresh.length, 'links')
  return fresh.length
}

const slotOf = ({ thing, type, number }: PortRef): string => `${thing.id} ${type} ${number}`

const linkOf = (end: PortRef, peer: PortRef): NewRow<'links'> => ({
  thing_id: end.thing.id,
  port_type: end.type,
  port_number: end.number,
  peer_id: peer.thing.id,
  peer_type: peer.type,
  peer_number: peer.number,
})

/** Refuses ports that are connected to others than `other`; answers with those that are connected to it already. */
async function refuseTaken(
  change: Change,
  ends: readonly { readonly end: PortRef; readonly other: PortRef | null }[],
): Promise<ReadonlySet<string>> {
  const wanted = ends.map(({ end }) => ({ thing_id: end.thing.id, port_type: end.type, port_number: end.number }))
  const links = await ask<LinkRow & { peer: string }>(
    change,
    `select links.*, peer.name as peer
     from jsonb_to_recordset(?::jsonb) as wanted(thing_id bigint, port_type text, port_number integer)
       join links using (thing_id, port_type, port_number) join things peer on peer.id = links.peer_id`,
    [JSON.stringify(wanted)],
  )
  const peers = new Map(links.map((link) => [`${link.thing_id} ${link.port_type} ${link.port_number}`, link]))
  for (const { end, other } of ends) {
    const link = peers.get(slotOf(end))
    if (link && (!other || slotOf(other) !== `${link.peer_id} ${link.peer_type} ${link.peer_number}`))
      throw new InventoryError('port-taken', {
        port: printPort(end),
        peer: `${link.peer}:${link.peer_type}:${link.peer_number}`,
      })
  }
  return new Set(peers.keys())
}

/** The cables between two ends, or with null from one end to anywhere; lowest ports first. */
async function cablesBetween(view: View, a: End, b: End | null): Promise<(Cable & { readonly rows: LinkRow[] })[]> {
  const rows = await ask<{ there: LinkRow; back: LinkRow; peer: ThingRow }>(
    view,
    `select to_jsonb(there) as there, to_jsonb(back) as back, to_jsonb(peer) as peer
     from links there join things peer on peer.id = there.peer_id
       join links back on back.thing_id = there.peer_id and back.port_type = there.peer_type
         and back.port_number = there.peer_number
     where there.thing_id = ?::bigint and (?::bigint is null or there.peer_id = ?::bigint)
     order by there.port_type, there.port_number`,
    [a.thing.id, b?.thing.id ?? null, b?.thing.id ?? null],
  )
  const at = (port: Port | null | undefined, type: string, number: number) =>
    !port || (port.type === type && port.number === number)
  return rows
    .filter(
      ({ there }) => at(a.port, there.port_type, there.port_number) && at(b?.port, there.peer_type, there.peer_number),
    )
    .map(({ there, back, peer }) => ({
      a: { thing: a.thing, type: there.port_type, number: there.port_number },
      b: { thing: peer, type: there.peer_type, number: there.peer_number },
      rows: [there, back],
    }))
}

/**
 * Cuts the cables between two ends, or with null all that end at `a`; answers with them. Throws `unknown-port`,
 * `not-connected`.
 */
export async function disconnect(change: Change, a: End, b: End | null): Promise<Cable[]> {
  await refuseUnknownPorts(change, [...named(a), ...(b ? named(b) : [])])
  const cables = await cablesBetween(change, a, b)
  if (cables.length === 0) {
    const label = ({ thing, port }: End) => (port ? printPort({ thing, ...port }) : thing.name)
    throw new InventoryError('not-connected', b ? { port: label(a), peer: label(b) } : { port: label(a) })
  }
  const rows = new Map(cables.flatMap(({ rows }) => rows.map((row) => [row.id, row])))
  await change.retire('links', [...rows.values()])
  // A cable from a thing to itself is seen from both of its ends.
  return cables
    .filter(
      ({ rows: [there, back] }) =>
        !there || !back || a.port !== null || there.thing_id !== back.thing_id || there.id < back.id,
    )
    .map(({ a, b }) => ({ a, b }))
}
