// The small readers: numbers, names, keys, parts, ranges, regular expressions, suggestions.
import { describe, expect, test } from 'vitest'
import { parseKey, printKey } from '../../src/grammar/key.ts'
import { checkName, nameKey } from '../../src/grammar/name.ts'
import { readNumber } from '../../src/grammar/number.ts'
import { readPart } from '../../src/grammar/part.ts'
import { expandRange } from '../../src/grammar/range.ts'
import { checkRegex } from '../../src/grammar/regex.ts'
import { suggest } from '../../src/grammar/suggest.ts'
import { readUnits } from '../../src/grammar/units.ts'
import { printValue, readValue } from '../../src/grammar/value.ts'

describe('readNumber', () => {
  test.each([
    ['16G', '17179869184'],
    ['16K', '16384'],
    ['16k', '16384'],
    ['1P', '1125899906842624'],
    ['1.5', '1.5'],
    ['1.50', '1.5'],
    ['1.5K', '1536'],
    ['0.001M', '1048.576'],
    ['-3', '-3'],
    ['-0', '0'],
    ['0', '0'],
    ['9223372036854775808', '9223372036854775808'],
    ['012', null],
    ['', null],
    ['16X', null],
    ['1.1.1.1', null],
    ['1e5', null],
    ['9'.repeat(200), null],
  ])('%s compares as %s', (text, number) => {
    expect(readNumber(text)).toBe(number)
  })
})

describe('checkName', () => {
  test.each([
    'server1',
    'rack-1',
    'a.b',
    'db_1',
    'power',
    'ünïcode',
    'U13',
    '12',
    'limit',
    'a#1',
    'a/b',
    'x-',
    '10.0.0.7',
  ])('%s is a name', (name) => expect(checkName(name)).toBeNull())
  test.each([
    ['', 'empty'],
    ['a b', 'white-space'],
    ['a\u00a0b', 'white-space'],
    ['a,b', 'character'],
    ['a"b', 'character'],
    ["a'b", 'character'],
    ['a:b', 'character'],
    ['a\uff1ab', 'character'],
    ['a(b', 'character'],
    ['a[1]', 'character'],
    ['a*', 'character'],
    ['a?', 'character'],
    ['a=b', 'character'],
    ['a<b', 'character'],
    ['a;b', 'character'],
    ['a\u0000', 'character'],
    ['a\u001b]0;b', 'character'],
    ['a\u009b', 'character'],
    ...['\u00ad', '\u061c', '\u200b', '\u200d', '\u202e', '\u2060', '\u2066', '\u{e0041}'].map((unseen) => [
      `a${unseen}b`,
      'character',
    ]),
    ['\ud800', 'character'],
    ['#a', 'first-character'],
    ['-a', 'first-character'],
    ['/a', 'first-character'],
    ['Not', 'reserved'],
    ['haskey', 'reserved'],
    ['2026-11-01', 'date'],
    ['2026-11-01T10:00:00Z', 'character'],
    ['x'.repeat(201), 'too-long'],
  ])('%s is none: %s', (name, fault) => expect(checkName(name)).toBe(fault))

  test('names are the same by NFKC and lower case', () => {
    expect(nameKey('ＷＥＢ1')).toBe(nameKey('web1'))
  })
})

describe('parseKey', () => {
  test.each(['foo', 'foo.bar', 'foo#0', 'disk.size#12', 'foo#', '_ip', 'a-b'])(
    '%s is a key and prints the same',
    (text) => {
      const key = parseKey(text)
      expect(key === null ? null : printKey(key)).toBe(text)
    },
  )
  test.each(['', '9x', 'a.b.c', 'a b', 'a=', 'a#x', 'a.9', '-a', 'a#99999999999', `${'a'.repeat(300)}`])(
    '%s is none',
    (text) => expect(parseKey(text)).toBeNull(),
  )
})

describe('readPart', () => {
  test.each([
    ['server1', { tag: 'thing', name: 'server1' }],
    ['server1:nic-eth:2', { tag: 'port', name: 'server1', type: 'nic-eth', number: 2 }],
    ['pdu1:PWR-NEMA-5:1', { tag: 'port', name: 'pdu1', type: 'pwr-nema-5', number: 1 }],
    ['rack101:U13', { tag: 'unit', name: 'rack101', unit: 13 }],
    ['rack101:u4.5', { tag: 'unit', name: 'rack101', unit: 4.5 }],
    ['00:50:c2:00:00:01', { tag: 'thing', name: '00:50:c2:00:00:01' }],
    ['2001:db8::7', { tag: 'thing', name: '2001:db8::7' }],
    ['server1:nic-eth', null],
    ['server1:nic-eth:x', null],
  ])('%s', (text, part) => expect(readPart(text)).toEqual(part))
})

describe('expandRange', () => {
  test.each([
    ['db[8-10]', ['db8', 'db9', 'db10']],
    ['db[08-10]', ['db08', 'db09', 'db10']],
    ['r[1-2]u[1,3]', ['r1u1', 'r1u3', 'r2u1', 'r2u3']],
    ['db[1-9', 'malformed'],
    ['db1-9]', 'malformed'],
    ['db[a-b]', 'malformed'],
    ['db[]', 'malformed'],
    ['db[9-1]', 'backwards'],
    ['db[1-10001]', 'too-many'],
    ['a[1-200]b[1-200]', 'too-many'],
  ])('%s', (text, names) => expect(expandRange(text)).toEqual(names))

  test('10,000 names are allowed', () => expect(expandRange('db[1-10000]')).toHaveLength(10_000))
})

describe('checkRegex', () => {
  test.each(['^web\\d+$', '^(web|db)-[a-z\\d]{1,3}$', 'a.b*', '(ab?)+c', '(ab+)?', 'a\\.b', '[^a-z]', '(?:a|b)+'])(
    '%s is fine',
    (source) => expect(checkRegex(source)).toBeNull(),
  )
  test.each([
    ['(a)\\1', 'back-reference'],
    ['(a+)+', 'nested-quantifier'],
    ['((a{2})b)*', 'nested-quantifier'],
    ['(a*){2}', 'nested-quantifier'],
    ['a(?=b)', 'look-around'],
    ['a(?<!b)', 'look-around'],
    ['(?<n>a)', 'unsupported'],
    ['(?i)a', 'unsupported'],
    ['\\bweb', 'unsupported-escape'],
    ['[\\D]', 'unsupported-escape'],
    ['[[:alpha:]]', 'unsupported'],
    ['[]a]', 'unsupported'],
    ['a{101}', 'repetition-too-large'],
    ['a{', 'invalid'],
    ['a{2,1}', 'invalid'],
    ['(a', 'invalid'],
    ['a)', 'invalid'],
    ['[a', 'invalid'],
    ['*a', 'invalid'],
    ['a**', 'invalid'],
    ['\\', 'unsupported-escape'],
    ['a'.repeat(201), 'too-long'],
  ])('%s is refused: %s', (source, fault) => expect(checkRegex(source)).toBe(fault))
})

describe('suggest', () => {
  test.each([
    ['lcoate', ['locate', 'find', 'count'], ['locate']],
    ['Sever', ['Server', 'VirtualServer', 'Rack'], ['Server']],
    ['cons', ['consoleserver', 'rack'], ['consoleserver']],
    ['xyzzy', ['locate', 'find'], []],
    ['', ['a'], []],
  ])('%s', (word, candidates, best) => expect(suggest(word, candidates)).toEqual(best))

  test('gives no more than asked for, the best first', () => {
    expect(suggest('sw1', ['sw2', 'sw12', 'sw3', 'sw11'], 2)).toHaveLength(2)
    expect(suggest('serve', ['reserve', 'server', 'serves'], 3)[0]).toMatch(/^serve[rs]$/)
  })
})

test('rack units in any order and either case', () => {
  expect(readUnits('U13-11')).toEqual({ low: 11, high: 13 })
  expect(readUnits('u4.5')).toEqual({ low: 4.5, high: 4.5 })
  expect(readUnits('U')).toBeNull()
})

test('a moment is kept in UTC, and one that is in no calendar is refused', () => {
  expect(readValue('2007-12-16T07:46:00+01:00')).toEqual({ type: 'datetime', value: '2007-12-16T06:46:00Z' })
  expect(readValue('2007-02-30T07:46:00Z')).toBe('no-such-moment')
  expect(readValue('2007-13-16T07:46:00Z')).toBe('no-such-moment')
  expect(readValue('2007-13-16')).toEqual({ type: 'text', value: '2007-13-16' })
  expect(printValue({ type: 'text', value: '2007-13-16T07:46:00Z' })).toBe('"2007-13-16T07:46:00Z"')
})
