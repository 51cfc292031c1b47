// Reads YAML into the same nodes as JSON, with the lines of its objects and all digits of its numbers.
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  parseDocument,
  type YAMLParseError,
} from 'yaml'
import { UnreadableFile } from '../text.ts'
import { Decimal, type Document, type Node, type NodeMap } from './json.ts'

/** A document with the lines of its keys too. */
export interface YamlDocument extends Document {
  /** The line of a key of a map; of the map where it has none of that name. */
  lineAt(map: NodeMap, key: string): number | null
}

const OPTIONS = { intAsBigInt: true, maxAliasCount: 100 }

/** Throws UnreadableFile with the line of what is wrong. */
export function readYaml(text: string): Document {
  const counter = new LineCounter()
  return convertAll(parseDocument(text, { lineCounter: counter, ...OPTIONS } as object), counter)
}

/** All documents of a file, apart by `---`; those that are empty are left out. Throws as `readYaml`. */
export function readYamlDocuments(text: string): readonly YamlDocument[] {
  const counter = new LineCounter()
  const documents = parseAllDocuments(text, { lineCounter: counter, ...OPTIONS } as object)
  if (!Array.isArray(documents)) return []
  return documents.map((document) => convertAll(document, counter)).filter(({ root }) => root !== null)
}

interface Parsed {
  readonly errors: readonly YAMLParseError[]
  readonly contents: unknown
}

function convertAll({ errors, contents }: Parsed, counter: LineCounter): YamlDocument {
  const [error] = errors
  if (error) throw new UnreadableFile(`it is not YAML: ${reasonOf(error)}`, counter.linePos(error.pos[0]).line)
  const lines = new WeakMap<object, number>()
  const keys = new WeakMap<object, ReadonlyMap<string, number>>()
  const lineOf = (range: readonly number[] | null | undefined) =>
    range?.[0] === undefined ? null : counter.linePos(range[0]).line
  const convert = (node: unknown, depth: number): Node => {
    if (depth > 100) throw new UnreadableFile('it is nested too deep')
    if (isAlias(node)) throw new UnreadableFile('aliases (*name) are not understood', lineOf(node.range))
    if (isSeq(node)) return node.items.map((item) => convert(item, depth + 1))
    if (isMap(node)) {
      const map: Record<string, Node> = Object.create(null)
      if (node.range) lines.set(map, counter.linePos(node.range[0]).line)
      const own = new Map<string, number>()
      for (const { key, value } of node.items) {
        const name = isScalar(key) ? String(key.source ?? key.value) : ''
        const line = isScalar(key) ? lineOf(key.range) : null
        if (line !== null) own.set(name, line)
        map[name] = convert(value, depth + 1)
      }
      keys.set(map, own)
      return map
    }
    return isScalar(node) ? scalarOf(node.value, node.source) : null
  }
  const root = convert(contents, 0)
  const mapLine = (node: Node) => (typeof node === 'object' && node !== null ? (lines.get(node) ?? null) : null)
  return { root, lineOf: mapLine, lineAt: (map, key) => keys.get(map)?.get(key) ?? mapLine(map) }
}

// The place is told beside it.
const reasonOf = ({ message }: YAMLParseError): string =>
  message.replace(/\n.*/s, '').replace(/ at line \d+, column \d+:?$/, '')

function scalarOf(value: unknown, source: string | undefined): Node {
  switch (typeof value) {
    case 'bigint':
    case 'boolean':
    case 'string':
      return value
    case 'number':
      return new Decimal(source ?? String(value))
    default:
      return value instanceof Date ? (source ?? value.toISOString()) : null
  }
}
