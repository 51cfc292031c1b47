// Makes random sentences that the grammar accepts, or nearly: for each command it walks the rules that were compiled from
// its syntax line, with words that are mostly keywords, dates and quoted keywords, where two readings would hide.
import { commandRules } from '../../src/grammar/command-rules.ts'
import { EXPRESSION_RULES } from '../../src/grammar/expression.ts'
import type { CommandSyntax } from '../../src/grammar/language.ts'
import { tokenize } from '../../src/grammar/lexer.ts'
import type { Rule } from '../../src/grammar/rule.ts'
import { readSource } from '../../src/grammar/source.ts'
import { readSyntax } from '../../src/grammar/syntax.ts'
import type { Terminal } from '../../src/grammar/terminal.ts'

/** A number from 0 up to, not including, `n`. */
export type Draw = (n: number) => number

/** A seeded linear congruential generator: a run that failed can be run again. */
export function drawFrom(seed: number): Draw {
  let state = seed >>> 0
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return (state >>> 8) % n
  }
}

const OTHER_WORDS = `a s1 web1 12 4 012 1.5 2h 30m 2026-11-01 2026-11-01T10:00:00Z U11-13 u4 #ops env foo.bar foo#0 desc
  a=1 env=prod in=to driver:Server type:x name:x pool:to name:in "in" "to" "limit" 'xy' "2026-11-01" /x/ /to/ s1:nic-eth:1
  attr:foo thing:x json:{} true -5 web* db[1-3] keep because breakglass`.split(/\s+/)

// Tokens that cannot be made of one word by itself, and whatever goes on without a space.
const SPECIAL: Readonly<Record<string, readonly string[]>> = {
  '(': ['('],
  ')': [')'],
  ',': [','],
  '<key>=': ['a=', 'in = '],
}
const GLUED = /(?:^|\s)(?:attr:\S*(?:[=<>,])|(?:name|thing|json|pool|driver):|[\w.#-]+=(?:thing:|json:)?)$/

export class Sentences {
  private readonly grammars: readonly { readonly head: string; readonly rules: ReadonlyMap<string, readonly Rule[]> }[]
  private readonly heights = new WeakMap<Rule, number>()
  private readonly candidates = new Map<Terminal, readonly string[]>()
  private readonly vocabulary: readonly string[]
  private readonly draw: Draw

  constructor(syntaxes: readonly CommandSyntax[], draw: Draw) {
    this.draw = draw
    const keywords = new Set<string>()
    const grammars = syntaxes.map(({ name, syntax }) => {
      const sequence = readSyntax(syntax)
      const items = sequence.items.slice(name.split(' ').length)
      return { head: name, rules: byName(commandRules({ ...sequence, items }, 'command')) }
    })
    this.grammars = [
      ...grammars,
      {
        head: '',
        rules: byName([...EXPRESSION_RULES, { name: 'command', symbols: ['query'], postprocess: undefined }]),
      },
    ]
    for (const { rules } of this.grammars) {
      for (const symbol of [...rules.values()].flat().flatMap((rule) => rule.symbols)) {
        if (typeof symbol !== 'string') for (const keyword of symbol.keywords) keywords.add(keyword)
      }
      this.measure(rules)
    }
    this.vocabulary = [...keywords, ...[...keywords].map((word) => `"${word}"`), ...OTHER_WORDS]
  }

  // The least number of steps in which a rule ends: what to choose when a sentence grows too long.
  private measure(rules: ReadonlyMap<string, readonly Rule[]>): void {
    const least = (name: string) =>
      Math.min(...(rules.get(name) ?? []).map((rule) => this.heights.get(rule) ?? Number.POSITIVE_INFINITY))
    for (let changed = true; changed; ) {
      changed = false
      for (const rule of [...rules.values()].flat()) {
        const height =
          1 + Math.max(0, ...rule.symbols.map((symbol) => (typeof symbol === 'string' ? least(symbol) : 0)))
        if (height < (this.heights.get(rule) ?? Number.POSITIVE_INFINITY)) {
          this.heights.set(rule, height)
          changed = true
        }
      }
    }
  }

  private one<T>(all: readonly T[]): T {
    const chosen = all[this.draw(all.length)]
    if (chosen === undefined) throw new Error('nothing to choose from')
    return chosen
  }

  private wordFor(terminal: Terminal): string {
    const special = SPECIAL[terminal.label]
    if (special) return this.one(special)
    const known = this.candidates.get(terminal)
    if (known) return this.one(known)
    const fitting = this.vocabulary.filter((word) => {
      const [token, ...more] = tokenize(readSource(word))
      return token !== undefined && more.length === 0 && terminal.test(token)
    })
    const found = fitting.length > 0 ? fitting : this.combined(terminal)
    this.candidates.set(terminal, found)
    return this.one(found)
  }

  // Words that are only what they are with another one behind: `attr:foo,` `12`.
  private combined(terminal: Terminal): readonly string[] {
    const found = ['attr:foo,', 'attr:in>=', 'name:', 'pool:', 'thing:', 'note=', 'owner=thing:'].filter((word) => {
      const [token] = tokenize(readSource(`${word}"x"`))
      return token !== undefined && terminal.test(token)
    })
    return found.length > 0 ? found : ['"x"']
  }

  private write(
    rules: ReadonlyMap<string, readonly Rule[]>,
    symbol: string | Terminal,
    depth: number,
    out: string[],
  ): void {
    if (typeof symbol !== 'string') {
      out.push(this.wordFor(symbol))
      return
    }
    const all = rules.get(symbol) ?? []
    const least = Math.min(...all.map((rule) => this.heights.get(rule) ?? 0))
    const chosen = this.one(depth > 14 ? all.filter((rule) => this.heights.get(rule) === least) : all)
    for (const next of chosen.symbols) this.write(rules, next, depth + 1, out)
  }

  /** The next sentence. */
  next(): string {
    const { head, rules } = this.one(this.grammars)
    const words = head === '' ? [] : [head]
    this.write(rules, 'command', 0, words)
    let text = ''
    for (const word of words) text += text === '' || GLUED.test(text) ? word : ` ${word}`
    if (this.draw(20) > 0) return text
    return this.draw(2) === 0 ? `${text} because "why"` : `${text} breakglass because "why"`
  }
}

function byName(rules: readonly Rule[]): ReadonlyMap<string, readonly Rule[]> {
  const named = new Map<string, Rule[]>()
  for (const rule of rules) named.set(rule.name, [...(named.get(rule.name) ?? []), rule])
  return named
}
