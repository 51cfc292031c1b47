// Who may do what. Deny by default, decided from the operator's grants before anything of the inventory is read; the
// scope of a grant is checked later, against the things that a plan names and that a change has touched.
import type { Knex } from 'knex'
import type { Expression } from '../grammar/ast.ts'
import type { Language } from '../grammar/language.ts'
import { expressionOf } from '../grammar/stored-expression.ts'
import { InventoryError } from '../inventory/error.ts'
import { type Grant, type Operator, type Standing, standingOf } from '../inventory/operators/standing.ts'
import type { Moment } from '../inventory/query/source.ts'
import { idsWithin } from '../inventory/query/within.ts'
import type { View } from '../inventory/view.ts'
import type { Command, Target } from './command.ts'
import { CommandError } from './error.ts'
import { type Right, roleNamed } from './roles.ts'
import { type Word, type Words, words } from './words.ts'

/** Where it is asked: grants may hold in one channel only. Null where the chat has none, such as the terminal. */
export type Channel = string | null

export type Decision =
  | {
      readonly tag: 'allowed'
      readonly operator: Operator
      readonly identity: string
      readonly command: string
      readonly right: Right
      /** The rule that said so: `admin, granted by os:root`. */
      readonly rule: string
      /** Expressions as typed: it must be about things of one of them. Null for all things. */
      readonly scopes: readonly string[] | null
    }
  | {
      readonly tag: 'denied'
      /** The name of the operator; of nobody's identity the identity. */
      readonly asker: string
      readonly command: string
      readonly right: Right
      readonly rule: Words
    }

export type Allowed = Extract<Decision, { tag: 'allowed' }>

/** What a command needs to be decided about. */
export type Asked = Pick<Command, 'name' | 'right'>

/** Whether they may read the inventory at all. */
export function mayRead(standing: Standing, channel: Channel): boolean {
  return decide(standing, { name: 'find', right: 'read' }, channel).tag === 'allowed'
}

/** Decides from what is known about the asker; reads nothing. No grant that covers the command means no. */
export function decide(standing: Standing, { name, right }: Asked, channel: Channel): Decision {
  const { identity, operator } = standing
  const asker = operator?.name ?? identity
  const denied = (rule: Words): Decision => ({ tag: 'denied', asker, command: name, right, rule })
  if (operator === null)
    return right === 'anyone'
      ? allowed(standing, { id: 0, name: identity }, name, right, 'anyone may', null)
      : denied('nobody has made this identity an operator')
  if (right === 'anyone') return allowed(standing, operator, name, right, 'anyone may', null)
  const covering = standing.grants.filter((grant) => covers(grant, name, right))
  if (covering.length === 0)
    return denied(
      standing.grants.length === 0
        ? `${operator.name} has no role`
        : `none of the roles of ${operator.name} has it: ${[...new Set(standing.grants.map(({ role }) => role))].join(', ')}`,
    )
  const here = covering.filter(({ channel: only }) => only === null || only === channel)
  const [first] = here
  if (!first) return denied(words`it is granted in ${channelsOf(covering)} only`)
  // Reading is of everything or of nothing: what one thing shows, it shows of its neighbours too.
  const everywhere = right === 'read' ? first : here.find(({ scope }) => scope === null)
  if (everywhere) return allowed(standing, operator, name, right, ruleOf(everywhere), null)
  const scopes = [...new Set(here.flatMap(({ scope }) => scope ?? []))]
  return allowed(standing, operator, name, right, [...new Set(here.map(ruleOf))].join('; '), scopes)
}

const channelsOf = (grants: readonly Grant[]): Words =>
  [...new Set(grants.flatMap(({ channel }) => channel ?? []))].flatMap((channel, at): readonly Word[] =>
    at === 0 ? [{ channel }] : [', ', { channel }],
  )

function allowed(
  { identity }: Standing,
  operator: Operator,
  command: string,
  right: Right,
  rule: string,
  scopes: readonly string[] | null,
): Decision {
  return { tag: 'allowed', operator, identity, command, right, rule, scopes }
}

/** A role has rights; a grant of a command's name, or of its first words, is for that command, and for reading. */
function covers({ role }: Grant, command: string, right: Right): boolean {
  const known = roleNamed(role)
  if (known) return known.rights.includes(right)
  return right === 'read' || (right === 'operate' && (command === role || command.startsWith(`${role} `)))
}

/** `role operator through slack:S012AB3CD on (name:lab) in #ops`, `command power off` */
export function ruleOf({ role, scope, channel, group }: Grant): string {
  return [
    `${roleNamed(role) ? 'role' : 'command'} ${role}`,
    ...(group === null ? [] : [`through ${group}`]),
    ...(scope === null ? [] : [`on (${scope})`]),
    ...(channel === null ? [] : [`in ${channel}`]),
  ].join(' ')
}

/** May this identity use this command here? Throws CommandError `not-permitted`. */
export async function permit(knex: Knex, identity: string, command: Asked, channel: Channel): Promise<Allowed> {
  return granted(decide(await standingOf(knex, identity), command, channel))
}

/** Throws CommandError `not-permitted`. */
export function granted(decision: Decision): Allowed {
  if (decision.tag === 'allowed') return decision
  const { asker, command, right, rule } = decision
  throw new CommandError('not-permitted', { operator: asker, command, permission: right, rule })
}

/**
 * May they do it to what is everybody's, or somebody else's, and which no scope reaches? Throws CommandError
 * `not-permitted`, `scope-too-small`.
 */
export function grantedForAll(standing: Standing, channel: Channel, command: string, what: string): Allowed {
  const allowed = granted(decide(standing, { name: command, right: 'operate' }, channel))
  const { scopes, operator } = allowed
  if (scopes !== null) throw new CommandError('scope-too-small', { operator: operator.name, command, scopes, what })
  return allowed
}

/** May they do it to these things? Throws CommandError `out-of-scope`. */
export async function authorize(
  view: View,
  language: Language,
  { scopes, operator, command }: Allowed,
  targets: readonly Target[],
): Promise<void> {
  if (scopes === null) return
  const outside = await outsideOf(view, language, scopes, targets)
  const [first] = outside
  if (first)
    throw new CommandError('out-of-scope', {
      operator: operator.name,
      command,
      things: outside.map(({ name }) => name),
      scopes,
    })
}

/** Those that none of the scopes covers. A scope that is no expression any more covers nothing. */
export async function outsideOf<T extends Target>(
  view: View,
  language: Language,
  scopes: readonly string[],
  targets: readonly T[],
  moment: Moment = null,
): Promise<readonly T[]> {
  let left = targets
  for (const scope of scopes) {
    const expression = expressionOf(language, scope)
    if (expression === null || left.length === 0) continue
    const ids = left.map(({ id }) => id)
    const inside = await coveredBy(view, expression, ids, moment)
    left = left.filter(({ id }) => !inside.has(id))
  }
  return left
}

/** A scope that names a driver that is no longer there covers nothing, and leaves the others as they are. */
export async function coveredBy(
  view: View,
  expression: Expression,
  ids: readonly number[],
  moment: Moment,
): Promise<ReadonlySet<number>> {
  try {
    return await idsWithin(view, expression, ids, moment)
  } catch (error) {
    if (error instanceof InventoryError) return new Set()
    throw error
  }
}
