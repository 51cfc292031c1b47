import { expect, expectTypeOf, test } from 'vitest'
import type { Args, NewNames } from '../../src/grammar/arguments.ts'
import type { Expression, Invocation, Key, Pair, Query, ThingName, Units, Value, When } from '../../src/grammar/ast.ts'
import { createLanguage } from '../../src/grammar/language.ts'
import { readSyntax } from '../../src/grammar/syntax.ts'

test('the arguments are inferred from the syntax line', () => {
  expectTypeOf<Args<'count <query> [by <key>]'>>().toEqualTypeOf<{ readonly query: Query; readonly key?: Key }>()
  expectTypeOf<Args<'attr set <things:expr> (<key> <values:value>... | <pairs:pair>...)'>>().toEqualTypeOf<{
    readonly things: Expression
    readonly key?: Key
    readonly values?: readonly Value[]
    readonly pairs?: readonly Pair[]
  }>()
  expectTypeOf<Args<'insert <items:item>... into <container:thing> [at <units>]'>>().toEqualTypeOf<{
    readonly items: readonly Expression[]
    readonly container: ThingName
    readonly units?: Units
  }>()
  expectTypeOf<Args<'export <query> <format:csv|json|yaml>'>>().toEqualTypeOf<{
    readonly query: Query
    readonly format: 'csv' | 'json' | 'yaml'
  }>()
  expectTypeOf<Args<'undo [<version:int>] [except conflicts]'>>().toEqualTypeOf<{
    readonly version?: number
    readonly except?: true
    readonly conflicts?: true
  }>()
  expectTypeOf<Args<'tree <thing> [parents] [as of <when>]'>>().toEqualTypeOf<{
    readonly thing: ThingName
    readonly when?: When
    readonly parents?: true
  }>()
  expectTypeOf<Args<'rename <from:range> [to] <to:range>'>>().toEqualTypeOf<{
    readonly from: NewNames
    readonly to: NewNames
  }>()
  expectTypeOf<Args<'plan <command>'>>().toEqualTypeOf<{ readonly command: Invocation }>()
  expectTypeOf<Args<'protect <thing> "<reason>"'>>().toEqualTypeOf<{
    readonly thing: ThingName
    readonly reason: string
  }>()
  expectTypeOf<Args<'whoami'>>().toEqualTypeOf<Record<never, never>>()
})

test('the arguments have the inferred names', () => {
  const syntax = 'tree <thing> [parents] [as of <when>]'
  const { args } = createLanguage([{ name: 'tree', syntax }]).parse('tree dc1 as of 2h ago parents')
  expect(Object.keys(args).sort()).toEqual(['parents', 'thing', 'when'])
})

test.each([
  ['a <x:nothing>', 'no type nothing'],
  ['a <x', 'not understood'],
  ['a [<thing>', 'brackets that do not match'],
  ['a <thing>]', 'a lone'],
  ['a <thing> <thing>', 'two arguments are named thing'],
  ['a | b', '| only stands in brackets'],
  ['a []', 'empty brackets'],
  ['a (<thing> <key>)...', '... stands after an argument only'],
])('the malformed syntax line %s is refused at load', (line, reason) => {
  expect(() => readSyntax(line)).toThrow(reason)
})

test('a command whose syntax line begins otherwise is refused at load', () => {
  expect(() => createLanguage([{ name: 'power on', syntax: 'power <thing>' }])).toThrow('does not begin with power on')
})
