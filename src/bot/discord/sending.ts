// Says posts in Discord: as the answer to an interaction while it can be answered, else as a message in the thread, which is
// opened by the first one.
import type { APIChannel, APIMessage, APIThreadChannel, REST } from 'discord.js'
import { redact } from '../../commands/redact.ts'
import type { Incoming } from '../inbox/incoming.ts'
import { SendTrouble } from '../outbox/chat.ts'
import type { Post } from '../outbox/post.ts'
import type { Interactions } from './interactions.ts'
import { THREAD_NAME } from './limits.ts'
import { type Outgoing, outgoing } from './outgoing.ts'
import { type Place, placeOf, refOf, refText } from './place.ts'
import type { Places } from './places.ts'
import { Recent } from './recent.ts'
import { CODE, isCode, sendTrouble } from './trouble.ts'

interface Options {
  readonly rest: REST
  readonly places: Places
  readonly interactions: Interactions
  readonly self: () => string
  readonly file: (id: string) => Promise<Uint8Array>
}

// A day: then Discord hides the thread, and what is said in it brings it back.
const HIDE_AFTER = 1440
const LOOK_BACK = 100
// Own messages of the last minutes, by their nonce: history does not tell it.
const MOST = 2000

/** Where a message goes: into a channel or thread, or as a reply where no thread can be. */
interface Target {
  readonly channel: string
  readonly replyTo: string | null
}

export class Sending {
  readonly #options: Options
  readonly #nonces = new Recent<string>(MOST)
  /** What was typed, by the message or the interaction that it came with: a thread is called so. */
  readonly #lines = new Recent<string>(MOST)
  /** The channels of direct messages, by whom they are with. */
  readonly #directs = new Recent<string>(MOST)

  constructor(options: Options) {
    this.#options = options
  }

  /** Throws SendTrouble, as all of them do. */
  async post(thread: string, post: Post, nonce: string, first: string | null): Promise<string> {
    const { interactions, file } = this.#options
    try {
      const message = await outgoing(post, file)
      if (post.answers !== null) {
        const answered = interactions.has(post.answers)
          ? await interactions.answer(post.answers, message, post.privateTo !== null, nonce)
          : await this.#answeredBefore(thread, post.answers, message, first)
        if (answered !== null) return answered
      }
      const target = await this.#target(placeOf(thread), first)
      return await this.#send(target, message, nonce)
    } catch (error) {
      throw sendTrouble(error)
    }
  }

  async edit(text: string, post: Post): Promise<void> {
    const ref = refOf(text)
    if (ref.isPrivate) return
    try {
      const { body, files } = await outgoing(post, this.#options.file, await this.#hangingOn(ref, post))
      await this.#awake(ref.channel, () => this.#options.rest.patch(messageRoute(ref), { body, files }))
    } catch (error) {
      throw sendTrouble(error)
    }
  }

  async find(thread: string, nonce: string, first: string | null): Promise<string | null> {
    try {
      const answer = await this.#options.interactions.find(nonce)
      if (answer !== null) return answer
      const seen = this.#nonces.get(nonce)
      if (seen !== undefined) return seen
      const found = (await this.#history(placeOf(thread), first)).find((one) => String(one.nonce ?? '') === nonce)
      return found ? refOfMessage(found) : null
    } catch (error) {
      throw sendTrouble(error)
    }
  }

  /** An own message, as the gateway tells of it. */
  seen({ nonce, ...message }: Pick<APIMessage, 'id' | 'channel_id' | 'nonce'>): void {
    if (nonce === undefined) return
    this.#nonces.set(String(nonce), refOfMessage(message))
  }

  /** A command that may be answered in a thread of its own. */
  asked(incoming: Incoming): void {
    if (incoming.kind !== 'message') return
    const place = placeOf(incoming.thread)
    // The name of a thread is not taken back with the message.
    if (place.tag === 'thread') this.#lines.set(place.message, redact(incoming.text, null))
    if (place.tag === 'ours') this.#lines.set(place.by, redact(incoming.text, null))
  }

  /** A process that has ended since may have answered the interaction: its message says which one it answers. */
  async #answeredBefore(
    thread: string,
    answers: string,
    { body, files }: Outgoing,
    first: string | null,
  ): Promise<string | null> {
    const found = (await this.#history(placeOf(thread), first)).find(
      ({ interaction_metadata, flags }) => interaction_metadata?.id === answers && !((flags ?? 0) & LOADING),
    )
    if (!found) return null
    await this.#options.rest.patch(messageRoute({ channel: found.channel_id, message: found.id }), { body, files })
    return refOfMessage(found)
  }

  async #send({ channel, replyTo }: Target, { body, files }: Outgoing, nonce: string): Promise<string> {
    const reply = replyTo === null ? {} : { message_reference: { message_id: replyTo, fail_if_not_exists: false } }
    const message = (await this.#options.rest.post(`/channels/${channel}/messages`, {
      ...{ body: { ...body, ...reply, nonce, enforce_nonce: true }, files },
    })) as APIMessage
    return refOfMessage(message)
  }

  async #target(place: Place, first: string | null): Promise<Target> {
    const begun = first === null ? null : refOf(first)
    switch (place.tag) {
      case 'direct':
        return { channel: place.channel, replyTo: null }
      case 'person':
        return { channel: await this.#directWith(place.user), replyTo: null }
      case 'thread':
        // Where it was begun it goes on, be it a thread or, where none could be, the channel.
        if (begun && begun.channel !== place.channel && !begun.isPrivate)
          return { channel: begun.channel, replyTo: null }
        if (place.channel === place.message) return { channel: place.channel, replyTo: null }
        return this.#opened(place.channel, place.message, this.#lines.get(place.message))
      case 'ours': {
        const channel = this.#channelOf(place)
        if (!begun || begun.isPrivate) return { channel, replyTo: null }
        return this.#opened(begun.channel, begun.message, this.#lines.get(place.by))
      }
      default:
        return place satisfies never
    }
  }

  /** Asked for again, Discord gives the same one. */
  async #directWith(user: string): Promise<string> {
    const known = this.#directs.get(user)
    if (known !== undefined) return known
    const { id } = (await this.#options.rest.post('/users/@me/channels', {
      body: { recipient_id: user },
    })) as APIChannel
    this.#directs.set(user, id)
    return id
  }

  /** A notice may be for a channel by its name. */
  #channelOf({ channel }: Exclude<Place, { tag: 'person' }>): string {
    if (/^\d+$/.test(channel)) return channel
    const found = this.#options.places.named(channel)
    if (!found) throw new SendTrouble({ tag: 'gone', reason: `the bot sees no channel ${channel}` })
    return found.id
  }

  /** The thread on a message; where there can be none, a reply. */
  async #opened(channel: string, message: string, line: string | undefined): Promise<Target> {
    const { rest, places } = this.#options
    if (places.has(message)) return { channel: message, replyTo: null }
    try {
      const thread = (await rest.post(`/channels/${channel}/messages/${message}/threads`, {
        body: { name: threadName(line), auto_archive_duration: HIDE_AFTER },
      })) as APIThreadChannel
      places.tell({
        id: thread.id,
        type: thread.type ?? 11,
        name: thread.name,
        guild_id: thread.guild_id,
        parent_id: channel,
      })
      return { channel: thread.id, replyTo: null }
    } catch (error) {
      if (isCode(error, CODE.threadThere)) return { channel: message, replyTo: null }
      if (isCode(error, CODE.missingPermission, CODE.wrongChannel)) return { channel, replyTo: message }
      // A thread that hangs on no message, and that nobody has told of.
      if (isCode(error, CODE.unknownMessage) && (await this.#isThere(message)))
        return { channel: message, replyTo: null }
      throw error
    }
  }

  #isThere(channel: string): Promise<boolean> {
    return this.#options.rest.get(`/channels/${channel}`).then(
      () => true,
      () => false,
    )
  }

  /** What hangs on a message already is not sent again. */
  async #hangingOn(ref: { readonly channel: string; readonly message: string }, { files }: Post) {
    if (files.length === 0) return []
    const { attachments } = (await this.#options.rest.get(messageRoute(ref))) as APIMessage
    return attachments.map(({ id, filename }) => ({ id, filename }))
  }

  /** Messages of a thread that Discord has put away can be edited when it is brought back. */
  async #awake(channel: string, run: () => Promise<unknown>): Promise<void> {
    try {
      await run()
    } catch (error) {
      if (!isCode(error, CODE.archived)) throw error
      await this.#options.rest
        .patch(`/channels/${channel}`, { body: { archived: false } })
        .catch((refused: unknown) => {
          throw isCode(refused, CODE.missingPermission) ? error : refused
        })
      await run()
    }
  }

  /** Our own messages there, the last ones first; none where there is no such thread. */
  async #history(place: Place, first: string | null): Promise<readonly APIMessage[]> {
    const begun = first === null ? null : refOf(first)
    const channels = new Set([place.tag === 'person' ? await this.#directWith(place.user) : this.#channelOf(place)])
    // Where no thread could be, it was said in the channel.
    if (place.tag === 'thread') channels.add(place.message)
    if (place.tag === 'ours' && begun && !begun.isPrivate) channels.add(begun.message)
    const read = await Promise.all([...channels].map((one) => this.#read(one)))
    return read.flat().filter(({ author }) => author.id === this.#options.self())
  }

  async #read(channel: string): Promise<readonly APIMessage[]> {
    const query = new URLSearchParams({ limit: `${LOOK_BACK}` })
    try {
      return (await this.#options.rest.get(`/channels/${channel}/messages`, { query })) as APIMessage[]
    } catch (error) {
      if (isCode(error, CODE.unknownChannel)) return []
      throw error
    }
  }
}

const LOADING = 128

const messageRoute = ({ channel, message }: { readonly channel: string; readonly message: string }) =>
  `/channels/${channel}/messages/${message}` as const

const refOfMessage = ({ id, channel_id }: Pick<APIMessage, 'id' | 'channel_id'>): string =>
  refText({ channel: channel_id, message: id, isPrivate: false })

/** The command as typed; a thread has to be called something. */
function threadName(line = ''): string {
  const name = [...line.replace(/[\s\p{C}]+/gu, ' ').trim()]
  if (name.length === 0) return 'clusto'
  return name.length <= THREAD_NAME ? name.join('') : `${name.slice(0, THREAD_NAME - 1).join('')}…`
}
