// Reads the arguments of a command from the draft of a parse that succeeded: the one place where tokens become values.

import type { NewNames } from './arguments.ts'
import type { Expression, Invocation, Part, ThingName } from './ast.ts'
import type { SequenceDraft } from './command-rules.ts'
import type { ExpressionDraft, ListDraft, QueryDraft, TextDraft, WhenDraft } from './draft.ts'
import type { Token } from './lexer.ts'
import { readPart } from './part.ts'
import { rangePattern } from './pattern.ts'
import { unquotedReason } from './reason.ts'
import { refuse } from './refuse.ts'
import type { Source } from './source.ts'
import type { ArgumentType, Item, Sequence } from './syntax.ts'
import { expressionOf, queryOf } from './tree.ts'
import { intOf, keyOfToken, listOf, pairOf, textOf, thingOf, typedValue, whenOf } from './typed-words.ts'
import { readUnits } from './units.ts'

type ParseRest = (tokens: readonly Token[]) => Invocation

function partOf(source: Source, draft: TextDraft): Part {
  const thing = thingOf(source, draft)
  // Quotes or `name:` make it a name, whatever it holds.
  const plain = draft.tag === 'word' && draft.token.type === 'word' && draft.token.term === 'name'
  const part = plain ? readPart(thing.text) : { tag: 'thing' as const, name: thing.text }
  if (part === null) {
    const message = 'a port is written as in server1:nic-eth:2, a rack unit as in rack101:U13'
    throw refuse(source, 'bad-part', message, draft.token.offset, { word: draft.token.text })
  }
  const named: ThingName = Object.freeze({ text: part.name, at: thing.at })
  if (part.tag === 'thing') return Object.freeze({ tag: 'thing', thing: named })
  if (part.tag === 'unit') return Object.freeze({ tag: 'unit', thing: named, unit: part.unit })
  return Object.freeze({ tag: 'port', thing: named, type: part.type, number: part.number })
}

function newNamesOf(source: Source, token: Token): NewNames {
  const at = source.typedOffset(token.offset)
  if (token.type === 'string') return Object.freeze({ tag: 'exact', text: textOf(token), at })
  return Object.freeze({ ...rangePattern(source, token.text, token.offset), at })
}

// Of a value or a new name.
function wordOf(draft: unknown): Token {
  const either = draft as TextDraft | Token
  return 'token' in either ? either.token : either
}

function unitsOf(token: Token) {
  const units = readUnits(token.text)
  if (!units) throw new Error(`not a rack unit: ${token.text}`)
  return units
}

function lineOf(source: Source, tokens: readonly Token[]): ThingName {
  const [first, last] = [tokens[0], tokens.at(-1)]
  if (!first || !last) throw new Error('a line without words')
  const at = source.typedOffset(first.offset)
  return Object.freeze({ text: source.typed.slice(at, source.typedOffset(last.offset + last.text.length)), at })
}

function valueOfType(source: Source, type: ArgumentType, draft: unknown, parseRest: ParseRest): unknown {
  switch (type) {
    case 'expr':
    case 'item':
      return expressionOf(source, draft as ExpressionDraft) satisfies Expression
    case 'query':
      return queryOf(source, draft as QueryDraft)
    case 'thing':
      return thingOf(source, draft as TextDraft)
    case 'part':
      return partOf(source, draft as TextDraft)
    case 'driver':
    case 'name': {
      const token = draft as Token
      return Object.freeze({ text: textOf(token), at: source.typedOffset(token.offset) }) satisfies ThingName
    }
    case 'range':
      return newNamesOf(source, draft as Token)
    case 'key':
      return keyOfToken(source, draft as Token)
    case 'value':
      return typedValue(source, draft as TextDraft)
    case 'pair':
      return pairOf(source, draft as TextDraft)
    case 'when':
      return whenOf(source, draft as WhenDraft)
    case 'units':
      return unitsOf(draft as Token)
    case 'int':
      return intOf(source, draft as Token)
    case 'word':
    case 'string':
    case 'text':
    case 'channel':
    case 'cron':
    case 'mark':
      return textOf(draft as Token)
    case 'line':
      return lineOf(source, listOf(draft as ListDraft<Token>))
    case 'command':
      return parseRest(listOf(draft as ListDraft<Token>))
  }
}

/** @throws ParseError `repeated-clause`, and whatever is wrong with a word. */
export function argumentsOf(
  source: Source,
  draft: SequenceDraft,
  parseRest: ParseRest,
): Readonly<Record<string, unknown>> {
  const args: Record<string, unknown> = {}

  function convert(item: Extract<Item, { tag: 'argument' }>, child: unknown): unknown {
    const one = (element: unknown) =>
      typeof item.type === 'string' ? valueOfType(source, item.type, element, parseRest) : (element as Token).keyword
    if (!item.many) return one(child)
    const elements = listOf(child as ListDraft<unknown>)
    // Values and new names can be any words, those of a reason without its quotes too.
    const words = item.type === 'value' || item.type === 'range' ? elements.map(wordOf) : []
    const because = words.find(({ keyword }) => keyword === 'because')
    if (because) throw unquotedReason(source, because)
    return Object.freeze(elements.map(one))
  }

  function group(drafts: readonly SequenceDraft[]): void {
    const seen = new Set<Sequence>()
    for (const inside of drafts) {
      if (seen.has(inside.sequence)) {
        const token = inside.children[0] as Token
        throw refuse(source, 'repeated-clause', `${token.text} stands here twice`, token.offset, { word: token.text })
      }
      seen.add(inside.sequence)
      read(inside)
    }
  }

  function read({ sequence, children }: SequenceDraft): void {
    for (const [i, item] of sequence.items.entries()) {
      const child = children[i]
      if (item.tag === 'argument') args[item.name] = convert(item, child)
      else if (item.tag === 'group') group(chosen(child as GroupDraft))
      else if (sequence.flags && !(item.word in args)) args[item.word] = true
    }
  }

  read(draft)
  return Object.freeze(args)
}

// Nothing, one alternative, or a left-recursive list of clauses.
type GroupDraft = readonly [] | readonly [SequenceDraft] | readonly [GroupDraft, SequenceDraft]

function chosen(draft: GroupDraft): readonly SequenceDraft[] {
  const clauses: SequenceDraft[] = []
  let rest = draft
  while (rest.length === 2) {
    clauses.push(rest[1])
    rest = rest[0]
  }
  if (rest.length === 1) clauses.push(rest[0])
  return clauses.reverse()
}
