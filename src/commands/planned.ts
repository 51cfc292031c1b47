// A command as far as it goes before anything is done: planned, its scope authorized, seen to be held back by nothing, and
// on whose word it is done. The same when it is typed, when it is shown, and again when a proposal is carried out.
import type { Change } from '../inventory/change.ts'
import { broken } from './breakglass.ts'
import type { JobPlan, Plan } from './command.ts'
import { refuseHeld } from './held.ts'
import { type Level, levelOfPlan } from './level.ts'
import { authorize } from './permit.ts'
import type { Request } from './request.ts'

export interface Planned {
  readonly plan: Plan | JobPlan
  readonly level: Level
}

/** Throws what planning refuses, CommandError `out-of-scope`, `breakglass-refused`, InventoryError for what is held back. */
export async function planned(change: Change, request: Request): Promise<Planned> {
  const { command, invocation, asking, allowed, glass } = request
  const plan = await command.plan(invocation.args, asking)
  asking.trail.about(plan.targets)
  await authorize(change, asking.language, allowed, plan.targets)
  if (glass !== null) await authorize(change, asking.language, glass, plan.targets)
  await refuseHeld(change, request, plan)
  const level = await levelOfPlan(change, asking.language, command, invocation.args, plan)
  return { plan, level: glass === null ? level : broken(level, command, plan) }
}
