// A plan that waits for a word, in a chat: what it is, what it would do and reach, who may say yes and until when, with the
// buttons to say it. When it is decided it says how, and has no buttons any more.
import type { ProposalReply } from '../../../commands/reply.ts'
import { type Words, words } from '../../../commands/words.ts'
import { instant } from '../../../inventory/read/instant.ts'
import type { Draft, DraftButton, Form } from '../../outbox/post.ts'
import {
  approvalsOf,
  approvedLine,
  brokenGlass,
  planLines,
  proposalLines,
  untilLine,
  whomLines,
  yesOf,
} from '../card.ts'
import { some } from '../said.ts'
import { safe } from '../width.ts'
import { cut } from './room.ts'
import { body, tell } from './tell.ts'

export type CardState =
  /** The names of who has said yes so far. */
  | { readonly tag: 'pending'; readonly approvedBy: readonly string[] }
  | {
      readonly tag: 'approved' | 'confirmed' | 'denied' | 'cancelled' | 'expired' | 'outdated'
      /** The names of who decided it. */
      readonly by: readonly string[]
      readonly reason: string | null
      /** What it became, `812-k7f`; a version of the inventory. */
      readonly job: string | null
      readonly version: number | null
    }

/** `asker` is the identity of who asked, where it is known: a plan that waits for their own word is theirs alone. */
export function proposalPost(
  card: ProposalReply,
  state: CardState,
  mentions: readonly string[],
  asker: string | null = null,
): Draft {
  const isPending = state.tag === 'pending'
  const draft = tell({
    title: `${verdict(card, state)}: ${card.command}`,
    quote: null,
    body: body(
      planLines(card).map((line) => safe(line)),
      'code',
    ),
    notes: isPending ? pendingNotes(card, state.approvedBy) : [],
    whole: { name: `plan-${card.id}`, ending: 'txt', text: () => wholePlan(card) },
    buttons: isPending ? [yesButton(card, asker), noButton(card)] : [],
    isFixed: true,
  })
  return { ...draft, mentions: mentions.slice(0, CALLED) }
}

/** Said again while it waits: an edit reaches no phone. */
export function reminderPost(card: ProposalReply, mentions: readonly string[]): Draft {
  const draft = tell({
    ...{ title: `${card.id} still waits for ${waitsFor(card)}: ${card.command}`, quote: null, body: body([], 'text') },
    notes: [words`\`${yesOf(card)}\` or \`deny ${card.id}\`; until ${instant(card.expires)}`],
    whole: { name: `plan-${card.id}`, ending: 'txt', text: () => wholePlan(card) },
    ...{ buttons: [], isFixed: true },
  })
  return { ...draft, mentions: mentions.slice(0, CALLED) }
}

/** That it came to nothing, for who asked: a new message, since the edited card reaches no phone. */
export function proposalEndPost(card: ProposalReply, state: CardState, asker: string): Draft {
  const draft = tell({
    ...{ title: `${verdict(card, state)}: ${card.command}`, quote: null, body: body([], 'text') },
    notes: [],
    whole: { name: `plan-${card.id}`, ending: 'txt', text: () => wholePlan(card) },
    ...{ buttons: [], isFixed: true },
  })
  return { ...draft, mentions: [asker] }
}

// Whoever else may approve reads the names on the card: a message has not room for more.
const CALLED = 12

const waitsFor = ({ level, needs, by }: ProposalReply): string =>
  level === 'confirm' ? `the word of ${by}` : approvalsOf(needs)

function verdict(card: ProposalReply, state: CardState): string {
  if (state.tag === 'pending') return `${brokenGlass(card)}${card.id} waits for ${waitsFor(card)}`
  const { tag, by, reason, job, version } = state
  const who = by.length === 0 ? '' : ` by ${some(by)}`
  const became = job !== null ? `, job ${job}` : version !== null ? `, version ${version}` : ''
  switch (tag) {
    case 'approved':
    case 'confirmed':
      return `${card.id} is ${tag}${who}${became}`
    case 'denied':
    case 'cancelled':
      return `${card.id} is ${tag}${who}${reason === null ? '' : ` (${reason})`}`
    case 'expired':
      return `${card.id} has expired: nobody decided it in time`
    case 'outdated':
      return `${card.id} is outdated: the plan would be another one now`
    default:
      return tag satisfies never
  }
}

function pendingNotes(card: ProposalReply, approvedBy: readonly string[]): Words[] {
  const { needs, typed, id } = card
  return [
    ...(approvedBy.length === 0 ? [] : [approvedLine(approvedBy, needs)]),
    `asked for by ${card.by}`,
    ...whomLines(card),
    ...(typed === null ? [] : [`to say yes, \`${typed}\` is typed: \`${yesOf(card)}\``]),
    words`${untilLine(card)}; \`deny ${id}\` ends it`,
  ]
}

const wholePlan = (card: ProposalReply): string =>
  [...proposalLines(card), '', 'all effects:', ...card.effects.map((line) => `  ${safe(line)}`)].join('\n')

// Characters that Discord takes above the line of a form.
const LINE = 45

function yesButton(card: ProposalReply, asker: string | null): DraftButton {
  const { id, level, typed } = card
  const word = level === 'confirm' ? 'confirm' : 'approve'
  const label = level === 'confirm' ? 'Confirm' : 'Approve'
  const only = level === 'confirm' ? asker : null
  if (typed === null) return { label, style: 'yes', only, action: { tag: 'command', text: `${word} ${id}` } }
  const form: Form = { title: `${label} ${id}`, label: cut(`Type ${safe(typed)}`, LINE, LINE), prefilled: '' }
  return { label, style: 'yes', only, action: { tag: 'form', before: `${word} ${id} `, form } }
}

const noButton = ({ id }: ProposalReply): DraftButton => ({
  ...{ label: 'Deny', style: 'no', only: null },
  action: { tag: 'command', text: `deny ${id}` },
})
