// Puts a command together again that the shell has split: `clusto find "attr:x,a b"` and `clusto protect web01 "keep"`
// reach us as words without their quotes. A word is tried as it is first, and quoted where only that is understood.
import type { Invocation } from '../../grammar/ast.ts'
import { ParseError } from '../../grammar/parse-error.ts'

/** What the language makes of a text, or why it does not understand it. */
export type Read = (text: string) => Invocation | ParseError

/**
 * One word is the whole text as it is. Of several, one with white space in it is a quoted value or a piece of an
 * expression: it is quoted again, unless the language would take it for a name then, since names hold no white space.
 */
export function joinWords(words: readonly string[], read: Read): string {
  const [only] = words
  if (only !== undefined && words.length === 1) return only
  for (const choice of combine(
    words.map((word) => readingsOf(word, read)),
    MOST,
  )) {
    const text = understood(choice, read)
    if (text !== null) return text
  }
  // Otherwise the slip is told as if it had been typed at the prompt.
  return words.map((word) => (word === '' ? '""' : word)).join(' ')
}

/** The words as a text that the language understands, more of them quoted where it asks for quotes; null where there is none. */
function understood(words: readonly string[], read: Read): string | null {
  const tried = [...words]
  for (let quoted = 0; quoted <= words.length; quoted++) {
    const text = tried.join(' ')
    const found = read(text)
    if (!(found instanceof ParseError)) return isNamedWell(found, read) ? text : null
    const bare = bareWord(tried, found)
    if (bare === null) return null
    tried[bare.index] = bare.quoted
  }
  return null
}

/** The word that would have to be in quotes, and it in them; null where the slip is another. */
function bareWord(words: readonly string[], { position, expected, suggestions, word }: ParseError) {
  let end = -1
  const index = words.findIndex((one) => {
    end += one.length + 1
    return position < end
  })
  const bare = words[index]
  if (bare === undefined || /\s/.test(bare)) return null
  // `because (x)`: a bracket is no word, so that this ends in no reason.
  if (bare.toLowerCase() === 'because' && index === words.length - 2) return quotedAt(index + 1, words)
  if (expected.includes('"reason"')) return quotedAt(index, words)
  // `schedule lsit`: more likely a slip than a text.
  if (expected.includes('"text"')) return suggestions.length === 0 ? quotedAt(index, words) : null
  const isOdd = /^[()="']/.test(word) && (expected.length === 0 || expected.includes('<value>'))
  const value = isOdd ? quoteValue(bare, true) : bare
  return value === bare ? null : { index, quoted: value }
}

function quotedAt(index: number, words: readonly string[]) {
  const word = words[index] ?? ''
  return word === '' || QUOTED.test(word) ? null : { index, quoted: quote(word) }
}

// `"a b"`
const QUOTED = /^"(?:[^"\\]|\\.)*"$/

/** Whether all names, in expressions and by themselves (`{ text, at }`), could be names; serial numbers need not. */
function isNamedWell({ args, text }: Invocation, read: Read): boolean {
  const isWell = (node: unknown): boolean => {
    if (typeof node !== 'object' || node === null) return true
    const isNamed =
      'tag' in node && (node.tag === 'name' || (node.tag === 'field' && 'field' in node && node.field !== 'serial'))
    if (isNamed && 'pattern' in node) return !isOdd(node.pattern)
    if (!('tag' in node) && 'at' in node) return !isOdd(node) || isLine(node)
    return Object.values(node).every(isWell)
  }
  // `schedule "@daily" count web01`: no name but a command, which is there as it was typed.
  const isLine = (node: { readonly at: unknown }) => {
    if (!('text' in node) || !text.startsWith(String(node.text), Number(node.at))) return false
    const line = read(String(node.text))
    return line instanceof ParseError || isNamedWell(line, read)
  }
  return isWell(args)
}

/** No name holds white space, a bracket or a quote. */
function isOdd(named: unknown): boolean {
  return typeof named === 'object' && named !== null && 'text' in named && /[\s()"']/.test(String(named.text))
}

// Five words that can be read in two ways.
const MOST = 32

/** All ways of writing the words, the preferred ones first. */
function* combine(readings: readonly (readonly string[])[], most: number): Generator<readonly string[]> {
  const total = Math.min(
    most,
    readings.reduce((product, { length }) => product * length, 1),
  )
  for (let number = 0; number < total; number++) {
    let rest = number
    yield readings.map((choices) => {
      const chosen = choices[rest % choices.length] ?? ''
      rest = Math.floor(rest / choices.length)
      return chosen
    })
  }
}

function readingsOf(word: string, read: Read): readonly string[] {
  if (word === '') return ['""']
  if (isWhole(word)) return [word]
  if (!/\s/.test(word)) return [quote(word), word]
  const isExpression = CONDITION.test(word) && !(read(`find ${word}`) instanceof ParseError)
  return isExpression ? [word, quoteValue(word)] : [quoteValue(word), word]
}

/** `attr:x,a b`, `env=a b`, `serial:a b`: what stands before the value. */
const BEFORE_VALUE = /^(?:attr:[^\s,=<>!"']+(?:,|[<>!]?=|[<>])|[A-Za-z_][\w.#-]*=|[a-z]+:)(?=[^\s"'])/
const CONDITION = /(?:^|[\s(])(?:attr|driver|type|name|ip|mac|serial|pool|class|role|service|vip|vlan):/i

function quoteValue(word: string, always = false): string {
  const before = BEFORE_VALUE.exec(word)?.[0] ?? ''
  const value = word.slice(before.length)
  return !always && isWhole(value) ? word : before + quote(value)
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
