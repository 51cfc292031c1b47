// Puts a command together again that the shell has split: `clusto find "attr:x,a b"` and `clusto attr set s1 note
// "hello world"` reach us as words with white space in them and without their quotes.
import type { Invocation } from '../../grammar/ast.ts'

/** What the language makes of a text; null where it does not understand it. */
export type Read = (text: string) => Invocation | null

/**
 * One word is the whole text as it is. Of several, one with white space in it is a quoted value or a piece of an
 * expression: it is quoted again, unless the language would take it for a name then, since names hold no white space.
 */
export function joinWords(words: readonly string[], read: Read): string {
  const [only] = words
  if (only !== undefined && words.length === 1) return only
  const readings = words.map((word) => readingsOf(word, read))
  const texts = [...combine(readings, MOST)]
  const [first = ''] = texts
  if (texts.length === 1) return first
  const meant = texts.find((text) => {
    const invocation = read(text)
    return invocation !== null && !hasSpacedName(invocation.args)
  })
  // Otherwise the slip is told as if it had been typed at the prompt.
  return meant ?? words.join(' ')
}

/** Whether a name, in an expression or by itself (`{ text, at }`), has white space in it; serial numbers may. */
function hasSpacedName(node: unknown): boolean {
  if (typeof node !== 'object' || node === null) return false
  const isNamed =
    'tag' in node && (node.tag === 'name' || (node.tag === 'field' && 'field' in node && node.field !== 'serial'))
  if (isNamed && 'pattern' in node) return hasSpace(node.pattern)
  if (!('tag' in node) && 'at' in node) return hasSpace(node)
  return Object.values(node).some(hasSpacedName)
}

function hasSpace(named: unknown): boolean {
  return typeof named === 'object' && named !== null && 'text' in named && /\s/.test(String(named.text))
}

// Five words that can be read in two ways.
const MOST = 32

/** All ways of writing the words, the preferred ones first. */
function* combine(readings: readonly (readonly string[])[], most: number): Generator<string> {
  const total = Math.min(
    most,
    readings.reduce((product, { length }) => product * length, 1),
  )
  for (let number = 0; number < total; number++) {
    let rest = number
    yield readings
      .map((choices) => {
        const chosen = choices[rest % choices.length] ?? ''
        rest = Math.floor(rest / choices.length)
        return chosen
      })
      .join(' ')
  }
}

function readingsOf(word: string, read: Read): readonly string[] {
  if (word === '') return ['""']
  if (isWhole(word)) return [word]
  if (!/\s/.test(word)) return [quote(word), word]
  const isExpression = CONDITION.test(word) && read(`find ${word}`) !== null
  return isExpression ? [word, quoteValue(word)] : [quoteValue(word), word]
}

/** `attr:x,a b`, `env=a b`, `serial:a b`: what stands before the value. */
const BEFORE_VALUE = /^(?:attr:[^\s,=<>!"']+(?:,|[<>!]?=|[<>])|[A-Za-z_][\w.#-]*=|[a-z]+:)(?=[^\s"'])/
const CONDITION = /(?:^|[\s(])(?:attr|driver|type|name|ip|mac|serial|pool|class|role|service|vip|vlan):/i

function quoteValue(word: string): string {
  const before = BEFORE_VALUE.exec(word)?.[0] ?? ''
  const value = word.slice(before.length)
  return isWhole(value) ? word : before + quote(value)
}

function quote(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}

/** Whether all white space is within quotes, and all quotes are closed. */
function isWhole(word: string): boolean {
  let open: string | null = null
  for (let at = 0; at < word.length; at++) {
    const character = word[at] ?? ''
    if (open !== null) {
      if (character === '\\') at++
      else if (character === open) open = null
    } else if (character === '"' || character === "'") open = character
    else if (/\s/.test(character)) return false
  }
  return open === null
}
