// Undoes what chat programs do to a typed text (smart quotes, em-dashes, no-break spaces, links around host names), and
// remembers where each character came from, so that errors point into the text as it was typed.
import { ParseError } from './parse-error.ts'

const MAX_CHARACTERS = 2000

/** A text to parse: as typed, and as it would look typed plainly. */
export interface Source {
  readonly typed: string
  readonly plain: string
  /** The offset in `typed` of an offset in `plain`. */
  readonly typedOffset: (plainOffset: number) => number
}

const NEEDS_WORK = /[^\x20-\x7e]|&(?:amp|lt|gt);|<(?:https?:|mailto:|tel:)/
// PostgreSQL stores neither NUL nor half a surrogate pair.
const FORBIDDEN = /(?![\t\n\v\f\r\u0085])\p{Cc}|\p{Surrogate}/u
// `<http://web1.example.com|web1.example.com>` shows its label, `<https://x/y>` its address.
const TYPOGRAPHY =
  /[\t\n\v\f\r\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]|[\u200b\u2060\ufeff]|[“”„‟]|[‘’‚‛]|—|(?<=\d)–(?=\d)|&(?:amp|lt|gt);|<((?:https?:\/\/|mailto:|tel:)[^<>|\s]*)(?:\|([^<>]*))?>/g
const ENTITIES: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' }

function plainly(match: string, address: string | undefined, label: string | undefined): string {
  if (address !== undefined) {
    return (label ?? address.replace(/^(?:mailto|tel):/, '')).replace(/&(?:amp|lt|gt);/g, (it) => ENTITIES[it] ?? it)
  }
  const entity = ENTITIES[match]
  if (entity !== undefined) return entity
  if ('“”„‟'.includes(match)) return '"'
  if ('‘’‚‛'.includes(match)) return "'"
  if (match === '—') return '--'
  if (match === '–') return '-'
  if ('\u200b\u2060\ufeff'.includes(match)) return ''
  return ' '
}

/** @throws ParseError `too-long` beyond 2,000 characters, `bad-character` for control characters. */
export function readSource(typed: string): Source {
  if (typed.length > MAX_CHARACTERS) {
    const message = `a text of at most ${MAX_CHARACTERS} characters is understood, this has ${typed.length}`
    throw new ParseError(typed.slice(0, MAX_CHARACTERS), { code: 'too-long', message, position: MAX_CHARACTERS })
  }
  if (!NEEDS_WORK.test(typed)) return { typed, plain: typed, typedOffset: (offset) => offset }

  const forbidden = FORBIDDEN.exec(typed)
  if (forbidden) {
    throw new ParseError(typed, { code: 'bad-character', message: 'a control character', position: forbidden.index })
  }
  const pieces: string[] = []
  const origins: number[] = []
  let done = 0
  const keep = (from: number, to: number) => {
    pieces.push(typed.slice(from, to))
    for (let at = from; at < to; at++) origins.push(at)
  }
  for (const match of typed.matchAll(TYPOGRAPHY)) {
    keep(done, match.index)
    const plain = plainly(match[0], match[1], match[2])
    pieces.push(plain)
    for (let i = 0; i < plain.length; i++) origins.push(match.index)
    done = match.index + match[0].length
  }
  keep(done, typed.length)
  return { typed, plain: pieces.join(''), typedOffset: (offset) => origins[offset] ?? typed.length }
}
