import { describe, expect, test } from 'vitest'
import { redact, redacted } from '../../src/commands/redact.ts'
import { COMMANDS } from '../../src/commands/registry.ts'
import { createLanguage } from '../../src/grammar/language.ts'

const language = createLanguage(COMMANDS)

/** As the pipeline does it: with what the text means where it means something. */
const kept = (text: string): string => redacted(language.parse(text)).text

describe('what is kept of a command', () => {
  test.each([
    ['attr set s1 db_password hunter2', 'attr set s1 db_password [redacted]'],
    ['attr set s1 db_password "hun ter2"', 'attr set s1 db_password [redacted]'],
    ['attr set s1 db_password a b "c d"', 'attr set s1 db_password [redacted]'],
    ['attr set s1 "db_password" hunter2', 'attr set s1 "db_password" [redacted]'],
    ['ATTR SET s1 DB_PASSWORD hunter2', 'ATTR SET s1 DB_PASSWORD [redacted]'],
    ['attr set s1 db.password#0 hunter2', 'attr set s1 db.password#0 [redacted]'],
    ['attr add s1 token# hunter2', 'attr add s1 token# [redacted]'],
    ['attr del s1 password hunter2', 'attr del s1 password [redacted]'],
    ['attr set s1 env=prod password=hunter2', 'attr set s1 env=prod password=[redacted]'],
    ['attr set s1 password="hun \\"ter2" env=prod', 'attr set s1 password=[redacted] env=prod'],
    ["attr set s1 password='hun ter2' env=prod", 'attr set s1 password=[redacted] env=prod'],
    ['attr set s1 password=“hun ter2” env=prod', 'attr set s1 password=[redacted] env=prod'],
    ['add server s1 api_key=hunter2', 'add server s1 api_key=[redacted]'],
    ['find attr:password,hunter2 and web1', 'find attr:password,[redacted] and web1'],
    ['find attr:"password" >= hunter2', 'find attr:"password" >= [redacted]'],
    ['find match keys (password=hunter2, b=2)', 'find match keys (password=[redacted], b=2)'],
    ['attr set s1 conf json:\'{"a":1,"token":"hunter2"}\'', 'attr set s1 conf json:\'{"a":1,"token":[redacted]}\''],
    ['attr set s1 conf json:\'{"token":{"a":["hunter2"]},"b":1}\'', 'attr set s1 conf json:\'{"token":[redacted]'],
    ['attr set s1 conf json:"{\\"token\\":\\"hunter2\\"}"', 'attr set s1 conf json:"{\\"token\\":[redacted]'],
    ['attr set s1 note x because "password=hunter2"', 'attr set s1 note x because "password=[redacted]"'],
    ['attr set s1 note "the password: hunter2"', 'attr set s1 note "the password: [redacted]"'],
    ['plan attr set s1 password hunter2', 'plan attr set s1 password [redacted]'],
    ['attr set s1 password hunter2 because "INC-1"', 'attr set s1 password [redacted] because "INC-1"'],
  ])('%s', (typed, expected) => {
    expect(kept(typed)).toBe(expected)
  })

  test.each([
    'find haskey password and web1',
    'attr get s1 password',
    'delete token force',
    'count driver:Server by token',
    'attr set token env prod',
    'attr set s1 password_policy strict',
    'rename token to token2',
  ])('nothing is taken out of `%s`', (typed) => {
    expect(kept(typed)).toBe(typed)
  })

  test('the reason on its own has no secret either', () => {
    expect(redacted(language.parse('attr set s1 env prod because "password=hunter2"')).because).toBe(
      'password=[redacted]',
    )
  })

  test('what stands behind an alias for the key goes', () => {
    const invocation = { ...language.parse('attr set s1 password hunter2'), text: 'p hunter2' }
    expect(redact('p hunter2', invocation)).toBe('p [redacted]')
  })

  test('of what is not understood rather too much goes', () => {
    expect(redact('atr set s1 password hunter2 x', null)).toBe('atr set s1 password [redacted]')
  })

  // Time that grows with the square of the length would be minutes.
  test.each([' ', '\n', '\\', '"', '}', 'password=}'])(
    'a long text of %j takes no longer than a short one',
    (piece) => {
      const long = `attr:${piece.repeat(300_000)}`
      expect(redact(long, null).length).toBeLessThanOrEqual(long.length)
    },
    20_000,
  )
})
