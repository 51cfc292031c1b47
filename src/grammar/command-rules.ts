// Compiles the syntax line of a command to grammar rules on top of those for expressions. Where a keyword of the command
// may stand, a bare word is that keyword and nothing else: this is what keeps every line unambiguous.
import { EXPRESSION_RULES } from './expression.ts'
import { type Rule, rule } from './rule.ts'
import type { ArgumentType, Item, Sequence } from './syntax.ts'
import * as terminal from './terminal.ts'
import { except, keyword, type Terminal } from './terminal.ts'

/** What the rule of a sequence makes: its children, one an item, to be read when the parse has succeeded. */
export interface SequenceDraft {
  readonly sequence: Sequence
  readonly children: readonly unknown[]
}

const SYMBOLS: Readonly<Record<ArgumentType, string | Terminal>> = {
  expr: 'expression',
  query: 'query',
  thing: 'thing',
  part: 'thing',
  item: 'term',
  name: terminal.newName,
  range: terminal.newName,
  driver: terminal.driver,
  key: terminal.key,
  value: 'value',
  pair: 'pair',
  when: 'when',
  units: terminal.units,
  int: terminal.int,
  word: terminal.word,
  string: terminal.word,
  text: terminal.quoted,
  channel: terminal.channel,
  cron: terminal.quoted,
  mark: terminal.word,
  line: 'rest',
  command: 'rest',
}

type Words = readonly string[]

/** The keywords that may stand at `items[from]`; `follow` are those that may stand after the last. */
function keywordsAt(items: readonly Item[], from: number, follow: Words): Words {
  const words: string[] = []
  for (const item of items.slice(from)) {
    if (item.tag === 'keyword') return [...words, item.word]
    if (item.tag === 'argument') return typeof item.type === 'string' ? words : [...words, ...item.type]
    words.push(...item.alternatives.flatMap((alternative) => keywordsAt(alternative.items, 0, [])))
    if (!item.optional) return words
  }
  return [...words, ...follow]
}

const isOptional = (item: Item | undefined): boolean => item?.tag === 'group' && item.optional

const AFTER_EXPRESSION: Words = ['and', 'or', 'in', 'connected', 'containing']
const AFTER_QUERY: Words = [...AFTER_EXPRESSION, 'limit', 'distinct', 'sort', 'as']

/** The keywords with which what stands before `items[to]` could go on: `delete a or force` is one expression. */
function continuations(items: readonly Item[], to: number): Words {
  const before = items[to - 1]
  if (before?.tag === 'argument') {
    return before.type === 'query' ? AFTER_QUERY : before.type === 'expr' ? AFTER_EXPRESSION : []
  }
  if (before?.tag !== 'group') return []
  const inside = before.alternatives.flatMap((alternative) =>
    continuations(alternative.items, alternative.items.length),
  )
  return before.optional ? [...inside, ...continuations(items, to - 1)] : inside
}

class Compiler {
  readonly rules: Rule[] = [...EXPRESSION_RULES]
  private readonly restricted = new Set<string>()
  private count = 0

  private fresh(): string {
    this.count++
    return `line$${this.count}`
  }

  /** `competing` are the keywords that could stand where the sequence begins, `follow` those that could after it. */
  sequence(name: string, sequence: Sequence, follow: Words, competing: Words): void {
    const { items } = sequence
    const symbols = items.map((item, i) => {
      const after = keywordsAt(items, i + 1, follow)
      let start = i
      while (isOptional(items[start - 1])) start--
      const before = items.slice(start, i).flatMap((passed) => keywordsAt([passed], 0, []))
      const repeats = item.tag === 'argument' ? item.many : isOptional(item)
      const wins = [...(start === 0 ? competing : []), ...before, ...continuations(items, i), ...(repeats ? after : [])]
      return this.symbol(item, after, wins)
    })
    this.rules.push(rule(name, symbols, (children: readonly unknown[]): SequenceDraft => ({ sequence, children })))
  }

  private symbol(item: Item, after: Words, wins: Words): string | Terminal {
    switch (item.tag) {
      case 'keyword':
        return keyword(item.word)
      case 'argument': {
        const symbol = typeof item.type === 'string' ? this.except(SYMBOLS[item.type], wins) : keyword(...item.type)
        return item.many ? this.list(symbol) : symbol
      }
      case 'group':
        return this.group(item, after, wins)
    }
  }

  private list(symbol: string | Terminal): string {
    const list = this.fresh()
    this.rules.push(rule(list, [symbol]), rule(list, [list, symbol]))
    return list
  }

  private group(group: Extract<Item, { tag: 'group' }>, after: Words, wins: Words): string {
    const name = this.fresh()
    const starts = group.alternatives.map((alternative) => keywordsAt(alternative.items, 0, []))
    if (group.optional) this.rules.push(rule(name, []))
    for (const [i, alternative] of group.alternatives.entries()) {
      const inside = this.fresh()
      const siblings = starts.flatMap((words, other) => (other === i ? [] : words))
      const follow = group.clauses ? [...after, ...starts.flat()] : after
      this.sequence(inside, alternative, follow, [...wins, ...siblings])
      this.rules.push(rule(name, group.clauses ? [name, inside] : [inside]))
    }
    return name
  }

  /** The symbol, where the first word of what it stands for is none of these keywords. */
  private except(symbol: string | Terminal, keywords: Words): string | Terminal {
    if (keywords.length === 0) return symbol
    const words = new Set(keywords)
    if (typeof symbol !== 'string') return except(symbol, words)
    const suffix = `!${[...words].sort().join('!')}`
    this.restrict(symbol, words, suffix)
    return symbol + suffix
  }

  private restrict(name: string, words: ReadonlySet<string>, suffix: string): void {
    if (this.restricted.has(name + suffix)) return
    this.restricted.add(name + suffix)
    for (const original of EXPRESSION_RULES.filter((candidate) => candidate.name === name)) {
      const [first, ...others] = original.symbols
      if (first === undefined) continue
      if (typeof first === 'string') this.restrict(first, words, suffix)
      // `haskey`, `not` and the like are keywords themselves and stay.
      const start =
        typeof first === 'string' ? first + suffix : first.keywords.length > 0 ? first : except(first, words)
      this.rules.push(rule(name + suffix, [start, ...others], original.postprocess))
    }
  }
}

/** All rules that one command needs; `start` is the name of its own. */
export function commandRules(sequence: Sequence, start: string): readonly Rule[] {
  const compiler = new Compiler()
  compiler.sequence(start, sequence, [], [])
  return compiler.rules
}
