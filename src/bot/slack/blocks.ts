// A post as Slack draws it. In rich text, words are only words: nothing in them is markup, a link or a mention.
import type {
  ActionsBlock,
  ImageBlock,
  KnownBlock,
  RichTextBlockElement,
  RichTextElement,
  Button as SlackButton,
} from '@slack/types'
import type { Button, Mark, Part, Post, PostFile } from '../outbox/post.ts'
import { codeSpans } from '../render/posts/code-spans.ts'
import { piecesOf } from '../render/posts/marked.ts'
import { pageText } from '../render/posts/page-lines.ts'

export interface UploadedFile {
  readonly file: PostFile
  /** What Slack calls it. */
  readonly slackId: string
}

export interface SlackMessage {
  /** For notifications, screen readers and programs that read no blocks: the same words, the verdict first. */
  readonly text: string
  readonly blocks: KnownBlock[]
}

// What Slack takes. A post of bot/render stays far below all of it.
const MOST = { fallback: 3900, text: 3000, all: 12_000, alt: 2000, label: 75, buttons: 25, images: 10 } as const

/** Of the files, the pictures are drawn in the message. */
export function slackMessage(post: Post, files: readonly UploadedFile[]): SlackMessage {
  const called = post.mentions.flatMap((identity) => /^slack:([UW][A-Z0-9]+)$/.exec(identity)?.[1] ?? [])
  return {
    text: textOf(post, called),
    blocks: [
      { type: 'rich_text', elements: elementsOf(post, called) },
      ...files
        .filter(({ file }) => file.alt !== null)
        .slice(0, MOST.images)
        .map(imageOf),
      ...actionsOf(post.buttons),
    ],
  }
}

function textOf(post: Post, called: readonly string[]): string {
  const first = [escapeText(post.title), ...called.map((user) => `<@${user}>`)].join(' ')
  const words = partsOf(post).map(({ tag, text }) => (tag === 'code' ? `\`\`\`\n${text}\n\`\`\`` : text))
  // The blocks have all of it.
  return words
    .map(escapeText)
    .reduce((all, part) => (all.length + part.length < MOST.fallback ? `${all}\n${part}` : all), first)
}

/** The three characters that begin what Slack would read in `text`. */
const escapeText = (text: string): string =>
  text.slice(0, MOST.text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** What follows the title. */
function partsOf({ parts, pages }: Post): Part[] {
  const at = pages === null ? null : pageText(pages)
  return within([
    ...parts,
    ...(pages === null ? [] : [{ tag: 'code' as const, text: pages.texts[pages.at] ?? '' }]),
    ...(at === null ? [] : [{ tag: 'text' as const, text: at }]),
  ])
}

function elementsOf(post: Post, called: readonly string[]): RichTextBlockElement[] {
  const users = called.flatMap((user): RichTextElement[] => [
    { type: 'text', text: ' ' },
    { type: 'user', user_id: user },
  ])
  return grouped([
    { type: 'rich_text_section', elements: [...wordsOf(post.title, post.titleMarks), ...users] },
    ...partsOf(post).flatMap(elementOf),
  ])
}

/** What follows one another as running words is one section: sections have no break between them. */
function grouped(elements: readonly RichTextBlockElement[]): RichTextBlockElement[] {
  const kept: RichTextBlockElement[] = []
  for (const element of elements) {
    const last = kept.at(-1)
    if (element.type === 'rich_text_section' && last?.type === 'rich_text_section')
      kept[kept.length - 1] = {
        type: 'rich_text_section',
        elements: [...last.elements, { type: 'text', text: '\n' }, ...element.elements],
      }
    else kept.push(element)
  }
  return kept
}

function elementOf(part: Part): RichTextBlockElement[] {
  const { tag, text } = part
  // Slack refuses an element of nothing.
  if (text === '') return []
  switch (tag) {
    case 'text':
      return [{ type: 'rich_text_section', elements: wordsOf(text, part.marks) }]
    case 'code':
      return [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text }] }]
    case 'quote':
      return [{ type: 'rich_text_quote', elements: [{ type: 'text', text }] }]
    default:
      return tag satisfies never
  }
}

const wordsOf = (text: string, marks: readonly Mark[] = []): RichTextElement[] =>
  piecesOf({ text, marks }).flatMap((piece) =>
    typeof piece === 'string' ? plainOf(piece) : [markOf(piece, text.slice(piece.from, piece.to))],
  )

const plainOf = (text: string): RichTextElement[] =>
  codeSpans(text).map(({ text: piece, isCode }) =>
    isCode ? { type: 'text', text: piece, style: { code: true } } : { type: 'text', text: piece },
  )

const CHANNEL = /^#([CG][A-Z0-9]{2,20})$/

/** In the reader's own time; a channel by its name. Neither calls anybody. */
function markOf(mark: Mark, text: string): RichTextElement {
  if ('instant' in mark) {
    const timestamp = Math.floor(Date.parse(mark.instant) / 1000)
    return { type: 'date', timestamp, format: '{date_short_pretty} {time_secs}', fallback: text }
  }
  const [, channel] = CHANNEL.exec(mark.channel) ?? []
  return channel === undefined ? { type: 'text', text } : { type: 'channel', channel_id: channel }
}

/** As many parts as Slack takes; what is too long says that it goes on. */
function within(parts: readonly Part[]): Part[] {
  let room: number = MOST.all
  return parts.flatMap((part) => {
    const most = Math.min(MOST.text, room)
    room -= part.text.length
    if (part.text.length <= most) return [part]
    return most < 100 ? [] : [{ tag: part.tag, text: `${part.text.slice(0, most - 100)}\n${TOO_LONG}` }]
  })
}

const TOO_LONG = '… (too long for Slack: the rest is not shown)'

function imageOf({ file: { alt }, slackId }: UploadedFile): ImageBlock {
  return { type: 'image', slack_file: { id: slackId }, alt_text: alt?.slice(0, MOST.alt) || 'a picture' }
}

function actionsOf(buttons: readonly Button[]): ActionsBlock[] {
  if (buttons.length === 0) return []
  return [{ type: 'actions', elements: buttons.slice(0, MOST.buttons).map(buttonOf) }]
}

const STYLES = { yes: { style: 'primary' }, no: { style: 'danger' }, plain: {} } as const

function buttonOf({ id, label, style }: Button): SlackButton {
  const text = { type: 'plain_text', text: label.slice(0, MOST.label), emoji: false } as const
  return { type: 'button', action_id: id, value: id, text, ...STYLES[style] }
}
