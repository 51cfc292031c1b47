// Tells what is wrong with a word whose colon makes neither a condition nor a part of it: `drvier:Server`, `attr:9x,5`.
import type { Token } from './lexer.ts'
import type { ParseError } from './parse-error.ts'
import { refuse } from './refuse.ts'
import type { Source } from './source.ts'
import { suggest } from './suggest.ts'
import { FIELDS, isField } from './words.ts'

const PATTERNS: readonly string[] = [...FIELDS, 'attr']

/** The error for a bare word with a colon that cannot be read. */
export function unknownPattern(source: Source, token: Token): ParseError {
  const colon = token.text.indexOf(':')
  const word = token.keyword.slice(0, colon)
  const end = token.offset + token.text.length
  if (colon === token.text.length - 1) {
    if (isField(word))
      return refuse(source, 'syntax', `what comes after \`${word}:\` is missing`, end, { expected: [`<${word}>`] })
    if (word === 'attr')
      return refuse(source, 'syntax', 'the key after `attr:` is missing', end, { expected: ['<key>'] })
  }
  if (word === 'attr') {
    const message = 'a key is written as in env, disk.size or disk#0: letters, digits, _ and -'
    return refuse(source, 'bad-key', message, token.offset + colon + 1, { word: token.text.slice(colon + 1) })
  }
  return refuse(source, 'unknown-pattern', `there is no condition \`${word}:\``, token.offset, {
    word: token.text.slice(0, colon),
    suggestions: suggest(word, PATTERNS),
    expected: PATTERNS.map((pattern) => `${pattern}:`),
  })
}
