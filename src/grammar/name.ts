// The names of things: which are allowed, and by which key they are unique.
import { isDate, RESERVED } from './words.ts'

export type NameFault = 'empty' | 'too-long' | 'white-space' | 'character' | 'first-character' | 'reserved' | 'date'

const MAX_LENGTH = 200
// What is not seen (soft hyphens, zero-width joiners, marks that turn the direction of writing) makes two names look like
// one. The typographic quotes and the em-dash become plain ones on the way in, so a name with them could never be typed.
const CHARACTERS = /[,:"'`()[\]{}*?=<>;\p{Cc}\p{Cf}“”„‟‘’‚‛—]|\p{Surrogate}/u

/** What a name is unique by: NFKC, lower case. */
export const nameKey = (name: string): string => name.normalize('NFKC').toLowerCase()

/** Why a name is not allowed, or null where it is. */
export function checkName(name: string): NameFault | null {
  if (name === '') return 'empty'
  if (name.length > MAX_LENGTH) return 'too-long'
  const key = nameKey(name)
  if (/\s|\u0085/.test(name) || /\s|\u0085/.test(key)) return 'white-space'
  if (CHARACTERS.test(name) || CHARACTERS.test(key)) return 'character'
  if (/^[#/-]/.test(key)) return 'first-character'
  if (RESERVED.has(key)) return 'reserved'
  if (isDate(name)) return 'date'
  return null
}
