// A draft as somebody reads it: code in brackets, what was typed behind a sign.
import type { Draft } from '../../../../src/bot/outbox/post.ts'

export function shown({ title, parts, pages }: Draft): string {
  const drawn = parts.map(({ tag, text }) => (tag === 'code' ? `[${text}]` : tag === 'quote' ? `> ${text}` : text))
  return [title, ...drawn, ...(pages === null ? [] : [`[${pages.texts[pages.at]}]`])].join('\n')
}
