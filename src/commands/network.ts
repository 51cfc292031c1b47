// Networks and VLANs: what is handed out from a network, and which VLAN a switch port is in.

import { lookup } from '../inventory/query/lookup.ts'
import { momentOf } from '../inventory/query/moment.ts'
import { switchPortOf, vlanNamed, vlansOf } from '../inventory/resources/vlan.ts'
import { isVid } from '../inventory/resources/vlan-rule.ts'
import { setAttributes } from '../inventory/write/attributes.ts'
import { printPort } from '../inventory/write/port.ts'
import { changeCommand, readCommand } from './command.ts'
import { CommandError } from './error.ts'
import { partNamed } from './ip.ts'
import { networkTable, vlanReply } from './network-tables.ts'
import { summaries } from './targets.ts'

export const networkShow = readCommand({
  name: 'network show',
  summary: 'The addresses of a network, or the ports and members of a VLAN',
  syntax: 'network show <network:thing> [as of <when>]',
  examples: ['network show net10', 'network show vlan203'],
  async run({ network, when }, { view, now, limit }) {
    const moment = await momentOf(view, when ?? null, now)
    // A VLAN may be named by its number, which is nobody's name.
    const thing = isVid(network.text)
      ? await vlanNamed(view, network.text, moment)
      : await lookup(view, network, moment)
    if (thing.type === 'vlan') return vlanReply(view, thing, limit, moment)
    if (thing.type === 'network') return networkTable(view, thing, limit, moment)
    throw new CommandError('bad-arguments', {
      reason: `${thing.name} is a ${thing.type}`,
      expected: `a network or a VLAN; \`ip show ${thing.name}\` lists the addresses of a thing`,
    })
  },
})

export const networkSetvlan = changeCommand({
  name: 'network setvlan',
  summary: 'Puts the switch port at the other end of a port into a VLAN',
  syntax: 'network setvlan <thing:part> [<port:word>] <vlan:word>',
  examples: ['network setvlan server1 eth0 vlan203', 'network setvlan web05:nic-eth:1 203'],
  async plan({ thing, port, vlan }, { view }) {
    const from = await partNamed(view, thing, port ?? null)
    const to = await vlanNamed(view, vlan.replace(/^vlan:/i, ''))
    const there = await switchPortOf(view, from.thing, from.port)
    const before = (await vlansOf(view, there.thing, null)).get(`${there.type}:${there.number}`)
    return {
      targets: summaries([from.thing, there.thing, to]),
      async run(change) {
        const holder = { thing: there.thing, port: `${there.type}:${there.number}` }
        const key = { key: 'vlan', subkey: null, number: null }
        const changed = await setAttributes(
          change,
          [holder],
          [{ key, values: [{ type: 'reference', value: to.name }] }],
        )
        const label = printPort(there)
        const done =
          changed === 0
            ? `${label} is already in ${to.name}`
            : `${label} put into ${to.name}${before === undefined ? '' : `, was in ${before}`}`
        return { kind: 'change', done: [done], changed, chosen: { ports: [label] } }
      },
    }
  },
})
