// Who did what, on whose word, and what became of it: the audit, asked and checked.
import type { Knex } from 'knex'
import type { When } from '../grammar/ast.ts'
import { suggest } from '../grammar/suggest.ts'
import { printRow } from '../inventory/import/table/csv.ts'
import type { AuditRow } from '../inventory/operators/audit.ts'
import { type Broken, walkChain } from '../inventory/operators/audit-chain.ts'
import { type AuditFilter, auditRows, identitiesOf, livesOf, type Who } from '../inventory/operators/audit-log.ts'
import { lookup } from '../inventory/query/lookup.ts'
import { publicId } from '../jobs/public-id.ts'
import { type Asking, type Command, readCommand } from './command.ts'
import { CommandError } from './error.ts'
import { calledBy, meantBy } from './mark.ts'
import type { Reply } from './reply.ts'
import { spreadsheetCell } from './spreadsheet-cell.ts'
import { timeOf } from './time.ts'

// A page in a chat, and what one file holds: it is made in memory.
const PAGE = 30
const FILE = 100_000
const AUDIT = 'audit'

export const audit = readCommand({
  name: AUDIT,
  summary:
    'Who did what, on whose word and with what outcome, the newest first: of a thing, a command, an operator, a time',
  syntax:
    'audit [<words:word>...] [by <operator:mark>] [since <since:when>] [until <until:when>] [before <before:int>] [csv]',
  examples: ['audit', 'audit server1', 'audit attr set since 2h ago', 'audit server1 delete csv'],
  async run(args, asking) {
    const filter = { ...(await filterOf(args, asking)), ...(args.before === undefined ? {} : { before: args.before }) }
    const { knex } = asking.view
    if (args.csv === true) return file(await auditRows(knex, filter, FILE + 1))
    const rows = await auditRows(knex, filter, PAGE + 1)
    return table(rows.slice(0, PAGE), rows.length > PAGE, asking.text)
  },
})

interface AuditArguments {
  readonly words?: readonly string[]
  readonly operator?: string
  readonly since?: When
  readonly until?: When
}

async function filterOf({ words = [], operator, since, until }: AuditArguments, asking: Asking): Promise<AuditFilter> {
  const { view, now } = asking
  const { thing, commands } = subjectOf(words, asking.registry)
  return {
    ...(thing === null ? {} : { things: await thingsOf(asking, thing) }),
    ...(commands === null ? {} : { commands }),
    ...(operator === undefined ? {} : { by: await whoOf(asking, operator) }),
    ...(since === undefined ? {} : { since: await timeOf(view, since, now, 'after') }),
    ...(until === undefined ? {} : { until: await timeOf(view, until, now, 'before') }),
  }
}

/** `[<thing>] [<command>]`: a thing that is called like a command comes before the command, `audit power power off`. */
function subjectOf(words: readonly string[], registry: readonly Command[]) {
  const whole = commandsNamed(words, registry)
  if (words.length === 0 || whole.length > 0) return { thing: null, commands: words.length === 0 ? null : whole }
  const [thing = null, ...rest] = words
  const commands = commandsNamed(rest, registry)
  if (rest.length > 0 && commands.length === 0) {
    const name = rest.join(' ')
    const names = registry.map((command) => command.name)
    throw new CommandError('unknown-command-help', { name, suggestions: suggest(name, names) })
  }
  return { thing, commands: rest.length === 0 ? null : commands }
}

/** The commands of that name, or that begin with these words: `power`. */
function commandsNamed(words: readonly string[], registry: readonly Command[]): string[] {
  const wanted = words.join(' ').toLowerCase()
  if (wanted === '') return []
  return registry.flatMap(({ name }) => (name === wanted || name.startsWith(`${wanted} `) ? [name] : []))
}

async function thingsOf({ view, text }: Asking, name: string) {
  const lives = await livesOf(view, name)
  return lives.length > 0
    ? lives
    : [{ id: (await lookup(view, { text: name, at: Math.max(0, text.indexOf(name, AUDIT.length)) })).id, until: null }]
}

async function whoOf(asking: Asking, mark: string): Promise<Who> {
  const who = await meantBy(mark, asking)
  if (who.tag === 'operator') return { name: who.name, identities: await identitiesOf(asking.view.knex, who.id) }
  // Whoever was refused need not be an operator.
  return { name: calledBy(who), identities: [calledBy(who)] }
}

function table(rows: readonly AuditRow[], isMore: boolean, text: string): Reply {
  const last = rows.at(-1)
  const again = text.replace(/\s+before\s+\d+/i, '')
  return {
    kind: 'table',
    columns: ['id', 'at', 'by', 'command', 'outcome'],
    rows: rows.map((row) => [
      row.id,
      row.at.replace(/\.\d+Z$/, 'Z'),
      row.operator ?? row.identity,
      row.command,
      became(row),
    ]),
    ...(isMore && last ? { more: `older ones: \`${again} before ${last.id}\`; all of them: \`${again} csv\`` } : {}),
  }
}

/** `done (version 12)`, `approved (3-k7f)`, `started (job 7-xm2, 3-k7f approved by bob)` */
function became({ outcome, version, job, proposal, approvers }: AuditRow): string {
  const by = approvers.length === 0 ? '' : ` approved by ${approvers.join(', ')}`
  const facts = [
    ...(version === null ? [] : [`version ${version}`]),
    ...(job === null ? [] : [`job ${job}`]),
    ...(proposal === null ? [] : [`${proposal}${by}`]),
  ]
  return facts.length === 0 ? outcome : `${outcome} (${facts.join(', ')})`
}

const COLUMNS = [
  ...([
    'id',
    'at',
    'operator',
    'identity',
    'chat',
    'message',
    'command',
    'name',
    'decision',
    'rule',
    'proposal',
  ] as const),
  ...(['planHash', 'approvers', 'outcome', 'because', 'version', 'job', 'things', 'hash'] as const),
]

function file(rows: readonly AuditRow[]): Reply {
  const kept = rows.slice(0, FILE)
  const lines = [
    printRow(COLUMNS.map((column) => column.replace('planHash', 'plan_hash'))),
    ...kept.map((row) => printRow(COLUMNS.map((column) => cell(row[column])))),
  ]
  const more = rows.length > FILE ? `; older ones: before ${kept.at(-1)?.id}` : ''
  return {
    kind: 'file',
    path: 'audit.csv',
    mediaType: 'text/csv; charset=utf-8',
    content: new TextEncoder().encode(`${lines.join('\r\n')}\r\n`),
    lines: [`${kept.length} rows of the audit${more}`],
  }
}

function cell(value: AuditRow[keyof AuditRow]): string {
  if (value === null) return ''
  return spreadsheetCell(Array.isArray(value) ? value.join(' ') : String(value))
}

export const auditVerify = readCommand({
  name: 'audit verify',
  summary:
    'Checks the audit from its first row, and names the first bad one; a head that was noted before must be in it',
  syntax: 'audit verify [<noted:word>]',
  examples: ['audit verify'],
  async run({ noted }, { view }) {
    const hash = noted?.toLowerCase() ?? null
    if (hash !== null && !/^[0-9a-f]{64}$/.test(hash))
      throw new CommandError('bad-arguments', {
        reason: `${noted} is no hash of the audit`,
        expected: 'audit verify, or audit verify and the 64 characters of a head that it showed before',
      })
    const newest = await newestOf(view.knex)
    const { rows, head, broken, found } = await walkChain(view.knex, hash)
    if (broken) throw new CommandError('audit-broken', { ...broken, reason: REASONS[broken.fault], good: rows })
    const reason = await untold(view.knex, newest)
    if (reason !== null) throw new CommandError('audit-broken', { id: rows + 1, to: rows + 1, reason, good: rows })
    if (hash !== null && found === null) throw new CommandError('audit-cut', { rows, noted: hash })
    return {
      kind: 'lines',
      lines: [
        `the audit is whole: ${rows} ${rows === 1 ? 'row' : 'rows'}, each follows the one before it`,
        ...(found === null ? [] : [`the head that was noted is row ${found}`]),
        `head ${head}`,
        `note it elsewhere: \`audit verify ${head.slice(0, 8)}…\` shows later that nothing was taken off the end`,
      ],
    }
  },
})

interface Newest {
  readonly run: number | null
  readonly version: number | null
}

/** The newest of what is written together with a row. Versions of jobs are not, nor is what the demo begins with. */
async function newestOf(knex: Knex): Promise<Newest> {
  const { rows } = await knex.raw<{ rows: Newest[] }>(
    `select (select max(id) from runs) as run, (select max(version) from versions
       where job is null and at > (select at from audit order by id limit 1)) as version`,
  )
  return rows[0] ?? { run: null, version: null }
}

/** What shows that rows were taken off the end, also where nobody has noted a head; null where nothing does. */
async function untold(knex: Knex, { run, version }: Newest): Promise<string | null> {
  const job = run === null ? null : publicId(run)
  const { rows } = await knex.raw<{ rows: { run: boolean; version: boolean }[] }>(
    `select exists (select from audit where job = ?) as run, exists (select from audit where version = ?) as version`,
    [job, version] as Knex.RawBinding[],
  )
  const [told] = rows
  const gone = 'and no row tells of it: rows were taken off the end'
  if (job !== null && told?.run !== true) return `there is the job ${job}, ${gone}`
  return version !== null && told?.version !== true ? `there is version ${version}, ${gone}` : null
}

const REASONS: Readonly<Record<Broken['fault'], string>> = {
  changed: 'it does not say what its hash was made of: it was changed',
  missing: 'it is not there: it was taken out',
  astray: 'it does not follow the row before it: one of the two was put in, moved or made anew',
}
