// What `explain` prints reads back as the same tree.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Expression, Key, Pattern, Query, Value, When } from '../../src/grammar/ast.ts'
import { createLanguage } from '../../src/grammar/language.ts'
import { exactPattern } from '../../src/grammar/pattern.ts'
import { printExpression, printQuery } from '../../src/grammar/print.ts'
import { expandRange } from '../../src/grammar/range.ts'
import { textValue } from '../../src/grammar/value.ts'
import { FIELDS } from '../../src/grammar/words.ts'
import { SYNTAXES } from './syntaxes.ts'

const language = createLanguage(SYNTAXES)

const awkward = fc.constantFrom(
  'web1',
  'in',
  'LIMIT',
  'power',
  'because',
  'breakglass',
  'a b',
  'a"b',
  "it's",
  'back\\slash\\',
  '',
  '/x/',
  '/x',
  '-5',
  '12',
  '012',
  'true',
  '2026-11-01',
  '2007-12-16T07:46:00Z',
  'a,b',
  'a,',
  '(x)',
  'web*',
  'db[1-3]',
  'attr:foo',
  'attr:foo,1',
  'name:x',
  'thing:x',
  'json:{}',
  's1:nic-eth:1',
  '00:50:c2:00:00:01',
  'x=1',
  '=',
  '#1',
  'ünï',
)
const word = fc.oneof(awkward, fc.stringMatching(/^[ -~]{0,8}$/))
const regex = fc.constantFrom('^web', 'a b', 'a/b', '\\d+$', '^(a|b)$', '[^/]', '\\\\')
const pattern: fc.Arbitrary<Pattern> = fc.oneof(
  word.map(exactPattern),
  fc.constantFrom('web*', 'w?b', '*').map((text) => ({ tag: 'glob' as const, text })),
  regex.map((source) => ({ tag: 'regex' as const, source })),
)
const ranged: fc.Arbitrary<Pattern> = fc.constantFrom('db[1-3]', 'r[1-2]u[01,3]').map((text) => {
  const names = expandRange(text)
  if (typeof names === 'string') throw new Error(names)
  return { tag: 'range', text, names }
})
const keyWord = fc.constantFrom('foo', 'in', 'to', 'a-b', '_x', 'match')
const key: fc.Arbitrary<Key> = fc.record({
  key: keyWord,
  subkey: fc.option(keyWord),
  number: fc.constantFrom<Key['number'][]>(null, 0, 12, 'next'),
})
const value: fc.Arbitrary<Value> = fc.oneof(
  word.map(textValue),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((n) => ({ type: 'integer' as const, value: n })),
  fc.constantFrom('1.5', '-0.50').map((text) => ({ type: 'decimal' as const, value: text })),
  fc.boolean().map((b) => ({ type: 'boolean' as const, value: b })),
  fc.constantFrom('web1', 'a b').map((name) => ({ type: 'reference' as const, value: name })),
  fc.jsonValue().map((json) => ({ type: 'json' as const, value: JSON.stringify(json) })),
)

const leaf: fc.Arbitrary<Expression> = fc.oneof(
  fc.oneof(pattern, ranged).map((p) => ({ tag: 'name' as const, pattern: p, at: 0 })),
  fc
    .record({ field: fc.constantFrom(...FIELDS), pattern: fc.oneof(pattern, ranged) })
    .filter((it) => !['driver', 'type', 'ip'].includes(it.field) || ['exact', 'glob'].includes(it.pattern.tag))
    .map((it) => ({ tag: 'field' as const, ...it, at: 0 })),
  fc.record({ key, pattern }).map((it) => ({
    tag: 'attribute' as const,
    ...it,
    comparison: '=' as const,
    quoted: it.pattern.tag === 'exact',
    at: 0,
  })),
  fc
    .record({
      key,
      comparison: fc.constantFrom(
        '=' as const,
        '!=' as const,
        '<' as const,
        '<=' as const,
        '>' as const,
        '>=' as const,
      ),
      text: fc.constantFrom('12', '-5', 'a=b', 'http://h/', 'thing:x', 'thing:a b', 'json:{"a": "it\'s"}', 'x,y'),
    })
    .map(({ text, ...it }) => ({
      tag: 'attribute' as const,
      ...it,
      pattern: exactPattern(text),
      quoted: false,
      at: 0,
    })),
  key.map((k) => ({ tag: 'haskey' as const, key: k, at: 0 })),
  fc
    .record({
      how: fc.constantFrom('keys' as const, 'exact' as const),
      pairs: fc.array(fc.record({ key, value }), { minLength: 1, maxLength: 3 }),
    })
    .map((it) => ({ tag: 'match' as const, ...it, at: 0 })),
)

const { expression } = fc.letrec<{ expression: Expression }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    fc.record({
      tag: fc.constant('relation' as const),
      relation: fc.constantFrom('connected' as const, 'in' as const, 'containing' as const),
      left: tie('expression'),
      right: tie('expression'),
    }),
    fc.record({ tag: fc.constant('not' as const), of: tie('expression') }),
    fc.record({
      tag: fc.constantFrom('and' as const, 'or' as const),
      left: tie('expression'),
      right: tie('expression'),
    }),
  ),
}))

// Where a word stands is no part of what it means.
const meaning = (tree: unknown): unknown =>
  JSON.parse(JSON.stringify(tree, (name, it) => (name === 'at' ? undefined : typeof it === 'bigint' ? `${it}n` : it)))

// Typed as an argument of `find`, and short enough to be one.
function readBack(printed: string): unknown {
  fc.pre(printed.length < 1900 && printed.split(/[\s(),:]+/).length < 120)
  return language.parse(`find ${printed}`).args.query
}

test('an expression', () => {
  fc.assert(
    fc.property(expression, (tree) => {
      const query = readBack(printExpression(tree)) as Query
      expect(meaning(query.expression)).toEqual(meaning(tree))
    }),
    { numRuns: 3000 },
  )
})

test('a query', () => {
  const when: fc.Arbitrary<When> = fc.oneof(
    fc.constant({ tag: 'time' as const, iso: '2026-11-01T00:00:00Z' }),
    fc.constant({ tag: 'ago' as const, seconds: 7200, text: '2h' }),
    fc.nat().map((version) => ({ tag: 'version' as const, version })),
  )
  const query = fc.record({
    expression,
    limit: fc.option(fc.integer({ min: 1, max: 10_000 })),
    distinct: fc.option(fc.constantFrom('rack', 'datacenter')),
    sort: fc.option(fc.record({ key, descending: fc.boolean() })),
    asOf: fc.option(when),
  })
  fc.assert(
    fc.property(query, (tree) => {
      expect(meaning(readBack(printQuery(tree)))).toEqual(meaning(tree))
    }),
    { numRuns: 1000 },
  )
})
