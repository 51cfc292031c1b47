// The cables of a draft beside those that are there. A cable on a port of the line's own thing gives way to the one that
// the file states; one of somebody else stays, and the line is refused, unless the file knows best.
import { nameKey } from '../../grammar/name.ts'
import type { LinkRow } from '../rows.ts'
import { hasPort } from '../write/port.ts'
import { type Comparison, unknown } from './comparison.ts'
import { type DraftCable, type DraftPort, refuse } from './draft.ts'
import type { Present } from './present.ts'

export interface WantedCable {
  readonly cable: DraftCable
}

const slotOf = ({ thing, type, number }: DraftPort): string => `${nameKey(thing)} ${type} ${number}`
const print = ({ thing, type, number }: DraftPort): string => `${thing}:${type}:${number}`

type Link = Present['links'][number]

export function compareCables(comparison: Comparison): {
  readonly cut: readonly LinkRow[]
  readonly cables: readonly WantedCable[]
} {
  const { draft, present, pairs } = comparison
  const names = new Map([...present.things.values()].map((thing) => [thing.id, thing]))
  const links = new Map<string, Link>()
  for (const link of present.links)
    links.set(`${names.get(link.thing_id)?.name_key} ${link.port_type} ${link.port_number}`, link)
  const own = new Set(draft.cables.map(({ a }) => slotOf(a)))
  const stated = new Map<string, DraftCable>()
  const exists = portCheck(comparison)
  const wanted: WantedCable[] = []
  const cut = new Map<string, Link>()
  for (const cable of draft.cables) {
    const { a, b, origin } = cable
    const fail = (reason: string) => void comparison.refused.push(refuse(origin, reason))
    const missing = [a, b].find((end) => !comparison.driverOf(end.thing))
    if (missing) {
      fail(unknown('thing', missing.thing, []))
      continue
    }
    const absent = [a, b].find((end) => !exists(end))
    if (absent) {
      const has = Object.entries(comparison.driverOf(absent.thing)?.ports ?? {}).map(
        ([t, { count }]) => `${t}:1-${count}`,
      )
      fail(`${absent.thing} has no port ${absent.type}:${absent.number} (it has ${has.join(', ') || 'none'})`)
      continue
    }
    if (nameKey(a.thing) === nameKey(b.thing)) {
      fail(`${print(a)} is not connected to its own thing`)
      continue
    }
    if (a.type !== b.type) {
      fail(`${print(a)} and ${print(b)} are ports of different types`)
      continue
    }
    const before = stated.get(slotOf(a)) ?? stated.get(slotOf(b))
    if (before) {
      if (sameEnds(before, cable)) continue
      const shared = [a, b].find((end) => [before.a, before.b].some((other) => slotOf(other) === slotOf(end))) ?? a
      const line = before.origin.line === null ? '' : ` in line ${before.origin.line}`
      fail(`${print(shared)} has another cable${line} already`)
      continue
    }
    stated.set(slotOf(a), cable).set(slotOf(b), cable)
    const [near, far] = [links.get(slotOf(a)), links.get(slotOf(b))]
    if (near && slotOf(peerOf(near)) === slotOf(b)) continue
    if (far && !draft.authoritative && !own.has(slotOf(b)) && !own.has(slotOf(peerOf(far)))) {
      fail(`${print(b)} is connected to ${print(peerOf(far))}`)
      continue
    }
    for (const link of [near, far]) if (link) cut.set(`${link.id}`, link)
    const pair = pairs.get(nameKey(a.thing))
    if (pair?.present) pair.differs.push(`${a.type}:${a.number}`)
    wanted.push({ cable })
  }
  return { cut: [...cut.values()], cables: wanted }
}

const peerOf = (link: Link): DraftPort => ({ thing: link.peer.name, type: link.peer_type, number: link.peer_number })

const sameEnds = (x: DraftCable, y: DraftCable): boolean =>
  [slotOf(x.a), slotOf(x.b)].sort().join() === [slotOf(y.a), slotOf(y.b)].sort().join()

/** Ports are there by the driver, by an attribute of theirs in the draft or in the inventory, or by a cable. */
function portCheck({ draft, present, driverOf }: Comparison): (end: DraftPort) => boolean {
  const extra = new Set<string>()
  const ids = new Map([...present.things.values()].map((thing) => [thing.id, thing.name_key]))
  for (const rows of present.attributes.values())
    for (const { thing_id, port } of rows)
      if (port !== '') extra.add(`${ids.get(thing_id)} ${port.replace(/:(\d+)$/, ' $1')}`)
  for (const link of present.links) extra.add(`${ids.get(link.thing_id)} ${link.port_type} ${link.port_number}`)
  for (const { name, attributes } of draft.things)
    for (const { port } of attributes) if (port !== '') extra.add(`${nameKey(name)} ${port.replace(/:(\d+)$/, ' $1')}`)
  return (end) => {
    const driver = driverOf(end.thing)
    return driver !== null && (hasPort(driver, end) || extra.has(slotOf(end)))
  }
}
