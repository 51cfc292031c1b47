// VLANs: found by name or number, and set on the switch port at the other end of a cable.
import { InventoryError } from '../error.ts'
import { findNames, suggestThings } from '../query/names.ts'
import type { Moment } from '../query/source.ts'
import type { PortCell } from '../read/ports.ts'
import type { ThingRow } from '../rows.ts'
import type { View } from '../view.ts'
import { ask } from '../write/ask.ts'
import { type PortRef, printPort } from '../write/port.ts'
import { isVid } from './vlan-rule.ts'

/** By its name, or by its number `203`. Throws `unknown-thing`, `unknown-vid`, `ambiguous-thing`, `not-a-type`. */
export async function vlanNamed(view: View, text: string, moment: Moment = null): Promise<ThingRow> {
  const asked = [
    { kind: 'vlan', text, at: 0 },
    { kind: 'thing', text, at: 0 },
  ] as const
  const names = await findNames(view, asked, moment)
  const found = names.things('vlan', text)
  const [vlan, ...others] = found
  if (others.length > 0)
    throw new InventoryError('ambiguous-thing', { name: text, matches: found.map(({ name }) => name) })
  if (vlan) return vlan
  const [other] = names.things('thing', text)
  if (other) throw new InventoryError('not-a-type', { thing: other.name, type: other.type, wanted: 'vlan' })
  if (/^\d+$/.test(text)) throw new InventoryError('unknown-vid', { vid: text, isVid: isVid(text) })
  const suggestions = (await suggestThings(view, [text], moment)).get(text) ?? []
  throw new InventoryError('unknown-thing', { name: text, suggestions })
}

/** The VLAN of each port of a thing that has one, by `nic-eth:4`. */
export async function vlansOf(view: View, thing: ThingRow, moment: Moment): Promise<ReadonlyMap<string, string>> {
  const [a, v] = moment === null ? ['attributes', 'things'] : ['attributes_all', 'things_all']
  const at = (alias: string) =>
    moment === null ? 'true' : `${alias}.from_v <= ${moment} and ${alias}.to_v > ${moment}`
  const rows = await ask<{ port: string; name: string }>(
    view,
    `select a.port, coalesce(v.name, a.text) as name from ${a} a left join ${v} v on v.id = a.ref_id and ${at('v')}
     where a.thing_id = ? and a.key = 'vlan' and a.subkey = '' and a.port <> '' and ${at('a')} order by a.id`,
    [thing.id],
  )
  return new Map(rows.map(({ port, name }) => [port, name]))
}

/**
 * The switch port that a port of a thing is connected to; the thing's own where it is a switch itself. Throws
 * `not-connected`, `not-a-switch`.
 */
export async function switchPortOf(view: View, thing: ThingRow, port: PortCell): Promise<PortRef> {
  const own: PortRef = { thing, type: port.type, number: port.number }
  if (isSwitch(view, thing)) return own
  const [peer] = await ask<ThingRow & { port_type: string; port_number: number }>(
    view,
    `select t.id, t.name, t.name_key, t.driver, t.type, l.peer_type as port_type, l.peer_number as port_number
     from links l join things t on t.id = l.peer_id where l.thing_id = ? and l.port_type = ? and l.port_number = ?`,
    [thing.id, port.type, port.number],
  )
  if (!peer) throw new InventoryError('not-connected', { port: printPort(own) })
  const { port_type, port_number, ...there } = peer
  if (!isSwitch(view, there))
    throw new InventoryError('not-a-switch', { port: printPort(own), peer: there.name, driver: there.driver })
  return { thing: there, type: port_type, number: port_number }
}

const isSwitch = (view: View, thing: ThingRow): boolean =>
  view.catalogue.get(thing.driver)?.operations.includes('vlan') ?? false

export interface VlanPort {
  readonly thing: string
  /** Null for a member that no port is said of. */
  readonly port: string | null
  readonly peer: string | null
  readonly peerPort: string | null
}

/** The ports that a VLAN is set on with what is connected to them, then its members; at most `limit`. */
export async function vlanTable(
  view: View,
  vlan: ThingRow,
  limit: number,
  moment: Moment,
): Promise<{ readonly rows: readonly VlanPort[]; readonly ports: number; readonly members: number }> {
  const from = (table: string, alias: string) => `${table}${moment === null ? '' : '_all'} ${alias}`
  const at = (...aliases: readonly string[]) =>
    moment === null
      ? 'true'
      : aliases.map((alias) => `${alias}.from_v <= ${moment} and ${alias}.to_v > ${moment}`).join(' and ')
  const rows = await ask<VlanPort & { readonly kind: 'port' | 'member'; readonly total: number }>(
    view,
    `select kind, thing, port, peer, "peerPort", count(*) over (partition by kind) as total from (
       select 'port' as kind, t.name as thing, t.name_key, a.port, p.name as peer,
         l.peer_type || ':' || l.peer_number as "peerPort", length(a.port) as width
       from ${from('attributes', 'a')} join ${from('things', 't')} on t.id = a.thing_id and ${at('t')}
         left join ${from('links', 'l')} on l.thing_id = a.thing_id and ${at('l')}
           and l.port_type || ':' || l.port_number = a.port
         left join ${from('things', 'p')} on p.id = l.peer_id and ${at('p')}
       where a.ref_id = ? and a.key = 'vlan' and a.port <> '' and ${at('a')}
       union all select 'member', t.name, t.name_key, null, null, null, 0
       from ${from('edges', 'e')} join ${from('things', 't')} on t.id = e.child_id and ${at('t')}
       where e.parent_id = ? and ${at('e')}) found
     order by kind desc, name_key, width, port limit ?`,
    [vlan.id, vlan.id, limit],
  )
  const total = (kind: 'port' | 'member') => rows.find((row) => row.kind === kind)?.total ?? 0
  return {
    rows: rows.map(({ thing, port, peer, peerPort }) => ({ thing, port, peer, peerPort })),
    ports: total('port'),
    members: total('member'),
  }
}
