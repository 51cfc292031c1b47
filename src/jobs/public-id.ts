// The number of a job or a proposal as people see and type it, `812-k7f`: its last part is a check, so that a slip of the
// finger, or a job's id where a proposal's is wanted, names nothing. It is no secret and grants nothing.
import { createHash } from 'node:crypto'

export type IdKind = 'job' | 'proposal' | 'schedule' | 'review'

// Without what looks or sounds alike: 0 and o, 1 and l and i, u and v.
const ALPHABET = '23456789abcdefghjkmnpqrstwxyz'
const CHECK = 3

/** `812-k7f`. */
export function publicId(id: number, kind: IdKind = 'job'): string {
  return `${id}-${check(id, kind)}`
}

/** The number, or null where the text is not an id of this kind. Capitals are read as small letters. */
export function readPublicId(text: string, kind: IdKind = 'job'): number | null {
  const [, digits, given] = /^#?([1-9]\d{0,14})-([a-z0-9]{3})$/.exec(text.trim().toLowerCase()) ?? []
  if (digits === undefined) return null
  const id = Number(digits)
  return check(id, kind) === given ? id : null
}

function check(id: number, kind: IdKind): string {
  let rest = createHash('sha256').update(`clusto ${kind} ${id}`).digest().readUIntBE(0, 6)
  let text = ''
  for (let i = 0; i < CHECK; i++) {
    text += ALPHABET[rest % ALPHABET.length]
    rest = Math.floor(rest / ALPHABET.length)
  }
  return text
}
