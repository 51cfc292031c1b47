// Who changed a thing, when, how and why.
import { historyOf } from '../inventory/versions/history.ts'
import { readCommand } from './command.ts'

export const history = readCommand({
  name: 'history',
  summary: 'Every change of a thing: who, when, how and why; also of one that is gone',
  syntax: 'history <thing>',
  examples: ['history server1'],
  async run({ thing }, { view }) {
    return { kind: 'history', entries: await historyOf(view, thing.text, thing.at) }
  },
})
