// The demo: a data directory of its own, filled once with a seeded datacenter, and three operators to switch between.
import type { Inventory } from '../inventory/inventory.ts'
import { enrolFirst, type Newcomer } from '../inventory/operators/operators.ts'
import { BotError } from './error.ts'

/** The first is who asks where nobody is named. */
export const DEMO_OPERATORS = ['alice', 'bob', 'carol'] as const

const DEMO_ROLES: Readonly<Record<(typeof DEMO_OPERATORS)[number], string>> = {
  alice: 'operator',
  bob: 'approver',
  carol: 'reader',
}

export const DEMO_NEWCOMERS: readonly Newcomer[] = DEMO_OPERATORS.map((name) => ({
  identity: `demo:${name}`,
  role: DEMO_ROLES[name],
}))

/** The identity of an operator of the demo. Throws BotError `unknown-demo-operator`. */
export function demoIdentity(name: string | null): string {
  const wanted = (name ?? DEMO_OPERATORS[0]).toLowerCase()
  const known = DEMO_OPERATORS.find((operator) => operator === wanted)
  if (known === undefined) throw new BotError('unknown-demo-operator', { name: name ?? '', known: DEMO_OPERATORS })
  return `demo:${known}`
}

/**
 * Makes a new database the demo; `user` is the operating system's user, who may use it too. Throws BotError `not-a-demo`
 * for a database that is in use as something else.
 */
export async function openDemo(inventory: Inventory, user: string, place: string): Promise<void> {
  const { rows } = await inventory.database.knex.raw<{
    rows: { demo: boolean; operators: boolean; versions: boolean }[]
  }>(
    `select exists (select from identities where identity = ?) as demo, exists (select from operators) as operators,
      exists (select from versions) as versions`,
    [`demo:${DEMO_OPERATORS[0]}`],
  )
  if (rows[0]?.demo === true) return
  if (rows[0]?.operators === true) throw new BotError('not-a-demo', { place })
  // The operators come last: without them and with versions, a start was killed on the way.
  if (rows[0]?.versions === true) throw new BotError('demo-unfinished', { place })
  const { seedDemo } = await import('../commands/demo.ts')
  await seedDemo(inventory, demoIdentity(null))
  await enrolFirst(inventory.database.knex, [...DEMO_NEWCOMERS, { identity: user, role: 'admin' }])
}

/** Whether a database is the demo's. */
export async function isDemo(inventory: Inventory): Promise<boolean> {
  const { rows } = await inventory.database.knex.raw<{ rows: unknown[] }>(
    'select 1 from identities where identity = ?',
    [`demo:${DEMO_OPERATORS[0]}`],
  )
  return rows.length > 0
}
