// What our own words mark as something to type: `undo 12`. A chat draws it as code; nothing in it is markup.

export interface Span {
  readonly text: string
  readonly isCode: boolean
}

const SPAN = /(?<!`)`([^`\n]+)`(?!`)/g

/** A text in pieces, the marks taken off. */
export function codeSpans(text: string): Span[] {
  const spans: Span[] = []
  let from = 0
  for (const match of text.matchAll(SPAN)) {
    if (match.index > from) spans.push({ text: text.slice(from, match.index), isCode: false })
    spans.push({ text: match[1] ?? '', isCode: true })
    from = match.index + match[0].length
  }
  return from < text.length ? [...spans, { text: text.slice(from), isCode: false }] : spans
}
