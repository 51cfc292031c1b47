// Looks into Slack's threads: for the bot's own messages, and for whether there is a thread at all.
import type { webApi } from '@slack/bolt'
import type { Self } from './events.ts'
import { field, list, text } from './payload.ts'

// Messages of one page, and the most pages that are looked through.
const PAGE = 200
const PAGES = 10

export class Threads {
  readonly #client: webApi.WebClient
  readonly #self: Self

  constructor(client: webApi.WebClient, self: Self) {
    this.#client = client
    this.#self = self
  }

  /** The time stamp of the bot's own message that fits, in a thread or, where there is none yet, among the last of a channel. */
  async find(channel: string, root: string | null, fits: (message: unknown) => boolean): Promise<string | null> {
    const asked = { channel, limit: PAGE, include_all_metadata: true }
    for (let page = 0, cursor: string | null = null; page < PAGES; page++) {
      const next: { cursor?: string } = cursor === null ? {} : { cursor }
      const found: unknown =
        root === null
          ? await this.#client.conversations.history({ ...asked, ...next })
          : await this.#client.conversations.replies({ ...asked, ...next, ts: root })
      const ours = list(found, 'messages').find((one) => this.#isOurs(one) && fits(one))
      if (ours !== undefined) return text(ours, 'ts')
      cursor = text(found, 'response_metadata', 'next_cursor')
      if (cursor === null) return null
    }
    return null
  }

  #isOurs(message: unknown): boolean {
    const { user, bot } = this.#self
    return text(message, 'user') === user || (bot !== null && text(message, 'bot_id') === bot)
  }

  /** Of the thread that a message is in; itself, where it is in none. */
  async rootOf(channel: string, ts: string): Promise<string> {
    const found = await this.#client.conversations.replies({ channel, ts, limit: 1 })
    return text(list(found, 'messages')[0], 'thread_ts') ?? ts
  }

  /** Whether somebody has answered there. */
  async isActive(channel: string, root: string): Promise<boolean> {
    const found = await this.#client.conversations.replies({ channel, ts: root, limit: 1 })
    return Number(field(list(found, 'messages')[0], 'reply_count') ?? 0) > 0
  }
}
