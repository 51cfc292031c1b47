// What gives power over the bot itself needs a second admin, once there are two: one account that was taken over must not
// be enough to make itself company, or to take the approvals away.
import { currentAdmins } from '../inventory/operators/grants.ts'
import { standingOf } from '../inventory/operators/standing.ts'
import type { Asking, Raise } from './command.ts'
import { decide, granted } from './permit.ts'

/** The word of an admin who is none of these; no more than the asker's where there is no such admin. */
export async function secondAdmin({ view, standing }: Asking, without: readonly number[] = []): Promise<Raise | null> {
  const others = (await currentAdmins(view.knex)).filter((id) => id !== standing.operator?.id && !without.includes(id))
  return others.length === 0 ? null : 'destroy'
}

/**
 * An admin whose role was taken while this command waited for its turn to write is refused: two who revoke each other
 * at the same moment do not both succeed. Throws CommandError `not-permitted`.
 */
export async function refuseFormerAdmin({ view, operator, channel }: Asking, name: string): Promise<void> {
  granted(decide(await standingOf(view.knex, operator), { name, right: 'admin' }, channel))
}
