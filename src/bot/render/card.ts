// What waits for a word, as a person reads it: the verdict first.
import { tooFew } from '../../commands/level-line.ts'
import type { ProposalReply } from '../../commands/reply.ts'
import { counted, some } from './said.ts'
import { safe } from './width.ts'

const EFFECTS_SHOWN = 15

export function proposalLines(card: ProposalReply): string[] {
  const { id, level, command, by, effects, needs } = card
  const yes = `\`${yesOf(card)}\``
  const verdict =
    level === 'confirm'
      ? `${brokenGlass(card)}${id} waits for your own word: ${yes} does it, \`deny ${id}\` does not`
      : `${id} waits for ${approvalsOf(needs)}: ${yes} by somebody else than ${by}`
  const more =
    effects.length > EFFECTS_SHOWN ? [`  … and ${counted(effects.length - EFFECTS_SHOWN, 'effect')} more`] : []
  const shown = { ...card, effects: [...effects.slice(0, EFFECTS_SHOWN).map((line) => `  ${line}`), ...more] }
  return [verdict, `  ${command}`, ...planLines(shown), ...whomLines(card), untilLine(card)].map((line) => safe(line))
}

/** What is typed to say yes. */
export const yesOf = ({ id, level, typed }: ProposalReply): string =>
  `${level === 'confirm' ? 'confirm' : 'approve'} ${id}${typed === null ? '' : ` ${typed}`}`

/** Stands before the verdict where nobody else is asked. */
export const brokenGlass = ({ breakglass }: ProposalReply): string =>
  breakglass === true ? 'BREAKGLASS, no approval: ' : ''

export const approvalsOf = (needs: number): string => (needs === 1 ? 'an approval' : `${needs} approvals`)

/** What would be done, to what, and what it reaches. */
export function planLines({ means, targets, effects, impact }: ProposalReply): string[] {
  return [
    ...(means === null ? [] : [`  means: ${means}`]),
    ...(targets.length === 0 ? [] : [`about ${counted(targets.length, 'thing')}: ${some(targets, 10)}`]),
    ...effects,
    ...(impact.length === 0 ? [] : ['what it reaches:', ...impact.map((line) => `  ${line}`)]),
  ]
}

/** Who may say yes; empty where it is the asker's own word from the first. */
export function whomLines({ level, breakglass, needs, approvers }: ProposalReply): string[] {
  if (breakglass === true) return ['nobody else is asked: the admins are told, and a review is opened']
  if (level === 'confirm') return []
  if (approvers.length === 0) return ['nobody else may approve it: an admin can `grant approver`']
  return [
    `may approve: ${some(approvers)}`,
    ...(approvers.length < needs ? [`warning: ${tooFew(needs, approvers.length)}`] : []),
  ]
}

export const untilLine = ({ expires, hash }: ProposalReply): string => `until ${expires}; plan ${hash.slice(0, 12)}`
