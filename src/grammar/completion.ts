// Completion, made by the same grammar that parses: what could stand where the text ends. The half-typed last word is
// taken off, the rest is parsed, and what the grammar then expects is filtered by the half-typed word.
import type { Field } from './ast.ts'
import { parseKey, printKey } from './key.ts'
import type { KnownCommands } from './known-commands.ts'
import { type Token, tokenize } from './lexer.ts'
import { ParseError } from './parse-error.ts'
import { readSource, type Source } from './source.ts'
import type { Terminal } from './terminal.ts'
import { FIELDS, isField } from './words.ts'

/** Whether the operator may use a command. */
export type MayUse = (command: string) => boolean

/** Something that could stand at the end; where there is a `prefix`, the names that begin with it are the bot's to find. */
export type Expected =
  /** To be typed as it is; one that ends in `:` goes on without a space. */
  | { readonly tag: 'keyword'; readonly text: string }
  | { readonly tag: 'thing' | 'driver' | 'type'; readonly prefix: string }
  /** `command` is the one that it is an argument of; null in an expression. */
  | { readonly tag: 'key'; readonly prefix: string; readonly command: string | null }
  /** What a field of an expression may hold: `pool:`, `role:`, `vlan:`, … */
  | { readonly tag: 'field'; readonly field: Field; readonly prefix: string }
  /** A value of a key, where the key is known (`system.memory`). */
  | { readonly tag: 'value'; readonly key: string | null; readonly prefix: string }
  /** A new name: nothing to offer. */
  | { readonly tag: 'name'; readonly prefix: string }
  /** Something to be typed freely, named for a hint: `<number>`, `<date>`, `"text"`. */
  | { readonly tag: 'hint'; readonly text: string }

export interface Completion {
  /** The offset in the text as typed of the half-typed word, which the chosen word replaces up to the end. */
  readonly from: number
  readonly expected: readonly Expected[]
}

/** The end of a text: the whole words before it, and the half-typed word. */
interface Ending {
  readonly tokens: readonly Token[]
  /** As far as it is typed; empty after a space. */
  readonly half: string
  readonly offset: number
  /** An opening quote before it: no keyword can be meant. */
  readonly quoted: boolean
}

// Words that go on in the next token without a space (`attr:foo,`, `name:"`), or that are finished.
const WHOLE: ReadonlySet<Token['type']> = new Set([
  'attribute',
  'pairkey',
  'prefix',
  'open',
  'close',
  'comma',
  'string',
  'regex',
])

function endingOf(source: Source): Ending | null {
  const { plain } = source
  try {
    const tokens = tokenize(source)
    const last = tokens.at(-1)
    if (!last || WHOLE.has(last.type) || last.offset + last.text.length < plain.length) {
      return { tokens, half: '', offset: plain.length, quoted: false }
    }
    return { tokens: tokens.slice(0, -1), half: last.text, offset: last.offset, quoted: false }
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
    if (error.code !== 'unclosed-quote') return null
    let opening = 0
    while (source.typedOffset(opening) < error.position) opening++
    const tokens = tokenize({ ...source, plain: plain.slice(0, opening) })
    return { tokens, half: plain.slice(opening + 1), offset: opening, quoted: true }
  }
}

const keywords = (words: Iterable<string>): Expected[] => [...words].map((text) => ({ tag: 'keyword', text }))

// What could follow the whole words: words of command names, and terminals of the grammar.
interface Following {
  /** The command that it is so far; null for a query, or where that is not known yet. */
  readonly command: string | null
  readonly words: readonly string[]
  readonly terminals: readonly Terminal[]
  /** The words are a complete command as they stand. */
  readonly complete: boolean
}

const NOTHING: Following = { command: null, words: [], terminals: [], complete: false }

function followingOf(commands: KnownCommands, tokens: readonly Token[], mayUse: MayUse): Following {
  const { command, length, begun } = commands.heads.select(tokens)
  const begunWords = begun === '' ? 0 : begun.split(' ').length
  const words =
    begunWords === tokens.length
      ? commands.heads.after(begun).filter((word) => leadsTo(commands, begun, word, mayUse))
      : []
  if (command === null && begun !== '') return { ...NOTHING, words }
  if (command !== null && !mayUse(command)) return { ...NOTHING, words }

  const body = tokens.slice(length)
  if (command !== null && commands.endsInCommand(command)) {
    const parser = commands.parser(command)
    for (let split = 0; split <= body.length; split++) {
      const begun = parser.run(body.slice(0, split))
      if (begun.failedAt !== null) return NOTHING
      const startsCommand = begun.expected().some(({ label }) => label === '<command>')
      if (startsCommand) return followingOf(commands, body.slice(split), mayUse)
    }
  }
  const parser = command === null ? commands.queries : commands.parser(command)
  const outcome = parser.run(body)
  if (outcome.failedAt !== null) return { ...NOTHING, words }
  // Before the first token nearley has not looked for results.
  const complete = body.length > 0 && outcome.results.length > 0
  return { command, words, terminals: outcome.expected(), complete }
}

function leadsTo(commands: KnownCommands, begun: string, word: string, mayUse: MayUse): boolean {
  const start = begun === '' ? word : `${begun} ${word}`
  return commands.heads.names.some((name) => (name === start || name.startsWith(`${start} `)) && mayUse(name))
}

// The parts of a half-typed word that stand for themselves: `driver:Se`, `attr:fo`, `env=pr`.
function divided(
  half: string,
  terminals: readonly Terminal[],
): { readonly skip: number; readonly expected: Expected } | null {
  const labels = new Set(terminals.map(({ label }) => label))
  const colon = half.indexOf(':')
  const word = half.slice(0, colon).toLowerCase()
  const prefix = half.slice(colon + 1)
  if (colon > 0 && word === 'attr' && labels.has('attr:<key>'))
    return { skip: colon + 1, expected: { tag: 'key', prefix, command: null } }
  if (colon > 0 && isField(word) && (labels.has('<condition>') || (word === 'name' && labels.has('<name>')))) {
    if (word === 'name') return { skip: colon + 1, expected: { tag: 'thing', prefix } }
    if (word === 'driver' || word === 'type') return { skip: colon + 1, expected: { tag: word, prefix } }
    return { skip: colon + 1, expected: { tag: 'field', field: word, prefix } }
  }
  const equals = half.indexOf('=')
  if (equals > 0 && labels.has('<key>=<value>')) {
    const value = half.slice(equals + 1)
    return { skip: equals + 1, expected: { tag: 'value', key: half.slice(0, equals), prefix: value } }
  }
  return null
}

// The key whose value comes next: `attr:env,` or the word before.
function keyBefore(token: Token | undefined): string | null {
  const text = token?.text.replace(/^attr:/i, '').replace(/\s*(?:!=|<=|>=|==|[=<>,])\s*$/, '') ?? ''
  const key = parseKey(text)
  return key === null ? null : printKey(key)
}

function kindOf(terminal: Terminal, { half, tokens }: Ending, command: string | null): readonly Expected[] {
  const starts = (word: string) => word.startsWith(half.toLowerCase())
  switch (terminal.label) {
    case '<name>':
      return [{ tag: 'thing', prefix: half }]
    case '<condition>':
      return keywords(FIELDS.map((field) => `${field}:`).filter(starts))
    case 'attr:<key>':
      return keywords(['attr:'].filter(starts))
    case '<key>':
    case '<key>=':
    case '<key>=<value>':
      return [{ tag: 'key', prefix: half, command: tokens.at(-1)?.keyword === 'haskey' ? null : command }]
    case '<value>':
      return [{ tag: 'value', key: keyBefore(tokens.at(-1)), prefix: half }]
    case '<driver>':
      return [{ tag: 'driver', prefix: half }]
    case '<new name>':
      return [{ tag: 'name', prefix: half }]
    case '<command>':
      return []
    default:
      return half === '' ? [{ tag: 'hint', text: terminal.label }] : []
  }
}

const BREAKGLASS = 'breakglass'

/** `breakglass` is a right of its own, asked of `mayUse` under that name. */
const breakable = (commands: KnownCommands, { command, complete }: Following, mayUse: MayUse): readonly string[] =>
  complete && command !== null && commands.mayDestroy(command) && mayUse(BREAKGLASS) ? [BREAKGLASS] : []

/** What could stand at the end of the text, keywords first; nothing where the text makes no sense so far. */
export function complete(commands: KnownCommands, text: string, mayUse: MayUse = () => true): Completion {
  let source: Source
  try {
    source = readSource(text)
  } catch (error) {
    if (error instanceof ParseError) return { from: text.length, expected: [] }
    throw error
  }
  const ending = endingOf(source)
  if (!ending) return { from: text.length, expected: [] }
  const [before, last] = [ending.tokens.slice(0, -1), ending.tokens.at(-1)]
  const withGlass = before.at(-1)?.keyword === BREAKGLASS ? before.slice(0, -1) : before
  const isReason = [before, withGlass].some((words) => followingOf(commands, words, mayUse).complete)
  if (last?.keyword === 'because' && isReason) {
    return { from: source.typedOffset(ending.offset), expected: [{ tag: 'hint', text: '"reason"' }] }
  }
  const glass = last?.keyword === 'breakglass' ? breakable(commands, followingOf(commands, before, mayUse), mayUse) : []
  const following = followingOf(commands, ending.tokens, mayUse)
  const { words, terminals } = following
  const half = ending.half.toLowerCase()
  const part = ending.quoted ? null : divided(ending.half, terminals)
  if (part) return { from: source.typedOffset(ending.offset + part.skip), expected: [part.expected] }

  const ends = [
    ...(following.complete || glass.length > 0 ? ['because'] : []),
    ...breakable(commands, following, mayUse),
  ]
  const offered = [...words, ...terminals.flatMap((terminal) => terminal.keywords), ...ends]
  const expected = [
    ...(ending.quoted ? [] : keywords(new Set(offered.filter((word) => word.startsWith(half))))),
    ...terminals.flatMap((terminal) =>
      terminal.keywords.length > 0 ? [] : kindOf(terminal, ending, following.command),
    ),
  ]
  const unique = new Map(expected.map((one) => [JSON.stringify(one), one]))
  return { from: source.typedOffset(ending.offset), expected: [...unique.values()] }
}
