// Times and channels in chats: drawn from facts, in the reader's own zone and by their names; what people typed stays text.
import { describe, expect, test } from 'vitest'
import { discordMessage } from '../../../../src/bot/discord/message.ts'
import { answerJson, answerText } from '../../../../src/bot/render/answer.ts'
import { answerPost } from '../../../../src/bot/render/posts/answer-post.ts'
import { slackMessage } from '../../../../src/bot/slack/blocks.ts'
import type { Reply } from '../../../../src/commands/reply.ts'
import { words } from '../../../../src/commands/words.ts'
import { instant } from '../../../../src/inventory/read/instant.ts'

const AT = '2026-11-29T15:47:02.123Z'
const answerOf = (reply: Reply) => ({ tag: 'done', command: 'x', reply, version: null }) as const
const changed = (...done: Extract<Reply, { kind: 'change' }>['done']): Reply => ({ kind: 'change', done, changed: 1 })
const drawn = (reply: Reply) => {
  const draft = answerPost(answerOf(reply), { asker: 'slack:U1', quote: null })
  const post = { ...draft, buttons: [], files: [], answers: null }
  const { text, blocks } = slackMessage(post, [])
  const [first] = blocks
  return { text, elements: first?.type === 'rich_text' ? first.elements : [], discord: discordMessage(post).content }
}

describe('a time', () => {
  test('is that of the reader in a title and below it, and UTC to the second elsewhere', () => {
    const reply = changed(words`web01 is locked until ${instant(AT)}: new disks`, words`web02 too, ${instant(AT)}`)
    const { text, elements, discord } = drawn(reply)
    const date = {
      ...{ type: 'date', timestamp: 1795967222, format: '{date_short_pretty} {time_secs}' },
      fallback: '2026-11-29T15:47:02Z',
    }
    expect(elements).toEqual([
      {
        type: 'rich_text_section',
        elements: [
          ...[{ type: 'text', text: 'web01 is locked until ' }, date, { type: 'text', text: ': new disks' }],
          ...[{ type: 'text', text: '\n' }, { type: 'text', text: 'web02 too, ' }, date],
        ],
      },
    ])
    expect(discord).toBe('web01 is locked until <t:1795967222:f>: new disks\nweb02 too, <t:1795967222:f>')
    const plain = 'web01 is locked until 2026-11-29T15:47:02Z: new disks\nweb02 too, 2026-11-29T15:47:02Z'
    expect(text).toBe(plain)
    expect(answerText(answerOf(reply), { width: 80, colour: false })).toBe(plain)
  })

  test('in a table is UTC to the second for people, and whole for programs', () => {
    const reply: Reply = { kind: 'table', columns: ['id', 'until'], rows: [['1', instant(AT)]] }
    expect(answerText(answerOf(reply), { width: 80, colour: false })).toBe('id  until\n1   2026-11-29T15:47:02Z')
    expect(JSON.parse(answerJson(answerOf(reply))).data).toEqual({ columns: ['id', 'until'], rows: [['1', AT]] })
    const lines: Reply = { kind: 'lines', lines: [words`until ${instant(AT)}`] }
    expect(JSON.parse(answerJson(answerOf(lines))).data).toEqual({ lines: ['until 2026-11-29T15:47:02Z'] })
  })
})

describe('a channel', () => {
  test('is shown by its name in the chat that has it', () => {
    const said = (channel: string) => drawn(changed(words`bob has the role reader in ${{ channel }}`))
    const { elements, discord } = said('#C0OPS0001')
    expect(elements).toMatchObject([{ elements: [{ type: 'text' }, { type: 'channel', channel_id: 'C0OPS0001' }] }])
    expect(discord).toBe('bob has the role reader in #C0OPS0001')
    expect(said('#80351110224678912').discord).toBe('bob has the role reader in <#80351110224678912>')
  })

  test.each(['#ops', '#<!channel>', '#1> @everyone', '#C1|x'])('that is called %s is text', (channel) => {
    const { elements, discord } = drawn(changed(words`in ${{ channel }}`))
    const pieces = elements.flatMap((element) => (element.type === 'rich_text_section' ? element.elements : []))
    expect(pieces.map(({ type }) => type)).toEqual(['text', 'text'])
    expect(discord.replaceAll('\\', '')).toBe(`in ${channel}`)
    expect(discord).not.toMatch(/(?<!\\)<[#!]|(?<!\\)@everyone/)
  })
})

test('what somebody typed is no time and no channel, whatever it looks like', () => {
  const typed = `note = ${AT} <t:1:f> <!date^1^{date}|x> #C0OPS0001 <#80351110224678912>`
  const { elements, discord } = drawn(changed(typed))
  expect(elements).toEqual([{ type: 'rich_text_section', elements: [{ type: 'text', text: typed }] }])
  expect(discord).toContain(`${AT} \\<t:1:f>`)
  expect(discord).toContain('\\<#80351110224678912>')
})
