// Where a message of Slack is: the thread that the outbox orders by, and the reference to one message in it.
import { text } from './payload.ts'

export interface Thread {
  /** An id (`C012AB3CD`, a direct message's `D…`, or the person's `U…`), or a name as somebody typed it: `ops`. */
  readonly channel: string
  /** The time stamp of the message that it hangs on; null where our own first message begins it. */
  readonly root: string | null
}

/** The thread on a message: the same text for the same thread. */
export const threadOn = (channel: string, root: string): string => JSON.stringify({ channel, root })

/** A thread that our own first message begins; `own` tells it from the others in the channel. */
export const threadOfOwn = (channel: string, own: string): string => JSON.stringify({ channel, root: null, own })

export function readThread(json: string): Thread {
  const read: unknown = JSON.parse(json)
  const channel = text(read, 'channel')
  if (channel === null) throw new Error('a thread that is not of Slack')
  return { channel, root: text(read, 'root') }
}

/** `C012AB3CD 1700000000.000100` */
export const refTo = (channel: string, ts: string): string => `${channel} ${ts}`

/** A message for the eyes of one, which nobody can find or edit. */
export const privateRef = (channel: string, ts: string): string => `${channel} private ${ts}`

/** Null for a private one. */
export function readRef(ref: string): { readonly channel: string; readonly ts: string } | null {
  const [channel = '', ts = '', ...rest] = ref.split(' ')
  return rest.length > 0 ? null : { channel, ts }
}
