// What `plan approve <id>` and `plan confirm <id>` tell: the plan that would be carried out now, and whether it is the one
// that was shown. It is done as it would be, and taken back.
import type { Change } from '../inventory/change.ts'
import { readPublicId } from '../jobs/public-id.ts'
import type { Asking } from './command.ts'
import { CommandError } from './error.ts'
import { proposalForUpdate } from './proposal.ts'
import { planAgain, settle, type Word } from './settle.ts'
import { rehearse } from './shown-plan.ts'
import type { Words } from './words.ts'

/** Throws what saying it would be refused for, but for a plan that has changed. */
export async function settleShown(
  change: Change,
  asking: Asking,
  word: Exclude<Word, 'deny'>,
  text: string,
  typed: string | null,
): Promise<readonly Words[]> {
  const said = { targets: [], run: (tried: Change) => settle(tried, asking, word, text, typed) }
  const { reply } = await rehearse(change, said, async () => undefined)
  const isCarriedOut = asking.trail.effect !== null
  asking.trail.effect = null
  asking.trail.outcome = null
  if (reply.kind === 'refused') return changedLines(reply.error, word)
  const proposal = await proposalForUpdate(change, readPublicId(text, 'proposal') ?? 0)
  if (!isCarriedOut || proposal === null)
    return ['nothing is done yet; this would be:', ...(reply.kind === 'change' ? reply.done : [])]
  const { shown } = await planAgain(change, asking, proposal)
  return [
    `nothing is done yet; the plan of ${text} is as it was shown, and \`${word}\` would carry it out:`,
    ...[proposal.command, ...shown.effects, ...shown.impact].map((line) => `  ${line}`),
  ]
}

function changedLines(error: Error, word: Word): readonly string[] {
  if (!(error instanceof CommandError) || !isChanged(error)) throw error
  const { id, gone, fresh, stricter } = error.facts
  const differs = [...gone.map((line) => `- ${line}`), ...fresh.map((line) => `+ ${line}`)]
  const why = stricter === null ? 'what it rests on has changed' : `by now ${stricter}`
  return [
    `nothing is done yet; the plan of ${id} is no longer what was shown: \`${word}\` would be refused, and the plan as it is now would wait instead`,
    ...[...differs, ...(stricter !== null || differs.length === 0 ? [why] : [])].map((line) => `  ${line}`),
  ]
}

const isChanged = (error: CommandError): error is CommandError<'plan-changed'> => error.code === 'plan-changed'
