// Freezes where they hold: no new job and no destroy for what is frozen. A freeze is about the things that its expression
// meant when it began and about those that it means now; one that is no longer understood is about everything.
import type { Knex } from 'knex'
import type { Expression } from '../grammar/ast.ts'
import type { Language } from '../grammar/language.ts'
import { InventoryError } from '../inventory/error.ts'
import { idsMatching } from '../inventory/query/within.ts'
import type { View } from '../inventory/view.ts'
import type { Command, Target } from './command.ts'
import { CommandError } from './error.ts'
import { expressionOf } from './permit.ts'

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

/** Those that hold now, by the database's clock. */
export async function activeFreezes(knex: Knex): Promise<Freeze[]> {
  const { rows } = await knex.raw<{ rows: Freeze[] }>(
    `select id, scope, except_commands as except, frozen_by as by, because, at, until, to_jsonb(things) as things
     from freezes where ended_at is null and (until is null or until > clock_timestamp()) order by id`,
  )
  return rows
}

/**
 * Refuses a job or a destroy while one of its targets is frozen, or everything is; also to be asked by the first step of a
 * job. Throws CommandError `frozen`.
 */
export async function refuseFrozen(
  view: View,
  language: Language,
  { name }: Pick<Command, 'name'>,
  targets: readonly Pick<Target, 'id' | 'name'>[],
): Promise<void> {
  for (const freeze of await activeFreezes(view.knex)) {
    if (freeze.except.some((word) => name === word || name.startsWith(`${word} `))) continue
    const held = await heldBy(view, language, freeze, targets)
    if (held !== null && held.length === 0) continue
    const { id, scope, by, because, at, until } = freeze
    throw new CommandError('frozen', {
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
async function heldBy<T extends Pick<Target, 'id'>>(
  view: View,
  language: Language,
  { scope, things }: Freeze,
  targets: readonly T[],
): Promise<readonly T[] | null> {
  if (scope === null) return null
  const expression = expressionOf(language, scope)
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
