// Where a thing is: the ports that it is connected to and the containers that it is in.
import { momentOf } from '../inventory/query/moment.ts'
import { locateLines } from '../inventory/read/locate.ts'
import { partLines } from '../inventory/read/part.ts'
import { readCommand } from './command.ts'

export const locate = readCommand({
  name: 'locate',
  summary: 'Where a thing or a port is and what it is connected to; what stands at a rack unit',
  syntax: 'locate <thing:part> [as of <when>]',
  examples: ['locate server1', 'locate 10.0.0.7', 'locate rack101:U13', 'locate server1:nic-eth:1'],
  async run({ thing: part, when }, { view, now }) {
    const moment = await momentOf(view, when ?? null, now)
    const lines =
      part.tag === 'thing'
        ? await locateLines(view, part.thing, moment)
        : await partLines(view, part, moment, { whole: false })
    return { kind: 'lines', lines }
  },
})
