// Chat typography reads as if typed plainly, and errors still point into the text as typed.
import { expect, test } from 'vitest'
import { createLanguage } from '../../src/grammar/language.ts'
import { misread } from './misread.ts'
import { showInvocation } from './show.ts'
import { SYNTAXES } from './syntaxes.ts'

const language = createLanguage(SYNTAXES)

const SPACES = '\t\n\r\u00a0\u1680\u2000\u2003\u2009\u200a\u2028\u202f\u205f\u3000'

test.each([
  ['attr set s1 note “a b”', 'attr set s1 note "a b"'],
  ['attr set s1 note ‘a b’', "attr set s1 note 'a b'"],
  ['attr set s1 opts —fast', 'attr set s1 opts --fast'],
  ['insert s1 into r1 at U11–13', 'insert s1 into r1 at U11-13'],
  ['attr:memory&gt;=16K', 'attr:memory>=16K'],
  ['attr set s1 note a&amp;b', 'attr set s1 note a&b'],
  ['locate <http://web1.example.com|web1.example.com>', 'locate web1.example.com'],
  ['attr set s1 url <https://h/x?a=1&amp;b=2>', 'attr set s1 url https://h/x?a=1&b=2'],
  ['attr set s1 mail <mailto:a@b.c|a@b.c>', 'attr set s1 mail a@b.c'],
  ['loc\u200bate s1', 'locate s1'],
  ...[...SPACES].map((space) => [`count${space}driver:Server${space}by${space}env`, 'count driver:Server by env']),
])('%j reads as %j', (typed = '', plain = '') => {
  expect(showInvocation(language.parse(typed))).toBe(showInvocation(language.parse(plain)))
})

const errorOf = (text: string) => misread(language, text)

test.each([
  ['locate <http://web1.example.com|web1.example.com> foo', 'foo'],
  ['attr set s1 note — — &amp; = 12', '='],
  ['find “a b” foo', 'foo'],
  ['attr:memory&gt;=16K&gt; foo', 'foo'],
  ['\u200b\u200bfind a ’', '’'],
])('the error in %j points at %j', (typed, word) => {
  expect(errorOf(typed).position).toBe(typed.indexOf(word))
})

test('what is missing is missing at the end of the text as typed', () => {
  expect(errorOf('driver:Server — and').position).toBe('driver:Server '.length)
  expect(errorOf('name:“x” and').position).toBe('name:“x” and'.length)
})

test.each([
  ['too-long', 'x'.repeat(2001)],
  ['too-many-words', 'not '.repeat(257)],
  ['too-deep', `${'not '.repeat(33)}x`],
  ['too-deep', Array(34).fill('a').join(' in ')],
  ['bad-character', 'find a\u0000b'],
  ['bad-character', 'find \ud800'],
  ['empty', ''],
  ['empty', ' \u00a0 '],
])('%s', (code, text) => {
  expect(errorOf(text).code).toBe(code)
})

test('a long list of alternatives is not deep', () => {
  const names = Array.from({ length: 100 }, (_, i) => `s${i}`).join(' or ')
  expect(showInvocation(language.parse(names))).toBe(`find | query: ${names}`)
})

test('a text of 2,000 characters is understood', () => {
  const text = `find name:${'x'.repeat(1990)}`
  expect(text).toHaveLength(2000)
  expect(language.parse(text).command).toBe('find')
})
