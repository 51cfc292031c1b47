import { describe, expect, test } from 'vitest'
import type { Refusal } from '../../../src/bot/message.ts'
import { refusalText } from '../../../src/bot/render/refusal.ts'
import { widthOf } from '../../../src/bot/render/width.ts'

const LOOK = { width: 80, colour: false }

const unknownDriver = (name: string, at: number): Refusal => ({
  source: 'inventory',
  code: 'unknown-driver',
  facts: { name, at, suggestions: ['server'] },
})

describe('a refusal with a position', () => {
  test('has carets under the bad word, what happened, and the nearest words', () => {
    expect(refusalText(unknownDriver('sevrer', 4), 'add sevrer web1', LOOK)).toBe(
      ['  add sevrer web1', '      ^^^^^^', 'there is no driver sevrer.', 'Did you mean server?'].join('\n'),
    )
  })

  test('counts columns before the caret', () => {
    const [, caret] = refusalText(unknownDriver('sevrer', 6), 'add 日 sevrer', LOOK).split('\n')
    expect(caret).toBe(`${' '.repeat(9)}^^^^^^`)
  })

  test('shows the part of a long text that the word is in', () => {
    const command = `add ${'x'.repeat(1900)} sevrer web1`
    const [line, caret] = refusalText(unknownDriver('sevrer', 1905), command, LOOK).split('\n')
    expect(widthOf(line ?? '')).toBeLessThanOrEqual(80)
    expect(line?.slice(caret?.indexOf('^'), (caret?.lastIndexOf('^') ?? 0) + 1)).toBe('sevrer')
  })

  test('at the end of the text points behind it', () => {
    const missing: Refusal = {
      source: 'parse',
      code: 'syntax',
      facts: {
        code: 'syntax',
        message: 'a thing is missing',
        position: 6,
        word: '',
        expected: ['<thing>'],
        suggestions: [],
      },
    }
    expect(refusalText(missing, 'locate', LOOK)).toBe(
      ['  locate', '        ^', 'a thing is missing.', 'Expected: <thing>.'].join('\n'),
    )
  })

  test('shows no control characters of what was typed', () => {
    expect(refusalText(unknownDriver('sevrer', 8), 'add \x1b[2Jsevrer\nx', LOOK)).not.toMatch(/\p{Cc}(?<!\n)/u)
  })
})

test('a word that stands once in the text is found without a position', () => {
  const taken: Refusal = { source: 'inventory', code: 'name-taken', facts: { name: 'web1', by: 'web1' } }
  expect(refusalText(taken, 'add server web1', LOOK).split('\n')[1]).toBe('             ^^^^')
  expect(refusalText(taken, 'rename web1 to web1', LOOK)).not.toContain('^')
})

test('a bug is answered with its id', () => {
  const bug: Refusal = { source: 'bot', code: 'internal', facts: { id: 'c0ffee00' } }
  expect(refusalText(bug, 'find x', LOOK)).toContain('c0ffee00')
})
