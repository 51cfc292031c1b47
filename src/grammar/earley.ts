// nearley as we use it: one small parser a command, whose first column is computed once and kept, fed with whole tokens.
import nearley from 'nearley'
import type { Token } from './lexer.ts'
import type { Rule } from './rule.ts'
import type { Terminal } from './terminal.ts'

interface State {
  readonly rule: { readonly symbols: readonly (string | Terminal)[] }
  readonly dot: number
}

interface Column {
  /** The states that wait for a token. */
  readonly scannable: readonly State[]
}

/** The parts of nearley's parser that its published declarations leave out. */
interface Internals {
  table: Column[]
  current: number
  lexerState: unknown
  readonly results: readonly unknown[]
  reportError: () => string
  feed(chunk: string): unknown
}

export interface Outcome {
  readonly results: readonly unknown[]
  /** The index of the token that could not stand where it stands; null where all could. */
  readonly failedAt: number | null
  /** What could have stood at the failed token, or after the last one. */
  readonly expected: () => readonly Terminal[]
}

export class Earley {
  private readonly parser: Internals
  private readonly firstColumn: Column
  private tokens: readonly Token[] = []
  private next = 0

  constructor(rules: readonly Rule[], start: string) {
    const compiled = {
      Lexer: undefined,
      ParserStart: start,
      ParserRules: rules as readonly unknown[] as nearley.ParserRule[],
    }
    const lexer = {
      next: () => this.tokens[this.next++] as unknown as nearley.Token | undefined,
      save: () => ({}),
      reset: () => {},
      formatError: () => '',
    }
    // Without the history nearley deletes each column from its table, which makes that a slow one: 1.4 us a word, not 0.9.
    this.parser = new nearley.Parser(nearley.Grammar.fromCompiled(compiled), {
      lexer,
      keepHistory: true,
    }) as unknown as Internals
    // Its default walks all states to explain itself, for seconds and down to a stack overflow.
    this.parser.reportError = () => ''
    const [firstColumn] = this.parser.table
    if (!firstColumn) throw new Error('nearley made no first column')
    this.firstColumn = firstColumn
  }

  run(tokens: readonly Token[]): Outcome {
    const { parser } = this
    parser.table = [this.firstColumn]
    parser.current = 0
    parser.lexerState = undefined
    this.tokens = tokens
    this.next = 0
    let failedAt: number | null = null
    try {
      parser.feed('')
    } catch (error) {
      // Everything else that is thrown inside is a mistake of ours.
      if (!(error instanceof Error && 'token' in error)) throw error
      failedAt = parser.current
    }
    const last = parser.table[parser.current]
    // All that a long text left behind goes with the outcome.
    parser.table = [this.firstColumn]
    return { results: failedAt === null ? parser.results : [], failedAt, expected: () => terminalsOf(last) }
  }
}

function terminalsOf(column: Column | undefined): readonly Terminal[] {
  const terminals = new Map<string, Terminal>()
  for (const state of column?.scannable ?? []) {
    const symbol = state.rule.symbols[state.dot]
    if (symbol !== undefined && typeof symbol !== 'string' && symbol.label !== '') terminals.set(symbol.label, symbol)
  }
  return [...terminals.values()]
}
