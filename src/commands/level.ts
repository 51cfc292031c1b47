// How a command is handled here: at once, after the asker's own tap, or after somebody else's approval. The command says
// it, and rules that admins set move it, for all things or for those of a scope.
import type { Knex } from 'knex'
import type { Language } from '../grammar/language.ts'
import { expressionOf } from '../grammar/stored-expression.ts'
import { InventoryError } from '../inventory/error.ts'
import { idsMatching, idsWithin } from '../inventory/query/within.ts'
import type { View } from '../inventory/view.ts'
import { type Command, DANGERS, type Danger, type JobPlan, type Plan, type Target } from './command.ts'

export interface Rule {
  readonly id: number
  /** The name of a command, its first words, or a danger: `power cycle`, `power`, `destroy`. */
  readonly subject: string
  readonly level: Danger | null
  readonly approvals: number | null
  /** How long a proposal waits. */
  readonly minutes: number | null
  readonly typed: boolean | null
  readonly scope: string | null
}

export interface Level {
  readonly danger: Danger
  /** Approvals of somebody else that it needs; 0 where the asker's own word is enough. */
  readonly needs: number
  readonly minutes: number
  /** Whether the name must be typed to approve it. */
  readonly typed: boolean
  /** The rule that says the danger; null where the command itself does. */
  readonly rule: Rule | null
  /** Other rules that say how many, for how long, and whether a name is typed. */
  readonly also: readonly Rule[]
}

const MINUTES = 30

export async function rulesOf(knex: Knex): Promise<Rule[]> {
  const { rows } = await knex.raw<{ rows: Rule[] }>(
    'select id, subject, level, approvals, minutes, typed, scope from rules order by id',
  )
  return rows
}

/**
 * The level of a command with these arguments and this plan: one that does another one again is handled as that one, and
 * a plan may ask for more than rules do.
 */
export async function levelOfPlan(
  view: View,
  language: Language,
  command: Command,
  args: unknown,
  plan: Plan | JobPlan,
): Promise<Level> {
  const { targets, raise } = plan
  const handled = 'task' in plan ? plan.handledAs : undefined
  const danger = handled?.danger ?? command.dangerOf(args)
  const level = await levelOf(view, language, handled?.command ?? command, danger, targets)
  if (raise === undefined || isAtLeast(level.danger, raise)) return level
  return { ...level, danger: raise, needs: raise === 'destroy' ? Math.max(1, level.needs) : 0, rule: null }
}

const isAtLeast = (a: Danger, b: Danger): boolean => DANGERS.indexOf(a) >= DANGERS.indexOf(b)

/**
 * The strictest that holds for any of the things. A rule whose scope is no longer read, or names what is gone, may be about
 * any of them: where it asks for more it is, and for less it is not.
 */
export async function levelOf(
  view: View,
  language: Language,
  command: Command,
  danger: Danger,
  targets: readonly Target[],
): Promise<Level> {
  const rules = (await rulesOf(view.knex)).filter(({ subject }) => isAbout(subject, command, danger))
  const reaches = new Map<string, Reach>()
  for (const { scope } of rules)
    if (scope !== null && !reaches.has(scope)) reaches.set(scope, await reachOf(view, language, scope, targets))
  const sets = targets.flatMap(({ id }) => {
    const clear = rules.filter(({ scope }) => scope === null || reaches.get(scope)?.surely.has(id) === true)
    const perhaps = rules.filter(({ scope }) => scope !== null && reaches.get(scope)?.perhaps.has(id) === true)
    return [clear, ...perhaps.map((one) => rules.filter((rule) => rule === one || clear.includes(rule)))]
  })
  if (sets.length === 0) sets.push(rules.filter(({ scope }) => scope === null))
  // Things that the same rules are about have the same level.
  const distinct = new Map(sets.map((set) => [set.map(({ id }) => id).join(), set]))
  return [...distinct.values()].map((set) => resolve(command, danger, set)).reduce(stricter)
}

interface Reach {
  readonly surely: ReadonlySet<number>
  /** Besides those. */
  readonly perhaps: ReadonlySet<number>
}

/** Which of the things a scope means, where it is read at all and what it names is there. */
async function reachOf(view: View, language: Language, scope: string, targets: readonly Target[]): Promise<Reach> {
  const ids = targets.map(({ id }) => id)
  const expression = expressionOf(language, scope)
  try {
    if (expression !== null) {
      const perhaps = await idsMatching(view, expression, ids)
      const surely = perhaps.size === 0 ? perhaps : await idsWithin(view, expression, ids)
      return { surely, perhaps: new Set([...perhaps].filter((id) => !surely.has(id))) }
    }
  } catch (error) {
    if (!(error instanceof InventoryError)) throw error
  }
  return { surely: new Set(), perhaps: new Set(ids) }
}

// A rule about a danger would otherwise have each yes wait for another yes, and nothing could be done any more.
const WORDS = ['approve', 'confirm', 'deny']

export function isAbout(subject: string, { name }: Pick<Command, 'name'>, danger: Danger): boolean {
  return (subject === danger && !WORDS.includes(name)) || subject === name || name.startsWith(`${subject} `)
}

/** What each rule leaves open is said by the next: of scopes before of all, of the command before its danger, later first. */
function resolve({ name }: Command, danger: Danger, rules: readonly Rule[]): Level {
  const rank = ({ subject, scope }: Rule) =>
    (scope === null ? 0 : 4) + (subject === name ? 2 : subject === danger ? 0 : 1)
  const ordered = [...rules].sort((a, b) => rank(b) - rank(a) || b.id - a.id)
  const first = (says: (rule: Rule) => unknown) => ordered.find((rule) => says(rule) !== null) ?? null
  const levelled = first((rule) => rule.level)
  // A level that is said for fewer things, or of the command itself, stands.
  const isOutranked = (rule: Rule) => levelled !== null && ordered.indexOf(levelled) < ordered.indexOf(rule)
  const [counted, timed, typed] = [
    first(({ approvals }) => approvals),
    first(({ minutes }) => minutes),
    first((rule) => rule.typed),
  ]
  const least = levelled?.level ?? danger
  const raising = [counted, typed].find((one) => one && !isOutranked(one) && raisedBy(one, least) !== least) ?? null
  const level = raising ? raisedBy(raising, least) : least
  const rule = raising ?? levelled
  const waits = level === 'destroy' ? [counted, timed, typed] : level === 'confirm' ? [timed, typed] : []
  return {
    rule,
    also: [...new Set(waits)].flatMap((one) => (one === null || one === rule ? [] : [one])),
    danger: level,
    needs: level === 'destroy' ? (counted?.approvals ?? 1) : 0,
    minutes: timed?.minutes ?? MINUTES,
    typed: typed?.typed ?? false,
  }
}

/** Who asks for approvals has them of whatever does less, and a name is typed to say yes: no such rule says nothing. */
export function raisedBy({ approvals, typed }: Pick<Rule, 'approvals' | 'typed'>, level: Danger): Danger {
  if (approvals !== null) return 'destroy'
  return typed === true && !isAtLeast(level, 'confirm') ? 'confirm' : level
}

function stricter(a: Level, b: Level): Level {
  const most = isAtLeast(a.danger, b.danger) ? a : b
  return {
    danger: most.danger,
    rule: most.rule,
    also: [...new Map([...a.also, ...b.also].map((rule) => [rule.id, rule])).values()].filter(
      ({ id }) => id !== most.rule?.id,
    ),
    needs: Math.max(a.needs, b.needs),
    minutes: Math.min(a.minutes, b.minutes),
    typed: a.typed || b.typed,
  }
}
