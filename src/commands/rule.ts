// Rules that move commands between levels: at once, after the asker's own word, after somebody else's approval.
import { suggest } from '../grammar/suggest.ts'
import { approversOf } from '../inventory/operators/approvers.ts'
import { listRules, type RuleRow, removeRule, setRule } from '../inventory/operators/rules.ts'
import { instant } from '../inventory/read/instant.ts'
import { type Asking, type Command, changeCommand, DANGERS, type Danger, type Plan, readCommand } from './command.ts'
import { CommandError } from './error.ts'
import { commandsOf, scopeText, where } from './granted-role.ts'
import { isAbout, raisedBy } from './level.ts'
import { saying, tooFew } from './level-line.ts'
import { rolesThatApprove } from './roles.ts'
import { secondAdmin } from './second-admin.ts'

const MOST_APPROVALS = 10
const MOST_MINUTES = 7 * 24 * 60

export const ruleSet = changeCommand({
  name: 'rule set',
  summary: 'Says for a command, for all that begin so, or for a danger, on whose word it is done',
  syntax:
    'rule set <subject:string> [<level:change|job|confirm|destroy>] [approvals <approvals:int>] [expires <minutes:int>] [typed] [on <scope:expr>]',
  examples: [
    'rule set "attr set" confirm on driver:Server',
    'rule set destroy confirm',
    'rule set delete approvals 2 expires 60 typed',
  ],
  right: 'admin',
  guarded: false,
  async plan(args, asking): Promise<Plan> {
    const subject = subjectOf(args.subject, asking.registry)
    const { level = null, approvals = null, minutes = null } = args
    const typed = args.typed === true ? true : null
    refuseNumbers({ level, approvals, minutes, typed })
    const scope = args.scope ? await scopeText(args.scope, asking) : null
    const rules = await listRules(asking.view.knex)
    const before = rules.find((rule) => rule.subject === subject && rule.scope === scope)
    const fresh = { subject, level, approvals, minutes, typed, scope, set_by: asking.operator }
    const unmet = await unmetLines(fresh, asking)
    const raise = isWeaker(fresh, rules, asking.registry) ? await secondAdmin(asking) : null
    return {
      targets: [],
      facts: { before: before?.id ?? null },
      ...(raise === null ? {} : { raise }),
      async run({ knex }) {
        await setRule(knex, fresh)
        const was = before ? ` (before: ${saying(before)})` : ''
        return {
          kind: 'change',
          done: [
            `${subject}${where({ scope, channel: null })}: ${saying(fresh)}${was}`,
            ...raisedLines(fresh, asking.registry),
            ...unmet,
          ],
          changed: 1,
        }
      },
    }
  },
})

export const ruleRemove = changeCommand({
  name: 'rule remove',
  summary: 'Removes a rule by its number',
  syntax: 'rule remove <id:int>',
  examples: ['rule remove 1'],
  right: 'admin',
  guarded: false,
  async plan({ id }, asking): Promise<Plan> {
    const rules = await listRules(asking.view.knex)
    const rule = rules.find((one) => one.id === id)
    if (!rule) throw new CommandError('unknown-rule', { id, known: rules.map((one) => one.id) })
    const raise = isStrict(rule, rules, asking.registry) ? await secondAdmin(asking) : null
    return {
      targets: [],
      ...(raise === null ? {} : { raise }),
      async run({ knex }) {
        await removeRule(knex, id)
        const what = `${rule.subject}${where({ scope: rule.scope, channel: null })}`
        return { kind: 'change', done: [`no rule any more for ${what} (was: ${saying(rule)})`], changed: 1 }
      },
    }
  },
})

export const ruleList = readCommand({
  name: 'rule list',
  summary: 'The rules, and who set them',
  syntax: 'rule list',
  examples: ['rule list'],
  async run(_args, { view }) {
    const rules = await listRules(view.knex)
    return {
      kind: 'table',
      columns: ['rule', 'about', 'on', 'says', 'set by', 'at'],
      rows: rules.map((rule) => [rule.id, rule.subject, rule.scope, saying(rule), rule.set_by, instant(rule.at)]),
      ...(rules.length === 0 ? { more: 'no rules: every command has the level that `help` shows' } : {}),
    }
  },
})

type Said = Pick<RuleRow, 'level' | 'approvals' | 'minutes' | 'typed'>

/** What the rule makes of commands that would be done on fewer words, where its level does not say it. */
function raisedLines(fresh: Rule, registry: readonly Command[]): string[] {
  const levels = isDanger(fresh.subject) ? [fresh.subject] : subjectsOf(fresh, registry).map(({ danger }) => danger)
  const least = levelOf(fresh.level) ?? levels.reduce((a, b) => (rank(b) < rank(a) ? b : a), 'destroy')
  const raised = raisedBy(fresh, least)
  if (raised !== least)
    return [
      `its level is raised: all that it is about waits for ${raised === 'destroy' ? 'approval' : 'the own word of who asks'}`,
    ]
  return rank(least) === 0 && fresh.minutes !== null
    ? ['what is done at once does not wait: for that a rule gives a level too, as in `rule set … confirm`']
    : []
}

const levelOf = (level: string | null): Danger | null => (level !== null && isDanger(level) ? level : null)

/** Where there are not as many who could approve as the rule asks for. */
async function unmetLines(fresh: Rule, { view, registry }: Asking): Promise<string[]> {
  if (fresh.approvals === null) return []
  const counts: number[] = []
  for (const right of new Set(subjectsOf(fresh, registry).map((command) => command.right)))
    counts.push((await approversOf(view.knex, 0, rolesThatApprove(right), null)).length)
  const may = Math.min(...counts)
  return may >= fresh.approvals ? [] : [`warning: ${tooFew(fresh.approvals, may)}`]
}

/** A danger, a command, or the words that several begin with. Throws CommandError `bad-rule-subject`. */
function subjectOf(text: string, registry: readonly Command[]): string {
  const subject = text.trim().toLowerCase().replace(/\s+/g, ' ')
  const isRead = subject === 'read'
  if (!isRead && isDanger(subject)) return subject
  const meant = commandsOf(subject, registry)
  if (meant.some(({ does }) => does !== 'read')) return subject
  const known = [...DANGERS.slice(1), ...registry.flatMap(({ name, does }) => (does === 'read' ? [] : [name]))]
  throw new CommandError('bad-rule-subject', {
    subject,
    isRead: isRead || meant.length > 0,
    suggestions: meant.length > 0 ? [] : suggest(subject, known),
  })
}

const isDanger = (text: string): text is Danger => (DANGERS as readonly string[]).includes(text)

function refuseNumbers({ level, approvals, minutes, typed }: Said): void {
  const expected = '`rule set <command> <level>`, `approvals 1` to 10, `expires 1` to 10080 (minutes), `typed`'
  const refuse = (reason: string) => new CommandError('bad-arguments', { reason, expected })
  if (level === null && approvals === null && minutes === null && typed === null)
    throw refuse('the rule says nothing: a level, or how many approvals, or for how long')
  if (approvals !== null && (approvals < 1 || approvals > MOST_APPROVALS))
    throw refuse(`${approvals} approvals are not 1 to ${MOST_APPROVALS}`)
  if (minutes !== null && (minutes < 1 || minutes > MOST_MINUTES))
    throw refuse(`${minutes} minutes are not 1 to ${MOST_MINUTES}`)
}

type Rule = Omit<RuleRow, 'id' | 'at'>

/** Whether some command could be done on fewer words than without the rule. */
function isWeaker(fresh: Rule, rules: readonly Rule[], registry: readonly Command[]): boolean {
  const others = rules.filter((rule) => meet(rule, fresh, registry))
  const most = Math.max(1, ...others.map(({ approvals }) => approvals ?? 1))
  if (fresh.approvals !== null && fresh.approvals < most) return true
  if (others.some((rule) => rule.subject === fresh.subject && rule.scope === fresh.scope && rule.typed && !fresh.typed))
    return true
  const base = isDanger(fresh.subject) ? [fresh.subject] : subjectsOf(fresh, registry).map(({ worst }) => worst)
  const levels = [...base, ...others.map(effective)]
  const replaced = others.some(({ subject, scope }) => subject === fresh.subject && scope === fresh.scope)
  if (fresh.level === null) return replaced
  return rank(effective(fresh)) < Math.max(...levels.map(rank))
}

/** Whether a rule asks for more than the commands themselves do, or other rules about them. */
function isStrict(rule: RuleRow, rules: readonly RuleRow[], registry: readonly Command[]): boolean {
  const others = rules.filter(({ id, level }) => id !== rule.id && level !== null)
  const least = Math.min(
    ...subjectsOf(rule, registry).map(({ danger }) => rank(danger)),
    ...others.flatMap((other) => (meet(other, rule, registry) ? rank(effective(other)) : [])),
  )
  return rule.typed === true || (rule.approvals ?? 1) > 1 || rank(effective(rule)) > least
}

// What the rule makes of what would be done at once.
const effective = (rule: Rule): Danger => raisedBy(rule, levelOf(rule.level) ?? 'change')

// The levels `change` and `job` are both at once.
const rank = (level: string | null): number => (level === 'destroy' ? 2 : level === 'confirm' ? 1 : 0)

const subjectsOf = (rule: Rule, registry: readonly Command[]): readonly Command[] =>
  registry.filter((command) => command.does !== 'read' && concerns(rule.subject, command))

const concerns = (subject: string, command: Command): boolean =>
  isDanger(subject)
    ? DANGERS.indexOf(command.danger) <= DANGERS.indexOf(subject) &&
      DANGERS.indexOf(subject) <= DANGERS.indexOf(command.worst)
    : isAbout(subject, command, command.danger)

const meet = (a: Rule, b: Rule, registry: readonly Command[]): boolean =>
  subjectsOf(a, registry).some((command) => concerns(b.subject, command))
