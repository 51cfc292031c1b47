// JSON text of values that JSON.stringify cannot write: integers of any size stay exact, JSON that was stored goes out
// as it came. The result is one line, whatever was in it.
import type { RawJson } from '../../commands/reply.ts'
import type { Instant } from '../../inventory/read/instant.ts'

export type Json =
  | string
  | number
  | bigint
  | boolean
  | null
  | undefined
  | RawJson
  | Instant
  | readonly Json[]
  | { readonly [key: string]: Json }

/** Members that are undefined are left out. */
export function jsonText(value: Json): string {
  return write(value).replace(LINE_ENDS, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

// These end a line for some readers, and are not escaped by JSON.stringify; outside of strings they cannot stand.
const LINE_ENDS = /[\u0085\u2028\u2029]/g

function write(value: Json): string {
  if (typeof value === 'bigint') return value.toString()
  if (value === undefined) return 'null'
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (isList(value)) return `[${value.map(write).join(',')}]`
  if (isRaw(value)) return value.json.replace(/[\n\r\t]/g, ' ')
  if (isInstant(value)) return JSON.stringify(value.instant)
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${write(member)}`).join(',')}}`
}

function isList(value: object): value is readonly Json[] {
  return Array.isArray(value)
}

/** A raw value is an object with the one member `json`, which no answer of ours has otherwise. */
function isRaw(value: Members): value is RawJson {
  return 'json' in value && typeof value.json === 'string' && Object.keys(value).length === 1
}

/** The same of one with the member `instant`. */
function isInstant(value: Members): value is Instant {
  return 'instant' in value && typeof value.instant === 'string' && Object.keys(value).length === 1
}

type Members = RawJson | Instant | { readonly [key: string]: Json }
