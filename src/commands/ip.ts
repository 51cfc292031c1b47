// Addresses: handed out from networks, reserved, bound to ports, given back, and who holds them.
import type { Part, ThingName } from '../grammar/ast.ts'
import { lookup } from '../inventory/query/lookup.ts'
import { momentOf } from '../inventory/query/moment.ts'
import { selectForChange } from '../inventory/query/select.ts'
import { portLabel } from '../inventory/read/ports.ts'
import { allocateAddresses, bindAddress, releaseAddress, reserveAddresses } from '../inventory/resources/addresses.ts'
import { readAddress } from '../inventory/resources/network-block.ts'
import { networkNamed } from '../inventory/resources/network-lookup.ts'
import { portNamed } from '../inventory/resources/network-port.ts'
import type { ThingRow } from '../inventory/rows.ts'
import type { View } from '../inventory/view.ts'
import { changeCommand, readCommand } from './command.ts'
import { CommandError } from './error.ts'
import { networkTable, thingTable, useTable } from './network-tables.ts'
import { summaries } from './targets.ts'

export const ipAllocate = changeCommand({
  name: 'ip allocate',
  summary: 'Gives each thing the lowest free address of a network, or one thing the address named',
  syntax: 'ip allocate <things:expr> [<address:word>] [from <network:thing>] [force]',
  examples: [
    'ip allocate lab01 from net10',
    'ip allocate lab[01-04] from net10',
    'ip allocate lab01 10.0.1.7',
    'ip allocate router1 10.0.255.254 force',
  ],
  async plan({ things, address = null, network, force = false }, { view, now }) {
    const found = await selectForChange(view, things, now)
    const from = network ? await networkNamed(view, network) : null
    refuseAllocation(found, address, from)
    return {
      targets: summaries([...found, ...(from ? [from] : [])]),
      async run(change) {
        const held = await allocateAddresses(change, found, { network: from, address, force })
        const done = held.map(({ thing, network, address, already }) =>
          already
            ? `${thing.name} already has ${address} of ${network.name}`
            : `${address} of ${network.name} allocated to ${thing.name}`,
        )
        const addresses = held.map(({ address }) => address)
        const [only, ...others] = addresses
        return {
          kind: 'change',
          done,
          changed: held.filter(({ already }) => !already).length,
          chosen: only !== undefined && others.length === 0 ? { address: only } : { addresses },
        }
      },
    }
  },
})

function refuseAllocation(things: readonly ThingRow[], address: string | null, from: ThingRow | null): void {
  const [first] = things
  if (address === null && from === null)
    throw new CommandError('bad-arguments', {
      reason: 'it is not said from which network',
      expected: `\`ip allocate ${first?.name ?? 'server1'} from <network>\`, or an address`,
    })
  if (address !== null && things.length > 1)
    throw new CommandError('bad-arguments', {
      reason: `${address} is one address, and these are ${things.length} things`,
      expected: 'a network, from which each gets its own: `from <network>`',
    })
  const network = things.find(({ type }) => type === 'network')
  if (network)
    throw new CommandError('bad-arguments', {
      reason: `${network.name} is a network: it only holds addresses that are reserved`,
      expected: `\`ip reserve ${address ?? '<address>'} in ${network.name}\``,
    })
}

export const ipReserve = changeCommand({
  name: 'ip reserve',
  summary: 'Keeps addresses from being handed out',
  syntax: 'ip reserve <addresses:range>... [in <network:thing>] [force]',
  examples: ['ip reserve 10.0.0.200', 'ip reserve 10.0.9.[1-20] in net10'],
  async plan({ addresses, network, force = false }, { view }) {
    const from = network ? await networkNamed(view, network) : null
    const wanted = addresses.flatMap((pattern) => (pattern.tag === 'range' ? pattern.names : [pattern.text]))
    return {
      targets: summaries(from ? [from] : []),
      async run(change) {
        const held = await reserveAddresses(change, wanted, { network: from, force })
        const done = held.map(({ network, address, already }) =>
          already ? `${address} of ${network.name} is already reserved` : `${address} of ${network.name} reserved`,
        )
        return { kind: 'change', done, changed: held.filter(({ already }) => !already).length }
      },
    }
  },
})

export const ipRelease = changeCommand({
  name: 'ip release',
  summary: 'Gives an address of a thing back, or one that is reserved',
  syntax: 'ip release [<thing>] <address:word> [from <network:thing>]',
  examples: ['ip release server1 10.0.0.1'],
  async plan({ thing, address, network }, { view }) {
    const holder = thing ? await lookup(view, thing) : null
    const from = network ? await networkNamed(view, network) : null
    if (holder === null && readAddress(address) === null)
      throw new CommandError('bad-arguments', {
        reason: `it is not said which address of ${address}`,
        expected: `\`ip release ${address} <address>\`; \`ip show ${address}\` lists them`,
      })
    return {
      targets: summaries([holder, from].flatMap((one) => one ?? [])),
      async run(change) {
        const released = await releaseAddress(change, holder, address, from)
        const name = `${released.address} of ${released.network.name}`
        const done = released.already
          ? `${name} is already free`
          : released.thing.id === released.network.id
            ? `${name} no longer reserved`
            : `${name} released from ${released.thing.name}`
        return { kind: 'change', done: [done], changed: released.already ? 0 : 1 }
      },
    }
  },
})

export const ipBind = changeCommand({
  name: 'ip bind',
  summary: 'Says at which port a thing has an address; a free address is allocated to it',
  syntax: 'ip bind <address:word> to <thing:part> [<port:word>] [from <network:thing>] [force]',
  examples: ['ip bind 10.0.0.1 to server1 eth1', 'ip bind 10.0.1.7 to lab01:nic-eth:2'],
  async plan({ address, thing, port, network, force = false }, { view }) {
    const to = await partNamed(view, thing, port ?? null)
    const from = network ? await networkNamed(view, network) : null
    return {
      targets: summaries([to.thing, ...(from ? [from] : [])]),
      async run(change) {
        const bound = await bindAddress(change, to.thing, to.port, { address, network: from, force })
        const place = `${to.thing.name}:${portLabel(to.port.type, to.port.number)}`
        return {
          kind: 'change',
          done: [
            bound.already
              ? `${bound.address} is already bound to ${place}`
              : `${bound.address} of ${bound.network.name} bound to ${place}`,
          ],
          changed: bound.already ? 0 : 1,
          chosen: { address: bound.address, ports: [place] },
        }
      },
    }
  },
})

export const ipShow = readCommand({
  name: 'ip show',
  summary: 'Who holds an address, or which addresses a thing or a network has',
  syntax: 'ip show <what:thing> [as of <when>]',
  examples: ['ip show 10.0.0.1', 'ip show server1', 'ip show net10'],
  async run({ what, when }, { view, now, limit }) {
    const moment = await momentOf(view, when ?? null, now)
    if (readAddress(what.text) !== null) return useTable(view, what.text, limit, moment)
    const thing = await lookup(view, what, moment)
    return thing.type === 'network' ? networkTable(view, thing, limit, moment) : thingTable(view, thing, limit, moment)
  },
})

/** A port by `server1 eth0`, `server1 nic-eth:1` or `server1:nic-eth:1`. */
export async function partNamed(view: View, part: Part, port: string | null) {
  const named: ThingName = part.thing
  const thing = await lookup(view, named)
  if (part.tag === 'port' && port === null)
    return { thing, port: await portNamed(view, thing, portLabel(part.type, part.number)) }
  if (part.tag !== 'thing' || port === null)
    throw new CommandError('bad-arguments', {
      reason: part.tag === 'thing' ? `it is not said which port of ${thing.name}` : 'a port is said once',
      expected: `a thing and a port, such as \`${thing.name} eth0\` or \`${thing.name}:nic-eth:1\``,
    })
  return { thing, port: await portNamed(view, thing, port) }
}
