// Things that came from a chat, for tests.
import type { Incoming } from '../../../src/bot/inbox/incoming.ts'

type Message = Extract<Incoming, { kind: 'message' }>

/** The message `n` of an author, in a thread of its own. */
export function came(n: number | string, more: Partial<Message> = {}): Message {
  return {
    chat: 'fake',
    key: `message ${n}`,
    author: 'fake:alice',
    channel: '#c1',
    thread: `c1/${n}`,
    at: '2026-11-29T12:00:00.000Z',
    isCaughtUp: false,
    answers: null,
    kind: 'message',
    text: `count name:m${n}`,
    files: [],
    isUnseen: false,
    ...more,
  }
}
