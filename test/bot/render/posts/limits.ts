// What the two platforms take, written down apart from the code that keeps to it; and what their markup would make of a text.
import type { KnownBlock } from '@slack/types'
import type { DiscordMessage } from '../../../../src/bot/discord/message.ts'
import type { Post } from '../../../../src/bot/outbox/post.ts'
import type { SlackMessage } from '../../../../src/bot/slack/blocks.ts'

type Node = { readonly [key: string]: unknown }

/** Why Slack would refuse it, or what in it would call somebody. */
export function slackFaults({ text, blocks }: SlackMessage, post: Post): string[] {
  const faults: string[] = []
  const wrong = (is: boolean, what: string) => is && faults.push(`slack: ${what}`)
  const users = post.mentions.flatMap((identity) => (identity.startsWith('slack:') ? [identity.slice(6)] : []))
  wrong(text.length === 0 || text.length > 4000, `text of ${text.length}`)
  wrong(/[<>]/.test(users.reduce((left, user) => left.replace(`<@${user}>`, ''), text)), `markup in ${text}`)
  wrong(blocks.length > 50, `${blocks.length} blocks`)
  wrong(JSON.stringify(blocks).length > 30_000, 'blocks of more than a request takes')
  const called: unknown[] = []
  const drawn: string[] = []
  const actions: unknown[] = []
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) for (const one of node) visit(one)
    else if (typeof node === 'object' && node !== null) {
      const { type, ...rest } = node as Node
      wrong('type' in node && !TYPES.has(String(type)), `a ${String(type)}`)
      if (type === 'user') called.push(rest.user_id)
      if (type === 'date') drawn.push(timeText(Number(rest.timestamp)))
      if (type === 'channel') drawn.push(`#${rest.channel_id}`)
      if (type === 'date') wrong(!isText(rest.fallback, 100), 'a time without words')
      if (type === 'text') wrong(!isText(rest.text, 3000), `a text of ${String(rest.text).length}`)
      if (type === 'button') {
        actions.push(rest.action_id)
        const { text: label } = rest.text as Node
        wrong(!isText(label, 75), `a label of ${String(label).length}`)
        wrong(String(rest.value).length > 2000 || String(rest.action_id).length > 255, 'a long value')
      }
      if (type === 'image') wrong(!isText(rest.alt_text, 2000), 'a picture without words')
      if (type === 'actions') wrong((rest.elements as unknown[]).length > 25, 'more than 25 buttons')
      if (String(type).startsWith('rich_text_')) wrong((rest.elements as unknown[]).length === 0, `an empty ${type}`)
      for (const [key, child] of Object.entries(rest)) if (key !== 'text' || type === 'button') visit(child)
    }
  }
  visit(blocks)
  wrong(called.join() !== users.join(), `calls ${called.join()}`)
  wrong(!isOf(drawn, post, /^#[CG][A-Z0-9]+$/), `shows ${drawn.join()}`)
  wrong(new Set(actions).size !== actions.length, 'two buttons of one id')
  return faults
}

const TYPES = new Set(
  `rich_text rich_text_section rich_text_preformatted rich_text_quote text user date channel image actions button plain_text`.split(
    ' ',
  ),
)

/** Whether these are the times and channels of a post, in their order; what was cut off is not there. */
function isOf(drawn: readonly string[], { title, titleMarks = [], parts }: Post, channels: RegExp): boolean {
  const said = [{ text: title, marks: titleMarks }, ...parts.map((part) => ({ marks: [], ...part }))]
  const marks = said.flatMap(({ text, marks }) =>
    marks.flatMap((mark) =>
      'channel' in mark && !channels.test(mark.channel) ? [] : [text.slice(mark.from, mark.to)],
    ),
  )
  return marks.slice(0, drawn.length).join() === drawn.join()
}

const timeText = (seconds: number): string => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')

const isText = (text: unknown, most: number): boolean =>
  typeof text === 'string' && text.length > 0 && text.length <= most && !HALF.test(text)

// A half of a character of two code units.
const HALF = /\p{Cs}/u

/** Why Discord would refuse it, or what in it would be drawn or would call somebody. */
export function discordFaults(message: DiscordMessage, post: Post): string[] {
  const { content, components, allowed_mentions } = message
  const faults: string[] = []
  const wrong = (is: boolean, what: string) => is && faults.push(`discord: ${what}`)
  const users = post.mentions.flatMap((identity) => (identity.startsWith('discord:') ? [identity.slice(8)] : []))
  wrong([...content].length > 2000 || content.length > 2000, `${content.length} characters`)
  wrong(content.replace(/[\p{Cf}\p{M}\p{Z}\s]/gu, '') === '', 'an empty message')
  wrong(HALF.test(content) || content.includes('\0'), 'half a character')
  wrong(components.length > 5, `${components.length} rows`)
  const ids = components.flatMap((row) => {
    wrong(row.type !== 1 || row.components.length === 0 || row.components.length > 5, 'a bad row')
    return row.components.map((button) => {
      const label = 'label' in button ? (button.label ?? '') : ''
      wrong(label.length === 0 || label.length > 80, `a label of ${label.length}`)
      wrong(button.custom_id.length > 100, 'a long id')
      return button.custom_id
    })
  })
  wrong(new Set(ids).size !== ids.length, 'two buttons of one id')
  wrong(allowed_mentions.parse?.length !== 0, 'anybody may be called')
  wrong(allowed_mentions.users?.join() !== [...new Set(users)].join(), 'others may be called')
  const { live: drawn, marks } = readDiscord(
    users.reduce((left, user) => left.replace(new RegExp(String.raw`(?<!\\)<@${user}>`), ''), content),
  )
  wrong(!isOf(marks, post, /^#\d+$/), `shows ${marks.join()}`)
  for (const [name, pattern] of MARKUP) {
    const found = pattern.exec(drawn)
    wrong(
      found !== null,
      `${name} in ${JSON.stringify(drawn.slice(Math.max(0, (found?.index ?? 0) - 40), (found?.index ?? 0) + 40))}`,
    )
  }
  return faults
}

interface Read {
  readonly shown: string
  /** What of it may still be markup: code and what has a backslash before it is `x` there. */
  readonly live: string
  /** The times and channels that it shows. */
  readonly marks: readonly string[]
}

/** What Discord shows of a content. */
function readDiscord(content: string): Read {
  let [shown, live] = ['', '']
  const marks: string[] = []
  for (let at = 0; at < content.length; ) {
    const rest = content.slice(at, at + 2500)
    const fenced = /^```\n([\s\S]*?)\n```/.exec(rest)
    const escaped = /^\\([^0-9A-Za-z\s])/.exec(rest)
    const code = /^(`+)([\s\S]*?[^`])\1(?!`)/.exec(rest)
    const link = /^https?:\/\/[^\s<]+/.exec(rest)
    const time = /^<t:(\d+):f>/.exec(rest)
    const channel = /^<(#\d+)>/.exec(rest)
    const mark = time ? timeText(Number(time[1])) : channel?.[1]
    if (mark !== undefined) marks.push(mark)
    const found = fenced ?? escaped ?? code ?? link ?? time ?? channel
    shown += fenced?.[1] ?? escaped?.[1] ?? code?.[2] ?? link?.[0] ?? mark ?? rest[0] ?? ''
    live += fenced ? '\n' : found ? 'x' : (rest[0] ?? '')
    at += found?.[0].length ?? 1
  }
  return { shown, live: live.replace(/^> /gm, ''), marks }
}

const MARKUP: readonly (readonly [string, RegExp])[] = [
  ['a mention', /<(?:@[!&]?|#)\d+>|@everyone|@here/],
  ['a time, an emoji or a command', /<(?:t:|a?:\w+:|\/)/],
  ['a fence', /`/],
  ['stress', /[*_]|~~|\|\|/],
  ['a heading', /^\s*(?:#{1,3} |-# )/m],
  ['a quotation', /^\s*>/m],
  ['a list', /^\s*(?:[-+*]|\d+[.)]) /m],
  ['a masked link', /\[[^\n]*\]\([^\n]*\)/],
]

/** All that a reader of the message reads, as Slack shows it. */
export function slackText(blocks: readonly KnownBlock[]): string {
  const texts: string[] = []
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) for (const one of node) visit(one)
    else if (typeof node === 'object' && node !== null) {
      if ('type' in node && node.type === 'text' && 'text' in node) texts.push(String(node.text))
      if ('fallback' in node) texts.push(String(node.fallback))
      if ('channel_id' in node) texts.push(`#${node.channel_id}`)
      for (const child of Object.values(node)) visit(child)
    }
  }
  visit(blocks)
  return texts.join('')
}

/** The same, as Discord shows it. */
export const discordText = ({ content }: DiscordMessage): string => readDiscord(content).shown
