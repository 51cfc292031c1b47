// The fields of one device-type file, each checked where it stands: what is wrong is told by its line.
import { Decimal, type Node, type NodeMap } from '../document/json.ts'
import type { YamlDocument } from '../document/yaml.ts'

export interface Fault {
  readonly line: number | null
  readonly reason: string
}

export const isMap = (node: Node | undefined): node is NodeMap =>
  typeof node === 'object' && node !== null && !Array.isArray(node) && !(node instanceof Decimal)

// Control characters but tab and line ends, and halves of characters: the database keeps none of them.
const ODD = /[^\P{Cc}\t\n\r]|\p{Cs}/u
const LONGEST_NAME = 200
const LONGEST_TEXT = 2000

/** A map of a document, and the faults that are found in it. */
export class Fields {
  readonly #document: YamlDocument
  readonly #map: NodeMap
  readonly #faults: Fault[]

  constructor(document: YamlDocument, map: NodeMap, faults: Fault[]) {
    this.#document = document
    this.#map = map
    this.#faults = faults
  }

  fail(key: string, reason: string): void {
    this.#faults.push({ line: this.#document.lineAt(this.#map, key), reason })
  }

  /** Text, or a number as it is written; empty where there is none. */
  text(key: string, longest = LONGEST_TEXT): string {
    const node = this.#map[key] ?? null
    if (node === null) return ''
    if (typeof node === 'object' && !(node instanceof Decimal)) {
      this.fail(key, `${key} is text`)
      return ''
    }
    const text = (node instanceof Decimal ? node.digits : String(node)).trim()
    if (ODD.test(text)) this.fail(key, `${key} has a character in it that cannot be kept`)
    if (text.length > longest && longest === LONGEST_NAME) this.fail(key, `${key} is longer than ${longest} characters`)
    return text.slice(0, longest)
  }

  /** A text that must be there and fit on a line. */
  name(key: string, of: string): string {
    const text = this.text(key, LONGEST_NAME)
    if (text === '') this.fail(key, `${of} has no ${key}`)
    return text
  }

  /** A number; null where there is none. */
  number(key: string, reason: string, fits: (value: number) => boolean): number | null {
    const node = this.#map[key] ?? null
    if (node === null) return null
    const value = node instanceof Decimal ? Number(node.digits) : typeof node === 'bigint' ? Number(node) : Number.NaN
    if (Number.isFinite(value) && fits(value)) return value
    this.fail(key, reason)
    return null
  }

  flag(key: string): boolean {
    return this.#map[key] === true
  }

  /** The maps of a list; empty where there is none. */
  list(key: string): readonly Fields[] {
    const node = this.#map[key] ?? null
    if (node === null) return []
    if (!Array.isArray(node)) {
      this.fail(key, `${key} is not a list: each begins with \`- name: …\``)
      return []
    }
    return node.flatMap((item: Node) => {
      if (isMap(item)) return [new Fields(this.#document, item, this.#faults)]
      this.fail(key, `${key} holds something that has no name: each begins with \`- name: …\``)
      return []
    })
  }
}
