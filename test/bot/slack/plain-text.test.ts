// What Slack makes of what somebody types is undone before it is parsed.
import { describe, expect, it } from 'vitest'
import { plainText } from '../../../src/bot/slack/plain-text.ts'

const cases: readonly (readonly [what: string, typed: string, plain: string])[] = [
  ['the mention of the bot', '<@UBOT1> count pool:prod', 'count pool:prod'],
  ['it with a name, and a colon', '<@UBOT1|clusto>: count pool:prod', 'count pool:prod'],
  ['it at the end', 'count pool:prod <@UBOT1>', 'count pool:prod'],
  ['it twice', '<@UBOT1> <@UBOT1> count', 'count'],
  ['the bot as an argument', '<@UBOT1> grant reader to <@UBOT1>', 'grant reader to <@UBOT1>'],
  [
    'mentions of others, which commands read',
    'grant reader to <@U012AB3CD> in <#C1|ops>',
    'grant reader to <@U012AB3CD> in <#C1|ops>',
  ],
  ['a group', 'grant reader to <!subteam^S012|@oncall>', 'grant reader to <!subteam^S012|@oncall>'],
  ['a host that became a link', 'locate <http://web01.example.org|web01.example.org>', 'locate web01.example.org'],
  ['an address', 'attr set a url <http://h:80/?a=1&amp;b=2>', 'attr set a url http://h:80/?a=1&b=2'],
  ['a mail address', 'attr set a owner <mailto:ann@example.org|ann@example.org>', 'attr set a owner ann@example.org'],
  ['entities', 'attr:memory&gt;=16K and attr:u&lt;4 &amp; x', 'attr:memory>=16K and attr:u<4 & x'],
  ['what was typed as an entity', '&amp;lt;', '&lt;'],
  ['what was typed as a mention in brackets', '&lt;@U1&gt;', '<@U1>'],
  ['a code fence', '<@UBOT1> ```count pool:prod```', 'count pool:prod'],
  ['a fence with a language, over lines', '```sh\ncount pool:prod\n```', 'count pool:prod'],
  ['backticks round a command', '`count pool:prod`', 'count pool:prod'],
  ['backticks round a word', 'info `web01`', 'info web01'],
  ['globs, which are no bold', 'find db* and web*', 'find db* and web*'],
  ['a call to all', 'hello <!here>', 'hello @here'],
  ['a date', 'on <!date^1700000000^{date}|Nov 14>', 'on Nov 14'],
  ['nothing at all', '<@UBOT1>', ''],
]

describe('plain text', () => {
  it.each(cases)('undoes %s', (_, typed, plain) => {
    expect(plainText(typed, 'UBOT1')).toBe(plain)
  })
})
