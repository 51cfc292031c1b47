// How a command is handled here: at once, after the asker's own tap, or after somebody else's approval. The command says
// it, and rules that admins set move it, for all things or for those of a scope.
import type { Knex } from 'knex'
import type { Language } from '../grammar/language.ts'
import { expressionOf } from '../grammar/stored-expression.ts'
import { idsWithin } from '../inventory/query/within.ts'
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

/** The strictest that holds for any of the things. */
export async function levelOf(
  view: View,
  language: Language,
  command: Command,
  danger: Danger,
  targets: readonly Target[],
): Promise<Level> {
  const rules = (await rulesOf(view.knex)).filter(({ subject }) => isAbout(subject, command, danger))
  const scopes = new Map<string, ReadonlySet<number>>()
  for (const { scope } of rules) {
    const expression = scope === null || scopes.has(scope) ? null : expressionOf(language, scope)
    if (scope !== null && expression !== null)
      scopes.set(
        scope,
        await idsWithin(
          view,
          expression,
          targets.map(({ id }) => id),
        ),
      )
  }
  const sets = targets.map(({ id }) =>
    rules.filter(({ scope }) => scope === null || scopes.get(scope)?.has(id) === true),
  )
  if (sets.length === 0) sets.push(rules.filter(({ scope }) => scope === null))
  // Things that the same rules are about have the same level.
  const distinct = new Map(sets.map((set) => [set.map(({ id }) => id).join(), set]))
  return [...distinct.values()].map((set) => resolve(command, danger, set)).reduce(stricter)
}

export function isAbout(subject: string, { name }: Pick<Command, 'name'>, danger: Danger): boolean {
  return subject === danger || subject === name || name.startsWith(`${subject} `)
}

/** What each rule leaves open is said by the next: of scopes before of all, of the command before its danger, later first. */
function resolve({ name }: Command, danger: Danger, rules: readonly Rule[]): Level {
  const rank = ({ subject, scope }: Rule) =>
    (scope === null ? 0 : 4) + (subject === name ? 2 : subject === danger ? 0 : 1)
  const ordered = [...rules].sort((a, b) => rank(b) - rank(a) || b.id - a.id)
  const first = <T>(pick: (rule: Rule) => T | null): T | null => {
    for (const rule of ordered) {
      const said = pick(rule)
      if (said !== null) return said
    }
    return null
  }
  const rule = ordered.find((one) => one.level !== null) ?? null
  const level = rule?.level ?? danger
  return {
    rule,
    danger: level,
    needs: level === 'destroy' ? (first((rule) => rule.approvals) ?? 1) : 0,
    minutes: first((rule) => rule.minutes) ?? MINUTES,
    typed: first((rule) => rule.typed) ?? false,
  }
}

function stricter(a: Level, b: Level): Level {
  const most = isAtLeast(a.danger, b.danger) ? a : b
  return {
    danger: most.danger,
    rule: most.rule,
    needs: Math.max(a.needs, b.needs),
    minutes: Math.min(a.minutes, b.minutes),
    typed: a.typed || b.typed,
  }
}
