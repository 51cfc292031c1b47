// Aliases where they are used: an alias for an expression stands for it in brackets wherever a name could, one for the
// beginning of a command at the beginning of a line. What is understood, and what is refused, points into the text as typed.
import type { Expression, Invocation, Query } from '../grammar/ast.ts'
import type { Language } from '../grammar/language.ts'
import { checkName, nameKey } from '../grammar/name.ts'
import { ParseError } from '../grammar/parse-error.ts'
import { endsInBreakglass } from '../grammar/reason.ts'
import { aliasesAmong, type FoundAlias } from '../inventory/aliases.ts'
import type { View } from '../inventory/view.ts'
import { CommandError } from './error.ts'

type Aliases = ReadonlyMap<string, FoundAlias>

const MOST_DEEP = 8
// Aliases that name aliases several times each grow without bound.
const MOST_TIMES = 256

/**
 * What a text means to an operator who may have aliases. Asks the database once, and only where a word could be one.
 * Throws ParseError, and CommandError `alias-cycle`, `alias-too-deep`, `alias-misplaced`.
 */
export async function understand(
  text: string,
  operator: string,
  { knex, language }: Pick<View, 'knex'> & { readonly language: Language },
  /** One that is about to be saved. */
  fresh: FoundAlias | null = null,
): Promise<Invocation> {
  const plainly = parsed(text, language)
  const first = firstWord(text, language)
  const names = plainly instanceof ParseError ? [] : bareNames(plainly.args, text)
  const words = [...(first ? [first.word] : []), ...names]
  if (words.length === 0) return orThrow(plainly)
  const past = !(plainly instanceof ParseError) && asksThePast(plainly.args)
  const wanted = fresh === null ? words : [...words, fresh.name]
  const found = new Map(await aliasesAmong({ knex }, operator, wanted, { past }))
  if (fresh !== null) found.set(nameKey(fresh.name), fresh)
  if (found.size === 0) return orThrow(plainly)
  const expansion = new Expansion(language, found, fresh === null ? [] : [fresh.name])
  const line = first === null ? null : expansion.line(text, first, plainly instanceof ParseError)
  if (line === null) {
    const plain = orThrow(plainly)
    return { ...expansion.invocation(plain, text, (at) => at), ...expansion.meaning(plain, text, text) }
  }
  const meant = parsed(line.text, language)
  if (meant instanceof ParseError) throw moved(meant, text, line)
  // It is typed by whoever does it, and read by them before they do.
  if (meant.breakglass === true && !endsInBreakglass(text))
    throw new CommandError('breakglass-refused', { command: meant.command, reason: 'alias' })
  const understood = expansion.invocation(meant, line.text, line.typedAt)
  return { ...understood, text, ...expansion.meaning(meant, line.text, text) }
}

function parsed(text: string, language: Language): Invocation | ParseError {
  try {
    return language.parse(text)
  } catch (error) {
    if (error instanceof ParseError) return error
    throw error
  }
}

function orThrow(result: Invocation | ParseError): Invocation {
  if (result instanceof ParseError) throw result
  return result
}

interface First {
  readonly word: string
  readonly from: number
  readonly to: number
}

/** The first word, also behind `plan`, where it begins no command and could be a name. */
function firstWord(text: string, language: Language): First | null {
  const [, before = '', word = ''] = /^(\s*(?:plan\s+)*)([^\s"'“”‘’(),]+)/i.exec(text) ?? []
  if (word === '' || checkName(word) !== null || language.begins(word)) return null
  return { word, from: before.length, to: before.length + word.length }
}

type Name = Extract<Expression, { tag: 'name' }>

const isName = (node: object): node is Name => 'tag' in node && node.tag === 'name' && 'pattern' in node && 'at' in node

/** A word that stands for itself: what is in quotes, or is a pattern, is no alias. */
function bareName(node: Name, text: string): string | null {
  if (node.pattern.tag !== 'exact' || checkName(node.pattern.text) !== null) return null
  return /["'“”„‟‘’‚‛]/.test(text.charAt(node.at)) ? null : node.pattern.text
}

function namesIn(node: unknown): Name[] {
  if (typeof node !== 'object' || node === null) return []
  return isName(node) ? [node] : Object.values(node).flatMap(namesIn)
}

const bareNames = (node: unknown, text: string): string[] => namesIn(node).flatMap((name) => bareName(name, text) ?? [])

function asksThePast(args: unknown): boolean {
  if (typeof args !== 'object' || args === null) return false
  return ('asOf' in args && args.asOf !== null) || Object.values(args).some(asksThePast)
}

interface Line {
  readonly text: string
  /** The offset as typed of one in `text`: all of an alias is where its word stands. */
  readonly typedAt: (at: number) => number
}

function moved(error: ParseError, typed: string, { text, typedAt }: Line): ParseError {
  const { code, message, expected, suggestions } = error
  const position = typedAt(error.position)
  const word = position === error.position + typed.length - text.length ? error.word : ''
  return new ParseError(typed, { code, message, position, word, expected, suggestions })
}

class Expansion {
  readonly #language: Language
  readonly #aliases: Aliases
  readonly #within: readonly string[]
  readonly #expressions = new Map<string, Expression | null>()
  #times = 0

  /** `within`: the aliases that the text itself is to stand for. */
  constructor(language: Language, aliases: Aliases, within: readonly string[]) {
    this.#language = language
    this.#aliases = aliases
    this.#within = within
  }

  /** The line with what its first word stands for, as often as that begins with an alias again; null where it is none. */
  line(typed: string, first: First, isNothingElse: boolean): Line | null {
    let text = typed
    let word: First | null = first
    const path = [...this.#within]
    while (word) {
      const alias = this.#aliases.get(nameKey(word.word))
      // Where the line makes sense as it stands, a thing of that name is meant.
      if (!alias || (alias.isHidden && !(isNothingElse && text === typed))) break
      if (this.#expressionOf(alias) !== null) break
      this.#note(alias, path, first.from)
      text = text.slice(0, word.from) + alias.text + text.slice(word.to)
      word = firstWord(text, this.#language)
      if (word?.from !== first.from) word = null
    }
    if (path.length === this.#within.length) return null
    const grown = text.length - typed.length
    const typedAt = (at: number) => (at >= first.to + grown ? at - grown : Math.min(at, first.from))
    return { text, typedAt }
  }

  /** With every alias in its expressions put in; `text` is what was parsed. */
  invocation(invocation: Invocation, text: string, typedAt: (at: number) => number): Invocation {
    const args = this.#rewritten(invocation.args, text, typedAt, this.#within) as Invocation['args']
    return Object.freeze({ ...invocation, args })
  }

  /** Nothing where it is what was typed, or cannot be written as a line. */
  meaning({ args }: Invocation, text: string, typed: string): { readonly means?: string } {
    const means = this.#written(args, text)
    return means === typed || parsed(means, this.#language) instanceof ParseError ? {} : { means }
  }

  /** The text with every alias in the expressions of `node`, which was parsed from it, put in. */
  #written(node: unknown, text: string): string {
    const names = namesIn(node).sort((a, b) => b.at - a.at)
    return names.reduce((written, name) => {
      const word = bareName(name, text)
      const alias = word === null ? undefined : this.#aliases.get(nameKey(word))
      const expression = !alias || alias.isHidden ? null : this.#expressionOf(alias)
      if (word === null || !alias || expression === null) return written
      const meant = this.#written(expression, FIND + alias.text).slice(FIND.length)
      return `${written.slice(0, name.at)}(${meant})${written.slice(name.at + word.length)}`
    }, text)
  }

  #rewritten(node: unknown, text: string, typedAt: (at: number) => number, path: readonly string[]): unknown {
    if (Array.isArray(node)) return Object.freeze(node.map((part) => this.#rewritten(part, text, typedAt, path)))
    if (typeof node !== 'object' || node === null) return node
    const name = isName(node) ? bareName(node, text) : null
    const alias = name === null ? undefined : this.#aliases.get(nameKey(name))
    if (isName(node) && alias && !alias.isHidden) return this.#standingFor(alias, typedAt(node.at), path)
    return Object.freeze(
      Object.fromEntries(
        Object.entries(node).map(([key, part]) => [
          key,
          key === 'at' && typeof part === 'number' ? typedAt(part) : this.#rewritten(part, text, typedAt, path),
        ]),
      ),
    )
  }

  #standingFor(alias: FoundAlias, at: number, path: readonly string[]): unknown {
    const expression = this.#expressionOf(alias)
    if (expression === null) throw new CommandError('alias-misplaced', { name: alias.name, text: alias.text, at })
    const further = [...path]
    this.#note(alias, further, at)
    return this.#rewritten(expression, FIND + alias.text, () => at, further)
  }

  /** Adds an alias to those that are being put in. */
  #note(alias: FoundAlias, path: string[], at: number): void {
    this.#times++
    if (path.includes(alias.name)) throw new CommandError('alias-cycle', { name: alias.name, path: [...path], at })
    path.push(alias.name)
    if (path.length > MOST_DEEP || this.#times > MOST_TIMES)
      throw new CommandError('alias-too-deep', { name: path[0] ?? alias.name, limit: MOST_DEEP, at })
  }

  /** What an alias stands for; null where it is the beginning of a command, or no longer understood. */
  #expressionOf({ text }: FoundAlias): Expression | null {
    const known = this.#expressions.get(text)
    if (known !== undefined) return known
    const expression = this.#parsedExpression(text)
    // Kept before it is looked further, so that aliases in a circle end here.
    this.#expressions.set(text, expression)
    const first = firstWord(text, this.#language)
    const begun = first && this.#aliases.get(nameKey(first.word))
    if (!begun || begun.isHidden || this.#expressionOf(begun) !== null) return expression
    this.#expressions.set(text, null)
    return null
  }

  #parsedExpression(text: string): Expression | null {
    if (firstWord(text, this.#language) === null && this.#language.begins(/^\s*(\S*)/.exec(text)?.[1] ?? ''))
      return null
    const found = parsed(FIND + text, this.#language)
    if (found instanceof ParseError) return null
    const { expression, limit, distinct, sort, asOf } = found.args.query as Query
    return limit === null && distinct === null && sort === null && asOf === null ? expression : null
  }
}

const FIND = 'find '
