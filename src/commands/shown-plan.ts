// The plan of a command as it is shown, hashed and approved. For a change it is what doing it writes: it is done, looked
// at and taken back, in the same transaction.
import type { Change } from '../inventory/change.ts'
import { diffRows } from '../inventory/versions/diff.ts'
import { attempt } from '../inventory/write/attempt.ts'
import type { Asking, Command, JobPlan, Plan, Refused, Target } from './command.ts'
import { planHash } from './plan-hash.ts'
import type { Reply } from './reply.ts'

export interface ShownPlan {
  readonly targets: readonly Target[]
  /** A line each. */
  readonly effects: readonly string[]
  readonly facts: Readonly<Record<string, unknown>>
  /** What else it reaches, counted; not part of the hash. */
  readonly impact: readonly string[]
  readonly typed: string | null
  readonly hash: string
}

export function isJob(plan: Plan | JobPlan): plan is JobPlan {
  return 'task' in plan
}

export async function showPlan(
  change: Change,
  command: Command,
  asking: Asking,
  plan: Plan | JobPlan,
): Promise<ShownPlan> {
  const { targets, facts = {}, typed = null } = plan
  const effects = isJob(plan) ? plan.effects : effectsSeen(await rehearse(change, plan))
  const impact = isJob(plan) ? (plan.impact ?? []) : []
  const hash = planHash({ name: command.name, command: asking.text, targets, effects, facts })
  return { targets, effects, facts, impact, typed, hash }
}

export interface Rehearsal {
  readonly reply: Reply | Refused
  readonly effects: readonly string[]
  /** Things that were there before and are changed. */
  readonly changed: readonly number[]
}

/** What is written beside the inventory, such as a grant, is known by what is said of it. */
function effectsSeen({ effects, reply }: Rehearsal): readonly string[] {
  return effects.length === 0 && reply.kind === 'change' ? reply.done : effects
}

/** Does a change, looks at what it has written, and takes it back. */
export async function rehearse(change: Change, plan: Plan): Promise<Rehearsal> {
  let seen: Rehearsal | null = null
  await attempt(change, async () => {
    const reply = await plan.run(change)
    seen = { reply, effects: await effectsOf(change), changed: await changedThings(change) }
    throw new TakeBack()
  }).catch((error: unknown) => {
    if (!(error instanceof TakeBack)) throw error
  })
  if (seen === null) throw new Error('a rehearsal that saw nothing')
  return seen
}

class TakeBack extends Error {}

export async function effectsOf(change: Change): Promise<string[]> {
  if (change.written === 0) return []
  const { rows } = await diffRows(change, change.base, change.version, null, new Date())
  return rows.map(({ thing, change: what }) => `${thing}: ${what}`)
}

/** The things that a change wrote about and that it did not make itself. */
export async function changedThings(change: Change): Promise<number[]> {
  if (change.touched.size === 0) return []
  const { rows } = await change.knex.raw<{ rows: { id: number }[] }>(
    `select distinct id from things_all where id = any(?::bigint[]) and from_v <= ? and to_v > ?`,
    [[...change.touched], change.base, change.base],
  )
  return rows.map(({ id }) => id)
}
