// What holds jobs and destroys back, whoever asks: things that are frozen, protected, or locked by somebody else. It is
// asked when a command is given, and again when a proposal is carried out.
import type { Change } from '../inventory/change.ts'
import { refuseFrozen } from '../inventory/operators/freezes.ts'
import { refuseLocked } from '../inventory/resources/locks.ts'
import { refuseProtected } from '../inventory/resources/protection.ts'
import type { JobPlan, Plan } from './command.ts'
import type { Request } from './request.ts'
import { isJob } from './shown-plan.ts'

/** Throws InventoryError `frozen`, `protected-thing`, `locked-thing`. Changes of the inventory pass. */
export async function refuseHeld(change: Change, request: Request, plan: Plan | JobPlan): Promise<void> {
  const { command, invocation, asking } = request
  if (!isJob(plan) && command.dangerOf(invocation.args) !== 'destroy') return
  // What does a job again is held back as that job is.
  const handled = isJob(plan) ? (plan.handledAs?.command ?? command) : command
  await refuseFrozen(change, handled.name, plan.targets)
  await refuseProtected(change, plan.targets)
  await refuseLocked(change, plan.targets, asking.standing.operator?.id ?? null)
}
