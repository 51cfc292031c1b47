// Reads the syntax line of a command: `attr set <things:expr> (<key> <values:value>... | <pairs:pair>...)`.
// In it a word is a keyword, `<name:type>` an argument, `...` one or more of it, `[ ]` may be left out, `( | )` are
// alternatives, `<name:a|b>` is one of these keywords and `"<name>"` a quoted text.

/** The types that an argument can have; the name of an argument is its type where none is given. */
export const ARGUMENT_TYPES = [
  'expr',
  'query',
  'thing',
  'part',
  'item',
  'name',
  'range',
  'driver',
  'key',
  'value',
  'pair',
  'when',
  'units',
  'int',
  'word',
  'string',
  'text',
  'channel',
  'cron',
  'mark',
  'line',
  'command',
] as const

export type ArgumentType = (typeof ARGUMENT_TYPES)[number]

export type Item =
  | { readonly tag: 'keyword'; readonly word: string }
  | {
      readonly tag: 'argument'
      readonly name: string
      /** A type, or the keywords of which it is one. */
      readonly type: ArgumentType | readonly string[]
      readonly many: boolean
    }
  | {
      readonly tag: 'group'
      readonly alternatives: readonly Sequence[]
      readonly optional: boolean
      readonly clauses: boolean
    }

export interface Sequence {
  readonly items: readonly Item[]
  /** Nothing but keywords, inside brackets: each is `true` among the arguments where it was typed. */
  readonly flags: boolean
}

const TOKEN = /\s*(?:<([\w-]+)(?::([\w|-]+))?>|"<([\w-]+)>"|(\.\.\.)|([[\]()|])|([\w-]+))/y

const isType = (word: string): word is ArgumentType => (ARGUMENT_TYPES as readonly string[]).includes(word)

class SyntaxLine {
  readonly line: string
  private match: RegExpExecArray | null = null
  private at = 0

  constructor(line: string) {
    this.line = line
    this.next()
  }

  fail(reason: string): Error {
    return new Error(`syntax line: ${this.line}: ${reason}`)
  }

  private next(): void {
    TOKEN.lastIndex = this.at
    this.match = TOKEN.exec(this.line)
    if (!this.match && this.line.slice(this.at).trim() !== '') throw this.fail(`not understood from ${this.at}`)
    this.at = TOKEN.lastIndex
  }

  private get sign(): string {
    return this.match?.[4] ?? this.match?.[5] ?? ''
  }

  /** The whole line. */
  whole(): Sequence {
    const [sequence, ...others] = this.alternatives()
    if (this.match) throw this.fail(`a lone ${this.match[0]}`)
    if (!sequence || others.length > 0) throw this.fail('| only stands in brackets')
    this.checkNames(sequence)
    return { ...sequence, flags: false }
  }

  // Two arguments of one name may only stand in different alternatives.
  private checkNames(sequence: Sequence): readonly string[] {
    const names: string[] = []
    for (const item of sequence.items) {
      if (item.tag === 'argument') names.push(item.name)
      else if (item.tag === 'group') {
        const inside = item.alternatives.map((alternative) => this.checkNames(alternative))
        names.push(...(item.clauses ? inside.flat() : new Set(inside.flat())))
      }
    }
    const twice = names.find((name, i) => names.indexOf(name) !== i)
    if (twice !== undefined) throw this.fail(`two arguments are named ${twice}`)
    return names
  }

  private alternatives(): Sequence[] {
    const all = [this.sequence()]
    while (this.sign === '|') {
      this.next()
      all.push(this.sequence())
    }
    return all
  }

  private sequence(): Sequence {
    const items: Item[] = []
    while (this.match && !['|', ']', ')'].includes(this.sign)) {
      const item = this.item()
      const before = items.at(-1)
      // `[keep <n>] [notify <channel>]`: neighbouring keyword clauses come in any order.
      if (isClause(item) && before && isClause(before)) {
        items[items.length - 1] = {
          ...before,
          alternatives: [...before.alternatives, ...item.alternatives],
          clauses: true,
        }
      } else items.push(item)
    }
    if (items.length === 0) throw this.fail('empty brackets')
    return { items, flags: items.every((item) => item.tag === 'keyword') }
  }

  private item(): Item {
    const [, name, type, text, , , word] = this.match ?? []
    if (word !== undefined) {
      this.next()
      return { tag: 'keyword', word: word.toLowerCase() }
    }
    if (name !== undefined || text !== undefined) {
      this.next()
      const many = this.sign === '...'
      if (many) this.next()
      return { tag: 'argument', name: name ?? text ?? '', type: this.type(name ?? '', type, text), many }
    }
    const opening = this.sign
    if (opening !== '[' && opening !== '(') throw this.fail(`a lone ${opening}`)
    const optional = opening === '['
    this.next()
    const alternatives = this.alternatives()
    const closing: string = this.sign
    if (closing !== (optional ? ']' : ')')) throw this.fail('brackets that do not match')
    this.next()
    if (this.sign === '...') throw this.fail('... stands after an argument only')
    return { tag: 'group', alternatives, optional, clauses: false }
  }

  private type(name: string, type: string | undefined, text: string | undefined): ArgumentType | readonly string[] {
    if (text !== undefined) return 'text'
    if (type?.includes('|')) return type.toLowerCase().split('|')
    const wanted = type ?? (isType(name) ? name : 'word')
    if (!isType(wanted)) throw this.fail(`there is no type ${wanted}`)
    return wanted
  }
}

/** Whether an item may be left out and begins with a keyword, however it goes on. */
function isClause(item: Item): item is Extract<Item, { tag: 'group' }> {
  return item.tag === 'group' && item.optional && item.alternatives.every(({ items }) => items[0]?.tag === 'keyword')
}

/** @throws Error that names the line where it is malformed: a mistake in the program, found at load. */
export function readSyntax(line: string): Sequence {
  return new SyntaxLine(line).whole()
}
