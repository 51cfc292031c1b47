// What a command would do, without doing it. The pipeline rehearses the command in its place; see bot/pipeline.ts.

import { readCommand } from './command.ts'
import { CommandError } from './error.ts'

export const plan = readCommand({
  name: 'plan',
  summary: 'Shows what a command would do, and does nothing',
  syntax: 'plan <command>',
  examples: ['plan attr set web[01-04] env lab', 'plan delete lab*'],
  run({ command }) {
    return Promise.reject(new CommandError('not-plannable', { command: command.command }))
  },
})
