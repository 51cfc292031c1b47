// The keys of attributes: `key[.subkey][#number]`.
import type { Key } from './ast.ts'

const SHAPE = /^([A-Za-z_][0-9A-Za-z_-]*)(?:\.([A-Za-z_][0-9A-Za-z_-]*))?(?:#(\d*))?$/
const MAX_NUMBER = 2 ** 31 - 1
const MAX_LENGTH = 200

/** `disk.size#0` -> key, subkey and number; null where the text is no key. A bare `#` is the next number. */
export function parseKey(text: string): Key | null {
  if (text.length > MAX_LENGTH) return null
  const match = SHAPE.exec(text)
  if (!match) return null
  const [, key = '', subkey, digits] = match
  const number = digits === undefined ? null : digits === '' ? 'next' : Number(digits)
  if (typeof number === 'number' && number > MAX_NUMBER) return null
  return Object.freeze({ key, subkey: subkey ?? null, number })
}

/** The key as it is typed: `disk.size#0`. */
export function printKey(key: Key): string {
  const subkey = key.subkey === null ? '' : `.${key.subkey}`
  const number = key.number === null ? '' : key.number === 'next' ? '#' : `#${key.number}`
  return `${key.key}${subkey}${number}`
}
