// A key as text: 32 bytes in base64.
import { createSecretKey, type KeyObject } from 'node:crypto'

export const SECRET_KEY_LOOKS = '32 bytes in base64, as `openssl rand -base64 32` makes them'

const BYTES = 32

/** Null where it is none. What it is made into does not show itself where it is printed. */
export function keyOfText(text: string): KeyObject | null {
  const plain = text.trim()
  const bytes = Buffer.from(plain, 'base64')
  // What is no base64 is passed over in silence otherwise.
  const isWhole = bytes.toString('base64').replace(/=+$/, '') === plain.replace(/=+$/, '')
  return isWhole && bytes.length === BYTES ? createSecretKey(bytes) : null
}
