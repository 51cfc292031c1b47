// Whose schedule it is to change: its owner's, an admin's, and that of whoever may do what it does.

import { publicId } from '../jobs/public-id.ts'
import type { Schedule } from '../jobs/schedules/schedule.ts'
import type { Asking } from './command.ts'
import { CommandError } from './error.ts'
import { decide, grantedForAll } from './permit.ts'
import { checkSchedulable } from './schedule-check.ts'

/** As a refusal names it. */
export const OTHERS = "somebody else's schedule"

const WORDS = { active: 'schedule resume', paused: 'schedule pause', removed: 'schedule remove' } as const

/** Throws CommandError `schedule-not-yours`, `scope-too-small`; where it is to go on, what its owner's fire would be refused for. */
export async function refuseUnlessTheirs(asking: Asking, one: Schedule, to: Schedule['state']): Promise<void> {
  const inner = { ...asking, text: one.command, channel: one.channel }
  if (one.operator_id === asking.standing.operator?.id) {
    if (to === 'active') await checkSchedulable(inner)
    return
  }
  const admin = decide(asking.standing, { name: 'schedule', right: 'admin' }, asking.channel)
  if (admin.tag === 'allowed' && admin.scopes === null) return
  grantedForAll(asking.standing, asking.channel, WORDS[to], OTHERS)
  try {
    await checkSchedulable(inner)
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error
    throw new CommandError('schedule-not-yours', {
      id: publicId(one.id, 'schedule'),
      owner: one.owner,
      command: one.command,
    })
  }
}
