// Which keys of attributes may be written by hand.
import type { Key } from '../../grammar/ast.ts'
import { printKey } from '../../grammar/key.ts'
import { InventoryError } from '../error.ts'

const WORD = /^[A-Za-z_][0-9A-Za-z_-]*$/
const SECRET = /(?:password|passwd|passphrase|secret|token|api[_-]?key|private[_-]?key)(?:#\d*)?$/i
const MAX_LENGTH = 200

/** Refuses what is no key, and hidden keys (`_…`) unless they are written by the program itself. Throws `illegal-key`. */
export function refuseKey(key: Key, { hidden = false }: { readonly hidden?: boolean } = {}): void {
  const words = key.subkey === null ? [key.key] : [key.key, key.subkey]
  if (words.some((word) => !WORD.test(word) || word.length > MAX_LENGTH))
    throw new InventoryError('illegal-key', { key: printKey(key), reason: 'form' })
  if (typeof key.number === 'number' && !(Number.isInteger(key.number) && key.number >= 0 && key.number < 2 ** 31 - 1))
    throw new InventoryError('illegal-key', { key: printKey(key), reason: 'form' })
  if (!hidden && key.key.startsWith('_'))
    throw new InventoryError('illegal-key', { key: printKey(key), reason: 'reserved' })
}

/** Whether a key, or a part of one, says that it holds what no attribute may: `admin_password`. */
export const isSecret = (key: string): boolean => SECRET.test(key)

/** Refuses keys of secrets: those are credentials, kept encrypted and elsewhere. Throws `illegal-key`. */
export function refuseSecretKey(key: Key): void {
  if (isSecret(key.key) || isSecret(key.subkey ?? ''))
    throw new InventoryError('illegal-key', { key: printKey(key), reason: 'secret' })
}

/** The same for the members of a JSON value, however deep. */
export function refuseSecretMember(json: string): void {
  // Escapes hide no name: what is compared is what they stand for.
  JSON.parse(json, (key, value: unknown) => {
    if (isSecret(key)) throw new InventoryError('illegal-key', { key, reason: 'secret' })
    return value
  })
}
