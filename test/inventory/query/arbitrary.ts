// Random inventories and random questions, from so few names, keys and values that questions often have answers.
import fc from 'fast-check'
import type { Expression, Field, Key, Pattern, Query, Value } from '../../../src/grammar/ast.ts'
import { parseKey } from '../../../src/grammar/key.ts'
import { readValue } from '../../../src/grammar/value.ts'
import type { Plan } from './model.ts'

const LONG = 'x'.repeat(99)
const MAC = '00:50:C2:00:00:01'

const NAMES = [
  's1',
  's2',
  'S10',
  'web1',
  'web2',
  'db201',
  'db202',
  'a%b',
  'a_b',
  'aab',
  'Ärger',
  'rack1',
  'Rack2',
  'dc1',
  'prod',
  'dev',
  'dbslave',
  'sw1',
  '203',
  'back\\slash',
  '10.0.0.7',
] as const
const DRIVERS = [
  'server',
  'server',
  'server',
  'virtualserver',
  'networkswitch',
  'rack',
  'rack',
  'datacenter',
  'pool',
  'exclusivepool',
  'uniquepool',
  'class',
  'role',
  'service',
  'vlan',
  'dell-r640',
] as const
const ADDRESSES = ['10.0.0.7', '10.0.0.77', '10.0.1.1', '192.168.0.1', '2001:db8::1', '2001:db8::2'] as const
const KEYS = ['foo', 'foo', 'foo', 'disk', 'env', '_secret', 'hostname', 'serial', 'mac', 'vid'] as const
const TYPED = [
  '1',
  '12',
  '-3',
  '1.5',
  '12.0',
  '16384',
  'true',
  '2026-01-01T00:00:00Z',
  '2026-06-01T12:30:00.500Z',
  'json:{"a":[1,2],"b":3}',
  'json:{"b":3,"a":[1,2]}',
  'json:12',
] as const
const TEXTS = [
  '1',
  '12',
  '012',
  '12.0',
  '16K',
  '16384',
  'true',
  's1',
  'web1',
  'prod',
  'a%b',
  'a_b',
  'aab',
  'A_B',
  '',
  'x y',
  'SN001',
  'sn001',
  MAC,
  `${LONG}1`,
  `${LONG}12`,
  `${LONG}2`,
  '203',
  '2026-01-01T00:00:00Z',
  'json:12',
  'back\\slash',
] as const

/** What a name suggests; without, pools and racks with something in them would be rare. */
const USUAL: Readonly<Record<string, string>> = {
  ...{ rack1: 'rack', Rack2: 'rack', dc1: 'datacenter', prod: 'pool', dev: 'uniquepool', dbslave: 'pool' },
  ...{ '203': 'vlan', aab: 'role', a_b: 'class', 'a%b': 'service' },
}

/** Mostly one of a few. */
const often = (few: readonly string[], all: readonly string[]) =>
  fc.oneof({ arbitrary: fc.constantFrom(...few), weight: 2 }, { arbitrary: fc.constantFrom(...all), weight: 1 })

const maybe = <T>(arbitrary: fc.Arbitrary<T>, weight = 1) =>
  fc.oneof({ arbitrary: fc.constant(null), weight: 3 }, { arbitrary, weight })

const text = often(['1', '12', 'web1'], TEXTS)
const typed = often(['1', '12'], TYPED).map((word): Value => {
  const value = readValue(word)
  if (typeof value === 'string') throw new Error(`no value: ${word}`)
  return value
})

function valueFor(names: readonly string[]): fc.Arbitrary<Value> {
  return fc.oneof(
    text.map((value): Value => ({ type: 'text', value })),
    typed,
    fc.constantFrom(...names).map((value): Value => ({ type: 'reference', value })),
  )
}

/** The VLAN of a port, as switches have it; the first cables are at these. */
const vlanOf = (thing: fc.Arbitrary<number>) =>
  fc.record({
    thing,
    port: fc.constantFrom('nic-eth:0', 'nic-eth:1', 'nic-eth:2', 'nic-eth:3'),
    key: fc.constant('vlan'),
    subkey: fc.constant(''),
    number: fc.constant(null),
    value: fc.constant<Value>({ type: 'reference', value: '203' }),
  })

/** Some 15 things; containers come before what is in them, so that there is no cycle. */
export const plan: fc.Arbitrary<Plan> = fc
  .uniqueArray(fc.constantFrom(...NAMES), { minLength: 6, maxLength: 16 })
  .chain((names) => {
    const place = fc.nat({ max: names.length - 1 })
    const pair = fc.tuple(place, place).filter(([a, b]) => a !== b)
    const unused = NAMES.filter((name) => !names.includes(name))
    return fc.record({
      things: fc.tuple(
        ...names.map((name) => often([USUAL[name] ?? 'server'], DRIVERS).map((driver) => ({ name, driver }))),
      ),
      attributes: fc
        .tuple(
          fc.array(
            fc.record({
              thing: place,
              port: fc.constantFrom('', '', '', '', 'nic-eth:1'),
              key: fc.constantFrom(...KEYS),
              subkey: fc.constantFrom('', '', '', 'size', 'type'),
              number: fc.constantFrom(null, null, 0, 1),
              value: valueFor(names),
            }),
            { minLength: 10, maxLength: 30 },
          ),
          fc.array(vlanOf(place), { maxLength: names.includes('203') ? 5 : 0 }),
        )
        .map(([some, more]) => [...some, ...more]),
      edges: fc.uniqueArray(
        pair.map(([a, b]) => (a < b ? ([a, b] as const) : ([b, a] as const))),
        { minLength: 8, maxLength: 25, selector: String },
      ),
      links: fc.array(pair, { maxLength: 8 }),
      addresses: fc.array(fc.record({ address: fc.constantFrom(...ADDRESSES), thing: place }), { maxLength: 5 }),
      renames: fc
        .uniqueArray(fc.record({ thing: place, to: fc.constantFrom(...unused) }), {
          maxLength: 3,
          selector: ({ thing }) => thing,
          comparator: 'SameValue',
        })
        .map((all) => all.filter(({ to }, i) => all.findIndex((other) => other.to === to) === i)),
      dropped: fc.uniqueArray(fc.nat({ max: 30 }), { maxLength: 10 }),
    })
  })

const REGEXES = ['^s', '1$', 'a.b', '[ab]', 'web|db', 'S\\d', '^\\d+$', '^.?a', 'x{99}1?2', '\\.0'] as const

const pattern = (words: readonly string[], few: readonly string[] = words): fc.Arbitrary<Pattern> =>
  fc.oneof(
    { arbitrary: often(few, words).map((word): Pattern => ({ tag: 'exact', text: word })), weight: 6 },
    {
      arbitrary: fc
        .tuple(fc.constantFrom(...words), fc.nat(3), fc.constantFrom('*', '?'))
        .map(([word, at, wild]): Pattern => ({ tag: 'glob', text: word.slice(0, at) + wild + word.slice(at + 1) })),
      weight: 2,
    },
    { arbitrary: fc.constant<Pattern>({ tag: 'glob', text: '*' }), weight: 1 },
    { arbitrary: fc.constantFrom(...REGEXES).map((source): Pattern => ({ tag: 'regex', source })), weight: 1 },
    {
      arbitrary: fc
        .uniqueArray(fc.constantFrom(...words), { minLength: 1, maxLength: 3 })
        .map((names): Pattern => ({ tag: 'range', text: '[…]', names })),
      weight: 1,
    },
  )

const exact = (...words: readonly string[]) =>
  fc.constantFrom(...words).map((word): Pattern => ({ tag: 'exact', text: word }))

const key: fc.Arbitrary<Key> = fc
  .tuple(
    often(['foo', 'disk'], [...KEYS, '_ip', '_in']),
    maybe(fc.constantFrom('size', 'type')),
    maybe(fc.constantFrom(0, 1)),
  )
  .map(([name, subkey, number]) =>
    name === '_ip' || name === '_in' ? { key: name, subkey: null, number: null } : { key: name, subkey, number },
  )

const NAMED = [...NAMES, 'S1', 'WEB1', 'ärger', 'nobody']
const WORDS = [...NAMED, 'sn001', 'SN001', MAC, MAC.toLowerCase(), '10.0.0.77', '2001:db8::1', 's1:nic-eth:1']
const BARE = [...TYPED, ...TEXTS, 'thing:s1', 'thing:WEB1', 'S1', '16k', '0.015625M', '2026-01-01', '10.0.0.7', '14']

const field = fc.oneof(
  { arbitrary: fc.tuple(fc.constant<Field>('name'), pattern(NAMED)), weight: 2 },
  {
    arbitrary: fc.tuple(
      fc.constant<Field>('driver'),
      fc.oneof(
        exact('Server', 'SERVER', 'dell', 'Console', 'rack', 'Virtual', 'NetworkS'),
        fc.constantFrom<Pattern>({ tag: 'glob', text: '*er' }, { tag: 'glob', text: 'dell*' }),
      ),
    ),
    weight: 2,
  },
  {
    arbitrary: fc.tuple(
      fc.constant<Field>('type'),
      fc.oneof(exact('server', 'Rack', 'pool', 'datac', 'vl'), fc.constant<Pattern>({ tag: 'glob', text: '*pool' })),
    ),
    weight: 2,
  },
  {
    arbitrary: fc.tuple(
      fc.constant<Field>('ip'),
      fc.oneof(
        exact('10.0.0.0/24', '10.0.0.7', '10.0.0.9/16', '2001:db8::/32', '0.0.0.0/0', '2001:db8::2'),
        fc.constantFrom<Pattern>(
          { tag: 'glob', text: '10.0.?.*' },
          { tag: 'range', text: '10.0.0.[7,77]', names: ['10.0.0.7', '10.0.0.77'] },
          { tag: 'regex', source: '7$' },
        ),
      ),
    ),
    weight: 1,
  },
  {
    arbitrary: fc.tuple(fc.constantFrom<Field>('mac', 'serial'), pattern(['sn001', 'SN001', MAC, MAC.toLowerCase()])),
    weight: 1,
  },
  {
    arbitrary: fc.tuple(
      fc.constantFrom<Field>('pool', 'pool', 'pool', 'class', 'role', 'service', 'vlan'),
      pattern(['prod', 'dev', 'dbslave', '203', 'PROD', 's1', 'a_b', 'aab', 'a%b']),
    ),
    weight: 3,
  },
)

const value = fc.oneof(
  {
    arbitrary: fc.constantFrom<Value>(
      { type: 'text', value: 'web1' },
      { type: 'integer', value: 1n },
      { type: 'integer', value: 12n },
    ),
    weight: 3,
  },
  { arbitrary: valueFor(['s1', 'web1', 'db201', 'WEB2']), weight: 1 },
)
const plainKey = often(['foo'], ['foo', 'disk', 'disk.size', 'foo#0', 'env', '_secret']).map((name): Key => {
  const read = parseKey(name)
  if (!read) throw new Error(`no key: ${name}`)
  return read
})

const attribute = fc
  .tuple(
    key,
    fc.oneof(fc.constantFrom('=', '!='), fc.constantFrom('<', '<=', '>', '>=')),
    fc.boolean(),
    pattern(BARE, ['1', '12', 'web1', '13']),
  )
  .chain(([key, comparison, quoted, pattern]): fc.Arbitrary<Expression> => {
    const known = pattern.tag === 'exact' || comparison === '='
    const operator = known ? (comparison as '=') : '='
    return fc.constant({
      tag: 'attribute',
      key,
      comparison: operator,
      pattern,
      quoted: quoted && pattern.tag === 'exact',
      at: 0,
    })
  })

const leaf: fc.Arbitrary<Expression> = fc.oneof(
  { arbitrary: pattern(WORDS).map((pattern): Expression => ({ tag: 'name', pattern, at: 0 })), weight: 3 },
  { arbitrary: fc.constant<Expression>({ tag: 'name', pattern: { tag: 'glob', text: '*' }, at: 0 }), weight: 2 },
  { arbitrary: field.map(([field, pattern]): Expression => ({ tag: 'field', field, pattern, at: 0 })), weight: 5 },
  { arbitrary: attribute, weight: 6 },
  { arbitrary: key.map((key): Expression => ({ tag: 'haskey', key, at: 0 })), weight: 1 },
  {
    arbitrary: fc
      .tuple(
        fc.constantFrom('keys' as const, 'exact' as const),
        fc.oneof(
          { arbitrary: fc.tuple(fc.record({ key: plainKey, value })), weight: 3 },
          { arbitrary: fc.array(fc.record({ key: plainKey, value }), { minLength: 2, maxLength: 3 }), weight: 1 },
        ),
      )
      .map(([how, pairs]): Expression => ({ tag: 'match', how, pairs, at: 0 })),
    weight: 1,
  },
)

export const expression: fc.Arbitrary<Expression> = fc.letrec<{ tree: Expression }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, depthSize: 'small', withCrossShrink: true },
    { arbitrary: leaf, weight: 4 },
    {
      arbitrary: fc.record({
        tag: fc.constant('relation' as const),
        relation: fc.constantFrom('connected' as const, 'in' as const, 'containing' as const),
        left: tie('tree'),
        right: tie('tree'),
      }),
      weight: 3,
    },
    { arbitrary: fc.record({ tag: fc.constant('not' as const), of: tie('tree') }), weight: 2 },
    { arbitrary: fc.record({ tag: fc.constant('and' as const), left: tie('tree'), right: tie('tree') }), weight: 2 },
    { arbitrary: fc.record({ tag: fc.constant('or' as const), left: tie('tree'), right: tie('tree') }), weight: 2 },
  ),
})).tree

/** With no `as of`: the test asks each question of several moments. */
export const query: fc.Arbitrary<Query> = fc.record({
  expression,
  limit: maybe(fc.constantFrom(1, 2, 4)),
  distinct: maybe(fc.constantFrom('rack', 'pool', 'datacenter')),
  sort: maybe(
    fc.record({
      key: fc.oneof(key, fc.constant<Key>({ key: 'name', subkey: null, number: null })),
      descending: fc.boolean(),
    }),
  ),
  asOf: fc.constant(null),
})
