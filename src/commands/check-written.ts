// What is checked when a change is written, and when it is only tried: that nothing it wrote about is locked by somebody
// else, and that all of it was and is within the scope of who asked.
import type { Change } from '../inventory/change.ts'
import { refuseLockedChange } from '../inventory/resources/locks.ts'
import { authorizeWritten } from './authorize-written.ts'
import type { Plan } from './command.ts'
import type { Request } from './request.ts'

/** Throws InventoryError `locked-thing`, CommandError `out-of-scope`. */
export async function checkWritten(
  change: Change,
  { allowed, glass, asking }: Pick<Request, 'allowed' | 'glass' | 'asking'>,
  plan: Plan,
): Promise<void> {
  // A word to a proposal: what it writes was checked as the change of who proposed it.
  if (plan.checksScope === true) return
  if (plan.liftsLocks !== true) await refuseLockedChange(change, asking.standing.operator?.id ?? null)
  await authorizeWritten(change, asking.language, allowed)
  if (glass !== null) await authorizeWritten(change, asking.language, glass)
}
