// A refusal as a person reads it: the text with a caret under the bad word, what happened and why, what to type next.

import { plainWords, type Words } from '../../commands/words.ts'
import { expandRange } from '../../grammar/range.ts'
import type { Refusal } from '../message.ts'
import { BOT_WORDS } from './bot-words.ts'
import { COMMAND_WORDS } from './command-words.ts'
import { DATABASE_WORDS } from './database-words.ts'
import { INVENTORY_WORDS } from './inventory-words.ts'
import { JOB_WORDS } from './job-words.ts'
import { parseWords } from './parse-words.ts'
import type { Said, Wording } from './said.ts'
import { type Look, red } from './table.ts'
import { safe, widthOf } from './width.ts'

/** What is to be said about a refusal of the text `command`. */
export function say(refusal: Refusal, command: string): Said {
  const said = words(refusal)
  if (said.position !== undefined || said.word === undefined) return said
  const found = findWord(command, said.word)
  return found === null ? said : { ...said, position: found }
}

function words(refusal: Refusal): Said {
  switch (refusal.source) {
    case 'parse':
      return parseWords(refusal.facts)
    case 'inventory':
      return pick(INVENTORY_WORDS, refusal.code, refusal.facts)
    case 'database':
      return pick(DATABASE_WORDS, refusal.code, refusal.facts)
    case 'command':
      return pick(COMMAND_WORDS, refusal.code, refusal.facts)
    case 'job':
      return pick(JOB_WORDS, refusal.code, refusal.facts)
    case 'bot':
      return pick(BOT_WORDS, refusal.code, refusal.facts)
    default:
      return refusal satisfies never
  }
}

// A code and its facts belong together; that they still do after the switch is more than the compiler follows.
function pick<Facts, C extends keyof Facts>(wording: Wording<Facts>, code: C, facts: unknown): Said {
  return wording[code](facts as Facts[C])
}

/**
 * Where a word stands in a text by itself, as written or in another case, or the range that it is one of, where there is
 * one such place; null otherwise.
 */
function findWord(text: string, word: string): number | null {
  if (word === '') return null
  const [only, ...others] = placesOf(text, word)
  if (only !== undefined) return others.length === 0 ? only : null
  const folded = text.toLowerCase()
  const [other, ...more] = folded.length === text.length ? placesOf(folded, word.toLowerCase()) : []
  return other !== undefined && more.length === 0 ? other : findRange(text, word)
}

function placesOf(text: string, word: string): number[] {
  const edge = /[\s()"',=:]/
  const found: number[] = []
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const before = text[at - 1] ?? ' '
    const after = text[at + word.length] ?? ' '
    // A word in quotes begins where they do.
    const quoted = /["']/.test(before) && before === after
    if (edge.test(before) && edge.test(after)) found.push(quoted ? at - 1 : at)
  }
  return found
}

/** `web[01-20]`, for `web07`. */
function findRange(text: string, word: string): number | null {
  const found = [...text.matchAll(/[^\s()"',=:]*\[[\d,-]*\][^\s()"',=:]*/g)].filter(([range]) => {
    const names = expandRange(range)
    return typeof names !== 'string' && names.some((name) => name.toLowerCase() === word.toLowerCase())
  })
  return found.length === 1 ? (found[0]?.index ?? null) : null
}

/** One sentence or two, for the `message` of the JSON line. */
export function messageText({ what, next }: Said): string {
  const happened = plainWords(what)
  return safe(next === null ? `${happened}.` : `${happened}. ${capital(next)}.`, 'lines').replaceAll('\n', ';')
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** The whole, over several lines. */
export function refusalText(refusal: Refusal, command: string, look: Look): string {
  const said = say(refusal, command)
  return [...caretLines(said, command, look), ...saidLines(said)].join('\n')
}

/** What happened and why, what may have been meant, and what to type next. */
export function saidWords({ what, next, suggestions = [] }: Said): Words[] {
  const near = suggestions.slice(0, 5)
  return [
    ended(what),
    ...(near.length === 0 ? [] : [`Did you mean ${near.join(', ')}?`]),
    ...(next === null ? [] : [`${capital(next)}.`]),
  ]
}

const ended = (what: Words): Words => (typeof what === 'string' ? `${what}.` : [...what, '.'])

const saidLines = (said: Said): string[] => saidWords(said).map((line) => safe(plainWords(line), 'lines'))

// What the caret line takes at most, on a terminal that is wider and where there is none.
const CARET_WIDTH = 100

/** The text, or the part of it round the bad word that fits, and the line with the caret; empty where no place is known. */
export function caretLines({ position, word = '' }: Said, text: string, look: Look): string[] {
  if (position === undefined) return []
  const room = Math.max(20, Math.min(look.width, CARET_WIDTH) - 4)
  const at = Math.min(position, text.length)
  let start = 0
  if (at > room - 10) start = at - Math.floor(room / 2)
  // Never in the middle of a character of two code units.
  if (/[\udc00-\udfff]/.test(text[start] ?? '')) start++
  const before = plain(text.slice(start, at))
  const bad = text.startsWith(word, at) ? plain(word.slice(0, room)) : ''
  const line = plain(text.slice(start, start + room))
  const carets = '^'.repeat(Math.max(1, Math.min(widthOf(bad), room - widthOf(before))))
  return [
    `  ${start > 0 ? '…' : ''}${line}${start + room < text.length ? '…' : ''}`,
    `  ${start > 0 ? ' ' : ''}${' '.repeat(widthOf(before))}${red(carets, look)}`,
  ]
}

/** One column for each white space or control character, so that the caret stands where it should. */
function plain(text: string): string {
  return safe(text.replace(/\s/g, ' '))
}
