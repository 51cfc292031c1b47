// Puts a message together so that any chat takes it and a phone shows it: the verdict, what follows, a page at a time where
// that is long, and a file with the whole where not all is shown. Nothing is cut in silence.
import { gzipSync } from 'node:zlib'
import { plainWords, type Words } from '../../../commands/words.ts'
import { type Draft, type DraftButton, type DraftFile, type Part, plainDraft } from '../../outbox/post.ts'
import { safe } from '../width.ts'
import { lined, type Marked, marked, unlessCut } from './marked.ts'
import { pageLines } from './page-lines.ts'
import { cut, isLight, LINES, ROOM, titleOf, weightOfCode, weightOfQuote, weightOfText } from './room.ts'

export interface Telling {
  /** The verdict; one line of it is shown. */
  readonly title: Words
  /** What was typed, where nobody sees it. */
  readonly quote: string | null
  /** Lines that stay aligned, before the body: they are short. */
  readonly above?: readonly string[]
  readonly body: Body
  /** Sentences that follow. */
  readonly notes: readonly Words[]
  /** The whole, where the message does not show it. */
  readonly whole: Whole
  readonly buttons: readonly DraftButton[]
  /** Its pages cannot be turned: what is not shown is in the file alone. */
  readonly isFixed?: boolean
}

export interface Body {
  readonly lines: readonly Words[]
  /** The heads of a table: again on each page. */
  readonly head: string | null
  /** Words that flow, or lines that must stay aligned. */
  readonly style: 'text' | 'code'
  /** Something of the whole is not in the lines. */
  readonly isPartial: boolean
}

export interface Whole {
  /** Without its ending: `jobs`. */
  readonly name: string
  readonly ending: 'txt' | 'csv'
  /** Made only where it is needed. */
  text(): string
}

export const body = (lines: readonly Words[], style: Body['style']): Body => ({
  ...{ lines, style },
  head: null,
  isPartial: false,
})

// Spaces that make columns, and the lines of a tree.
const ALIGNED = /^\s|\S\s{2,}\S|[\u2500-\u257f]/

export const isAligned = (lines: readonly Words[]): boolean => lines.some((line) => ALIGNED.test(plainWords(line)))

export function tell({ title, quote, above = [], body, notes, whole, buttons, isFixed = false }: Telling): Draft {
  const words = shownWords(title, quote, notes)
  // A title that is cut goes on below, where it does not stand above columns.
  const isBelow = words.isTitleCut && body.head === null
  const lines = isBelow ? [title, ...body.lines] : body.lines
  const room = Math.min(ROOM.page, ROOM.all - words.weight - weightOfCode(above.join('\n')))
  const shown = shownBody({ ...body, lines }, room, isFixed)
  const areWordsAll = !words.areSome && (isBelow || !words.isTitleCut)
  const files = shown.isAll && areWordsAll ? [] : wholeFiles(whole, areWordsAll ? null : words.all)
  const isPaged = shown.pages.length > 1
  return {
    ...plainDraft(words.title.text),
    ...(words.title.marks.length === 0 ? {} : { titleMarks: words.title.marks }),
    parts: [
      ...(words.quote === null ? [] : [{ tag: 'quote' as const, text: words.quote }]),
      ...(above.length === 0 ? [] : [{ tag: 'code' as const, text: above.join('\n') }]),
      ...shown.parts,
      ...textPart([...words.notes, ...(files.length === 0 ? [] : [marked(fileNote(files))])]),
    ],
    pages: isPaged ? { texts: shown.pages, at: 0 } : null,
    buttons: [...buttons.filter(isKeepable), ...(isPaged ? TURNING : [])],
    files,
  }
}

/** What a button types is kept in the database, which takes no NUL and no half of a character. */
function isKeepable({ action }: DraftButton): boolean {
  const typed = action.tag === 'command' ? action.text : action.tag === 'form' ? action.form.prefilled : ''
  return !/[\0\p{Cs}]/u.test(typed)
}

const TURNING: readonly DraftButton[] = [
  { label: 'Previous page', style: 'plain', action: { tag: 'page', by: -1 }, only: null },
  { label: 'Next page', style: 'plain', action: { tag: 'page', by: 1 }, only: null },
]

function textPart(lines: readonly Marked[]): Part[] {
  const { text, marks } = lined(lines)
  if (lines.length === 0) return []
  return [{ tag: 'text', text, ...(marks.length === 0 ? {} : { marks }) }]
}

interface ShownBody {
  readonly parts: readonly Part[]
  readonly pages: readonly string[]
  readonly isAll: boolean
}

function shownBody({ lines, head, style, isPartial }: Body, room: number, isFixed: boolean): ShownBody {
  if (lines.length === 0) return { parts: [], pages: [], isAll: !isPartial }
  const said = lines.map(marked)
  if (style === 'text' && lines.length <= LINES && isLight(lined(said).text, weightOfText, room))
    return { parts: textPart(said), pages: [], isAll: !isPartial }
  const { pages, isAll } = pageLines(
    said.map(({ text }) => text),
    head,
    room,
  )
  const [only = '', ...more] = pages
  return {
    parts: more.length === 0 || isFixed ? [{ tag: 'code', text: only }] : [],
    pages: more.length === 0 || isFixed ? [] : pages,
    isAll: isAll && more.length === 0 && !isPartial,
  }
}

interface ShownWords {
  readonly title: Marked
  readonly quote: string | null
  readonly notes: readonly Marked[]
  readonly isTitleCut: boolean
  /** Of the quote and the notes not all is shown. */
  readonly areSome: boolean
  readonly weight: number
  /** All of them, uncut. */
  readonly all: string
}

function shownWords(title: Words, quote: string | null, notes: readonly Words[]): ShownWords {
  const [whole, typed, said] = [marked(title), safe(quote ?? ''), notes.map(marked)]
  const shown = titleOf(whole.text)
  const short = cut(typed, 200, ROOM.quote)
  const few = fewNotes(said)
  const text = (lines: readonly Marked[]): string => lined(lines).text
  return {
    ...{ title: unlessCut(whole, shown), quote: short.trim() === '' ? null : short, notes: few },
    isTitleCut: !shown.endsWith(whole.text),
    areSome: short !== typed || text(few) !== text(said),
    weight: weightOfText(text([marked(shown), ...few])) + weightOfQuote(short) + FILE_NOTE,
    all: [...(typed === '' ? [] : [`> ${typed}`]), whole.text, ...said.map((note) => note.text), ''].join('\n'),
  }
}

/** As many as there is room for; the last of them may be cut. */
function fewNotes(notes: readonly Marked[]): Marked[] {
  const kept: Marked[] = []
  let room: number = ROOM.notes
  for (const note of notes) {
    if (room < 40) return [...kept, marked('…')]
    const short = cut(note.text, 300, room)
    kept.push(unlessCut(note, short))
    room -= weightOfText(short) + 1
  }
  return kept
}

/** `words` are what stands round the body, where not all of them are shown. */
function wholeFiles({ name, ending, text }: Whole, words: string | null): DraftFile[] {
  if (ending === 'txt') return [textFile(`${name}.txt`, `${words ?? ''}${text()}\n`)]
  const table = packed(`${name}.csv`, 'text/csv; charset=utf-8', new TextEncoder().encode(text()))
  return words === null ? [table] : [table, textFile(`${name}.txt`, words)]
}

const textFile = (name: string, text: string): DraftFile =>
  packed(name, 'text/plain; charset=utf-8', new TextEncoder().encode(text))

// The weight that the line which names them takes at most.
const FILE_NOTE = 150
const fileNote = (files: readonly DraftFile[]): string => `All of it: ${files.map(({ name }) => name).join(', ')}`

// In bytes: chats take no file of more than ten million.
const MOST_BYTES = 8_000_000

/** A file that a chat takes: one that is large is packed. */
export function packed(name: string, mediaType: string, content: Uint8Array): DraftFile {
  if (content.length <= MOST_BYTES) return { name, mediaType, alt: null, content }
  return { name: `${name}.gz`, mediaType: 'application/gzip', alt: null, content: gzipSync(content) }
}
