// A console in a chat: what it shows, a message at a time, and below the last one who may type into it and until when.
import { type Words, words } from '../../../commands/words.ts'
import { instant } from '../../../inventory/read/instant.ts'
import type { Closed } from '../../../jobs/console/open-consoles.ts'
import type { Draft, DraftButton } from '../../outbox/post.ts'
import { counted } from '../said.ts'
import { safe } from '../width.ts'
import { body, tell } from './tell.ts'

export interface ConsoleShown {
  readonly thing: string
  /** `simulated` */
  readonly label: string
  /** Who asked for it, and who writes; null where nobody has. */
  readonly opener: string
  readonly holder: string | null
  readonly until: Date
  /** Null while it is open. */
  readonly reason: Closed | null
  readonly taken_by: string | null
  /** Lines that were typed too late. */
  readonly unsent: number
  readonly job: string
}

export interface Page {
  /** From 1. */
  readonly number: number
  readonly text: string
  readonly isLast: boolean
}

export function consolePost(shown: ConsoleShown, { number, text, isLast }: Page): Draft {
  const lines = safe(text.replaceAll('\t', '        '), 'lines').split('\n')
  const last = lines.findLastIndex((line) => line.trim() !== '')
  return tell({
    ...{ title: titleOf(shown, number, isLast), quote: null, notes: isLast ? notesOf(shown) : [] },
    body: body(lines.slice(0, last + 1), 'code'),
    whole: { name: `console-${shown.job}-${number}`, ending: 'txt', text: () => lines.join('\n') },
    buttons: isLast && shown.reason === null ? [closeButton(shown)] : [],
    isFixed: true,
  })
}

/** For whom it was taken from. */
export function consoleTakenPost({ thing, taken_by, label }: ConsoleShown): Draft {
  return tell({
    title: `${taken_by ?? 'somebody'} has taken the console of ${thing} (${label}): it is closed here`,
    ...{ quote: null, body: body([], 'text'), notes: [`\`console ${thing}\` takes it back`], buttons: [] },
    whole: { name: 'console', ending: 'txt', text: () => '' },
    isFixed: true,
  })
}

function titleOf({ thing, label, reason, taken_by }: ConsoleShown, number: number, isLast: boolean): string {
  const what = `console of ${thing}`
  if (!isLast) return `${what} (${label}), part ${number}`
  return reason === null ? `${what} is open (${label})` : `${what} is closed (${label}): ${why(reason, taken_by)}`
}

function why(reason: Closed, by: string | null): string {
  switch (reason) {
    case 'time':
      return 'its time is over'
    case 'idle':
      return 'nobody has typed for a while'
    case 'cancelled':
      return 'its job was cancelled'
    case 'taken':
      return `${by ?? 'somebody'} has taken it`
    case 'ended':
      return 'it has ended by itself'
    case 'failed':
      return 'it broke, or could not be opened'
    case 'gone':
      return 'its job is over'
    default:
      return reason satisfies never
  }
}

function notesOf({ opener, holder, until, reason, unsent, thing }: ConsoleShown): Words[] {
  const lost = unsent === 0 ? [] : [`${counted(unsent, 'line')} typed too late: not sent`]
  if (reason !== null) return [...lost, `\`console ${thing}\` opens it again`]
  const end = words`until ${instant(until)}`
  return holder === null
    ? [words`read-only until ${opener} writes: lines that begin with > are sent; open ${end}`]
    : [words`${holder} writes: lines that begin with > are sent; open ${end}`]
}

const closeButton = ({ job }: ConsoleShown): DraftButton => ({
  ...{ label: 'Close', style: 'plain', only: null },
  action: { tag: 'command', text: `cancel ${job}` },
})
