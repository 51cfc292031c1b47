// Puts a message together so that any chat takes it and a phone shows it: the verdict, what follows, a page at a time where
// that is long, and a file with the whole where not all is shown. Nothing is cut in silence.
import { gzipSync } from 'node:zlib'
import { type Draft, type DraftButton, type DraftFile, type Part, plainDraft } from '../../outbox/post.ts'
import { safe } from '../width.ts'
import { pageLines } from './page-lines.ts'
import { cut, LINES, ROOM, titleOf, weightOfText } from './room.ts'

export interface Telling {
  /** The verdict; one line of it is shown. */
  readonly title: string
  /** What was typed, where nobody sees it. */
  readonly quote: string | null
  readonly body: Body
  /** Sentences that follow. */
  readonly notes: readonly string[]
  /** The whole, where the message does not show it. */
  readonly whole: Whole
  readonly buttons: readonly DraftButton[]
  /** Its pages cannot be turned: what is not shown is in the file alone. */
  readonly isFixed?: boolean
}

export interface Body {
  readonly lines: readonly string[]
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

export const body = (lines: readonly string[], style: Body['style']): Body => ({
  ...{ lines, style },
  head: null,
  isPartial: false,
})

export function tell({ title, quote, body, notes, whole, buttons, isFixed = false }: Telling): Draft {
  const shown = shownBody(body, isFixed)
  const words = shownWords(title, quote, notes)
  const files = [
    ...(shown.isAll && (words.isAll || whole.ending === 'csv') ? [] : [wholeFile(whole, words.isAll ? '' : words.all)]),
    ...(!words.isAll && whole.ending === 'csv' ? [textFile(`${whole.name}.txt`, words.all)] : []),
  ]
  const isPaged = shown.pages.length > 1
  return {
    ...plainDraft(words.title),
    parts: [
      ...(words.quote === null ? [] : [{ tag: 'quote' as const, text: words.quote }]),
      ...shown.parts,
      ...textPart([...words.notes, ...(files.length === 0 ? [] : [fileNote(files)])]),
    ],
    pages: isPaged ? { texts: shown.pages, at: 0 } : null,
    buttons: [...buttons, ...(isPaged ? TURNING : [])],
    files,
  }
}

const TURNING: readonly DraftButton[] = [
  { label: 'Previous page', style: 'plain', action: { tag: 'page', by: -1 }, only: null },
  { label: 'Next page', style: 'plain', action: { tag: 'page', by: 1 }, only: null },
]

const textPart = (lines: readonly string[]): Part[] =>
  lines.length === 0 ? [] : [{ tag: 'text', text: lines.join('\n') }]

interface ShownBody {
  readonly parts: readonly Part[]
  readonly pages: readonly string[]
  readonly isAll: boolean
}

function shownBody({ lines, head, style, isPartial }: Body, isFixed: boolean): ShownBody {
  if (lines.length === 0) return { parts: [], pages: [], isAll: !isPartial }
  if (style === 'text' && lines.length <= LINES && weightOfText(lines.join('\n')) <= ROOM.body)
    return { parts: textPart(lines), pages: [], isAll: !isPartial }
  const { pages, isAll } = pageLines(lines, head)
  const [only = '', ...more] = pages
  return {
    parts: more.length === 0 || isFixed ? [{ tag: 'code', text: only }] : [],
    pages: more.length === 0 || isFixed ? [] : pages,
    isAll: isAll && more.length === 0 && !isPartial,
  }
}

interface ShownWords {
  readonly title: string
  readonly quote: string | null
  readonly notes: readonly string[]
  readonly isAll: boolean
  /** All of them, uncut. */
  readonly all: string
}

function shownWords(title: string, quote: string | null, notes: readonly string[]): ShownWords {
  const [whole, typed, said] = [safe(title), quote === null ? null : safe(quote), notes.map((note) => safe(note))]
  const shown = titleOf(whole)
  const short = typed === null || typed === '' ? null : cut(typed, 200, ROOM.quote)
  const few = fewNotes(said)
  return {
    ...{ title: shown, quote: short, notes: few },
    isAll: shown.endsWith(whole) && (typed === null || typed === '' || short === typed) && few.join() === said.join(),
    all: [...(typed === null ? [] : [`> ${typed}`]), whole, ...said, ''].join('\n'),
  }
}

/** As many as there is room for; the last of them may be cut. */
function fewNotes(notes: readonly string[]): string[] {
  const kept: string[] = []
  let room: number = ROOM.notes
  for (const note of notes) {
    if (room < 40) return [...kept, '…']
    const short = cut(note, 300, room)
    kept.push(short)
    room -= weightOfText(short) + 1
  }
  return kept
}

function wholeFile({ name, ending, text }: Whole, before: string): DraftFile {
  if (ending === 'txt') return textFile(`${name}.txt`, `${before}${text()}\n`)
  return packed(`${name}.csv`, 'text/csv; charset=utf-8', new TextEncoder().encode(text()))
}

const textFile = (name: string, text: string): DraftFile =>
  packed(name, 'text/plain; charset=utf-8', new TextEncoder().encode(text))

const fileNote = (files: readonly DraftFile[]): string => `All of it: ${files.map(({ name }) => name).join(', ')}`

// In bytes: chats take no file of more than ten million.
const MOST_BYTES = 8_000_000

/** A file that a chat takes: one that is large is packed. */
export function packed(name: string, mediaType: string, content: Uint8Array): DraftFile {
  if (content.length <= MOST_BYTES) return { name, mediaType, alt: null, content }
  return { name: `${name}.gz`, mediaType: 'application/gzip', alt: null, content: gzipSync(content) }
}
