// Words as Discord shows them: what it would take for markup, a mention or a list has a backslash before it. As little as
// that is escaped, so that what somebody copies, or a search finds, is what was meant.
import type { Mark } from '../outbox/post.ts'
import { codeSpans, type Span } from '../render/posts/code-spans.ts'
import { piecesOf } from '../render/posts/marked.ts'

// What Discord makes a link of; nothing in it has another meaning. `https://x.example/a_b`
const LINK = /https?:\/\/[^\s<]+/g
// A link with nothing in it that would be markup elsewhere: it stays one.
const PLAIN_LINK = /^[\w.~:/?#@!$&'+,;=%-]+$/
// `\`, `*`, `_` and the backtick anywhere; `~~`, `||`; `[` that could begin a masked link; `@everyone`; `<@1>`, `<#1>`, `<t:1>`.
const ANYWHERE = /[\\*_`]|~(?=~)|(?<=~)~|\|(?=\|)|(?<=\|)\||\[(?=[^\n]*\]\()|@(?=everyone|here)|<(?=[@#:/&!]|\w+:)/gi
// A heading, small print, a quotation, a list: `# a`, `-# a`, `> a`, `- a`, `1. a`. Stars are escaped above.
const AT_START = /^(\s*)(#{1,3}(?=\s)|-#|>|[-+](?=\s))/gm
const NUMBERED = /^(\s*\d+)(?=[.)]\s)/gm

/** Running words; what our own words mark as code, a time or a channel is drawn as that. */
export function escapeText(text: string, marks: readonly Mark[] = []): string {
  const spans = piecesOf({ text, marks }).flatMap((piece): readonly (Span | Mark)[] =>
    typeof piece === 'string' ? codeSpans(piece) : [piece],
  )
  const drawn = spans.map((span, at) => {
    if ('from' in span) return drawnMark(span, text.slice(span.from, span.to))
    if (span.isCode) return `\`${span.text}\``
    return escapeWords(span.text, { isFirst: at === 0, isLast: at === spans.length - 1 })
  })
  return atStarts(drawn.join(''))
}

/** In the reader's own time; a channel by its name. Neither calls anybody. */
function drawnMark(mark: Mark, text: string): string {
  if ('instant' in mark) return `<t:${Math.floor(Date.parse(mark.instant) / 1000)}:f>`
  const [, channel] = /^#(\d{2,20})$/.exec(mark.channel) ?? []
  return channel === undefined ? escapeMarks(text) : `<#${channel}>`
}

/** What somebody typed: nothing in it is drawn, not even code. */
export const escapeQuote = (text: string): string =>
  text
    .split('\n')
    .map((line) => `> ${atStarts(escapeWords(line, { isFirst: true, isLast: true }))}`)
    .join('\n')

const atStarts = (text: string): string => text.replace(AT_START, '$1\\$2').replace(NUMBERED, '$1\\')

/** Other links are no links any more: in one a backslash would be part of it. */
function escapeWords(
  text: string,
  { isFirst, isLast }: { readonly isFirst: boolean; readonly isLast: boolean },
): string {
  let escaped = ''
  let from = 0
  for (const { 0: link, index } of text.matchAll(LINK)) {
    const end = index + link.length
    const isApart = index === 0 ? isFirst : /\s/.test(text[index - 1] ?? '')
    const isKept = isApart && PLAIN_LINK.test(link) && (end < text.length ? text[end] !== '<' : isLast)
    escaped += escapeMarks(text.slice(from, index)) + (isKept ? link : escapeMarks(link).replace(/:(?=\/\/)/g, '\\:'))
    from = end
  }
  return escaped + escapeMarks(text.slice(from))
}

const escapeMarks = (text: string): string => text.replace(ANYWHERE, '\\$&')

/** Lines in a fence: three backticks would end it, and are kept apart by what has no width. */
export const escapeCode = (text: string): string => text.replace(/``(?=`)/g, '``\u200b')
