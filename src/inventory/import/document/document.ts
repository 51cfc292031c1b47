// Reads things from a JSON or YAML document, the form that `export` writes. What a person writes may be shorter:
// `attrs: { env: prod }`, `in: [rack1, web]`, `ips: [10.0.0.7]`.
import type { Key, Value } from '../../../grammar/ast.ts'
import { parseKey } from '../../../grammar/key.ts'
import { readUnits } from '../../../grammar/units.ts'
import { readDatetime, readJson as readJsonValue, readValue } from '../../../grammar/value.ts'
import type { DriverSpec } from '../../catalogue.ts'
import type { DraftAttribute, DraftPlace, Origin, Reading } from '../draft.ts'
import { DraftBuilder, merged } from '../reading.ts'
import { readText, UnreadableFile } from '../text.ts'
import { Decimal, type Document, type Node, type NodeMap, readJson } from './json.ts'
import { readYaml } from './yaml.ts'

/** Throws UnreadableFile where the file is cut off or holds no things. */
export function readDocument(bytes: Uint8Array, format: 'json' | 'yaml'): Reading {
  const text = readText(bytes)
  if (text.trim() === '') throw new UnreadableFile('it is empty')
  const document = format === 'json' ? readJson(text) : readYaml(text)
  const { root } = document
  const things = isMap(root) ? root.things : root
  if (!isList(things)) throw new UnreadableFile('it holds no list of things: { "things": [ … ] }')
  const builder = new DraftBuilder()
  const drivers = isMap(root) ? (root.drivers ?? null) : null
  for (const node of isList(drivers) ? drivers : []) readDriver(builder, node, originOf(document, node))
  for (const node of things) readThing(builder, node, originOf(document, node))
  return builder.reading()
}

const isMap = (node: Node | undefined): node is NodeMap =>
  typeof node === 'object' && node !== null && !Array.isArray(node) && !(node instanceof Decimal)
const isList = (node: Node | undefined): node is readonly Node[] => Array.isArray(node)
const isText = (node: Node | undefined): node is string => typeof node === 'string'

const originOf = (document: Document, node: Node): Origin => ({ line: document.lineOf(node), object: null })

const KNOWN = new Set(['name', 'driver', 'type', 'attrs', 'in', 'ports', 'ips'])

function readThing(builder: DraftBuilder, node: Node, origin: Origin): void {
  if (!isMap(node) || !isText(node.name)) {
    builder.fail(origin, 'a thing has a name: { "name": "server1", "driver": "server" }')
    return
  }
  const { name } = node
  const thing = String(name)
  const stranger = Object.keys(node).find((key) => !KNOWN.has(key))
  if (stranger !== undefined)
    builder.fail(origin, `${stranger.slice(0, 60)} is not understood: ${[...KNOWN].join(', ')}`)
  const driver = node.driver
  builder.things.push({
    name: thing,
    driver: isText(driver) ? driver : null,
    attributes: merged([
      ...readAttributes(builder, node.attrs, '', origin),
      ...readPorts(builder, node.ports, thing, origin),
    ]),
    places: listOf(builder, node.in, 'in', origin).flatMap((place) => readPlace(builder, place, origin)),
    kind: null,
    origin,
  })
  for (const address of listOf(builder, node.ips, 'ips', origin)) readAddress(builder, address, thing, origin)
}

function listOf(builder: DraftBuilder, node: Node | undefined, what: string, origin: Origin): readonly Node[] {
  if (node === undefined || node === null) return []
  if (isList(node)) return node
  builder.fail(origin, `${what} is a list`)
  return []
}

function readAttributes(
  builder: DraftBuilder,
  node: Node | undefined,
  port: string,
  origin: Origin,
): readonly DraftAttribute[] {
  if (node === undefined || node === null) return []
  if (isList(node)) return node.flatMap((row) => readRow(builder, row, port, origin))
  if (!isMap(node)) {
    builder.fail(origin, 'attrs is a list of rows, or keys with their values')
    return []
  }
  return Object.entries(node).flatMap(([text, found]) => {
    const key = parseKey(text)
    if (key === null) builder.fail(origin, `${text.slice(0, 60)} is not a key`)
    const values = (isList(found) ? found : [found]).flatMap((value) => typedValue(builder, value, null, origin) ?? [])
    return key === null ? [] : [{ port, key, values }]
  })
}

function readRow(builder: DraftBuilder, row: Node, port: string, origin: Origin): readonly DraftAttribute[] {
  const word = isMap(row) ? row.key : null
  const parsed = isText(word) ? parseKey(word) : null
  if (!isMap(row) || parsed === null) {
    builder.fail(origin, `${isText(word) ? word.slice(0, 60) : 'an attribute without key'} is not a key`)
    return []
  }
  const { subkey = null, number = null, type = null, value = null } = row
  const key: Key = {
    key: parsed.key,
    subkey: isText(subkey) ? subkey : parsed.subkey,
    number: typeof number === 'bigint' ? Number(number) : parsed.number,
  }
  // JSON whose own text says more than its value: spaces, the order of keys, digits.
  const raw = type === 'json' && isText(row.text) ? readJsonValue(row.text) : null
  if (raw !== null && raw !== 'not-json') return [{ port, key, values: [raw] }]
  const read = typedValue(builder, value, isText(type) ? type : null, origin)
  return read === null ? [] : [{ port, key, values: [read] }]
}

const MAX = 2n ** 63n - 1n

/** A value, of the type that is said or of the one that it has in the document; null where it was refused. */
function typedValue(builder: DraftBuilder, node: Node, type: string | null, origin: Origin): Value | null {
  const fail = (reason: string): null => {
    builder.fail(origin, reason)
    return null
  }
  const plain = node instanceof Decimal ? node.digits : typeof node === 'object' ? null : String(node)
  switch (type) {
    case null:
      if (node instanceof Decimal) return decimalOf(node.digits) ?? fail(`${node.digits} is not a decimal`)
      if (typeof node === 'boolean') return { type: 'boolean', value: node }
      if (typeof node === 'string') return { type: 'text', value: node }
      if (typeof node === 'bigint')
        return node > MAX || node < -MAX - 1n ? fail(`${node} is too large`) : { type: 'integer', value: node }
      return node === null ? fail('a value is missing') : { type: 'json', value: printNode(node) }
    case 'text':
      return plain === null ? fail('text is not text') : { type: 'text', value: plain }
    case 'integer':
    case 'boolean': {
      const read = plain === null ? null : readValue(plain)
      return read !== null && typeof read === 'object' && read.type === type
        ? read
        : fail(`${plain} is not of type ${type}`)
    }
    case 'decimal':
      return (plain === null ? null : decimalOf(plain)) ?? fail(`${plain} is not a decimal`)
    case 'datetime': {
      const moment = plain === null ? null : readDatetime(plain)
      return moment === null ? fail(`${plain} is not a date-time`) : { type: 'datetime', value: moment }
    }
    case 'reference':
      return plain === null ? fail('a reference is the name of a thing') : { type: 'reference', value: plain }
    case 'json':
      return { type: 'json', value: printNode(node) }
    default:
      return fail(`${type.slice(0, 60)} is not a type of value`)
  }
}

function decimalOf(digits: string): Value | null {
  if (/^-?\d+\.\d+$/.test(digits)) return { type: 'decimal', value: digits }
  if (/^-?\d+$/.test(digits)) return { type: 'decimal', value: `${digits}.0` }
  const number = Number(digits)
  const plain = String(number)
  return Number.isFinite(number) && !plain.includes('e') ? decimalOf(plain) : null
}

/** A node as JSON text again. */
function printNode(node: Node): string {
  if (node instanceof Decimal) return node.digits
  if (typeof node === 'bigint') return String(node)
  if (isList(node)) return `[${node.map(printNode).join(',')}]`
  if (isMap(node))
    return `{${Object.entries(node)
      .map(([key, value]) => `${JSON.stringify(key)}:${printNode(value)}`)
      .join(',')}}`
  return JSON.stringify(node)
}

function readPlace(builder: DraftBuilder, node: Node, origin: Origin): readonly DraftPlace[] {
  if (isText(node)) return [{ container: node, units: null, face: null }]
  const container = isMap(node) ? node.container : null
  if (!isMap(node) || !isText(container)) {
    builder.fail(origin, 'a container is a name, or { "container": "rack1", "units": "U11-13" }')
    return []
  }
  const { units: said = null, face: side = null } = node
  const text = typeof said === 'bigint' ? String(said) : said instanceof Decimal ? said.digits : said
  const units = isText(text) ? readUnits(text) : null
  const face = side === 'front' || side === 'rear' ? side : null
  if (text !== null && units === null)
    builder.fail(origin, `${printNode(text)} are no rack units: they are written U11-13`)
  if (side !== null && face === null) builder.fail(origin, `face ${printNode(side)}: it is front or rear`)
  return [{ container, units, face }]
}

function readPorts(
  builder: DraftBuilder,
  node: Node | undefined,
  thing: string,
  origin: Origin,
): readonly DraftAttribute[] {
  return listOf(builder, node, 'ports', origin).flatMap((port) => {
    const type = isMap(port) ? port.type : null
    const number = isMap(port) ? port.number : null
    if (!isMap(port) || !isText(type) || typeof number !== 'bigint') {
      builder.fail(origin, 'a port has a type and a number: { "type": "nic-eth", "number": 1 }')
      return []
    }
    const { peer = null, peerPort = null } = port
    const far = isText(peerPort) ? /^([^:]+):(\d{1,9})$/.exec(peerPort) : null
    if (peer !== null && (!isText(peer) || !far?.[1]))
      builder.fail(
        origin,
        `${type}:${number}: a peer has a name and a port: "peer": "switch1", "peerPort": "nic-eth:4"`,
      )
    else if (isText(peer) && far?.[1])
      builder.cables.push({
        a: { thing, type, number: Number(number) },
        b: { thing: peer, type: far[1], number: Number(far[2]) },
        origin,
      })
    return readAttributes(builder, port.attrs, `${type}:${number}`, origin)
  })
}

function readAddress(builder: DraftBuilder, node: Node, thing: string, origin: Origin): void {
  const address = isMap(node) ? node.address : node
  if (!isText(address)) {
    builder.fail(origin, 'an address is text, or { "address": "10.0.0.7", "port": "nic-eth:1" }')
    return
  }
  const { port = null, network = null } = isMap(node) ? node : {}
  builder.addresses.push({
    address: address.replace(/\/\d{1,3}$/, ''),
    port: isText(port) ? port : '',
    network: isText(network) ? network : null,
    thing,
    origin,
  })
}

/** A driver that was imported, as `export` writes it beside the things that have it. */
function readDriver(builder: DraftBuilder, node: Node, origin: Origin): void {
  const [name, spec] = isMap(node) ? [node.name, node.spec] : [null, null]
  if (!isText(name) || !/^[a-z0-9][a-z0-9._-]*$/i.test(name) || !isMap(spec) || !isText(spec.extends)) {
    builder.fail(origin, 'a driver has a name and a spec that extends another driver')
    return
  }
  const plain = JSON.parse(printNode(spec)) as unknown
  const fault = specFault(plain)
  if (fault !== null) builder.fail(origin, `driver ${name}: ${fault}`)
  else builder.drivers.push({ named: { name, spec: plain as DriverSpec }, origin })
}

const ROLES = new Set(['network', 'inlet', 'outlet', 'device', 'line'])

function specFault(spec: unknown): string | null {
  const { ports = {}, units = null, contains = [] } = spec as Readonly<Record<string, unknown>>
  if (units !== null && !(typeof units === 'number' && units >= 0)) return 'units is a number'
  if (!Array.isArray(contains) || contains.some((name) => typeof name !== 'string'))
    return 'contains is a list of names'
  if (typeof ports !== 'object' || ports === null) return 'ports is an object'
  const odd = Object.entries(ports).find(([, port]) => {
    const { count, role } = (port ?? {}) as Readonly<Record<string, unknown>>
    return !(Number.isInteger(count) && Number(count) >= 0 && Number(count) < 100_000 && ROLES.has(String(role)))
  })
  return odd ? `port ${odd[0]} has a count and a role` : null
}
