// What a text that is not understood is answered with: each thing once, and keywords told from the sentence.
import { expect, test } from 'vitest'
import { parseWords } from '../../../src/bot/render/parse-words.ts'
import { messageText } from '../../../src/bot/render/refusal.ts'
import { createLanguage } from '../../../src/grammar/language.ts'
import { ParseError } from '../../../src/grammar/parse-error.ts'

const language = createLanguage([
  { name: 'attr set', syntax: 'attr set <things:expr> (<key> <values:value>... | <pairs:pair>...)' },
  { name: 'connect', syntax: 'connect <a:part> <b:part>' },
  { name: 'find', syntax: 'find <query>' },
])

function answer(text: string): string {
  try {
    language.parse(text)
  } catch (error) {
    if (error instanceof ParseError) return messageText(parseWords(error))
    throw error
  }
  throw new Error(`understood: ${text}`)
}

test.each([
  [
    'attr set s1',
    'something is missing at the end. Expected: `containing`, `in`, `connected`, `and`, `or`, <key> or <key>=<value>.',
  ],
  ['find db[1-', 'a range is written as in db[201-240].'],
  [
    'attr set s1 n 99999999999999999999',
    'an integer is at most 9223372036854775807: put it in quotes to keep it as text.',
  ],
  ['attr set s1 n 2007-13-16T07:46:00Z', 'there is no such date or time: put it in quotes to keep it as text.'],
  ['connect s1:x s2', 'a port is written as in server1:nic-eth:2, a rack unit as in rack101:U13.'],
  ['find driver:', 'what comes after `driver:` is missing. Expected: <driver>.'],
  ['find a because', 'the reason is missing. Expected: "reason".'],
  ['find a limit 0', 'a number from 1 up.'],
  [
    'attr set s1 n a as of 2h ago',
    'attr set does not take `as of`. Leave out `as of …`: a change is made to the present; put the words in quotes where they are meant as text.',
  ],
])('%s', (text, said) => {
  expect(answer(text)).toBe(said)
})
