// What is offered and not done by itself: a message that was changed after it was sent, and a change that was typed while the
// bot was away.
import type { Draft, DraftButton } from '../../outbox/post.ts'
import { body, tell } from './tell.ts'

/** The author alone may take it. */
export function offerPost(text: string, author: string): Draft {
  return offer('You have changed that message: nothing is done yet', text, [], run('Run', text, author))
}

export interface Late {
  readonly author: string
  /** When it was typed: ISO date-time. */
  readonly at: string
  /** A file hangs on it, which the button does not bring along. */
  readonly hasFiles: boolean
}

export function latePost(text: string, { author, at, hasFiles }: Late): Draft {
  const title = `I was away when this was typed, at ${at}: nothing is done yet`
  if (hasFiles) return offer(title, text, ['Send it again, with its file, if it still holds.'], [])
  return offer(title, text, [], run('Do it now', text, author))
}

function offer(title: string, text: string, notes: readonly string[], buttons: readonly DraftButton[]): Draft {
  const whole = { name: 'command', ending: 'txt', text: () => text } as const
  return tell({ title, quote: text, body: body([], 'text'), notes, whole, buttons, isFixed: true })
}

const run = (label: string, text: string, only: string): DraftButton[] => [
  { label, style: 'yes', action: { tag: 'command', text }, only },
]
