// Reads in Slack's histories what was typed to the bot while it was not heard, and hands it on, the oldest first.
import type { webApi } from '@slack/bolt'
import type { Incoming } from '../inbox/incoming.ts'
import { channelsOf } from './channels.ts'
import { type Self, typedIn } from './events.ts'
import { pause } from './pause.ts'
import { list, text } from './payload.ts'
import { refusalOf, restOf } from './trouble.ts'

export interface CatchUpOptions {
  readonly client: webApi.WebClient
  readonly self: Self
  readonly take: (incoming: Incoming) => Promise<void>
}

interface Found {
  readonly ts: string
  readonly incoming: Incoming
}

const PAGE = 200
const PAGES = 20
// In seconds: replies are found through the message that they hang on, which may be older than they are.
const THREADS = 24 * 3600

export class CatchUp {
  readonly #options: CatchUpOptions

  constructor(options: CatchUpOptions) {
    this.#options = options
  }

  /** Throws what the client throws, except where a channel refuses the bot; stops where `signal` says so. */
  async since(from: Date, isAway: boolean, signal: AbortSignal): Promise<void> {
    const since = from.getTime() / 1000
    const found: Found[] = []
    for (const { id } of await this.#patiently(() => channelsOf(this.#options.client), signal)) {
      try {
        found.push(...(await this.#inChannel(id, since, isAway, signal)))
      } catch (error) {
        // Left meanwhile, or a scope is missing: `doctor` tells of that.
        if (refusalOf(error) === null) throw error
      }
    }
    // Time stamps are all of one length.
    found.sort((a, b) => (a.ts < b.ts ? -1 : 1))
    for (const { incoming } of found) {
      if (signal.aborted) return
      await this.#options.take(incoming)
    }
  }

  async #inChannel(channel: string, since: number, isAway: boolean, signal: AbortSignal): Promise<Found[]> {
    const { client, self } = this.#options
    const oldest = (since - THREADS).toFixed(6)
    const roots = await this.#pages((page) => client.conversations.history({ channel, oldest, ...page }), signal)
    const replies: unknown[] = []
    for (const root of roots) {
      const [ts, latest] = [text(root, 'ts'), text(root, 'latest_reply')]
      if (ts === null || latest === null || Number(latest) < since) continue
      const from = since.toFixed(6)
      replies.push(
        ...(await this.#pages((page) => client.conversations.replies({ channel, ts, oldest: from, ...page }), signal)),
      )
    }
    // A thread comes with the message that it hangs on.
    const messages = new Map([...roots, ...replies].map((message) => [text(message, 'ts') ?? '', message]))
    return [...messages]
      .filter(([ts]) => Number(ts) >= since)
      .flatMap(([ts, message]) => {
        const incoming = typedIn(channel, message, self, isAway)
        return incoming === null ? [] : [{ ts, incoming }]
      })
  }

  async #pages(
    ask: (page: { limit: number; cursor?: string }) => Promise<unknown>,
    signal: AbortSignal,
  ): Promise<unknown[]> {
    const messages: unknown[] = []
    for (let page = 0, cursor: string | null = null; page < PAGES; page++) {
      const next: { limit: number; cursor?: string } = cursor === null ? { limit: PAGE } : { limit: PAGE, cursor }
      const found: unknown = await this.#patiently(() => ask(next), signal)
      messages.push(...list(found, 'messages'))
      cursor = text(found, 'response_metadata', 'next_cursor')
      if (cursor === null) break
    }
    return messages
  }

  /** Slack lets histories be read some fifty times a minute. */
  async #patiently<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
    for (;;) {
      signal.throwIfAborted()
      try {
        return await ask()
      } catch (error) {
        const rest = restOf(error)
        if (rest === null) throw error
        await pause(rest, signal)
      }
    }
  }
}
