// The plan of a command as it is shown, hashed and approved. For a change it is what doing it writes: it is done, looked
// at and taken back, in the same transaction.
import type { Change } from '../inventory/change.ts'
import { diffRows } from '../inventory/versions/diff.ts'
import { attempt } from '../inventory/write/attempt.ts'
import type { Asking, Command, JobPlan, Plan, Refused, Target } from './command.ts'
import { planHash } from './plan-hash.ts'
import type { Reply } from './reply.ts'
import { plainWords } from './words.ts'

/** A thing. */
type Named = Pick<Target, 'id' | 'name'>

export interface ShownPlan {
  readonly targets: readonly Named[]
  /** A line each. */
  readonly effects: readonly string[]
  readonly facts: Readonly<Record<string, unknown>>
  /** What else it reaches, counted; above it what is only told, and no part of the hash: how things are now, say. */
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
  check: Check = async () => undefined,
): Promise<ShownPlan> {
  const { facts = {}, typed = null } = plan
  const rehearsal = isJob(plan) ? null : await rehearse(change, plan, check)
  // What a change is about may be known only when it is done: `undo 12`.
  const targets = plan.targets.length > 0 || !rehearsal ? plan.targets : rehearsal.about
  const effects = plan.effects ?? (rehearsal ? effectsSeen(rehearsal) : [])
  const counts = rehearsal ? await countsOf(change, rehearsal.changed) : []
  const impact = [...(plan.impact ?? []), ...counts]
  const beside = (isJob(plan) ? plan.readings : plan.summary) ?? []
  const hash = planHash({ name: command.name, command: asking.text, targets, effects, impact, facts })
  return { targets, effects, facts, impact: [...beside, ...impact], typed, hash }
}

export interface Rehearsal {
  readonly reply: Reply | Refused
  /** Things that it wrote about and that were there at some time before it. */
  readonly about: readonly Named[]
  readonly effects: readonly string[]
  /** Things that were there before and are changed. */
  readonly changed: readonly number[]
}

// Fewer things than these are seen one by one.
const COUNTED_FROM = 10

/** `60 things: 30 networkswitch, 30 server`, `in pools: lab 30, none 30` */
async function countsOf({ knex }: Change, ids: readonly number[]): Promise<string[]> {
  if (ids.length < COUNTED_FROM) return []
  const { rows } = await knex.raw<{ rows: { what: 'type' | 'pool'; name: string; count: number }[] }>(
    `with changed as (select id, type from things where id = any(?::bigint[])),
     pools as (select changed.id, p.name from changed left join (closure c join things p on p.id = c.ancestor_id
       and p.type in ('pool', 'exclusivepool', 'uniquepool')) on c.descendant_id = changed.id and c.ancestor_id <> changed.id)
     select 'type' as what, type as name, count(*)::int as count from changed group by type
     union all select 'pool', coalesce(name, 'none'), count(distinct id)::int from pools group by name
     order by what, count desc, name`,
    [[...ids]],
  )
  const said = (of: string) => rows.filter(({ what }) => what === of).map(({ name, count }) => [name, count] as const)
  const [types, pools] = [said('type'), said('pool')]
  return [
    `${ids.length} things: ${types.map(([name, count]) => `${count} ${name}`).join(', ')}`,
    ...(pools.every(([name]) => name === 'none')
      ? []
      : [`in pools: ${pools.map(([name, count]) => `${name} ${count}`).join(', ')}`]),
  ]
}

/** What is written beside the inventory, such as a grant, is known by what is said of it. */
function effectsSeen({ effects, reply }: Rehearsal): readonly string[] {
  return effects.length === 0 && reply.kind === 'change' ? reply.done.map(plainWords) : effects
}

/** Refuses what was written. */
export type Check = (change: Change) => Promise<void>

/** Does a change, looks at what it has written, and takes it back. */
export async function rehearse(change: Change, plan: Plan, check: Check): Promise<Rehearsal> {
  let seen: Rehearsal | null = null
  await attempt(change, async () => {
    const reply = await plan.run(change)
    await check(change)
    const [effects, about] = [await effectsOf(change), await thingsWritten(change)]
    seen = { reply, effects, about, changed: await changedThings(change) }
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

async function thingsWritten(change: Change): Promise<Named[]> {
  if (change.touched.size === 0) return []
  const { rows } = await change.knex.raw<{ rows: Named[] }>(
    `select id, name from (
       select distinct on (id) id, name, name_key from things_all where id = any(?::bigint[]) and from_v <= ?
       order by id, to_v desc) latest order by name_key`,
    [[...change.touched], change.base],
  )
  return rows
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
