// What waits for a word, as a person reads it: the verdict first.
import { tooFew } from '../../commands/level-line.ts'
import type { ProposalReply } from '../../commands/reply.ts'
import { plainWords, type Words, words } from '../../commands/words.ts'
import { instant } from '../../inventory/read/instant.ts'
import { counted, some } from './said.ts'
import { safe } from './width.ts'

const EFFECTS_SHOWN = 15

export function proposalLines(card: ProposalReply): string[] {
  const { id, level, command, by, effects, needs, looked } = card
  const yes = `\`${yesOf(card)}\``
  const whose = looked === undefined ? 'your own word' : `the word of ${by}`
  const verdict =
    level === 'confirm'
      ? `${brokenGlass(card)}${id} waits for ${whose}: ${yes} does it, \`deny ${id}\` does not`
      : `${id} waits for ${approvalsOf(needs)}: ${yes} by somebody else than ${by}`
  const most = looked === undefined ? EFFECTS_SHOWN : effects.length
  const rest = effects.length - most
  const more = rest > 0 ? [`  … and ${counted(rest, 'effect')} more: \`pending ${id}\` shows all of it`] : []
  const shown = { ...card, effects: [...effects.slice(0, most).map((line) => `  ${line}`), ...more] }
  const lines = [verdict, `  ${command}`, ...askedLines(card), ...planLines(shown), ...whomLines(card), untilLine(card)]
  return lines.map((line) => safe(plainWords(line)))
}

/** Of one that somebody looks at: whose it is, why, and whose word it has. */
function askedLines({ by, needs, looked }: ProposalReply): string[] {
  if (looked === undefined) return []
  const { because, approvedBy } = looked
  return [
    `asked for by ${by}${because === null ? '' : `, because ${because}`}`,
    ...(approvedBy.length === 0 ? [] : [approvedLine(approvedBy, needs)]),
  ]
}

export function approvedLine(by: readonly string[], needs: number): string {
  const missing = needs - by.length
  return `approved by ${some(by)}; ${missing} more ${missing === 1 ? 'is' : 'are'} needed`
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
export function whomLines({ level, breakglass, needs, approvers, looked }: ProposalReply): string[] {
  if (breakglass === true) return ['nobody else is asked: the admins are told, and a review is opened']
  if (level === 'confirm') return []
  if (approvers.length === 0) return ['nobody else may approve it: an admin can `grant approver`']
  return [
    `may approve: ${looked === undefined ? some(approvers) : approvers.join(', ')}`,
    ...(approvers.length < needs ? [`warning: ${tooFew(needs, approvers.length)}`] : []),
  ]
}

export const untilLine = ({ expires, hash }: ProposalReply): Words =>
  words`until ${instant(expires)}; plan ${hash.slice(0, 12)}`
