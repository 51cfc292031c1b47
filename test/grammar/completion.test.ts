import { expect, test } from 'vitest'
import type { Expected } from '../../src/grammar/completion.ts'
import { createLanguage } from '../../src/grammar/language.ts'
import { SYNTAXES } from './syntaxes.ts'

const language = createLanguage(SYNTAXES)

function show(expected: Expected): string {
  switch (expected.tag) {
    case 'keyword':
    case 'hint':
      return expected.text
    case 'field':
      return `<${expected.field} ${expected.prefix}>`
    case 'value':
      return `<value of ${expected.key} ${expected.prefix}>`
    default:
      return `<${expected.tag} ${expected.prefix}>`
  }
}

// `|` is where the word to be replaced begins.
test.each([
  ['lo|', ['locate', 'lock', '<thing lo>']],
  ['|xyz', ['<thing xyz>']],
  ['locate |', ['<thing >']],
  ['locate |we', ['<thing we>']],
  ['locate |"we', ['<thing we>']],
  ['locate |“we', ['<thing we>']],
  ['locate |“we&amp;b — ', ['<thing we&b -- >']],
  ['locate a — b |', []],
  ['attr |', ['get', 'add', 'set', 'del']],
  ['attr |S', ['set']],
  ['attr set s1 |en', ['<key en>']],
  ['attr set s1 env |pr', ['<value of env pr>']],
  ['attr set s1 env=|pr', ['<value of env pr>']],
  ['find driver:|Se', ['<driver Se>']],
  ['find type:|', ['<type >']],
  ['find pool:|pr', ['<pool pr>']],
  ['find name:|we', ['<thing we>']],
  ['find attr:|fo', ['<key fo>']],
  ['find attr:foo,|ba', ['<value of foo ba>']],
  ['find attr:disk.size#0>=|', ['<value of disk.size#0 >']],
  ['find driver:Server |con', ['connected', 'containing']],
  ['find driver:Server connected |', ['to']],
  ['find driver:Server as |', ['of']],
  ['add |ser', ['<driver ser>']],
  ['setdriver s1 |virt', ['<driver virt>']],
  ['export pool:prod |', ['csv', 'json', 'yaml']],
  ['backup |', ['list', 'show', 'delete', '<thing >']],
  ['plan power |', ['status', 'on', 'off', 'cycle']],
  ['plan attr s|', ['set']],
  ['schedule "0 3 * * *" backup l|', ['list', '<thing l>']],
  ['count a |b', ['by', 'because']],
  ['locate s1 s2 |', []],
  ['locate s1 "x" |', []],
])('%s', (typed, wanted) => {
  const bar = typed.indexOf('|')
  const text = typed.replace('|', '')
  const { from, expected } = language.complete(text)
  const shown = expected.map(show)
  if (bar < text.length || text.endsWith(' ') || /[:>=]$/.test(text)) expect(from).toBe(bar)
  expect(wanted.filter((word) => !shown.includes(word))).toEqual([])
  if (!text.endsWith(' ')) expect(shown.sort()).toEqual([...wanted].sort())
})

test('from nothing, the commands and what an expression begins with', () => {
  const { from, expected } = language.complete('')
  expect(from).toBe(0)
  expect(expected.map(show)).toEqual(expect.arrayContaining(['locate', 'attr', 'not', 'driver:', 'attr:', '<thing >']))
})

test('only commands that the operator may use', () => {
  const mayUse = (command: string) => command === 'locate' || command === 'attr get'
  const words = (text: string) => language.complete(text, mayUse).expected.map(show)
  expect(words('')).toEqual(expect.arrayContaining(['locate', 'attr']))
  expect(words('')).not.toContain('delete')
  expect(words('attr ')).toEqual(['get'])
  expect(words('delete ')).toEqual([])
  expect(words('locate ')).toContain('<thing >')
})

test('a completed keyword parses further', () => {
  for (const { text } of language.complete('driver:Server ').expected.filter((e) => e.tag === 'keyword')) {
    const { expected } = language.complete(`driver:Server ${text} `)
    expect(expected.length, text).toBeGreaterThan(0)
  }
})

test('breakglass is offered to who has that right, where something could wait for an approval, and a reason behind it', () => {
  const own = createLanguage(SYNTAXES.map((one) => (one.name === 'delete' ? { ...one, worst: 'destroy' } : one)))
  const words = (text: string, has = true) =>
    own.complete(text, (name) => has || name !== 'breakglass').expected.map(show)
  expect(words('delete s1 bre')).toEqual(['breakglass'])
  expect(words('delete s1 bre', false)).toEqual([])
  expect(words('attr set s1 env x bre')).not.toContain('breakglass')
  expect(words('delete s1 breakglass ')).toContain('because')
  expect(words('delete s1 breakglass because ')).toEqual(['"reason"'])
})
