// What goes dark or loses its redundancy if some things go: the verdict first, then each kind counted and named.
import { InventoryError } from '../inventory/error.ts'
import { select } from '../inventory/query/select.ts'
import { type Impact, impactOf, type Listed, type Touched } from '../inventory/read/impact.ts'
import type { ThingRow } from '../inventory/rows.ts'
import type { View } from '../inventory/view.ts'
import { readCommand } from './command.ts'

// As many as one change may touch.
const MOST = 100_000
// More names than this in a line tell nobody anything: the count does.
const NAMED = 30

export const impact = readCommand({
  name: 'impact',
  summary:
    'What goes dark, is cut off or loses redundancy if things go; whose roles, pools, VIPs and owners it touches',
  syntax: 'impact <query>',
  examples: ['impact pdu101', 'impact switch2a', 'impact rack101', 'impact db[201-204] as of version 1'],
  async run({ query }, { view, now }) {
    const { things, total, moment, warnings } = await select(view, query, { limit: MOST, now })
    if (total > MOST) throw new InventoryError('too-many-selected', { limit: MOST, found: total, read: true })
    if (things.length === 0) return { kind: 'lines', lines: ['nothing found'], warnings }
    const found = await impactOf(view, things, moment)
    return { kind: 'lines', lines: [...impactLines(found), ...hints(view, things)], warnings }
  },
})

/** The verdict, counted, then a line for each kind. */
export const impactLines = (found: Impact): string[] => [verdict(found), ...details(found)]

function verdict(found: Impact): string {
  const [name = ''] = found.named.names
  const subject = found.named.total === 1 ? name : `these ${found.named.total} things`
  const emptied = [found.roles, found.pools, found.vips, found.services, found.clusters].reduce(
    (sum, { shares }) => sum + shares.filter(({ left }) => left === 0).length,
    0,
  )
  const said = [
    say(found.contained.total, 'goes with it', found.named.total === 1 ? 'go with it' : 'go with them'),
    say(found.dark.total, 'goes dark', 'go dark'),
    say(found.cutOff.total, 'is cut off', 'are cut off'),
    say(found.oneFeed.total, 'keeps one feed', 'keep one feed'),
    say(found.oneUplink.total, 'keeps one uplink', 'keep one uplink'),
    say(found.noConsole.total, 'loses its console', 'lose their console'),
    say(emptied, 'group is left empty', 'groups are left empty'),
  ].filter((text) => text !== null)
  const verb = found.named.total === 1 ? 'goes' : 'go'
  return said.length === 0
    ? `if ${subject} ${verb}: nothing else goes dark, is cut off or loses redundancy or console`
    : `if ${subject} ${verb}: ${said.join(', ')}`
}

function say(count: number, one: string, more: string): string | null {
  return count === 0 ? null : `${count} ${count === 1 ? one : more}`
}

function details(found: Impact): string[] {
  const isOne = found.named.total === 1
  return [
    ...list('named', isOne ? { total: 0, names: [] } : found.named),
    ...list(`in ${isOne ? 'it' : 'them'}`, found.contained),
    ...list('dark', found.dark),
    ...list('cut off from the network', found.cutOff),
    ...list('left on one feed', found.oneFeed),
    ...list('left on one uplink', found.oneUplink),
    ...list('without console', found.noConsole),
    ...list('no feed recorded, in the same rack', found.noFeedRecorded),
    ...groups('roles', found.roles),
    ...groups('services', found.services),
    ...groups('VIPs', found.vips),
    ...groups('clusters', found.clusters),
    ...groups('pools', found.pools),
    ...line(
      'owners',
      found.owners.length,
      found.owners.map(({ owner, things }) => `${owner} ${things}`),
    ),
    ...list('addresses', found.addresses),
    ...list('protected', found.protected),
    ...(found.isPartial ? ['… and what hangs on it still deeper was not followed'] : []),
  ]
}

const list = (label: string, { total, names }: Listed): string[] => line(label, total, names)

function groups(label: string, { total, shares }: Touched): string[] {
  return line(
    label,
    total,
    shares.map(({ name, left, of }) => `${name} ${left === 0 ? 'none' : left} of ${of} left`),
  )
}

function line(label: string, total: number, names: readonly string[]): string[] {
  if (total === 0) return []
  const shown = names.slice(0, NAMED)
  const more = total > shown.length ? ` and ${total - shown.length} more` : ''
  return [`${label} (${total}): ${shown.join(', ')}${more}`]
}

/** A group takes nothing with it: who names one may mean its members. */
function hints({ catalogue }: View, things: readonly ThingRow[]): string[] {
  const group = things.find(({ driver }) => catalogue.get(driver)?.category === 'group')
  if (!group) return []
  const field = group.type.endsWith('pool') ? 'pool' : group.type
  const asked = ['pool', 'class', 'role', 'service', 'vip'].includes(field)
    ? `${field}:${group.name}`
    : `* in ${group.name}`
  return [`${group.name} is a ${group.type}: what is in it stays; of its members ask \`impact ${asked}\``]
}
