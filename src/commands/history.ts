// Who changed a thing, when, how and why.
import { momentOf } from '../inventory/query/moment.ts'
import { historyOf } from '../inventory/versions/history.ts'
import { readCommand } from './command.ts'

export const history = readCommand({
  name: 'history',
  summary: 'Every change of a thing: who, when, how and why; also of one that is gone',
  syntax: 'history <thing> [as of <when>]',
  examples: ['history server1', 'history server1 as of version 1'],
  async run({ thing, when }, { view, now }) {
    const moment = await momentOf(view, when ?? null, now)
    return { kind: 'history', entries: await historyOf(view, thing.text, thing.at, moment) }
  },
})
