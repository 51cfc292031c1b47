// Texts that fit where they are drawn: measured with the font that they are drawn with, and shortened in the middle,
// since names differ at their ends.
import { safe } from '../width.ts'
import type { Weight } from './fonts.ts'
import { glyphsOf } from './glyphs.ts'

export interface Type {
  readonly size: number
  readonly weight: Weight
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })
// For what the font does not have.
const MISSING = '\u25a1'
// They join or vary what is before them, and have no width of their own.
const INVISIBLE = /^[\p{Mark}\p{Format}]$/u

/** Width in pixels. */
export function widthOfText(text: string, { size, weight }: Type): number {
  const glyphs = glyphsOf(weight)
  let width = 0
  for (const character of text)
    width += INVISIBLE.test(character) ? 0 : (glyphs.advance(character.codePointAt(0) ?? 0) ?? 0.6)
  return width * size
}

/** What of a text the font can draw, with a box for each character that it cannot. */
export function drawable(text: string, weight: Weight): string {
  const glyphs = glyphsOf(weight)
  let drawn = ''
  for (const { segment } of graphemes.segment(safe(text))) {
    const isKnown = [...segment].every(
      (part) => INVISIBLE.test(part) || glyphs.advance(part.codePointAt(0) ?? 0) !== null,
    )
    drawn += isKnown ? segment : MISSING
  }
  return drawn
}

/** At most `room` pixels of a text: `very-long…name01`. */
export function fitted(text: string, room: number, type: Type): string {
  const whole = drawable(text, type.weight)
  if (widthOfText(whole, type) <= room) return whole
  const parts = [...graphemes.segment(whole)].map(({ segment }) => segment)
  for (let kept = parts.length - 1; kept > 0; kept--) {
    const tail = Math.floor(kept / 2)
    const short = `${parts.slice(0, kept - tail).join('')}…${tail === 0 ? '' : parts.slice(-tail).join('')}`
    if (widthOfText(short, type) <= room) return short
  }
  return '…'
}

/** Lines of at most `room` pixels, broken between words; at most `most` of them, the last one shortened. */
export function wrapped(words: readonly string[], room: number, type: Type, most: number): string[] {
  const lines: string[] = []
  let line = ''
  words.forEach((word, at) => {
    const longer = line === '' ? word : `${line} ${word}`
    if (line !== '' && widthOfText(drawable(longer, type.weight), type) > room) {
      lines.push(line)
      line = word
    } else line = longer
    if (at === words.length - 1) lines.push(line)
  })
  if (lines.length <= most) return lines.map((text) => fitted(text, room, type))
  const shown = lines.slice(0, most - 1)
  const count = shown.join(' ').split(' ').length
  return [...shown, `… and ${words.length - count} more`].map((text) => fitted(text, room, type))
}
