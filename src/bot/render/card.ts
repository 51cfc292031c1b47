// What waits for a word, as a person reads it: the verdict first.
import { tooFew } from '../../commands/level-line.ts'
import type { ProposalReply } from '../../commands/reply.ts'
import { counted, some } from './said.ts'
import { safe } from './width.ts'

const EFFECTS_SHOWN = 15

export function proposalLines(card: ProposalReply): string[] {
  const { id, level, command, means, by, targets, effects, impact, needs, typed, expires, approvers } = card
  const yes = `\`${level === 'confirm' ? 'confirm' : 'approve'} ${id}${typed === null ? '' : ` ${typed}`}\``
  const verdict =
    level === 'confirm'
      ? `${id} waits for your own word: ${yes} does it, \`deny ${id}\` does not`
      : `${id} waits for ${needs === 1 ? 'an approval' : `${needs} approvals`}: ${yes} by somebody else than ${by}`
  const whom =
    level === 'confirm'
      ? []
      : [
          approvers.length === 0
            ? 'nobody else may approve it: an admin can `grant approver`'
            : `may approve: ${some(approvers)}`,
          ...(approvers.length > 0 && approvers.length < needs ? [`warning: ${tooFew(needs, approvers.length)}`] : []),
        ]
  const more =
    effects.length > EFFECTS_SHOWN ? [`  … and ${counted(effects.length - EFFECTS_SHOWN, 'effect')} more`] : []
  return [
    verdict,
    `  ${command}`,
    ...(means === null ? [] : [`  means: ${means}`]),
    ...(targets.length === 0 ? [] : [`about ${counted(targets.length, 'thing')}: ${some(targets, 10)}`]),
    ...effects.slice(0, EFFECTS_SHOWN).map((line) => `  ${line}`),
    ...more,
    ...(impact.length === 0 ? [] : ['what it reaches:', ...impact.map((line) => `  ${line}`)]),
    ...whom,
    `until ${expires}; plan ${card.hash.slice(0, 12)}`,
  ].map((line) => safe(line))
}
