// Virtual addresses: which services on which machines answer for them.

import { lookup } from '../inventory/query/lookup.ts'
import { momentOf } from '../inventory/query/moment.ts'
import { addToVip, removeFromVip, vipMembers } from '../inventory/resources/vips.ts'
import { changeCommand, readCommand } from './command.ts'
import { groupNamed } from './groups.ts'
import { portCell, SERVICE } from './service.ts'
import { summaries } from './targets.ts'

const VIP = { word: 'vip', types: ['vip'] }

export const vipAdd = changeCommand({
  name: 'vip add',
  summary: 'Makes a service on a machine answer for a virtual address',
  syntax: 'vip add <service:thing> on <machine:thing> to <vip:thing>',
  examples: ['vip add mail01 on db201 to www'],
  async plan({ service, machine, vip }, { view }) {
    const address = await groupNamed(view, vip, VIP)
    const what = await groupNamed(view, service, SERVICE)
    const where = await lookup(view, machine)
    return {
      targets: summaries([address, what, where]),
      async run(change) {
        const fresh = await addToVip(change, what, where, address)
        const said = `${what.name} on ${where.name} ${fresh ? 'added to' : 'is already in'} ${address.name}`
        return { kind: 'change', done: [said], changed: fresh ? 1 : 0 }
      },
    }
  },
})

export const vipRemove = changeCommand({
  name: 'vip remove',
  summary: 'Takes a service out of a virtual address, everywhere or on one machine',
  syntax: 'vip remove <service:thing> [on <machine:thing>] from <vip:thing>',
  examples: ['vip remove blog04 from www', 'vip remove blog03 on web03 from www'],
  async plan({ service, machine, vip }, { view }) {
    const address = await groupNamed(view, vip, VIP)
    const what = await groupNamed(view, service, SERVICE)
    const where = machine ? await lookup(view, machine) : null
    return {
      targets: summaries([address, what, ...(where ? [where] : [])]),
      async run(change) {
        const gone = await removeFromVip(change, what, where, address)
        const on = gone.length === 0 ? '' : ` on ${gone.map(({ name }) => name).join(', ')}`
        return {
          kind: 'change',
          done: [`${what.name}${on} removed from ${address.name}`],
          changed: Math.max(1, gone.length),
        }
      },
    }
  },
})

export const vipShow = readCommand({
  name: 'vip show',
  summary: 'Virtual addresses, and which services on which machines answer for them',
  syntax: 'vip show [<vip:thing>] [as of <when>]',
  examples: ['vip show www', 'vip show'],
  async run({ vip, when }, { view, now, limit }) {
    const moment = await momentOf(view, when ?? null, now)
    const ids = vip ? [(await groupNamed(view, vip, VIP, moment)).id] : null
    const members = await vipMembers(view, ids, moment, limit)
    return {
      kind: 'table',
      columns: ['vip', 'address', 'service', 'on', 'port'],
      rows: members.map(({ vip, address, service, machine, port }) => [
        vip.name,
        address,
        service?.name ?? null,
        machine?.name ?? null,
        portCell(port),
      ]),
    }
  },
})
