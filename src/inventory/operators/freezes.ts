// Freezes where they hold: no new job and no destroy for what is frozen. A freeze is about the things that its expression
// meant when it began and about those that it means now; one that is no longer understood is about everything.
import type { Knex } from 'knex'
import type { Expression } from '../../grammar/ast.ts'
import { storedExpression } from '../../grammar/stored-expression.ts'
import { InventoryError } from '../error.ts'
import { idsMatching } from '../query/within.ts'
import type { View } from '../view.ts'

export interface Freeze {
  readonly id: number
  /** An expression; null for everything. */
  readonly scope: string | null
  /** Names of commands that go on, or their first words. */
  readonly except: readonly string[]
  readonly by: string
  readonly because: string | null
  readonly at: Date
  readonly until: Date | null
  /** What the expression meant when it began. */
  readonly things: readonly number[]
}

interface Named {
  readonly id: number
  readonly name: string
}

/** Those that hold now, by the database's clock. */
export async function activeFreezes(knex: Knex): Promise<Freeze[]> {
  const { rows } = await knex.raw<{ rows: Freeze[] }>(
    `select id, scope, except_commands as except, frozen_by as by, because, at, until, to_jsonb(things) as things
     from freezes where ended_at is null and (until is null or until > clock_timestamp()) order by id`,
  )
  return rows
}

/** Refuses a command by its name (`frozen`) while one of its targets is frozen, or everything is. */
export async function refuseFrozen(view: View, command: string, targets: readonly Named[]): Promise<void> {
  for (const freeze of await activeFreezes(view.knex)) {
    if (freeze.except.some((word) => command === word || command.startsWith(`${word} `))) continue
    const held = await heldBy(view, freeze, targets)
    if (held !== null && held.length === 0) continue
    const { id, scope, by, because, at, until } = freeze
    throw new InventoryError('frozen', {
      id,
      scope,
      by,
      because,
      since: at.toISOString(),
      until: until?.toISOString() ?? null,
      things: (held ?? []).map((thing) => thing.name),
    })
  }
}

/** Those of the targets that are frozen; null where everything is. */
async function heldBy(
  view: View,
  { scope, things }: Freeze,
  targets: readonly Named[],
): Promise<readonly Named[] | null> {
  if (scope === null) return null
  const expression = storedExpression(scope)
  const ids = targets.map(({ id }) => id)
  const now = expression === null ? null : await understood(view, expression, ids)
  if (now === null) return null
  const before = new Set(things)
  return targets.filter(({ id }) => now.has(id) || before.has(id))
}

/** Null where the expression means nothing any more: its driver is gone. */
async function understood(
  view: View,
  expression: Expression,
  ids: readonly number[],
): Promise<ReadonlySet<number> | null> {
  try {
    return await idsMatching(view, expression, ids)
  } catch (error) {
    if (error instanceof InventoryError) return null
    throw error
  }
}
