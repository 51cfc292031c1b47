// A reply as a person reads it.
import type { AttributeCell, Failed, HistoryEntry, PortCell, Reply, ThingInfo, Warning } from '../../commands/reply.ts'
import { plainWords, type Words } from '../../commands/words.ts'
import { readPart } from '../../grammar/part.ts'
import { instant, instantText } from '../../inventory/read/instant.ts'
import { proposalLines } from './card.ts'
import { jobLines } from './job-words.ts'
import { messageText, say } from './refusal.ts'
import { bold, cellText, type Look, tableLines } from './table.ts'
import { clip, safe, widthOf } from './width.ts'

/** The text of a reply; `version` is the one that it made. */
export function replyText(reply: Reply, version: number | null, look: Look): string {
  return [...body(reply, version, look), ...warningTexts(reply)].join('\n')
}

/** What is by the way in a reply, a line each. */
export function warningTexts({ warnings = [] }: Reply): string[] {
  return warnings.map(warningText)
}

function body(reply: Reply, version: number | null, look: Look): string[] {
  switch (reply.kind) {
    case 'things':
      return reply.done ? change(reply.done, version) : things(reply, look)
    case 'count':
      return count(reply, look)
    case 'info':
      return reply.things.length === 0
        ? ['nothing found']
        : [
            ...reply.things.flatMap((thing, at) => [...(at === 0 ? [] : ['']), ...info(thing, look)]),
            ...(reply.capped ? ['', totalText(reply.total, reply.things.length)] : []),
          ]
    case 'values':
      return [...values(reply.rows, look), ...moreLines(reply.more)]
    case 'lines':
      return reply.lines.map((line) => safe(plainWords(line)))
    case 'table':
      return reply.rows.length === 0
        ? [safe(reply.more ?? 'nothing found')]
        : [...tableLines(reply.columns, reply.rows, look), ...moreLines(reply.more)]
    case 'change':
      return [...failedTexts(reply.failed), ...change(reply.done, version, reply.changed)]
    case 'history':
      return reply.entries.length === 0 ? ['no history'] : reply.entries.flatMap((entry) => historyLines(entry, look))
    case 'proposal':
      return proposalLines(reply)
    case 'job':
      return jobLines(reply)
    case 'file':
      return [...(reply.lines ?? []).map((line) => safe(line)), safe(reply.path)]
    default:
      return reply satisfies never
  }
}

const moreLines = (more: string | undefined): string[] => (more === undefined ? [] : [safe(more)])

function things(reply: Extract<Reply, { kind: 'things' }>, look: Look): string[] {
  if (reply.things.length === 0) return ['nothing found']
  const rows = reply.things.map(({ name, type, driver }) => [name, type, driver])
  return [...tableLines(['name', 'type', 'driver'], rows, look), totalText(reply.total, reply.things.length)]
}

// The inventory counts up to 10,000 and then says that there are more.
const COUNTED = 10_000

export function totalText(total: number, shown: number): string {
  const known = total > COUNTED ? `${COUNTED}+` : String(total)
  if (shown < total) return `${shown} of ${known} things`
  return total === 1 ? '1 thing' : `${known} things`
}

function count({ count, by, groups }: Extract<Reply, { kind: 'count' }>, look: Look): string[] {
  if (!groups) return [String(count)]
  const rows = Object.entries(groups).map(([value, number]) => [value, number])
  return [...(rows.length === 0 ? [] : tableLines([by ?? 'value', 'count'], rows, look)), `${count} in all`]
}

function info(thing: ThingInfo, look: Look): string[] {
  const kind = thing.driver === thing.type ? thing.driver : `${thing.driver}, a ${thing.type}`
  const facts: (readonly [string, string])[] = [
    ...(thing.protection === undefined ? [] : [['protected', thing.protection] as const]),
    ...(thing.lock === undefined ? [] : [['locked', lockText(thing.lock)] as const]),
    ...(thing.place
      ? [['in', [thing.place.container, thing.place.units].filter((part) => part !== null).join(' at ')] as const]
      : []),
    ...memberships(thing),
    ...stock(thing),
    ...list('contains', thing.contents),
    ...addresses(thing),
    ...thing.attrs.map((attribute) => [keyText(attribute), cellText(attribute.value)] as const),
    ...thing.ports.filter(isOwnLine).map((port) => [portText(port), peerText(port)] as const),
    ...freePorts(thing.ports),
  ]
  return [`${bold(safe(thing.name), look)} (${safe(kind)})`, ...factLines(facts, look)]
}

// Below this there is no room for two columns.
const TWO_COLUMNS = 60

function factLines(facts: readonly (readonly [string, string])[], look: Look): string[] {
  if (look.width < TWO_COLUMNS)
    return facts.flatMap(([label, text]) => hanging('  ', `${safe(label)}: ${safe(text)}`, look, '    '))
  const width = Math.max(0, ...facts.map(([label]) => widthOf(label)))
  return facts.flatMap(([label, text]) => hanging(`  ${safe(label).padEnd(width)}  `, safe(text), look))
}

const GROUPS: readonly (readonly [string, readonly string[]])[] = [
  ['pools', ['pool', 'exclusivepool', 'uniquepool']],
  ['classes', ['class']],
  ['roles', ['role']],
  ['services', ['service']],
  ['vips', ['vip']],
]

/** A line for each kind of group that a thing is in, then what else it is in, a VLAN or a network. */
function memberships({ memberships, parents, place }: ThingInfo): (readonly [string, string])[] {
  const names = new Set(memberships.map(({ name }) => name))
  return [
    ...GROUPS.flatMap(([label, types]) =>
      list(label, memberships.filter(({ type }) => types.includes(type)).map(membership)),
    ),
    ...list(
      'member of',
      parents.filter((parent) => parent !== place?.container && !names.has(parent)),
    ),
  ]
}

function membership({ name, type, through, detail }: ThingInfo['memberships'][number]): string {
  const notes = [
    ...(detail === null ? [] : [type === 'service' ? `port ${detail}` : detail]),
    ...(through.length === 0 ? [] : [`through ${through.join(' and ')}`]),
  ]
  return notes.length === 0 ? name : `${name} (${notes.join(', ')})`
}

function stock({ stock }: ThingInfo): (readonly [string, string])[] {
  if (!stock) return []
  const { next, free, total, of } = stock
  return [...(next === null ? [] : [['next', next] as const]), ['free', `${free} of ${total}: ${of}`]]
}

// Of a network there may be 60,000.
const ADDRESSES = 20

function addresses({ name, type, ips, addresses = ips }: ThingInfo): (readonly [string, string])[] {
  const more = addresses.length - ADDRESSES
  if (more <= 0) return list('addresses', addresses)
  const all = type === 'network' ? `\`network show ${name}\`` : `\`ip show ${name}\``
  return list('addresses', [...addresses.slice(0, ADDRESSES), `and ${more} more: ${all}`])
}

function list(label: string, names: readonly string[]): (readonly [string, string])[] {
  return names.length === 0 ? [] : [[label, names.join(', ')]]
}

/** A port that there is more to say of than that it is free. */
const isOwnLine = ({ peer, mac }: PortCell): boolean => peer !== null || mac !== undefined

/** `nic-eth 2-4` for the ports that nothing is connected to. */
function freePorts(ports: readonly PortCell[]): (readonly [string, string])[] {
  const free = new Map<string, number[]>()
  for (const { type, number, peer } of ports) if (peer === null) free.set(type, [...(free.get(type) ?? []), number])
  return list(
    'free ports',
    [...free].map(([type, numbers]) => `${type} ${runs(numbers)}`),
  )
}

/** `1-3,5` of 1, 2, 3, 5. */
function runs(numbers: readonly number[]): string {
  const found: { low: number; high: number }[] = []
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const last = found.at(-1)
    if (last && number === last.high + 1) last.high = number
    else found.push({ low: number, high: number })
  }
  return found.map(({ low, high }) => (low === high ? `${low}` : `${low}-${high}`)).join(',')
}

// No word of more code units fits beside others, and a long one takes long to measure.
const MEASURED = 1000

/** A label, then the text, broken between words and indented, below itself unless told otherwise. */
function hanging(label: string, text: string, { width }: Look, indent = ' '.repeat(widthOf(label))): string[] {
  if (!Number.isFinite(width)) return [label + text]
  const room = Math.max(20, width - widthOf(indent))
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && (Math.max(line.length, word.length) > MEASURED || widthOf(line) + 1 + widthOf(word) > room)) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line].map((part, at) => (at === 0 ? label : indent) + part)
}

export function keyText({ key, subkey, number }: AttributeCell): string {
  return `${key}${subkey === null ? '' : `.${subkey}`}${number === null ? '' : `#${number}`}`
}

function portText({ type, number, name }: PortCell): string {
  return name === null ? `${type} ${number}` : `${type} ${number} (${name})`
}

function peerText({ peer, peerPort, mac }: PortCell): string {
  const facts = [
    ...(peer === null ? [] : [`connected to ${peerPort === null ? '' : `${peerPort} on `}${peer}`]),
    ...(mac === undefined ? [] : [`MAC ${mac}`]),
  ]
  return facts.join(', ')
}

function values(rows: Extract<Reply, { kind: 'values' }>['rows'], look: Look): string[] {
  if (rows.length === 0) return ['no such attribute']
  const isInherited = rows.some(({ from }) => from !== undefined)
  return tableLines(
    ['thing', 'key', 'value', 'type', ...(isInherited ? ['from'] : [])],
    rows.map((row) => [row.thing, keyText(row), row.value, row.type, row.from ?? null]),
    look,
  )
}

function change(done: readonly Words[], version: number | null, changed = 0): string[] {
  const lines = done.map((line) => safe(plainWords(line)))
  // What is written beside the inventory, such as an alias, makes no version.
  if (version === null && changed > 0) return lines
  if (version === null) return lines.length === 0 ? ['nothing to change'] : [...lines, 'nothing was changed']
  return [...lines, `version ${version}; \`undo ${version}\` takes it back`]
}

/** Of a list given word by word: what was refused, and why. Empty where all was done. */
export function failedTexts(failed: readonly Failed[] = []): string[] {
  if (failed.length === 0) return []
  const lines = failed.map(({ item, refusal }) => {
    const said = say(refusal, item)
    const near = said.suggestions ?? []
    return `  ${item}: ${messageText(said)}${near.length === 0 ? '' : ` Did you mean ${near.join(', ')}?`}`
  })
  return [`${failed.length} failed, the others are done:`, ...lines].map((line) => safe(line))
}

function lockText({ by, since, until, reason }: NonNullable<ThingInfo['lock']>): string {
  const times = `${since === null ? '' : ` since ${since}`}${until === null ? '' : ` until ${until}`}`
  return `by ${by}${times}${reason === '' ? '' : `: ${reason}`}`
}

// ` because "INC-1"` at the end of a command
const REASON = /\s+because\s+(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[“”„][^“”„]*[“”]|\S+)\s*$/iu

function historyLines(entry: HistoryEntry, look: Look): string[] {
  const job = entry.job === null ? '' : `  job ${safe(entry.job)}`
  const head = `${bold(`version ${entry.version}`, look)}  ${instantText(instant(entry.at))}  ${safe(entry.name)}${job}`
  // The reason has its own line.
  const typed = entry.because === null ? entry.command : entry.command.replace(REASON, '')
  const command = look.width < TWO_COLUMNS ? safe(typed) : clip(safe(typed), look.width - 2)
  const because = entry.because === null ? [] : [`  because ${safe(entry.because)}`]
  return [head, `  ${command}`, ...because, ...entry.changes.map((line) => `    ${safe(line)}`)]
}

function warningText({ kind, name, suggestions, isAlone }: Warning): string {
  const known = kind === 'thing' ? 'nothing is named' : `there is no ${kind}`
  const near = suggestions.length === 0 ? '' : `; did you mean ${suggestions.map((word) => safe(word)).join(', ')}?`
  return `warning: ${known} ${safe(name)}${near}${isAlone ? `${near === '' ? ';' : ''} ${aloneWords(name)}` : ''}`
}

function aloneWords(name: string): string {
  const part = readPart(name)
  return part === null || part.tag === 'thing'
    ? '`help` lists the commands'
    : `of a part of a thing \`info ${safe(name)}\` tells`
}
