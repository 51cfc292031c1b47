// Lines as pages of a message, each of which a phone shows at once and a chat takes.
import { LINES, weightOfCode } from './room.ts'

// What lies further back is looked up in the file.
const MOST = 20
// Code units of a line that one line of a page holds; what is longer goes on in the next.
const PIECE = 400

export interface Paged {
  readonly pages: readonly string[]
  /** Whether all lines are on them. */
  readonly isAll: boolean
}

/** Pages of at most that weight; `head` stands again on each. */
export function pageLines(lines: readonly string[], head: string | null, weight: number): Paged {
  const heads = head === null ? [] : [head]
  const pages: string[] = []
  let page = [...heads]
  for (const line of lines)
    for (const piece of piecesOf(line)) {
      const isFull = page.length === LINES || weightOfCode([...page, piece].join('\n')) > weight
      if (isFull && page.length > heads.length) {
        pages.push(page.join('\n'))
        page = [...heads]
        if (pages.length === MOST) return { pages, isAll: false }
      }
      page.push(piece)
    }
  return { pages: page.length > heads.length ? [...pages, page.join('\n')] : pages, isAll: true }
}

/** A line in pieces of a length that a page has room for; never in the middle of a character of two code units. */
function* piecesOf(line: string): Generator<string> {
  for (let from = 0; from === 0 || from < line.length; ) {
    const end = from + PIECE - (/[\ud800-\udbff]/.test(line[from + PIECE - 1] ?? '') ? 1 : 0)
    yield line.slice(from, end)
    from = end
  }
}

/** `page 2 of 9`; null where there is only one. */
export function pageText({ texts, at }: { readonly texts: readonly string[]; readonly at: number }): string | null {
  return texts.length > 1 ? `page ${at + 1} of ${texts.length}` : null
}
