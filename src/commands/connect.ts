// Cables between ports: given, or chosen by what the ports are for.
import type { Part } from '../grammar/ast.ts'
import { lookup } from '../inventory/query/lookup.ts'
import type { ThingRow } from '../inventory/rows.ts'
import type { View } from '../inventory/view.ts'
import { connect as connectPorts, disconnect as disconnectPorts } from '../inventory/write/links.ts'
import { printPort } from '../inventory/write/port.ts'
import { type Asking, changeCommand } from './command.ts'
import { CommandError } from './error.ts'
import { summaries } from './targets.ts'

export const connect = changeCommand({
  name: 'connect',
  summary: 'Connects two things: ports as given, or the lowest free ones of the fitting kind',
  syntax: 'connect <a:part> <b:part>',
  examples: ['connect server3 switch2a', 'connect server4:nic-eth:2 switch2a:nic-eth:20'],
  async plan({ a, b }, { view }) {
    const [from, to] = [await endOf(view, a), await endOf(view, b)]
    return {
      targets: summaries([from.thing, to.thing]),
      async run(change) {
        const { a, b, already } = await connectPorts(change, from, to)
        const ports = [printPort(a), printPort(b)]
        const done = already
          ? `${ports[0]} is already connected to ${ports[1]}`
          : `${ports[0]} connected to ${ports[1]}`
        return { kind: 'change', done: [done], changed: already ? 0 : 1, chosen: { ports } }
      },
    }
  },
})

export const disconnect = changeCommand({
  name: 'disconnect',
  summary: 'Takes the cable out of a port, or all cables between two things',
  syntax: 'disconnect <a:part> [<b:part>]',
  examples: ['disconnect server4:nic-eth:1', 'disconnect server3 switch2b'],
  async plan({ a, b }, { view }) {
    const from = await endOf(view, a)
    const to = b === undefined ? null : await endOf(view, b)
    if (from.port === null && to === null)
      throw new CommandError('bad-arguments', {
        reason: `it is not said which cable of ${from.thing.name}`,
        expected: `a port (\`disconnect ${from.thing.name}:nic-eth:1\`) or both things (\`disconnect ${from.thing.name} switch1\`)`,
      })
    return {
      targets: summaries(to ? [from.thing, to.thing] : [from.thing]),
      async run(change) {
        const cut = await disconnectPorts(change, from, to)
        const done = cut.map(({ a, b }) => `${printPort(a)} disconnected from ${printPort(b)}`)
        return { kind: 'change', done, changed: cut.length }
      },
    }
  },
})

interface End {
  readonly thing: ThingRow
  readonly port: { readonly type: string; readonly number: number } | null
}

async function endOf(view: Asking['view'] & View, part: Part): Promise<End> {
  if (part.tag === 'unit')
    throw new CommandError('bad-arguments', {
      reason: `${part.thing.text}:U${part.unit} is a place in a rack`,
      expected:
        'a thing or a port, such as server1:nic-eth:1; things are put into racks by `insert server1 into rack101 at U13`',
    })
  const thing = await lookup(view, part.thing)
  return { thing, port: part.tag === 'port' ? { type: part.type, number: part.number } : null }
}
