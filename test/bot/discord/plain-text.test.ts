// What is typed in Discord is understood as it looks there.
import { describe, expect, test } from 'vitest'
import { mentions, plainText } from '../../../src/bot/discord/plain-text.ts'

const SELF = '80351110224678912'
const plain = (content: string) => plainText(content, SELF)

describe('the mention of the bot', () => {
  test.each([
    [`<@${SELF}> locate server1`, 'locate server1'],
    [`<@!${SELF}> locate server1`, 'locate server1'],
    [`locate server1 <@${SELF}>`, 'locate server1'],
    [`<@${SELF}>locate server1`, 'locate server1'],
    [`<@${SELF}>`, ''],
  ])('goes: %s', (content, text) => {
    expect(plain(content)).toBe(text)
    expect(mentions(content, SELF)).toBe(true)
  })

  test.each([
    `\`<@${SELF}>\` locate`,
    `\`\`\`\n<@${SELF}> locate\n\`\`\``,
    '<@1234> locate',
    'locate',
    '<@&80351110224678912> locate',
  ])('is none: %s', (content) => expect(mentions(content, SELF)).toBe(false))
})

describe('what markdown draws goes, what the language means stays', () => {
  test.each([
    ['**locate** server1', 'locate server1'],
    ['**locate server1**', 'locate server1'],
    ['__locate__ ~~server1~~ ||rack1||', 'locate server1 rack1'],
    ['info web\\_01', 'info web_01'],
    ['count db\\*', 'count db*'],
    ['`locate server1`', 'locate server1'],
    ['``locate server1``', 'locate server1'],
    ['```\nlocate server1\n```', 'locate server1'],
    ['```sql\nlocate server1\n```', 'locate server1'],
    ['```locate server1```', 'locate server1'],
    ['attr set x url <https://example.com/a?b>', 'attr set x url https://example.com/a?b'],
    ['count db* or *web*', 'count db* or *web*'],
    ['count name:/web\\d+\\.lab/', 'count name:/web\\d+\\.lab/'],
    ['count name:/a\\*b/', 'count name:/a\\*b/'],
    ['attr set x note "say \\"no\\" to C:\\\\temp"', 'attr set x note "say \\"no\\" to C:\\\\temp"'],
    ['info web_01_a_', 'info web_01_a_'],
    ['count attr:memory>=64 and not attr:memory<=2', 'count attr:memory>=64 and not attr:memory<=2'],
    ['grant operator to <@1234> in <#5678>', 'grant operator to <@1234> in <#5678>'],
    ['grant operator to <@&99>', 'grant operator to <@&99>'],
    ['attr set x note `**as is** \\*`', 'attr set x note **as is** \\*'],
    ['  locate   server1 ', 'locate   server1'],
  ])('%s', (content, text) => expect(plain(content)).toBe(text))
})
