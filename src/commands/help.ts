// What one may type: all commands, or one with its forms and examples.
import { suggest } from '../grammar/suggest.ts'
import { type Command, readCommand } from './command.ts'
import { CommandError } from './error.ts'
import { decide, granted } from './permit.ts'

export const help = readCommand({
  name: 'help',
  summary: 'The commands, or one of them with its forms and examples',
  syntax: 'help [<words:word>...]',
  examples: ['help', 'help attr set'],
  // It shows nobody more than they may use.
  right: 'anyone',
  async run({ words = [] }, { commands, registry, standing, channel }) {
    const name = words.join(' ').toLowerCase()
    if (name === '') return { kind: 'lines', lines: overview(commands) }
    const named = commands.filter((command) => command.name === name || command.name.startsWith(`${name} `))
    if (named.length > 0) return { kind: 'lines', lines: named.flatMap(details) }
    const forbidden = registry.find((command) => command.name === name || command.name.startsWith(`${name} `))
    if (forbidden) granted(decide(standing, forbidden, channel))
    const names = commands.map((command) => command.name)
    throw new CommandError('unknown-command-help', { name, suggestions: suggest(name, names) })
  },
})

function overview(commands: readonly Command[]): string[] {
  const width = Math.max(...commands.map(({ name }) => name.length))
  const mayAsk = commands.some(({ name }) => name === 'find')
  return [
    mayAsk
      ? 'Type a command, or an expression to ask for things, such as `driver:Server in rack101`.'
      : 'What you may type; for more, an admin has to give you a role: `grant reader to …`.',
    ...commands.map(({ name, summary }) => `${name.padEnd(width)}  ${summary}`),
    ...(mayAsk
      ? [
          'More about one: `help attr set`. What a command would do: `plan` before it. Why: `… because "INC-4412"` after it.',
        ]
      : ['More about one: `help whoami`.']),
  ]
}

function details({ name, summary, syntax, examples, danger }: Command): string[] {
  return [`${name}: ${summary} (${danger})`, `  ${syntax}`, ...examples.map((example) => `  for example: ${example}`)]
}
