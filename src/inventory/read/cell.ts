// Values as answers hold them: typed, and exact whatever their size.
import type { Instant } from './instant.ts'

/** JSON text that is passed on as it is. */
export interface RawJson {
  readonly json: string
}

/** A value for people and for programs. */
export type Cell = string | number | bigint | boolean | null | RawJson | Instant

/** An attribute in an answer. */
export interface AttributeCell {
  readonly key: string
  readonly subkey: string | null
  readonly number: number | null
  readonly value: Cell
  /** The tag of a grammar `Value`. */
  readonly type: string
}

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/

/** The value of an attribute from its type and its text. Decimals keep their digits. */
export function readCell(type: string, text: string): Cell {
  switch (type) {
    case 'integer':
      return BigInt(text)
    case 'decimal':
      return NUMBER.test(text) ? { json: text } : text
    case 'boolean':
      return text === 'true'
    case 'json':
      return { json: text }
    default:
      return text
  }
}
