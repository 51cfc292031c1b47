// Words as Discord shows them: what it would take for markup, a mention or a list has a backslash before it. As little as
// that is escaped, so that what somebody copies, or a search finds, is what was meant.
import { codeSpans } from '../render/posts/code-spans.ts'

// Links stay links; in one, only an underscore could be taken for markup, and there it is none.
const LINK = /(?<=^|[\s(])https?:\/\/[\w.~:/?#@!$&'+,;=%-]+/g
// `\`, `*`, `_` and the backtick anywhere; `~~`, `||`; `[` that could begin a masked link; `@everyone`; `<@1>`, `<#1>`, `<t:1>`.
const ANYWHERE = /[\\*_`]|~(?=~)|(?<=~)~|\|(?=\|)|(?<=\|)\||\[(?=[^\n]*\]\()|@(?=everyone|here)|<(?=[@#:/&!]|\w+:)/gi
// A heading, small print, a quotation, a list: `# a`, `-# a`, `> a`, `- a`, `1. a`. Stars are escaped above.
const AT_START = /^(\s*)(#{1,3}(?=\s)|-#|>|[-+](?=\s))/gm
const NUMBERED = /^(\s*\d+)(?=[.)]\s)/gm

/** Running words; what our own words mark as code is drawn as that. */
export function escapeText(text: string): string {
  const marked = codeSpans(text)
    .map(({ text: piece, isCode }) => (isCode ? `\`${piece}\`` : escapeWords(piece)))
    .join('')
  return marked.replace(AT_START, '$1\\$2').replace(NUMBERED, '$1\\')
}

function escapeWords(text: string): string {
  let escaped = ''
  let from = 0
  for (const { 0: link, index } of text.matchAll(LINK)) {
    escaped += text.slice(from, index).replace(ANYWHERE, '\\$&') + link
    from = index + link.length
  }
  return escaped + text.slice(from).replace(ANYWHERE, '\\$&')
}

/** What somebody typed: nothing in it is drawn, not even code. */
export const escapeQuote = (text: string): string =>
  text
    .split('\n')
    .map((line) => `> ${line.replace(ANYWHERE, '\\$&').replace(AT_START, '$1\\$2').replace(NUMBERED, '$1\\')}`)
    .join('\n')

/** Lines in a fence: three backticks would end it, and are kept apart by what has no width. */
export const escapeCode = (text: string): string => text.replace(/``(?=`)/g, '``\u200b')
