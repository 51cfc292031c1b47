// What is offered and not done by itself: a message that was changed after it was sent, and a change that was typed while the
// bot was away. Who typed it alone may take it.
import { redact } from '../../../commands/redact.ts'
import { type Words, words } from '../../../commands/words.ts'
import { instant } from '../../../inventory/read/instant.ts'
import type { Draft } from '../../outbox/post.ts'
import { body, tell } from './tell.ts'

/** `kept` is the text without the secrets in it. */
export function offerPost(text: string, kept: string, author: string): Draft {
  return offer('You have changed that message: nothing is done yet', { text, kept }, author, 'Run')
}

export interface Late {
  readonly author: string
  /** When it was typed: ISO date-time. */
  readonly at: string
  /** A file hangs on it, which the button does not bring along. */
  readonly hasFiles: boolean
}

export function latePost(text: string, kept: string, { author, at, hasFiles }: Late): Draft {
  const title = words`I was away when this was typed, at ${instant(at)}: nothing is done yet`
  return offer(title, { text, kept }, author, hasFiles ? null : 'Do it now')
}

interface Offered {
  readonly text: string
  readonly kept: string
}

/** What no button can do, `label` null, is to be sent again. */
function offer(title: Words, { text, kept }: Offered, author: string, label: string | null): Draft {
  const shown = redact(kept, null)
  // What holds a secret is kept nowhere, in no button either.
  const action = label === null || shown !== text ? null : ({ tag: 'command', text } as const)
  const again = label === null ? ', with its file,' : ''
  return tell({
    ...{ title, quote: shown, body: body([], 'text') },
    notes: action === null ? [`Send it again${again} if it still holds.`] : [],
    whole: { name: 'command', ending: 'txt', text: () => shown },
    buttons: action === null ? [] : [{ label: label ?? '', style: 'yes', only: author, action }],
    isFixed: true,
  })
}
