// What a chat is told of a typed command: the verdict in one line, then what there is to be said, as a phone shows it.
import { redact } from '../../../commands/redact.ts'
import type { ProposalReply, Reply } from '../../../commands/reply.ts'
import { plainWords, type Words, words } from '../../../commands/words.ts'
import { instant } from '../../../inventory/read/instant.ts'
import type { Answer } from '../../message.ts'
import type { Draft, DraftFile, Part } from '../../outbox/post.ts'
import { proposalLines } from '../card.ts'
import { failedTexts, keyText, replyText, totalText, warningTexts } from '../reply.ts'
import { counted } from '../said.ts'
import { cellText } from '../table.ts'
import { safe } from '../width.ts'
import { commandName } from './command-name.ts'
import { jobPost } from './job-post.ts'
import { csvText, phoneTable, type Table } from './phone-table.ts'
import { proposalPost } from './proposal-post.ts'
import { type About, refusalPost } from './refusal-post.ts'
import { cut, PHONE, ROOM } from './room.ts'
import { tableTitle } from './table-title.ts'
import { type Body, body, isAligned, packed, type Telling, tell } from './tell.ts'
import { thingButtons } from './thing-buttons.ts'

export function answerPost(answer: Answer, { asker, quote }: About): Draft {
  const about = { asker, quote: quote === null ? null : redact(quote, null) }
  if (answer.tag === 'refused') return refusalPost(answer, about)
  const { reply } = answer
  switch (reply.kind) {
    case 'proposal':
      // Its card has the buttons: it stands elsewhere, and is edited when it is decided.
      if (reply.looked !== undefined) return lookedAt(reply, about)
      return quoted(proposalPost(reply, { tag: 'pending', approvedBy: [] }, [], about.asker), about)
    case 'job':
      return quoted(jobPost(reply), about)
    case 'file':
      return filePost(reply, about)
    default:
      return { ...tell(telling(answer, reply, about)), privateTo: isPrivate(answer) ? about.asker : null }
  }
}

function lookedAt(reply: ProposalReply, { quote }: About): Draft {
  const [title = '', ...lines] = proposalLines(reply)
  const whole = { name: `plan-${reply.id}`, ending: 'txt', text: () => [title, ...lines].join('\n') } as const
  return tell({ title, quote, body: body(lines, 'code'), notes: [], whole, buttons: [] })
}

/** Whoever types the code of `link` is the asker from then on: nobody else may read it. */
const isPrivate = ({ command }: Answer): boolean => commandName(command) === 'link'

type Done = Extract<Answer, { tag: 'done' }>
type Told = Exclude<Reply, { kind: 'proposal' | 'job' | 'file' }>

const NARROW = { width: PHONE, colour: false }
const WIDE = { width: Number.POSITIVE_INFINITY, colour: false }

function telling(answer: Done, reply: Told, { quote }: About): Telling {
  const { title, notes = [], ...said } = saidOf(answer, reply)
  const name = (commandName(answer.command) ?? reply.kind).replaceAll(' ', '-')
  const warnings = warningTexts(reply)
  const common = {
    quote,
    notes: [...notes, ...warnings],
    buttons: reply.kind === 'info' ? thingButtons(reply.things) : [],
  }
  if ('table' in said) {
    const { body: lines, notes: same } = phoneTable(said.table)
    const whole = { name, ending: 'csv', text: () => csvText(said.table) } as const
    return { ...common, title, body: lines, notes: [...same, ...common.notes], whole }
  }
  const whole = { name, ending: 'txt', text: () => replyText(reply, answer.version, WIDE) } as const
  return { ...common, title, body: said.body, whole }
}

type Said = {
  readonly title: Words
  readonly notes?: readonly Words[]
} & ({ readonly table: Table } | { readonly body: Body })

function saidOf({ version, command }: Done, reply: Told): Said {
  switch (reply.kind) {
    case 'things':
      return reply.done ? changeSaid(reply.done, version, 1) : thingsSaid(reply, command)
    case 'count':
      return countSaid(reply)
    case 'info':
      return infoSaid(reply)
    case 'values':
      return valuesSaid(reply)
    case 'lines':
      return linesSaid(reply.lines)
    case 'table':
      if (reply.rows.length === 0) return linesSaid([reply.more ?? 'nothing found'])
      return { title: tableTitle(reply, commandName(command)), table: reply, notes: moreNotes(reply.more) }
    case 'change':
      return changeSaid([...failedTexts(reply.failed), ...reply.done], version, reply.changed)
    case 'history':
      return historySaid(reply)
    default:
      return reply satisfies never
  }
}

const moreNotes = (more: string | undefined): string[] => (more === undefined ? [] : [more])

// As many are named in the verdict.
const NAMED = 3

// `hello`: more likely said to a person than asked of an inventory.
const BARE = /^\s*[\p{L}\p{N}][^\s:()*?[\],"'/=]*[!?]?\s*$/u

function thingsSaid({ things, total }: Extract<Reply, { kind: 'things' }>, command: string): Said {
  if (things.length === 0)
    return {
      ...linesSaid(['nothing found']),
      notes: BARE.test(command) ? ['nothing is called that; `help` says what can be typed'] : [],
    }
  const rows = things.map(({ name, type, driver }) => [name, type, driver])
  const named = things.length <= NAMED ? `: ${things.map(({ name }) => name).join(', ')}` : ''
  return { title: `${totalText(total, things.length)}${named}`, table: { columns: ['name', 'type', 'driver'], rows } }
}

function countSaid({ count, by = 'value', groups }: Extract<Reply, { kind: 'count' }>): Said {
  if (!groups) return { title: counted(count, 'thing'), body: body([], 'text') }
  const rows = Object.entries(groups).map(([value, number]) => [value, number])
  const title = `${counted(count, 'thing')} in all, by ${by}`
  return rows.length === 0 ? { title, body: body([], 'text') } : { title, table: { columns: [by, 'count'], rows } }
}

function infoSaid(reply: Extract<Reply, { kind: 'info' }>): Said {
  const [only, ...more] = reply.things
  if (!only) return linesSaid(['nothing found'])
  const { warnings: _, ...alone } = reply
  const [first = '', ...lines] = replyText(alone, null, NARROW).split('\n')
  if (more.length > 0)
    return { title: totalText(reply.total, reply.things.length), body: body([first, ...lines], 'code') }
  const { place } = only
  const where = place ? ` in ${place.container}${place.units === null ? '' : ` at ${place.units}`}` : ''
  // Without the two columns that stood below the name.
  return {
    title: `${first}${where}`,
    body: body(
      lines.map((line) => line.replace(/^ {2}/, '')),
      'code',
    ),
  }
}

function valuesSaid({ rows, more }: Extract<Reply, { kind: 'values' }>): Said {
  const [first, ...others] = rows
  if (!first) return linesSaid(['no such attribute'])
  const isInherited = rows.some(({ from }) => from !== undefined)
  if (others.length === 0) {
    const from = first.from === undefined ? '' : `, from ${first.from}`
    const title = `${first.thing}: ${keyText(first)} = ${cellText(first.value)}`
    return { title, body: body([`${first.type}${from}`], 'text') }
  }
  const isOne = others.every(({ thing }) => thing === first.thing)
  const columns = [...(isOne ? [] : ['thing']), 'key', 'value', 'type', ...(isInherited ? ['from'] : [])]
  const cells = rows.map((row) => [
    ...(isOne ? [] : [row.thing]),
    ...[keyText(row), row.value, row.type],
    ...(isInherited ? [row.from ?? null] : []),
  ])
  const title = `${counted(rows.length, 'value')}${isOne ? ` of ${first.thing}` : ''}`
  return { title, table: { columns, rows: cells }, notes: moreNotes(more) }
}

function linesSaid(lines: readonly Words[]): Said {
  const [title = 'nothing', ...others] = lines
  // Columns that no phone shows side by side only take room.
  const texts = others.map((line) => safe(plainWords(line)))
  const isWide = texts.some((line) => line.length > 2 * PHONE)
  const told = isWide ? texts.map((line) => line.replace(/(?<=\S) {3,}(?=\S)/g, '  ')) : others
  return { title, body: isAligned(texts) ? body(told, 'code') : body(others, 'text') }
}

function changeSaid(done: readonly Words[], version: number | null, changed: number): Said {
  const [first, ...others] = done
  const undo = version === null ? [] : [`version ${version}; \`undo ${version}\` takes it back`]
  const isNothing = version === null && changed === 0
  if (first === undefined)
    return { title: isNothing ? 'nothing to change' : 'done', body: body([], 'text'), notes: undo }
  const title =
    others.length > 1 && isAlike(first, others[0] ?? '') ? words`${first}, and ${others.length} more` : first
  const notes = isNothing ? ['nothing was changed'] : undo
  return {
    title,
    body: body(others, 'text'),
    notes,
  }
}

/** `web01 added (server)` and `web02 added (server)`: the same was done. */
const isAlike = (one: Words, other: Words): boolean => withoutName(one) === withoutName(other)
const withoutName = (line: Words): string => plainWords(line).replace(/^\S+/, '').replace(/\d+/g, '')

/** The newest first. */
function historySaid({ entries }: Extract<Reply, { kind: 'history' }>): Said {
  const sorted = [...entries].sort((a, b) => b.version - a.version)
  const [newest] = sorted
  if (!newest) return linesSaid(['no history'])
  const lines = replyText({ kind: 'history', entries: sorted }, null, NARROW).split('\n')
  const title = words`${counted(sorted.length, 'change')}, the last by ${newest.name} at ${instant(newest.at)}`
  return { title, body: body(lines, 'code') }
}

/** A picture is shown in the message, with its first line for those who cannot see it; any other file hangs on it. */
function filePost(reply: Extract<Reply, { kind: 'file' }>, { quote }: About): Draft {
  const { path, mediaType, content, lines = [] } = reply
  const name = fileName(path)
  const isPicture = /^image\/(png|jpeg|gif)$/.test(mediaType)
  const said = lines[0] ?? `${name}, ${sizeText(content.length)}`
  const file: DraftFile = isPicture
    ? { name, mediaType, alt: cut(safe(said), 1000, 1500), content }
    : packed(name, mediaType, content)
  const draft = tell({
    ...{ title: said, quote, notes: warningTexts(reply), buttons: [] },
    body: isPicture
      ? body([], 'text')
      : body(
          lines.slice(1).map((line) => safe(line)),
          'text',
        ),
    whole: {
      name: name.replace(/\.[^.]*$/, ''),
      ending: 'txt',
      text: () => lines.map((line) => safe(line)).join('\n'),
    },
  })
  return { ...draft, files: [file, ...draft.files] }
}

/** The last part of a path, without what a disk or a chat would take for something else. */
function fileName(path: string): string {
  const last = path.split(/[\\/]/).at(-1) ?? ''
  return cut(safe(last.replace(/[\p{Cc}\u2028\u2029:*?"<>|]+/gu, '-')), 80, 120) || 'file'
}

function sizeText(bytes: number): string {
  if (bytes < 1000) return counted(bytes, 'byte')
  return bytes < 1e6 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`
}

/** With what was typed behind the verdict. */
function quoted(draft: Draft, { quote }: About): Draft {
  if (quote === null || quote.trim() === '') return draft
  const part: Part = { tag: 'quote', text: cut(safe(quote), 200, ROOM.quote) }
  return { ...draft, parts: [part, ...draft.parts] }
}
