// The level of a command as it is told, with the rules that say it.
import type { Level, Rule } from './level.ts'

type Said = Pick<Rule, 'approvals' | 'minutes' | 'typed'> & { readonly level: string | null }

/** `destroy, 2 approvals, expires after 60 minutes, the name is typed` */
export function saying({ level, approvals, minutes, typed }: Said): string {
  return [
    ...(level === null ? [] : [level]),
    ...(approvals === null ? [] : [`${approvals} ${approvals === 1 ? 'approval' : 'approvals'}`]),
    ...(minutes === null ? [] : [`expires after ${lasting(minutes)}`]),
    ...(typed === true ? ['the name is typed'] : []),
  ].join(', ')
}

const lasting = (minutes: number): string => `${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`

/** `isRaised`: what it is about asks for more than rules do. */
export function levelLine({ danger, needs, minutes, typed, rule, also }: Level, isRaised: boolean): string {
  const said = rule ? ruleText(rule) : isRaised ? 'by what it is about' : 'by the command itself'
  const because = ` (${[said, ...also.map(ruleText)].join('; ')})`
  const end = `${because}, for ${lasting(minutes)}${typed ? ', with the name typed' : ''}`
  if (danger === 'destroy') return `it waits for ${needs === 1 ? 'an approval' : `${needs} approvals`}${end}`
  if (danger === 'confirm') return `it waits for your own word${end}`
  return `it is done at once${because}`
}

const ruleText = (rule: Rule): string =>
  `rule ${rule.id}: ${rule.subject}${rule.scope === null ? '' : ` on (${rule.scope})`}: ${saying(rule)}`

export const tooFew = (needs: number, may: number): string =>
  `${needs} ${needs === 1 ? 'approval is' : 'approvals are'} needed and ${may} ${may === 1 ? 'operator' : 'operators'} may approve: an admin can \`grant approver\``
