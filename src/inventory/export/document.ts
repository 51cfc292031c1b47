// Things as a JSON or YAML document, which `import` reads back exactly: types, digits and all.
import { stringify } from 'yaml'
import type { Value } from '../../grammar/ast.ts'
import { printUnits } from '../write/units.ts'
import type { AttributeRecord, Records, ThingRecord } from './records.ts'

/** Text that goes into the document as it is: numbers with all their digits, JSON. */
class Raw {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

export function printJson({ things, drivers }: Records): string {
  const list = (items: readonly object[]) => items.map((item) => `    ${printNode(item)}`).join(',\n')
  const own = drivers.length === 0 ? '' : `  "drivers": [\n${list(drivers)}\n  ],\n`
  return `{\n${own}  "things": [\n${list(things.map((thing) => thingOf(thing, rawValue)))}\n  ]\n}\n`
}

export function printYaml({ things, drivers }: Records): string {
  const document = {
    ...(drivers.length === 0 ? {} : { drivers }),
    things: things.map((thing) => thingOf(thing, yamlValue)),
  }
  return stringify(document, { lineWidth: 0, aliasDuplicateObjects: false })
}

function printNode(node: unknown): string {
  if (node instanceof Raw) return node.text
  if (Array.isArray(node)) return `[${node.map(printNode).join(', ')}]`
  if (typeof node !== 'object' || node === null) return JSON.stringify(node)
  return `{${Object.entries(node)
    .map(([key, value]) => `${JSON.stringify(key)}: ${printNode(value)}`)
    .join(', ')}}`
}

function rawValue(value: Value): object {
  switch (value.type) {
    case 'integer':
      return { value: new Raw(String(value.value)), type: value.type }
    case 'decimal':
      return { value: new Raw(value.value), type: value.type }
    case 'json':
      return { value: new Raw(value.value), type: value.type, text: value.value }
    default:
      return { value: value.value, type: value.type }
  }
}

// YAML numbers lose their zeros on the way through JavaScript; as text beside their type they keep all digits.
const yamlValue = (value: Value): object => {
  switch (value.type) {
    case 'integer':
      return { value: value.value, type: value.type }
    case 'json':
      return { value: JSON.parse(value.value) as unknown, type: value.type, text: value.value }
    default:
      return { value: value.value, type: value.type }
  }
}

type PrintValue = (value: Value) => object

const rowsOf = (attributes: readonly AttributeRecord[], print: PrintValue): object[] =>
  attributes.flatMap(({ key, values }) =>
    values.map((value) => ({
      key: key.key,
      ...(key.subkey === null ? {} : { subkey: key.subkey }),
      ...(typeof key.number === 'number' ? { number: key.number } : {}),
      ...print(value),
    })),
  )

function thingOf(thing: ThingRecord, print: PrintValue): object {
  const attrs = rowsOf(
    thing.attributes.filter(({ port }) => port === ''),
    print,
  )
  const places = thing.places.map(({ container, low, high, face }) => ({
    container,
    ...(low === null || high === null ? {} : { units: printUnits({ low, high }) }),
    ...(face === null ? {} : { face }),
  }))
  const ports = portsOf(thing, print)
  const ips = thing.addresses.map(({ address, port, network, obvious }) => ({
    address,
    ...(port === '' ? {} : { port }),
    ...(obvious ? {} : { network: network ?? '' }),
  }))
  return {
    name: thing.name,
    driver: thing.driver,
    ...(attrs.length > 0 ? { attrs } : {}),
    ...(places.length > 0 ? { in: places } : {}),
    ...(ports.length > 0 ? { ports } : {}),
    ...(ips.length > 0 ? { ips } : {}),
  }
}

/** The ports that have a cable or an attribute. */
function portsOf(thing: ThingRecord, print: PrintValue): object[] {
  const ports = new Map<string, { type: string; number: number; attributes: AttributeRecord[]; peer: object }>()
  const port = (type: string, number: number) => {
    const label = `${type}:${number}`
    const known = ports.get(label) ?? { type, number, attributes: [], peer: {} }
    ports.set(label, known)
    return known
  }
  for (const row of thing.attributes) {
    const at = row.port.lastIndexOf(':')
    if (at > 0) port(row.port.slice(0, at), Number(row.port.slice(at + 1))).attributes.push(row)
  }
  for (const { type, number, peer, peerType, peerNumber } of thing.cables)
    port(type, number).peer = { peer, peerPort: `${peerType}:${peerNumber}` }
  return [...ports.values()].map(({ type, number, attributes, peer }) => ({
    type,
    number,
    ...peer,
    ...(attributes.length > 0 ? { attrs: rowsOf(attributes, print) } : {}),
  }))
}
