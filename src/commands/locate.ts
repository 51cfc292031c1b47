// Where a thing is: the ports that it is connected to and the containers that it is in.
import { momentOf } from '../inventory/query/moment.ts'
import { locateLines } from '../inventory/read/locate.ts'
import { readCommand } from './command.ts'

export const locate = readCommand({
  name: 'locate',
  summary: 'Where a thing is and what it is connected to',
  syntax: 'locate <thing> [as of <when>]',
  examples: ['locate server1', 'locate 10.0.0.7'],
  async run({ thing, when }, { view, now }) {
    const moment = await momentOf(view, when ?? null, now)
    return { kind: 'lines', lines: await locateLines(view, thing, moment) }
  },
})
