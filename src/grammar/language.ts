// The language: from a text as typed to what it means, or to an error that says where it stops making sense.
import type { Invocation } from './ast.ts'
import type { SequenceDraft } from './command-rules.ts'
import { type Completion, complete, type MayUse } from './completion.ts'
import type { QueryDraft } from './draft.ts'
import type { Outcome } from './earley.ts'
import { argumentsOf } from './invocation-arguments.ts'
import { type CommandSyntax, KnownCommands } from './known-commands.ts'
import { type Token, tokenize } from './lexer.ts'
import { misunderstood } from './misunderstood.ts'
import { ParseError } from './parse-error.ts'
import { endingOf } from './reason.ts'
import { refuse } from './refuse.ts'
import { readSource, type Source } from './source.ts'
import { queryOf } from './tree.ts'

export type { CommandSyntax } from './known-commands.ts'

export interface Language {
  /** @throws ParseError for anything that is not exactly one command or query. */
  parse(text: string): Invocation
  /** Whether a word begins some command. */
  begins(word: string): boolean
  /** What could be typed next; only commands that the operator may use, by name. */
  complete(text: string, mayUse?: MayUse): Completion
}

// `plan schedule "0 3 * * *" find x` is as deep as commands in commands make sense.
const MAX_NESTING = 4

const QUERY_COMMAND = 'find'

type Understood = Pick<Invocation, 'command' | 'args'>

// The words fit no command, so that no parser was asked.
const NOT_ASKED: Outcome = { results: [], failedAt: 0, expected: () => [] }

// A text with two readings is a mistake in the grammar, and must not be guessed at.
function onlyReading(source: Source, { results }: Outcome): unknown {
  if (results.length > 1) throw new Error(`two readings of: ${source.typed}`)
  return results[0]
}

// Two values, or the names of two new things, to the grammar.
function refuseAsOf(source: Source, tokens: readonly Token[], command: string): void {
  const as = tokens.find((token, i) => token.keyword === 'as' && tokens[i + 1]?.keyword === 'of')
  if (!as) return
  throw refuse(source, 'no-as-of', `${command} does not take \`as of\``, as.offset, { word: as.text })
}

/** Compiles the syntax lines. @throws Error for a malformed line, at load. */
export function createLanguage(syntaxes: readonly CommandSyntax[]): Language {
  const known = new KnownCommands(syntaxes)
  const firstWords = new Set(known.heads.after(''))

  // A bare query is `find` with that query.
  function query(source: Source, tokens: readonly Token[]): Understood {
    const outcome = known.queries.run(tokens)
    const draft = onlyReading(source, outcome)
    if (draft === undefined) throw misunderstood({ source, tokens, from: 0, outcome, begun: '', heads: known.heads })
    return { command: QUERY_COMMAND, args: Object.freeze({ query: queryOf(source, draft as QueryDraft) }) }
  }

  function understand(source: Source, tokens: readonly Token[], nesting: number): Understood {
    const { command, length, begun } = known.heads.select(tokens)
    if (begun === '') return query(source, tokens)
    if (command === null) {
      const from = begun.split(' ').length
      throw misunderstood({ source, tokens, from, outcome: NOT_ASKED, begun, heads: known.heads })
    }
    if (!known.takesAsOf(command)) refuseAsOf(source, tokens, command)
    const outcome = known.parser(command).run(tokens.slice(length))
    const draft = onlyReading(source, outcome)
    if (draft === undefined) throw misunderstood({ source, tokens, from: length, outcome, begun, heads: known.heads })
    const args = argumentsOf(source, draft as SequenceDraft, (rest) => nested(source, rest, nesting + 1))
    return { command, args }
  }

  function nested(source: Source, tokens: readonly Token[], nesting: number): Invocation {
    const [first] = tokens
    const last = tokens.at(-1)
    if (!first || !last) throw new Error('a command without words')
    if (nesting > MAX_NESTING) throw refuse(source, 'too-deep', 'commands inside commands go no deeper', first.offset)
    const end = source.typedOffset(last.offset + last.text.length)
    const text = source.typed.slice(source.typedOffset(first.offset), end)
    return Object.freeze({ ...understand(source, tokens, nesting), because: null, text })
  }

  return {
    parse(text) {
      const source = readSource(text)
      const tokens = tokenize(source)
      if (tokens.length === 0) {
        throw new ParseError(text, {
          code: 'empty',
          message: 'nothing was typed',
          position: text.length,
          expected: known.heads.after(''),
        })
      }
      const { words, because, breakglass } = endingOf(source, tokens)
      const { command, args } = understand(source, words, 0)
      // Not by spreading it, which takes as long as reading a word.
      return Object.freeze(breakglass ? { command, args, because, text, breakglass } : { command, args, because, text })
    },
    begins: (word) => firstWords.has(word.toLowerCase()),
    complete: (text, mayUse) => complete(known, text, mayUse),
  }
}
