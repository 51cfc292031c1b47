// Puts a command together again that the shell has split: `clusto find "attr:x,a b"` and `clusto attr set s1 note
// "hello world"` reach us as words with white space in them and without their quotes.

/**
 * One word is the whole text as it is. Of several, one with white space in it may be a quoted value or a piece of an
 * expression: it is left as it is where the language understands it as an expression, else it is quoted again; whatever
 * gives a text that is understood comes first.
 */
export function joinWords(words: readonly string[], understands: (text: string) => boolean): string {
  const [only] = words
  if (only !== undefined && words.length === 1) return only
  const readings = words.map((word) => readingsOf(word, understands))
  const [preferred = ''] = combine(readings, 1)
  if (readings.every(({ length }) => length === 1)) return preferred
  return [...combine(readings, MOST)].find(understands) ?? preferred
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

function readingsOf(word: string, understands: (text: string) => boolean): readonly string[] {
  if (word === '') return ['""']
  if (isWhole(word)) return [word]
  if (!/\s/.test(word)) return [quote(word), word]
  // As an expression, and not as a list of words: `find` takes one expression and nothing else.
  if (understands(`find ${word}`)) return [word, quoteValue(word)]
  // A name holds no white space: a piece of an expression with a slip in it stays one, and is told its slip.
  return CONDITION.test(word) ? [quoteValue(word), word] : [quoteValue(word)]
}

/** `attr:x,a b`, `env=a b`, `serial:a b`: what stands before the value. */
const BEFORE_VALUE = /^(?:attr:[^\s,=<>!"']+(?:,|[<>!]?=|[<>])|[A-Za-z_][\w.#-]*=|[a-z]+:)(?=[^\s"'])/
const CONDITION = /(?:^|[\s(])(?:attr|driver|type|name|ip|mac|serial|pool|class|role|service|vlan):/i

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
