// Who the bot takes the asker for.
import { readCommand } from './command.ts'

export const whoami = readCommand({
  name: 'whoami',
  summary: 'Who you are to the bot, and what you may do',
  syntax: 'whoami',
  examples: ['whoami'],
  async run(_args, { view, operator }) {
    const { rows } = await view.knex.raw<{ rows: { admin: boolean }[] }>(
      'select admin from operators where identity = ?',
      [operator],
    )
    const role = rows[0]?.admin === true ? 'admin: may use every command' : 'no role: may use nothing'
    return { kind: 'lines', lines: [operator, role] }
  },
})
