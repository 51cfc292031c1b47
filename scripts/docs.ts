// Writes docs/commands.md from the commands themselves: `npm run docs`; a test checks that the page is up to date.
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Command } from '../src/commands/command.ts'
import { COMMANDS } from '../src/commands/registry.ts'

/** The text of docs/commands.md. */
export function commandsPage(commands: readonly Command[]): string {
  const rows = commands.map(
    ({ name, summary, danger }) => `| [${name}](#${anchor(name)}) | ${cell(summary)} | ${danger} |`,
  )
  return [
    '# Commands',
    '',
    'Made of the commands by `npm run docs`: change them there. A syntax line has words as they are typed, `<arguments>`,',
    '`[what may be left out]`, `(one | or the other)` and `...` for one or more. Any command may end with',
    '`because "the reason"`, which is kept with it. All examples can be typed at the demo (`npm start`).',
    '',
    '| command | what it does | danger |',
    '|---|---|---|',
    ...rows,
    ...commands.flatMap(section),
    '',
  ].join('\n')
}

function section({ name, summary, syntax, examples }: Command): string[] {
  return [
    '',
    `## ${name}`,
    '',
    `${summary}.`,
    '',
    `    ${syntax}`,
    '',
    'For example:',
    '',
    ...examples.map((text) => `    ${text}`),
  ]
}

const anchor = (name: string): string => name.replaceAll(' ', '-')
const cell = (text: string): string => text.replaceAll('|', '\\|')

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(new URL('../docs/commands.md', import.meta.url), commandsPage(COMMANDS))
