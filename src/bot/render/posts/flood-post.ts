// That somebody has sent more than is worked off, and what was not done because of it.
import type { Draft } from '../../outbox/post.ts'
import { counted } from '../said.ts'
import { body, tell } from './tell.ts'

/** `left` is how many were not done; null while there is no room again. */
export function floodPost(bound: number, left: number | null): Draft {
  const [title, ...lines] = left === null ? openSaid(bound) : endedSaid(left)
  return tell({
    ...{ title, quote: null, notes: [], buttons: [] },
    body: body(lines, 'text'),
    whole: { name: 'flood', ending: 'txt', text: () => [title, ...lines].join('\n') },
    isFixed: true,
  })
}

const openSaid = (bound: number): [string, ...string[]] => [
  'Too much of yours waits: this message is not done, nor what you send after it',
  `${bound} of your messages are still to be done or answered, and they will be. When there is room again, it says here how many were not done.`,
  'Buttons, approve, confirm, deny and cancel still work.',
]

const endedSaid = (left: number): [string, ...string[]] => [
  `${counted(left, 'message')} of yours ${left === 1 ? 'was' : 'were'} not done: too much of yours was waiting`,
  `${left === 1 ? 'It is this one' : 'This one is the first of them'}. There is room again: type again what still holds.`,
]
