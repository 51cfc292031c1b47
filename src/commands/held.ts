// What holds jobs and destroys back, whoever asks: things that are frozen, protected, or locked by somebody else. It is
// asked when a command is given, and again when a proposal is carried out.
import type { Change } from '../inventory/change.ts'
import { type InventoryError, type InventoryRefusal, refusalOf } from '../inventory/error.ts'
import { refuseFrozen } from '../inventory/operators/freezes.ts'
import { instant } from '../inventory/read/instant.ts'
import { refuseLocked } from '../inventory/resources/locks.ts'
import { ownText } from '../inventory/resources/own-things.ts'
import { refuseProtected } from '../inventory/resources/protection.ts'
import type { JobPlan, Plan } from './command.ts'
import type { Request } from './request.ts'
import { isJob } from './shown-plan.ts'
import { type Words, words } from './words.ts'

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

const SHOWN = 5

/** `now nothing would be done: web01 is locked by bob until …`; null for any other refusal. */
export function heldLine(error: InventoryError): Words | null {
  const text = heldText(refusalOf(error))
  return text === null ? null : words`now nothing would be done: ${text}`
}

function heldText(refusal: InventoryRefusal): Words | null {
  switch (refusal.code) {
    case 'frozen': {
      const { things, id, scope, by, until, because } = refusal.facts
      const rest = things.length > SHOWN ? ` and ${things.length - SHOWN} more` : ''
      const named = `${things.slice(0, SHOWN).join(', ')}${rest} ${things.length === 1 ? 'is' : 'are'}`
      const what = things.length === 0 ? 'everything is' : named
      return words`${what} frozen by ${by}${untilText(until)}${because === null ? '' : `: ${because}`} (freeze ${id}${scope === null ? '' : ` of ${scope}`})`
    }
    case 'locked-thing': {
      const { thing, owner, until, reason } = refusal.facts
      return words`${thing} is locked by ${owner}${untilText(until)}${reason === '' ? '' : `: ${reason}`}`
    }
    case 'runs-bot':
      return `${refusal.facts.thing} is protected by itself: ${ownText(refusal.facts)}`
    case 'protected-thing': {
      const { thing, by, reason } = refusal.facts
      return `${thing} is protected${by === null ? '' : ` by ${by}`}: ${reason}`
    }
    default:
      return null
  }
}

const untilText = (until: string | null): Words => (until === null ? '' : words` until ${instant(until)}`)
