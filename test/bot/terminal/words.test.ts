import { describe, expect, test } from 'vitest'
import { joinWords } from '../../../src/bot/terminal/words.ts'
import { COMMANDS } from '../../../src/commands/registry.ts'
import type { Invocation } from '../../../src/grammar/ast.ts'
import { createLanguage } from '../../../src/grammar/language.ts'
import { ParseError } from '../../../src/grammar/parse-error.ts'

const language = createLanguage(COMMANDS)

function read(text: string): Invocation | ParseError {
  try {
    return language.parse(text)
  } catch (error) {
    if (error instanceof ParseError) return error
    throw error
  }
}

/** The words that a POSIX shell makes of a line without variables, globs and escapes outside of quotes. */
function shellSplit(line: string): readonly string[] {
  const words = line.match(/(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^\s"'])+/g) ?? []
  return words.map((word) =>
    word.replace(/"((?:[^"\\]|\\.)*)"|'([^']*)'/g, (_, double?: string, single?: string) =>
      double === undefined ? (single ?? '') : double.replace(/\\(["\\])/g, '$1'),
    ),
  )
}

/** What a text means, whatever its quotes: where its words stand, and how its lines are spelt, is left out. */
function meaning(text: string): unknown {
  const plain = (_: string, value: unknown) => {
    if (typeof value === 'bigint') return `${value}`
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).filter(([name]) => name !== 'at'))
  }
  const { command, args, because, breakglass } = language.parse(text)
  return JSON.parse(JSON.stringify({ command, args, because, breakglass }, plain))
}

const examples = COMMANDS.flatMap((command) => command.examples)

describe('the words of a shell', () => {
  test.each([
    ['one word is the whole text', ['find driver:Server in rack1'], 'find driver:Server in rack1'],
    ['plain words', ['locate', 'server1'], 'locate server1'],
    ['a value of several words', ['attr', 'set', 's1', 'note', 'hello world'], 'attr set s1 note "hello world"'],
    ['a pair', ['attr', 'set', 's1', 'note=hello world'], 'attr set s1 note="hello world"'],
    ['a condition with a value of several words', ['find', 'attr:x,a b'], 'find attr:x,"a b"'],
    ['a quoted condition', ['find', 'attr:x,"a b"'], 'find attr:x,"a b"'],
    ['an expression', ['find', 'driver:Server and attr:x,1'], 'find driver:Server and attr:x,1'],
    ['an expression and a value', ['attr', 'set', 's1 or s2', 'note', 'a b'], 'attr set s1 or s2 note "a b"'],
    [
      'a value that looks like an expression',
      ['attr', 'set', 's1', 'note', 'disk and fan'],
      'attr set s1 note "disk and fan"',
    ],
    ['conditions', ['find', 'attr:x,1 and attr:y,2'], 'find attr:x,1 and attr:y,2'],
    ['names', ['find', 's1 or s2'], 'find s1 or s2'],
    ['a reason', ['delete', 's1', 'because', 'INC-1 or INC-2'], 'delete s1 because "INC-1 or INC-2"'],
    ['an apostrophe', ['attr', 'set', 's1', 'note', "it's hot"], `attr set s1 note "it's hot"`],
    ['quotes within', ['attr', 'set', 's1', 'note', 'a "b c'], 'attr set s1 note "a \\"b c"'],
    ['nothing', ['attr', 'set', 's1', 'note', ''], 'attr set s1 note ""'],
    ['a reason of one word', ['delete', 's1', 'because', 'INC-1'], 'delete s1 because "INC-1"'],
    ['a reason in brackets', ['delete', 's1', 'because', '(x)'], 'delete s1 because "(x)"'],
    [
      'a reason of one word behind a change of one word',
      ['attr', 'set', 'web01', 'env', 'lab', 'because', 'INC-4412'],
      'attr set web01 env lab because "INC-4412"',
    ],
    ['a text of one word', ['lock', 'lab2', 'disks'], 'lock lab2 "disks"'],
    ['two texts of one word', ['lock', 'lab2', 'disks', 'because', 'INC-1'], 'lock lab2 "disks" because "INC-1"'],
    ['a text in a command in a command', ['plan', 'protect', 'web01', 'keep'], 'plan protect web01 "keep"'],
    ['a text of one word and brackets', ['protect', 'web01', '(keep)'], 'protect web01 "(keep)"'],
    ['a time of one word', ['schedule', '@daily', 'count', 'driver:Server'], 'schedule "@daily" count driver:Server'],
    [
      'a time of several words',
      ['schedule', '0 9 * * mon-fri', 'count', 'driver:Server'],
      'schedule "0 9 * * mon-fri" count driver:Server',
    ],
    [
      'a time and an expression',
      ['schedule', '0 9 * * mon-fri', 'count', 's1 or s2'],
      'schedule "0 9 * * mon-fri" count s1 or s2',
    ],
    ['a value in brackets', ['attr', 'set', 's1', 'note', '(x)'], 'attr set s1 note "(x)"'],
    ['a pair with a value in brackets', ['attr', 'set', 's1', 'note=a(b)'], 'attr set s1 note="a(b)"'],
    ['JSON', ['attr', 'set', 's1', 'note', 'json:{"a":1}'], 'attr set s1 note json:"{\\"a\\":1}"'],
    ['brackets that the shell took for words', ['find', '(', 'a', 'or', 'b', ')'], 'find ( a or b )'],
  ])('%s', (_, words, text) => {
    expect(joinWords(words, read)).toBe(text)
    expect(() => language.parse(text)).not.toThrow()
  })

  test.each(examples)('mean what was typed: %s', (example) => {
    const joined = joinWords(shellSplit(example), read)
    expect(meaning(joined)).toEqual(meaning(example))
  })

  const reasoned = examples.map((example) => `${example} because "INC-4412"`)
  test.each(reasoned.filter((line) => 'command' in read(line)))('with a reason too: %s', (line) => {
    expect(meaning(joinWords(shellSplit(line), read))).toEqual(meaning(line))
  })

  test.each([
    'schedule lsit',
    'attr set web01 env because x y',
    'attr set web01 env because',
    'find s1 adn s2',
    'find a(b)',
    'lock lab2 disks now',
  ])('a slip is told as it was typed: %s', (line) => {
    expect(joinWords(shellSplit(line), read)).toBe(line)
  })

  test('an expression with a slip in it is not taken for a name', () => {
    expect(joinWords(['find', 'driver:Server and'], read)).toBe('find driver:Server and')
  })
})
