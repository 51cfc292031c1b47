// The ports of a thing and what is at their other end.
import { lookup } from '../inventory/query/lookup.ts'
import { momentOf } from '../inventory/query/moment.ts'
import { portsOf } from '../inventory/read/ports.ts'
import { vlansOf } from '../inventory/resources/vlan.ts'
import { readCommand } from './command.ts'

export const ports = readCommand({
  name: 'ports',
  summary: 'The ports of a thing and what is at their other end',
  syntax: 'ports <thing> [as of <when>]',
  examples: ['ports server1', 'ports switch2a'],
  async run({ thing, when }, { view, now }) {
    const moment = await momentOf(view, when ?? null, now)
    const owner = await lookup(view, thing, moment)
    const found = await portsOf(view, owner, moment)
    const vlans = await vlansOf(view, owner, moment)
    const columns = ['port', 'name', 'peer', 'peer port']
    const rows = found.map(({ type, number, name, peer, peerPort }) => [`${type}:${number}`, name, peer, peerPort])
    // Only switches have any: elsewhere the column would be empty.
    if (vlans.size === 0) return { kind: 'table', columns, rows }
    return {
      kind: 'table',
      columns: [...columns, 'vlan'],
      rows: rows.map((row) => [...row, vlans.get(String(row[0])) ?? null]),
    }
  },
})
