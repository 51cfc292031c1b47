// What was learned from the syntax lines of all commands: their heads, and a small parser for each.
import { commandRules } from './command-rules.ts'
import { Earley } from './earley.ts'
import { EXPRESSION_RULES } from './expression.ts'
import { Heads } from './heads.ts'
import { type Item, readSyntax, type Sequence } from './syntax.ts'

/** A command as the grammar sees it: its name is the words that its syntax line begins with. */
export interface CommandSyntax {
  readonly name: string
  readonly syntax: string
  /** How much harm its worst form does: `destroy` is what may end in `breakglass`. */
  readonly worst?: string
}

/** The words that begin a syntax line taken off; they must be the command's name. */
function withoutName({ name, syntax }: CommandSyntax): Sequence {
  const sequence = readSyntax(syntax)
  const words = name.split(' ')
  for (const [i, word] of words.entries()) {
    const item = sequence.items[i]
    if (item?.tag !== 'keyword' || item.word !== word)
      throw new Error(`syntax line: ${syntax}: does not begin with ${name}`)
  }
  return { ...sequence, items: sequence.items.slice(words.length) }
}

function mayEndInCommand(item: Item): boolean {
  if (item.tag === 'group') return item.alternatives.some(({ items }) => items.some(mayEndInCommand))
  return item.tag === 'argument' && item.type === 'command'
}

const WITH_AS_OF: readonly unknown[] = ['when', 'query', 'line', 'command', 'word']

function mayHoldAsOf(item: Item): boolean {
  if (item.tag === 'group') return item.alternatives.some(({ items }) => items.some(mayHoldAsOf))
  return item.tag === 'argument' && WITH_AS_OF.includes(item.type)
}

/** The parsers are made when they are first needed. */
export class KnownCommands {
  readonly heads: Heads
  readonly queries: Earley = new Earley(EXPRESSION_RULES, 'query')
  private readonly destroying: ReadonlySet<string>
  private readonly sequences: ReadonlyMap<string, Sequence>
  private readonly parsers = new Map<string, Earley>()

  constructor(commands: readonly CommandSyntax[]) {
    this.sequences = new Map(commands.map((command) => [command.name, withoutName(command)]))
    this.destroying = new Set(commands.flatMap(({ name, worst }) => (worst === 'destroy' ? [name] : [])))
    if (this.sequences.size !== commands.length) throw new Error('two commands of the same name')
    this.heads = new Heads(this.sequences.keys())
  }

  /** Whether a command ends in another command. */
  endsInCommand(command: string): boolean {
    const last = this.sequences.get(command)?.items.at(-1)
    return last !== undefined && mayEndInCommand(last)
  }

  /** Whether some form of it waits for an approval of somebody else. */
  mayDestroy(command: string): boolean {
    return this.destroying.has(command)
  }

  /** Whether `as of` may stand somewhere in a command, be it as words of a command inside or of a list of any words. */
  takesAsOf(command: string): boolean {
    return this.sequences.get(command)?.items.some(mayHoldAsOf) ?? true
  }

  parser(command: string): Earley {
    const known = this.parsers.get(command)
    if (known) return known
    const sequence = this.sequences.get(command)
    if (!sequence) throw new Error(`no command ${command}`)
    const made = new Earley(commandRules(sequence, 'command'), 'command')
    this.parsers.set(command, made)
    return made
  }
}
