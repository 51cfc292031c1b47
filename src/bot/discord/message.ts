// A post as Discord draws it. What would be markup in words gets a backslash; nobody is called but who the post names.
import type {
  APIActionRowComponent,
  APIButtonComponentWithCustomId,
  ButtonStyle,
  RESTPostAPIChannelMessageJSONBody,
} from 'discord-api-types/v10'
import type { Button, Part, Post } from '../outbox/post.ts'
import { pageText } from '../render/posts/page-lines.ts'
import { escapeCode, escapeQuote, escapeText } from './markdown.ts'

export interface DiscordMessage {
  readonly content: string
  readonly components: APIActionRowComponent<APIButtonComponentWithCustomId>[]
  readonly allowed_mentions: NonNullable<RESTPostAPIChannelMessageJSONBody['allowed_mentions']>
}

// What Discord takes. A post of bot/render stays below all of it.
const MOST = { content: 2000, users: 100, label: 80, row: 5, rows: 5 } as const

export function discordMessage(post: Post): DiscordMessage {
  const users = post.mentions.flatMap((identity) => /^discord:(\d+)$/.exec(identity)?.[1] ?? []).slice(0, MOST.users)
  return {
    content: contentOf(post, users),
    components: rowsOf(post.buttons),
    allowed_mentions: { parse: [], users: [...new Set(users)] },
  }
}

function contentOf({ title, titleMarks = [], parts, pages }: Post, users: readonly string[]): string {
  const at = pages === null ? null : pageText(pages)
  const all: readonly Part[] = [
    { tag: 'text' as const, text: title, marks: titleMarks },
    ...parts,
    ...(pages === null ? [] : [{ tag: 'code' as const, text: pages.texts[pages.at] ?? '' }]),
    ...(at === null ? [] : [{ tag: 'text' as const, text: at }]),
  ].filter(({ text }) => text !== '')
  const [first = '', ...others] = all.map((part) => drawn(part))
  const whole = [[first, ...users.map((user) => `<@${user}>`)].join(' '), ...others].join('\n')
  return whole.length <= MOST.content ? whole : shortened(all, users)
}

function drawn(part: Part): string {
  const { tag, text } = part
  switch (tag) {
    case 'text':
      return escapeText(text, part.marks)
    case 'code':
      return `\`\`\`\n${escapeCode(text)}\n\`\`\``
    case 'quote':
      return escapeQuote(text)
    default:
      return tag satisfies never
  }
}

const TOO_LONG = '… (too long for Discord: the rest is not shown)'

/** Where all does not fit: each part as far as there is room, escaped after it is cut, so that no mark is cut in two. */
function shortened(parts: readonly Part[], users: readonly string[]): string {
  const calls = users.map((user) => `<@${user}>`)
  let room = MOST.content - calls.join(' ').length - TOO_LONG.length - 2
  const lines: string[] = []
  for (const part of parts) {
    const text = drawn(part)
    if (text.length + 1 <= room) {
      lines.push(text)
      room -= text.length + 1
      continue
    }
    let kept = part.text.slice(0, room)
    while (kept !== '' && drawn({ ...part, text: kept }).length + 1 > room) kept = kept.slice(0, -20)
    if (kept !== '') lines.push(drawn({ ...part, text: kept.replace(/[\ud800-\udbff]$/, '') }))
    break
  }
  const [first = '', ...others] = lines
  return [[first, ...calls].join(' '), ...others, TOO_LONG].join('\n')
}

function rowsOf(buttons: readonly Button[]): APIActionRowComponent<APIButtonComponentWithCustomId>[] {
  const shown = buttons.slice(0, MOST.row * MOST.rows)
  const rows = Math.ceil(shown.length / MOST.row)
  return Array.from({ length: rows }, (_, at) => ({
    type: 1,
    components: shown.slice(at * MOST.row, (at + 1) * MOST.row).map(buttonOf),
  }))
}

const STYLES: Readonly<Record<Button['style'], ButtonStyle.Success | ButtonStyle.Danger | ButtonStyle.Secondary>> = {
  yes: 3,
  no: 4,
  plain: 2,
}

function buttonOf({ id, label, style }: Button): APIButtonComponentWithCustomId {
  return { type: 2, custom_id: id, label: label.slice(0, MOST.label), style: STYLES[style] }
}
