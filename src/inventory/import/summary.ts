// What an import did, or would do, in lines: how many of each kind, which lines changed what, which names were made, and
// what was not taken.
import type { Outcome } from './apply.ts'
import type { Pair } from './comparison.ts'
import type { Reading } from './draft.ts'

const SHOWN = 50

/** `2 racks`, `3 prefixes`, `4 virtual chassis` */
const counted = (count: number, noun: string): string => {
  if (count === 1 || /[sy]is$|chassis$/.test(noun)) return `${count} ${noun}`
  return `${count} ${/(?:x|s|ch|sh)$/.test(noun) ? `${noun}es` : noun}${/(?:x|s|ch|sh)$/.test(noun) ? '' : 's'}`
}

const kindOf = ({ draft, driver }: Pair): string => draft.kind ?? driver.name

function byKind(pairs: readonly Pair[]): string {
  const kinds = new Map<string, number>()
  for (const pair of pairs) kinds.set(kindOf(pair), (kinds.get(kindOf(pair)) ?? 0) + 1)
  return [...kinds]
    .sort((a, b) => b[1] - a[1])
    .map(([kind, count]) => counted(count, kind))
    .join(', ')
}

/** `line 3`, `lines 2-41, 45`; empty where the file has no lines. */
function linesOf(pairs: readonly Pair[]): string {
  const lines = pairs.flatMap(({ draft }) => draft.origin.line ?? []).sort((a, b) => a - b)
  const ranges: [number, number][] = []
  for (const line of lines) {
    const last = ranges.at(-1)
    if (last && line <= last[1] + 1) last[1] = line
    else ranges.push([line, line])
  }
  const text = ranges
    .slice(0, 20)
    .map(([low, high]) => (low === high ? `${low}` : `${low}-${high}`))
    .join(', ')
  if (text === '') return ''
  return ` (line${lines.length === 1 ? '' : 's'} ${text}${ranges.length > 20 ? ' …' : ''})`
}

/** New, changed and unchanged, by kind and by line. */
export function summaryOf(outcome: Outcome): readonly string[] {
  const { fresh, changed, unchanged, drivers, cables, addresses } = outcome
  const more = [
    ...(drivers > 0 ? [counted(drivers, 'driver')] : []),
    ...(cables > 0 ? [counted(cables, 'cable')] : []),
    ...(addresses > 0 ? [counted(addresses, 'address')] : []),
  ]
  return [
    ...(fresh.length > 0 ? [`new: ${byKind(fresh)}${linesOf(fresh)}`] : []),
    ...(changed.length > 0 ? [`changed: ${byKind(changed)}${linesOf(changed)}`] : []),
    ...changed.slice(0, SHOWN).map((pair) => `  ${pair.draft.name}: ${differences(pair)}`),
    ...(changed.length > SHOWN ? [`  and ${changed.length - SHOWN} more`] : []),
    ...(more.length > 0 ? [`with ${more.join(', ')}`] : []),
    ...(unchanged > 0 ? [`unchanged: ${counted(unchanged, 'thing')}`] : []),
  ]
}

const differences = ({ differs }: Pair): string => {
  const unique = [...new Set(differs)]
  return `${unique.slice(0, 8).join(', ')}${unique.length > 8 ? `, and ${unique.length - 8} more` : ''}`
}

/** The names that were made for new things, and what was left out. */
export function notesOf({ mangled, notTaken }: Reading, { fresh }: Pick<Outcome, 'fresh'>): readonly string[] {
  const names = new Set(fresh.map(({ draft }) => draft.name))
  const made = mangled.filter(({ name }) => names.has(name))
  return [
    ...made
      .slice(0, SHOWN)
      .map(({ kind, original, name }) => `named: ${kind} ${original === '' ? 'without a name' : original} is ${name}`),
    ...(made.length > SHOWN
      ? [`named: and ${made.length - SHOWN} more; each keeps its original as attribute netbox.name`]
      : []),
    ...notTaken.map(({ kind, count, reason }) => `not taken: ${count} ${kind}: ${reason}`),
  ]
}
