// Where something is answered in Discord, as the text that the outbox keeps: the same text for the same thread.

export type Place =
  /** The thread on a message of a channel, which has the message's id; it is opened by what is first said there. */
  | { readonly tag: 'thread'; readonly channel: string; readonly message: string }
  /** A direct message: answered right there. */
  | { readonly tag: 'direct'; readonly channel: string }
  /** A direct message that we begin. */
  | { readonly tag: 'person'; readonly user: string }
  /** A thread on our own first message in a channel: what a slash command begins, or a notice. `by` tells them apart. */
  | { readonly tag: 'ours'; readonly channel: string; readonly by: string }

export function placeText(place: Place): string {
  switch (place.tag) {
    case 'thread':
      return JSON.stringify({ channel: place.channel, message: place.message })
    case 'direct':
      return JSON.stringify({ channel: place.channel })
    case 'person':
      return JSON.stringify({ user: place.user })
    case 'ours':
      return JSON.stringify({ channel: place.channel, by: place.by })
    default:
      return place satisfies never
  }
}

export function placeOf(text: string): Place {
  const { channel = '', user, message, by } = JSON.parse(text) as Kept
  if (user !== undefined) return { tag: 'person', user }
  if (message !== undefined) return { tag: 'thread', channel, message }
  return by === undefined ? { tag: 'direct', channel } : { tag: 'ours', channel, by }
}

interface Kept {
  readonly channel?: string
  readonly user?: string
  readonly message?: string
  readonly by?: string
}

/** A message as the outbox refers to it; one for the eyes of somebody alone cannot be edited, and begins no thread. */
export interface Ref {
  readonly channel: string
  readonly message: string
  readonly isPrivate: boolean
}

export const refText = ({ channel, message, isPrivate }: Ref): string =>
  `${isPrivate ? 'private/' : ''}${channel}/${message}`

export function refOf(text: string): Ref {
  const [, hidden, channel = '', message = ''] = /^(private\/)?(\d+)\/(\d+)$/.exec(text) ?? []
  return { channel, message, isPrivate: hidden !== undefined }
}
