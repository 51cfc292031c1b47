// Checks the regular expressions that operators type: the subset that JavaScript and PostgreSQL read alike, without
// what can take exponential time.

export type RegexFault =
  | 'too-long'
  | 'back-reference'
  | 'look-around'
  | 'nested-quantifier'
  | 'repetition-too-large'
  | 'unsupported-escape'
  | 'unsupported'
  | 'invalid'

const MAX_LENGTH = 200
// PostgreSQL's own limit is 255, and each repetition makes its automaton larger.
const MAX_REPEAT = 100
// `\b` is a word boundary here and a backspace in PostgreSQL.
const ESCAPES = /^\\(?:[dDwWsStnr]|[^A-Za-z0-9\s])/
const IN_CLASS = /^\\(?:[dwstnr]|[^A-Za-z0-9\s])/
const QUANTIFIER = /^(?:[*+?]|\{(\d+)(?:,(\d*))?\})\??/

// The class that begins at `[`: its length, or what is wrong with it.
function readClass(source: string, from: number): number | RegexFault {
  let at = from + 1
  if (source[at] === '^') at++
  if (source[at] === ']') return 'unsupported'
  for (; at < source.length; at++) {
    const rest = source.slice(at)
    if (rest.startsWith(']')) return at + 1 - from
    // `[[:alpha:]]` means something else in JavaScript.
    if (rest.startsWith('[')) return 'unsupported'
    if (rest.startsWith('\\')) {
      if (!IN_CLASS.test(rest)) return 'unsupported-escape'
      at++
    }
  }
  return 'invalid'
}

/** Why a regular expression is refused, or null where it is fine. `^web\d+(-(a|b))?$` is fine. */
export function checkRegex(source: string): RegexFault | null {
  if (source.length > MAX_LENGTH) return 'too-long'
  // For each open group, and the whole: does it repeat something?
  const repeats = [false]
  let at = 0
  while (at < source.length) {
    const rest = source.slice(at)
    let closed: boolean | undefined
    if (rest.startsWith('\\')) {
      if (/^\\[1-9k]/.test(rest)) return 'back-reference'
      if (!ESCAPES.test(rest)) return 'unsupported-escape'
      at += 2
    } else if (rest.startsWith('[')) {
      const length = readClass(source, at)
      if (typeof length !== 'number') return length
      at += length
    } else if (rest.startsWith('(')) {
      if (/^\(\?<?[=!]/.test(rest)) return 'look-around'
      if (rest.startsWith('(?') && !rest.startsWith('(?:')) return 'unsupported'
      repeats.push(false)
      at += rest.startsWith('(?:') ? 3 : 1
      continue
    } else if (rest.startsWith(')')) {
      if (repeats.length === 1) return 'invalid'
      closed = repeats.pop()
      at += 1
    } else {
      if (/^[*+?{]/.test(rest)) return 'invalid'
      at += 1
    }

    const quantifier = QUANTIFIER.exec(source.slice(at))
    const inner = closed ?? false
    let repeated = inner
    if (quantifier) {
      const most = quantifier[2] || quantifier[1]
      if (Number(quantifier[1] ?? 0) > MAX_REPEAT || Number(quantifier[2] || 0) > MAX_REPEAT)
        return 'repetition-too-large'
      const once = quantifier[0].startsWith('?') || most === '1' || most === '0'
      if (inner && !once) return 'nested-quantifier'
      repeated ||= !once
      at += quantifier[0].length
    }
    if (repeated) repeats[repeats.length - 1] = true
  }
  if (repeats.length !== 1) return 'invalid'
  try {
    new RegExp(source)
  } catch {
    return 'invalid'
  }
  return null
}
