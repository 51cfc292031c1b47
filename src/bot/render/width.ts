// How wide a text is on a terminal, what of it fits, and what of it is safe to print there.

// Wide in every terminal: Hangul, CJK, full-width forms, emoji. `日本` is four columns.
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{1f300}-\u{1f64f}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]|\ufe0f/u
const NARROW = /^[\x20-\x7e]*$/
const EMPTY = /^[\p{Mark}\p{Format}]+$/u
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })
// Code units that are cut into graphemes at once: the segmenter takes as long as a text is, squared.
const SLICE = 500

/** Columns that a text of one line takes. */
export function widthOf(text: string): number {
  if (NARROW.test(text)) return text.length
  let width = 0
  for (const segment of segmentsOf(text)) width += columns(segment)
  return width
}

/** The graphemes of a text. The last of a slice may go on in the next one. */
function* segmentsOf(text: string): Generator<string> {
  let open = ''
  for (let from = 0, end = 0; from < text.length; from = end) {
    // Half of a character would be a grapheme of its own.
    end = from + SLICE + (/[\ud800-\udbff]/.test(text[from + SLICE - 1] ?? '') ? 1 : 0)
    const found = Array.from(graphemes.segment(open + text.slice(from, end)), ({ segment }) => segment)
    open = found.pop() ?? ''
    yield* found
    // One that has no end, such as of marks alone, is cut.
    if (open.length > SLICE) {
      yield open
      open = ''
    }
  }
  if (open !== '') yield open
}

function columns(grapheme: string): number {
  if (EMPTY.test(grapheme)) return 0
  return WIDE.test(grapheme) ? 2 : 1
}

/** At most `width` columns of a text, ending in `…` where something was cut off. Looks no further than it must. */
export function clip(text: string, width: number): string {
  let kept = 0
  let used = 0
  let at = 0
  for (const segment of segmentsOf(text)) {
    used += columns(segment)
    at += segment.length
    if (used < width) kept = at
    if (used > width) return width < 1 ? '' : `${text.slice(0, kept)}…`
  }
  return text
}

/** Fills up with spaces, on the left for numbers. */
export function pad(text: string, width: number, side: 'left' | 'right' = 'right'): string {
  const space = ' '.repeat(Math.max(0, width - widthOf(text)))
  return side === 'right' ? text + space : space + text
}

// Control characters of both sets, and those that turn the direction of writing: names and values are users' text, and
// must neither move the cursor nor show another text than they are. Half a character of two code units is no text at all.
const UNSAFE = /[\p{Cc}\p{Cs}\u200e\u200f\u061c\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu
const VISIBLE: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\u2028': '\\n',
  '\u2029': '\\n',
}

/** A text in one line that is safe to print; `keep` leaves line breaks alone. */
export function safe(text: string, keep: 'line' | 'lines' = 'line'): string {
  return text.replace(UNSAFE, (character) => {
    if (character === '\n' && keep === 'lines') return character
    return VISIBLE[character] ?? (/\p{Cs}/u.test(character) ? '\ufffd' : '')
  })
}
