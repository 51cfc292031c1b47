// Says, changes and finds again the bot's own messages in Slack.
import { createHash } from 'node:crypto'
import type { webApi } from '@slack/bolt'
import type { Post, PostFile } from '../outbox/post.ts'
import { notTaken } from '../render/posts/left-out.ts'
import { type SlackMessage, slackMessage } from './blocks.ts'
import type { Channels } from './channels.ts'
import { pause } from './pause.ts'
import { field, list, text } from './payload.ts'
import type { Responses } from './responses.ts'
import { privateRef, readRef, readThread, refTo, type Thread } from './thread.ts'
import type { Threads } from './threads.ts'
import { refusalOf, sendTrouble } from './trouble.ts'
import { FileRefused, type Uploads } from './uploads.ts'

export interface VoiceOptions {
  readonly client: webApi.WebClient
  readonly threads: Threads
  readonly channels: Channels
  readonly uploads: Uploads
  readonly responses: Responses
  readonly signal: AbortSignal
}

interface Drawn {
  /** What Slack answered. */
  readonly sent: unknown
  readonly beside: readonly PostFile[]
}

// In milliseconds; after the last one the pictures are sent as files.
const PICTURE_WAITS = [500, 1500, 3000]

export class Voice {
  readonly #options: VoiceOptions

  constructor(options: VoiceOptions) {
    this.#options = options
  }

  /** Throws SendTrouble. */
  async post(thread: string, post: Post, nonce: string, first: string | null): Promise<string> {
    const at = readThread(thread)
    try {
      const channel = await this.#options.channels.idOf(at.channel)
      if (post.privateTo !== null) return await this.#whisper({ ...at, channel }, post, post.privateTo, first)
      return await this.#say({ ...at, channel }, post, nonce, first)
    } catch (error) {
      return await this.#elsewhere(error, at.channel, post)
    }
  }

  async #say({ channel, root }: Thread, post: Post, nonce: string, first: string | null): Promise<string> {
    const within = root ?? rootOf(first)
    const { sent, beside } = await this.#drawn(post, (message) =>
      this.#options.client.chat.postMessage({
        channel,
        ...(within === null ? {} : { thread_ts: within }),
        ...marked(message, nonce),
        ...{ unfurl_links: false, unfurl_media: false },
      }),
    )
    const ts = text(sent, 'ts')
    if (ts === null) throw new Error('Slack has taken a message and does not say where it is')
    await this.#share({ channel, ts, root: within ?? ts }, post, beside, async () => false)
    return refTo(channel, ts)
  }

  /** Sends it with its pictures; what it does not show itself is `beside`. */
  async #drawn(post: Post, send: (message: SlackMessage) => Promise<unknown>): Promise<Drawn> {
    const { uploads, signal } = this.#options
    const pictures = post.files.filter(({ alt }) => alt !== null)
    const beside = post.files.filter(({ alt }) => alt === null)
    try {
      const uploaded = await uploads.pictures(pictures)
      for (const wait of pictures.length === 0 ? [null] : PICTURE_WAITS) {
        try {
          return { sent: await send(slackMessage(post, uploaded)), beside }
        } catch (error) {
          // Slack takes a moment before it can show what was uploaded.
          if (wait === null || refusalOf(error) !== 'invalid_blocks') throw error
          await pause(wait, signal)
        }
      }
    } catch (error) {
      const word = untaken(error)
      if (word === null) throw error
      return { sent: await send(slackMessage(noted(post, pictures, word), [])), beside }
    }
    return { sent: await send(slackMessage(post, [])), beside: post.files }
  }

  /** Into the thread; the message says so where Slack does not take them. */
  async #share(
    { channel, ts, root }: { readonly channel: string; readonly ts: string; readonly root: string },
    post: Post,
    beside: readonly PostFile[],
    isThere: (file: PostFile) => Promise<boolean>,
  ): Promise<void> {
    try {
      await this.#options.uploads.share(beside, { channel, root }, isThere)
    } catch (error) {
      const word = untaken(error)
      if (word === null) throw error
      await this.#drawn(noted(post, beside, word), (message) =>
        this.#options.client.chat.update({ channel, ts, ...message }),
      )
    }
  }

  /** Slack shows it in a thread only where there is one already: otherwise it stands in the channel. */
  async #whisper({ channel, root }: Thread, post: Post, identity: string, first: string | null): Promise<string> {
    const within = first === null ? await this.#activeRoot(channel, root) : (root ?? rootOf(first))
    const user = identity.replace(/^slack:/, '')
    const { sent } = await this.#drawn(await this.#sharedDirectly(post, user), (message) =>
      this.#options.client.chat.postEphemeral({
        channel,
        user,
        ...(within === null ? {} : { thread_ts: within }),
        ...message,
      }),
    )
    return privateRef(channel, text(sent, 'message_ts') ?? '')
  }

  /** A file in the thread would be for everybody: it is sent before, since what only one sees cannot be changed. */
  async #sharedDirectly(post: Post, user: string): Promise<Post> {
    const files = post.files.filter(({ alt }) => alt === null)
    if (files.length === 0) return post
    try {
      const channel = await this.#options.channels.idOf(user)
      await this.#options.uploads.share(files, { channel, root: null }, async () => false)
      return post
    } catch (error) {
      const word = untaken(error)
      if (word === null) throw error
      return noted(post, files, word)
    }
  }

  async #activeRoot(channel: string, root: string | null): Promise<string | null> {
    try {
      return root !== null && (await this.#options.threads.isActive(channel, root)) ? root : null
    } catch {
      // It is told in the channel: better there than not at all.
      return null
    }
  }

  /** A slash command works where the bot is not: there the command itself can be answered, for a while. */
  async #elsewhere(error: unknown, channel: string, post: Post): Promise<string> {
    const isOutside = /^(?:not_in_channel|channel_not_found)$/.test(refusalOf(error) ?? '')
    const isSaid = isOutside && (await this.#options.responses.answer(post.answers, slackMessage(post, [])))
    if (isSaid) return privateRef(channel, '')
    throw sendTrouble(error)
  }

  /** Throws SendTrouble. */
  async edit(ref: string, post: Post): Promise<void> {
    const at = readRef(ref)
    if (at === null) return
    try {
      const { beside } = await this.#drawn(post, (message) =>
        this.#options.client.chat.update({ channel: at.channel, ts: at.ts, ...message }),
      )
      if (beside.length > 0) await this.#shareBeside(at, post, beside)
    } catch (error) {
      throw sendTrouble(error)
    }
  }

  /** What an earlier attempt has brought there is known by its name and size: the process that did it may have ended. */
  async #shareBeside(
    { channel, ts }: { readonly channel: string; readonly ts: string },
    post: Post,
    files: readonly PostFile[],
  ): Promise<void> {
    const { threads } = this.#options
    const root = await threads.rootOf(channel, ts)
    const isThere = async (file: PostFile) =>
      (await threads.find(channel, root, (message) =>
        list(message, 'files').some((one) => text(one, 'name') === file.name && field(one, 'size') === file.size),
      )) !== null
    await this.#share({ channel, ts, root }, post, files, isThere)
  }

  /** Throws SendTrouble. */
  async find(thread: string, nonce: string, first: string | null): Promise<string | null> {
    const at = readThread(thread)
    try {
      const channel = await this.#options.channels.idOf(at.channel)
      const marks = [nonce, uuidOf(nonce)]
      const isOurs = (message: unknown) => marks.some((mark) => JSON.stringify(message).includes(mark))
      const ts = await this.#options.threads.find(channel, at.root ?? rootOf(first), isOurs)
      return ts === null ? null : refTo(channel, ts)
    } catch (error) {
      if (refusalOf(error) === 'thread_not_found') return null
      throw sendTrouble(error)
    }
  }
}

const rootOf = (first: string | null): string | null => (first === null ? null : (readRef(first)?.ts ?? null))

/** The word with which Slack does not take a file; null for any other trouble. */
const untaken = (error: unknown): string | null => (error instanceof FileRefused ? error.word : null)

/** Without those files, and saying so. */
function noted(post: Post, left: readonly PostFile[], word: string): Post {
  const note = { tag: 'text', text: notTaken(left, word) } as const
  return { ...post, parts: [note, ...post.parts], files: post.files.filter((file) => !left.includes(file)) }
}

/** So that it is known again: what of this a server keeps, it gives back. */
function marked(message: SlackMessage, nonce: string) {
  const [head, ...rest] = message.blocks
  return {
    text: message.text,
    blocks: head ? [{ ...head, block_id: nonce }, ...rest] : [],
    metadata: { event_type: 'clusto_message', event_payload: { nonce } },
    client_msg_id: uuidOf(nonce),
  }
}

/** Slack takes a UUID there; the same nonce is the same one. */
function uuidOf(nonce: string): string {
  const hex = createHash('sha256').update(nonce).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
