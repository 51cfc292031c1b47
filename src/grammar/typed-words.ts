// Reads single words and short groups of them from the drafts of a parse that succeeded: keys, numbers, values, moments,
// things.
import type { Key, Pair, ThingName, Value, When } from './ast.ts'
import type { ListDraft, TextDraft, WhenDraft } from './draft.ts'
import { parseKey } from './key.ts'
import { type Token, unquote } from './lexer.ts'
import { refuse } from './refuse.ts'
import type { Source } from './source.ts'
import { readJson, readValue, textValue, type ValueFault } from './value.ts'
import { readAge, readMoment } from './when.ts'

/** The elements of a list draft, in order. */
export function listOf<T>(draft: ListDraft<T>): T[] {
  const elements: T[] = []
  let rest = draft
  while (rest.length === 2) {
    elements.push(rest[1])
    rest = rest[0]
  }
  elements.push(rest[0])
  return elements.reverse()
}

/** The text of a bare or quoted word. */
export const textOf = (token: Token): string => (token.type === 'string' ? unquote(token) : token.text)

/** @throws ParseError `bad-key` */
export function keyOf(source: Source, text: string, offset: number): Key {
  const key = parseKey(text)
  if (key) return key
  const message = 'a key is written as in env, disk.size or disk#0: letters, digits, _ and -'
  throw refuse(source, 'bad-key', message, offset, { word: text })
}

export const keyOfToken = (source: Source, token: Token): Key => keyOf(source, textOf(token), token.offset)

/** A key without the quotes that a reserved word is typed in. */
export const plainKey = (text: string): string => text.replace(/^["']|["']$/g, '')

/** @throws ParseError `bad-value` where the number is no safe whole number, or below `least`. */
export function intOf(source: Source, token: Token, least = 0): number {
  const number = Number(token.text)
  if (Number.isSafeInteger(number) && number >= least) return number
  const message = number < least ? `a number from ${least} up` : 'this number is too large'
  throw refuse(source, 'bad-value', message, token.offset, { word: token.text })
}

const VALUE_FAULTS: Readonly<Record<ValueFault, string>> = {
  'integer-too-large': 'an integer is at most 9223372036854775807: put it in quotes to keep it as text',
  'not-json': 'this is no JSON: put it in quotes to keep it as text',
  'no-such-moment': 'there is no such date or time: put it in quotes to keep it as text',
}

/** A typed value. @throws ParseError `bad-value` */
export function typedValue(source: Source, draft: TextDraft): Value {
  const { token } = draft
  const offset = draft.tag === 'prefixed' ? draft.prefix.offset : token.offset
  const value = readDraft(draft)
  if (typeof value !== 'string') return value
  throw refuse(source, 'bad-value', VALUE_FAULTS[value], offset, { word: token.text })
}

function readDraft(draft: TextDraft): Value | ValueFault {
  const { token } = draft
  if (draft.tag === 'word') {
    if (token.type === 'string') return textValue(unquote(token))
    return token.type === 'word' ? readValue(token.text) : textValue(token.text)
  }
  return readPrefixed(draft.prefix.text, token)
}

// `thing:"web 1"`, `json:'{…}'`; any other word before a quote is part of the text.
function readPrefixed(prefix: string, token: Token): Value | ValueFault {
  if (prefix === 'thing:') return Object.freeze({ type: 'reference', value: unquote(token) })
  if (prefix === 'json:') return readJson(jsonOf(token))
  return textValue(prefixedText(prefix, token))
}

/** The text of two tokens that belong together: `thing:` and `"web 1"`. */
export const prefixedText = (prefix: string, token: Token): string =>
  prefix + (prefix === 'json:' ? jsonOf(token) : textOf(token))

// Only the quote itself is undone: the other backslashes belong to JSON.
function jsonOf(token: Token): string {
  const quote = token.text.charAt(0)
  return token.text.slice(1, -1).replaceAll(`\\${quote}`, quote)
}

/** `env=prod`, `note="a b"`, `owner=thing:"web 1"` */
export function pairOf(source: Source, draft: TextDraft): Pair {
  const start = draft.tag === 'word' ? draft.token : draft.prefix
  const equals = start.text.indexOf('=')
  const key = keyOf(source, start.text.slice(0, equals), start.offset)
  const rest = start.text.slice(equals + 1)
  const value = draft.tag === 'word' ? readValue(rest) : readPrefixed(rest, draft.token)
  if (typeof value !== 'string') return Object.freeze({ key, value })
  throw refuse(source, 'bad-value', VALUE_FAULTS[value], start.offset + equals + 1, { word: rest })
}

/** @throws ParseError `bad-when` for a day that is not in the calendar, an age of more than a thousand years. */
export function whenOf(source: Source, draft: WhenDraft): When {
  const { token } = draft
  if (draft.tag === 'version') return Object.freeze({ tag: 'version', version: intOf(source, token) })
  const when = draft.tag === 'date' ? readMoment(token.text) : readAge(token.text)
  if (when) return when
  const message = draft.tag === 'date' ? 'there is no such date or time' : 'that is too long ago'
  throw refuse(source, 'bad-when', message, token.offset, { word: token.text })
}

/** @throws ParseError `not-one-thing` for patterns. */
export function thingOf(source: Source, draft: TextDraft): ThingName {
  const { token } = draft
  if (draft.tag === 'prefixed' || token.type === 'string') {
    return Object.freeze({ text: unquote(token), at: source.typedOffset(token.offset) })
  }
  const skip = token.term === 'condition' ? 'name:'.length : 0
  const text = token.text.slice(skip)
  const offset = token.offset + skip
  if (/[*?[\]]/.test(text)) {
    throw refuse(source, 'not-one-thing', 'exactly one thing is named here, not a pattern', offset, { word: text })
  }
  return Object.freeze({ text, at: source.typedOffset(offset) })
}
