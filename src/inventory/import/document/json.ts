// Reads JSON and keeps what JSON.parse loses: the line that each object begins in, and all digits of numbers.
import { UnreadableFile } from '../text.ts'

/** A number that is no integer, as its digits. */
export class Decimal {
  readonly digits: string

  constructor(digits: string) {
    this.digits = digits
  }
}

export type Node = string | bigint | boolean | null | Decimal | readonly Node[] | NodeMap
export interface NodeMap {
  readonly [key: string]: Node
}

/** A document with the lines of its objects. */
export interface Document {
  readonly root: Node
  lineOf(node: Node): number | null
}

const TOKEN = /\s*([{}[\]:,]|"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/y
// A string without its end, the beginning of a word.
const UNFINISHED = /^(?:"(?:[^"\\]|\\.)*\\?|-|t(?:ru?)?|f(?:a(?:ls?)?)?|n(?:ul?)?)$/s
const MAX_DEPTH = 100

/** Throws UnreadableFile with the line where it breaks off. */
export function readJson(text: string): Document {
  const lines = new WeakMap<object, number>()
  let at = 0
  let line = 1
  let counted = 0
  const lineAt = (offset: number): number => {
    for (; counted < offset; counted++) if (text.charCodeAt(counted) === 10) line++
    return line
  }
  const fail = (): UnreadableFile => {
    const rest = text.slice(at).trimStart()
    const reason =
      rest === '' || UNFINISHED.test(rest)
        ? 'the file ends in the middle'
        : `this is not JSON: ${rest.slice(0, 20).split('\n')[0]}`
    return new UnreadableFile(reason, lineAt(text.length - rest.length))
  }
  const next = (): string => {
    TOKEN.lastIndex = at
    const match = TOKEN.exec(text)
    if (!match?.[1]) throw fail()
    at = TOKEN.lastIndex
    return match[1]
  }
  const peek = (): string => {
    const before = at
    const token = next()
    at = before
    return token
  }
  const value = (depth: number): Node => {
    if (depth > MAX_DEPTH) throw new UnreadableFile('it is nested too deep', lineAt(at))
    const before = at
    const token = next()
    switch (token) {
      case '{': {
        const map: Record<string, Node> = Object.create(null)
        lines.set(map, lineAt(at))
        if (peek() === '}') next()
        else
          for (;;) {
            const key = next()
            if (!key.startsWith('"') || next() !== ':') throw fail()
            map[plainText(key)] = value(depth + 1)
            const sign = next()
            if (sign === '}') break
            if (sign !== ',') throw fail()
          }
        return map
      }
      case '[': {
        const list: Node[] = []
        if (peek() === ']') next()
        else
          for (;;) {
            list.push(value(depth + 1))
            const sign = next()
            if (sign === ']') break
            if (sign !== ',') throw fail()
          }
        return list
      }
      case 'true':
        return true
      case 'false':
        return false
      case 'null':
        return null
      case '}':
      case ']':
      case ':':
      case ',':
        at = before
        throw fail()
      default:
        if (token.startsWith('"')) return plainText(token)
        return /^-?\d+$/.test(token) ? BigInt(token) : new Decimal(token)
    }
  }
  const plainText = (token: string): string => {
    try {
      return JSON.parse(token) as string
    } catch {
      at -= token.length
      throw fail()
    }
  }
  const root = value(0)
  if (text.slice(at).trim() !== '') throw fail()
  return { root, lineOf: (node) => (typeof node === 'object' && node !== null ? (lines.get(node) ?? null) : null) }
}
