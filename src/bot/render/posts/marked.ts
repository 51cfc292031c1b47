// Words for a chat as one text, with what it can show in a way of its own marked by its place: what cuts or weighs a text
// need not know, and a chat that draws no mark has the words all the same.
import { type Word, type Words, wordsOf, wordText } from '../../../commands/words.ts'
import type { Mark } from '../../outbox/post.ts'
import { safe } from '../width.ts'

export interface Marked {
  readonly text: string
  readonly marks: readonly Mark[]
}

/** Safe to show, in one line. */
export function marked(words: Words): Marked {
  let text = ''
  const marks: Mark[] = []
  for (const word of wordsOf(words)) {
    const piece = safe(wordText(word))
    if (typeof word !== 'string' && isShowable(word, piece))
      marks.push({ ...word, from: text.length, to: text.length + piece.length })
    text += piece
  }
  return { text, marks }
}

const isShowable = (word: Exclude<Word, string>, piece: string): boolean =>
  piece !== '' && !('instant' in word && Number.isNaN(Date.parse(word.instant)))

/** Each a line. */
export function lined(lines: readonly Marked[]): Marked {
  let text = ''
  const marks: Mark[] = []
  for (const [at, line] of lines.entries()) {
    const start = at === 0 ? 0 : text.length + 1
    text = at === 0 ? line.text : `${text}\n${line.text}`
    marks.push(...line.marks.map((mark) => ({ ...mark, from: mark.from + start, to: mark.to + start })))
  }
  return { text, marks }
}

/** What was cut off, or begins otherwise by now, is only text. */
export const unlessCut = ({ text, marks }: Marked, shown: string): Marked => ({
  text: shown,
  marks: shown === text ? marks : [],
})

/** The text in its order: what is only text, and the marks. */
export function piecesOf({ text, marks }: Marked): readonly (string | Mark)[] {
  const pieces: (string | Mark)[] = []
  let from = 0
  for (const mark of marks) {
    // Behind what a chat has cut off.
    if (mark.to > text.length) break
    if (mark.from > from) pieces.push(text.slice(from, mark.from))
    pieces.push(mark)
    from = mark.to
  }
  if (from < text.length) pieces.push(text.slice(from))
  return pieces
}
