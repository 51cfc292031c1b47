import { describe, expect, test } from 'vitest'
import { joinWords } from '../../../src/bot/terminal/words.ts'
import { attrSet } from '../../../src/commands/attr.ts'
import { deleteCommand } from '../../../src/commands/delete.ts'
import { find } from '../../../src/commands/find.ts'
import { locate } from '../../../src/commands/locate.ts'
import type { Invocation } from '../../../src/grammar/ast.ts'
import { createLanguage } from '../../../src/grammar/language.ts'

const language = createLanguage([find, locate, attrSet, deleteCommand])

function read(text: string): Invocation | null {
  try {
    return language.parse(text)
  } catch {
    return null
  }
}

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
    ['brackets that the shell took for words', ['find', '(', 'a', 'or', 'b', ')'], 'find ( a or b )'],
  ])('%s', (_, words, text) => {
    expect(joinWords(words, read)).toBe(text)
    expect(read(text)).not.toBeNull()
  })

  test('an expression with a slip in it is not taken for a name', () => {
    expect(joinWords(['find', 'driver:Server and'], read)).toBe('find driver:Server and')
  })
})
