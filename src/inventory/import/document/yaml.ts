// Reads YAML into the same nodes as JSON, with the lines of its objects and all digits of its numbers.
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'
import { UnreadableFile } from '../text.ts'
import { Decimal, type Document, type Node } from './json.ts'

/** Throws UnreadableFile with the line of what is wrong. */
export function readYaml(text: string): Document {
  const counter = new LineCounter()
  const document = parseDocument(text, { lineCounter: counter, intAsBigInt: true, maxAliasCount: 100 } as object)
  const [error] = document.errors
  if (error)
    throw new UnreadableFile(`it is not YAML: ${error.message.split('\n')[0]}`, counter.linePos(error.pos[0]).line)
  const lines = new WeakMap<object, number>()
  const convert = (node: unknown, depth: number): Node => {
    if (depth > 100) throw new UnreadableFile('it is nested too deep')
    if (isAlias(node)) throw new UnreadableFile('aliases (*name) are not understood')
    if (isSeq(node)) return node.items.map((item) => convert(item, depth + 1))
    if (isMap(node)) {
      const map: Record<string, Node> = Object.create(null)
      if (node.range) lines.set(map, counter.linePos(node.range[0]).line)
      for (const { key, value } of node.items)
        map[isScalar(key) ? String(key.source ?? key.value) : ''] = convert(value, depth + 1)
      return map
    }
    if (!isScalar(node)) return null
    const { value, source } = node
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
  const root = convert(document.contents, 0)
  return { root, lineOf: (node) => (typeof node === 'object' && node !== null ? (lines.get(node) ?? null) : null) }
}
