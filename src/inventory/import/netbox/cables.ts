// Cables as connections. Several terminations at one end, and a patch panel that carries another kind of cable, get ports
// of their own, so that every device at an end is connected; what ends at a circuit or a feed is an attribute of the port.
import type { DraftPort } from '../draft.ts'
import { textOf } from './attributes.ts'
import { type PortBook, portName } from './devices.ts'
import { type Item, text } from './fixture.ts'
import { numbering } from './places.ts'
import { originOf, type Sketch } from './sketch.ts'

type End = { readonly model: string; readonly item: Item }
const PASSING = new Set(['dcim.frontport', 'dcim.rearport'])

export function readCables(sketch: Sketch, book: PortBook): void {
  const ends = terminations(sketch)
  const lanes = new Lanes(sketch, book)
  for (const cable of sketch.fixture.all('dcim.cable')) {
    sketch.fixture.take(cable)
    const { A = [], B = [] } = ends.get(String(cable.pk)) ?? {}
    const [a, b] = [A.filter(({ item }) => book.has(item)), B.filter(({ item }) => book.has(item))]
    for (const [near, far] of [
      [a, B],
      [b, A],
    ] as const) {
      for (const { item } of near) describe(sketch, book, cable, item, far)
    }
    if (a.length === 0 || b.length === 0) {
      const kinds = [...A, ...B].filter(({ item }) => !book.has(item)).map(({ model }) => model.replace(/^.*\./, ''))
      const reason =
        kinds.length === 0 ? 'they end nowhere' : `they end at a ${kinds[0]}: kept as attributes of the port`
      sketch.leave('cables', reason)
      continue
    }
    for (let at = 0; at < Math.max(a.length, b.length); at++) {
      const [left, right] = [a[at % a.length], b[at % b.length]]
      if (!left || !right) continue
      join(sketch, lanes, cable, left, right, at >= a.length, at >= b.length, book)
    }
  }
}

function join(
  sketch: Sketch,
  lanes: Lanes,
  cable: Item,
  left: End,
  right: End,
  leftAgain: boolean,
  rightAgain: boolean,
  book: PortBook,
): void {
  let [a, b] = [book.get(left.item), book.get(right.item)]
  if (!a || !b) return
  if (leftAgain) a = lanes.extra(left.item, a, a.type)
  if (rightAgain) b = lanes.extra(right.item, b, b.type)
  if (a.type !== b.type && PASSING.has(left.model)) a = lanes.extra(left.item, a, b.type)
  else if (a.type !== b.type && PASSING.has(right.model)) b = lanes.extra(right.item, b, a.type)
  if (a.type !== b.type)
    sketch.leave('cables', 'their ends are ports of different types: kept as attributes of the port')
  else if (a.thing === b.thing)
    sketch.leave('cables', 'they join two ports of one device: kept as attributes of the port')
  else {
    sketch.cables.push({ a, b, origin: originOf(cable) })
    return
  }
  for (const [port, peer] of [
    [a, b],
    [b, a],
  ] as const)
    sketch.get(port.thing)?.attributes.add('cable.to', textOf(`${peer.thing}:${portName(peer)}`), portName(port))
}

/** Ports beyond those that NetBox has: the lanes of a breakout cable, a serial line through a patch panel. */
class Lanes {
  readonly #sketch: Sketch
  readonly #next = new Map<string, number>()

  constructor(sketch: Sketch, book: PortBook) {
    this.#sketch = sketch
    for (const { thing, type, number } of book.values())
      this.#next.set(`${thing} ${type}`, Math.max(this.#next.get(`${thing} ${type}`) ?? 1, number + 1))
  }

  extra(item: Item, of: DraftPort, type: string): DraftPort {
    const key = `${of.thing} ${type}`
    const number = this.#next.get(key) ?? 1
    this.#next.set(key, number + 1)
    const port = { thing: of.thing, type, number }
    const attributes = this.#sketch.get(of.thing)?.attributes
    attributes?.add('name', textOf(text(item, 'name')), portName(port)).add('of', textOf(portName(of)), portName(port))
    return port
  }
}

/** What is at each end of each cable, by the cable's key. */
function terminations(sketch: Sketch): ReadonlyMap<string, Partial<Record<string, End[]>>> {
  const { fixture } = sketch
  const ends = new Map<string, Partial<Record<string, End[]>>>()
  const add = (cable: string, side: string, model: string | null, pk: unknown, from: Item) => {
    const item = model === null ? null : fixture.get(model, pk, from)
    if (item === null || model === null) return
    const both = ends.get(cable) ?? {}
    both[side] = [...(both[side] ?? []), { model, item }]
    ends.set(cable, both)
  }
  for (const item of fixture.all('dcim.cabletermination')) {
    fixture.take(item)
    const model = fixture.contentType(item.fields.termination_type)
    add(text(item, 'cable'), text(item, 'cable_end'), model, item.fields.termination_id, item)
  }
  // Before NetBox 3.3 a cable had its two ends itself.
  for (const item of fixture.all('dcim.cable')) {
    for (const side of ['a', 'b']) {
      const model = fixture.contentType(item.fields[`termination_${side}_type`])
      if (model !== null) add(String(item.pk), side.toUpperCase(), model, item.fields[`termination_${side}_id`], item)
    }
  }
  return ends
}

function describe(sketch: Sketch, book: PortBook, cable: Item, item: Item, far: readonly End[]): void {
  const port = book.get(item)
  const attributes = port && sketch.get(port.thing)?.attributes
  if (!port || !attributes) return
  const at = portName(port)
  attributes.fields(
    cable,
    ['type:cable.type', 'label:cable.label', 'color:cable.color', 'description:cable.description'],
    at,
  )
  if (text(cable, 'status') !== 'connected') attributes.fields(cable, ['status:cable.status'], at)
  if (text(cable, 'length') !== '')
    attributes.add('cable.length', textOf(`${Number(text(cable, 'length'))}${text(cable, 'length_unit')}`), at)
  for (const end of far) {
    if (end.model === 'circuits.circuittermination') {
      const circuit = sketch.fixture.get('circuits.circuit', end.item.fields.circuit, end.item)
      if (circuit === null) continue
      attributes.fields(circuit, ['cid:circuit'], at).fields(end.item, ['term_side:circuit.side'], at)
      attributes.add('circuit.provider', textOf(sketch.called(circuit, 'provider', 'circuits.provider')), at)
    } else if (end.model === 'dcim.powerfeed') attributes.fields(end.item, ['name:feed'], at)
  }
}

const CIRCUIT = ['status', 'commit_rate', 'install_date', 'termination_date', 'description']
const TERMINATION = ['port_speed', 'upstream_speed', 'xconnect_id', 'pp_info']

/** `circuit#0 = KKDG4923`, `circuit.provider#0 = Level 3`: numbered within each site that a circuit ends in. */
export function readCircuits(sketch: Sketch): void {
  const { fixture } = sketch
  const next = numbering()
  const others = new Map<Item, Item[]>()
  for (const end of fixture.all('circuits.circuittermination')) {
    const circuit = fixture.get('circuits.circuit', end.fields.circuit, end)
    if (circuit) others.set(circuit, [...(others.get(circuit) ?? []), end])
  }
  for (const end of fixture.all('circuits.circuittermination')) {
    const circuit = fixture.get('circuits.circuit', end.fields.circuit, end)
    const scope = fixture.contentType(end.fields.termination_type)
    const place =
      sketch.refer(end, 'site', 'dcim.site') ??
      (scope === 'dcim.site' ? sketch.refer(end, 'termination_id', scope) : null)
    const thing = place === null ? undefined : sketch.get(place)
    if (circuit === null || !thing) continue
    const n = next(thing)
    const { attributes } = thing
    attributes.fields(circuit, [`cid:circuit#${n}`, ...CIRCUIT.map((field) => `${field}:circuit.${field}#${n}`)])
    attributes.fields(end, [
      `term_side:circuit.side#${n}`,
      ...TERMINATION.map((field) => `${field}:circuit.${field}#${n}`),
    ])
    attributes.add(`circuit.provider#${n}`, textOf(sketch.called(circuit, 'provider', 'circuits.provider')))
    attributes.add(`circuit.type#${n}`, textOf(sketch.called(circuit, 'type', 'circuits.circuittype')))
    attributes.add(`circuit.tenant#${n}`, textOf(sketch.called(circuit, 'tenant', 'tenancy.tenant')))
    fixture.take(end, circuit)
    // The other end may lie in the provider's network, which is no place.
    for (const other of others.get(circuit) ?? []) {
      const network = fixture.get('circuits.providernetwork', other.fields.provider_network, other)
      if (network === null) continue
      attributes.add(`circuit.network#${n}`, textOf(text(network, 'name')))
      fixture.take(other, network)
    }
  }
}
