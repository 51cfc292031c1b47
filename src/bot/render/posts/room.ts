// What fits into one message of any chat. A chat may put a backslash before each character that it would take for markup, so
// text is weighed, not measured: what is light enough here is short enough everywhere, whatever stands in it.
import { clip, safe, widthOf } from '../width.ts'

/** Weights: all of it stays below the 2,000 characters of Discord, with the mentions. */
export const ROOM = { all: 1600, title: 300, quote: 160, notes: 300, page: 1200 } as const
/** Columns of a phone's screen that stay in one line in a code block. */
export const PHONE = 38
/** Lines that are read at once. */
export const LINES = 15
/** Columns of a title. */
const TITLE = 200

// A line of text and a fence take some themselves.
const FENCES = 8
const MARKUP = /[\\*_~`|<>#@[\]()+.:!-]/g

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0

/** Of running words. */
export const weightOfText = (text: string): number => text.length + count(text, MARKUP)
/** Of lines in a code block, where only backticks are dangerous. */
export const weightOfCode = (text: string): number => text.length + count(text, /`/g) + FENCES
/** Of words in a block of quotation, whose lines are marked. */
export const weightOfQuote = (text: string): number => weightOfText(text) + 2 * (count(text, /\n/g) + 1)

/** Whether so much weight takes a text; what is longer than it is heavy enough, and not weighed. */
export const isLight = (text: string, weigh: (text: string) => number, weight: number): boolean =>
  text.length <= weight && weigh(text) <= weight

/** One line, safe to show, that fits; ends in `…` where something was cut off. */
export function titleOf(text: string): string {
  const line = cut(safe(text), TITLE, ROOM.title)
  // A message of nothing that can be seen is refused.
  return /[^\p{Cf}\p{M}\p{Z}\u115f\u1160\u2800\u3164\uffa0]/u.test(line) ? line : `(blank)${line}`
}

/** At most so many columns and so much weight of a text, ending in `…` where something was cut off. */
export function cut(text: string, columns: number, weight: number): string {
  if (isLight(text, weightOfText, weight) && widthOf(text) <= columns) return text
  let kept = ''
  let heavy = 0
  // No text weighs less than it is long: what is beyond need not be looked at.
  for (const character of text.slice(0, weight)) {
    heavy += weightOfText(character)
    if (heavy >= weight) break
    kept += character
  }
  return clip(`${kept}…`, columns)
}
