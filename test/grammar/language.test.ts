import { expect, test } from 'vitest'
import type { Invocation } from '../../src/grammar/ast.ts'
import { createLanguage } from '../../src/grammar/language.ts'
import { misread } from './misread.ts'
import { SYNTAXES } from './syntaxes.ts'

const language = createLanguage(SYNTAXES)

const errorOf = (text: string) => misread(language, text)

function expectFrozen(tree: unknown): void {
  if (typeof tree !== 'object' || tree === null) return
  expect(Object.isFrozen(tree)).toBe(true)
  for (const inside of Object.values(tree)) expectFrozen(inside)
}

test.each([
  'a in (b or not name:/x/) and match keys (a=1) and attr:x>=5 limit 4 sort by x as of 2h ago',
  'attr set s1 foo 1 "x" thing:y json:{} 2007-12-16T07:46:00Z',
  'add server db[1-3] a=1',
  'connect a:nic-eth:1 b',
  'plan insert a b into c at U1-2 because "x"',
])('all of a tree is frozen: %s', (text) => expectFrozen(language.parse(text)))

test('a command inside a command has its own text, and positions in the whole', () => {
  const invocation = language.parse('plan  power off “s 1” because "x"')
  const inner = invocation.args.command as Invocation
  expect(inner).toMatchObject({ command: 'power off', text: 'power off “s 1”', because: null })
  expect(inner.args.things).toMatchObject({ at: 16 })
  expect(invocation).toMatchObject({ because: 'x', text: 'plan  power off “s 1” because "x"' })
})

test('an error says what was expected', () => {
  expect(errorOf('power').expected).toEqual(['status', 'on', 'off', 'cycle'])
  expect(errorOf('import').expected).toEqual(['template', 'data', 'netbox', 'csv', 'json', 'yaml', 'devicetypes'])
  expect(errorOf('driver:Server foo').expected).toEqual(
    expect.arrayContaining(['and', 'or', 'in', 'connected', 'containing', 'limit', 'as']),
  )
  expect(errorOf('insert s1 into r1 at').expected).toEqual(['<U>'])
  expect(errorOf('delete s1 because').expected).toEqual(['"reason"'])
})

test('an error names the word that it points at', () => {
  for (const text of ['locate server1 foo', 'drvier:Server', 'a limit x', 'attr set s1 9x 1', 'find — “x” foo']) {
    const { word, position } = errorOf(text)
    expect(word).not.toBe('')
    expect(text.slice(position).startsWith(word)).toBe(true)
  }
})

test('the first suggestion, written at the position, is understood or gets further', () => {
  for (const text of [
    'lcoate server1',
    'driver:Server adn x',
    'foo=12',
    'power of s1',
    'drvier:Server',
    'export a cvs',
  ]) {
    const { word, position, suggestions } = errorOf(text)
    const corrected = text.slice(0, position) + suggestions[0] + text.slice(position + word.length)
    expect(language.parse(corrected).text).toBe(corrected)
  }
})

test('parsing leaves nothing behind: an error in between changes no answer', () => {
  const before = language.parse('attr set s1 foo 1 2 3')
  errorOf('attr set s1')
  language.complete('attr set s1 foo ')
  expect(language.parse('attr set s1 foo 1 2 3')).toEqual(before)
})

test('two commands of one name are refused at load', () => {
  const jobs = { name: 'jobs', syntax: 'jobs' }
  expect(() => createLanguage([jobs, jobs])).toThrow('two commands of the same name')
})
