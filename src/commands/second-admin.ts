// What gives power over the bot itself needs a second admin, once there are two: one account that was taken over must not
// be enough to make itself company, or to take the approvals away.
import { currentAdmins } from '../inventory/operators/grants.ts'
import type { Asking, Raise } from './command.ts'

/** The word of an admin who is none of these; no more than the asker's where there is no such admin. */
export async function secondAdmin({ view, standing }: Asking, without: readonly number[] = []): Promise<Raise | null> {
  const others = (await currentAdmins(view.knex)).filter((id) => id !== standing.operator?.id && !without.includes(id))
  return others.length === 0 ? null : 'destroy'
}
