// Which channel is meant by what a thread names: an id, a person (their direct messages) or a name as somebody typed it.
import type { webApi } from '@slack/bolt'
import { SendTrouble } from '../outbox/chat.ts'
import { field, list, text } from './payload.ts'

export interface Channel {
  readonly id: string
  readonly name: string | null
}

const EVERYWHERE = 'public_channel,private_channel,im,mpim'
const PAGE = 200
const PAGES = 50

/** Where the bot is, direct messages too. Throws what the client throws. */
export async function channelsOf(client: webApi.WebClient, types = EVERYWHERE): Promise<readonly Channel[]> {
  const channels: Channel[] = []
  for (let page = 0, cursor: string | null = null; page < PAGES; page++) {
    const next: { cursor?: string } = cursor === null ? {} : { cursor }
    const found: unknown = await client.users.conversations({ types, exclude_archived: true, limit: PAGE, ...next })
    for (const one of list(found, 'channels')) {
      const id = text(one, 'id')
      if (id !== null) channels.push({ id, name: text(one, 'name') })
    }
    cursor = text(found, 'response_metadata', 'next_cursor')
    if (cursor === null) break
  }
  return channels
}

export class Channels {
  readonly #client: webApi.WebClient
  readonly #direct = new Map<string, string>()

  constructor(client: webApi.WebClient) {
    this.#client = client
  }

  /** Throws SendTrouble `gone` where there is none, and what the client throws. */
  async idOf(named: string): Promise<string> {
    if (/^[CGD][A-Z0-9]{2,30}$/.test(named)) return named
    if (/^[UW][A-Z0-9]{2,30}$/.test(named)) return this.#directTo(named)
    // A name is looked up each time: it can be given to another channel.
    const found = (await channelsOf(this.#client)).find(({ name }) => name === named.toLowerCase())
    if (found) return found.id
    const reason = `the bot is in no channel named #${named}: /invite it there`
    throw new SendTrouble({ tag: 'gone', reason })
  }

  async #directTo(user: string): Promise<string> {
    const known = this.#direct.get(user)
    if (known !== undefined) return known
    const opened: unknown = await this.#client.conversations.open({ users: user })
    const id = text(field(opened, 'channel'), 'id')
    if (id === null) throw new Error('Slack has opened a conversation and does not say which')
    this.#direct.set(user, id)
    return id
  }
}
