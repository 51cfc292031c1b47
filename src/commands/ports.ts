// The ports of a thing and what is at their other end.
import { lookup } from '../inventory/query/lookup.ts'
import { momentOf } from '../inventory/query/moment.ts'
import { portsOf } from '../inventory/read/ports.ts'
import { readCommand } from './command.ts'

export const ports = readCommand({
  name: 'ports',
  summary: 'The ports of a thing and what is at their other end',
  syntax: 'ports <thing> [as of <when>]',
  examples: ['ports server1', 'ports switch2a'],
  async run({ thing, when }, { view, now }) {
    const moment = await momentOf(view, when ?? null, now)
    const found = await portsOf(view, await lookup(view, thing, moment), moment)
    return {
      kind: 'table',
      columns: ['port', 'name', 'peer', 'peer port'],
      rows: found.map(({ type, number, name, peer, peerPort }) => [`${type}:${number}`, name, peer, peerPort]),
    }
  },
})
