// The people, channels, messages and files of a workspace of the fake Slack.
import type { Fields, Json } from './json.ts'
import { Refusal } from './refusal.ts'

export interface Channel {
  readonly id: string
  readonly name: string
  readonly kind: 'public' | 'private' | 'im' | 'mpim'
  readonly members: Set<string>
  isArchived: boolean
}

export interface Message {
  readonly ts: string
  readonly user: string
  readonly botId: string | null
  text: string
  threadTs: string | null
  blocks: Json
  metadata: Json
  readonly clientMsgId: string | null
  files: readonly Fields[]
  edited: string | null
  /** Which texts it has had, the first first. */
  readonly texts: string[]
}

export interface Whisper {
  readonly channel: string
  readonly to: string
  readonly threadTs: string | null
  readonly text: string
  readonly blocks: Json
  readonly ts: string
}

export interface StoredFile {
  readonly id: string
  readonly name: string
  readonly size: number
  readonly altText: string | null
  readonly content: Buffer
  isComplete: boolean
}

export const BOT = { user: 'UBOT00001', bot: 'BBOT00001', app: 'A0CLUSTO01', team: 'T0TEAM0001' }

export class Workspace {
  readonly channels = new Map<string, Channel>()
  readonly messages = new Map<string, Message[]>()
  readonly users = new Map<string, string>([[BOT.user, 'clusto']])
  readonly groups = new Map<string, { handle: string; users: string[]; isDisabled: boolean }>()
  readonly whispers: Whisper[] = []
  readonly files = new Map<string, StoredFile>()
  readonly homes = new Map<string, Fields>()
  /** Views that were opened, by their id. */
  readonly views = new Map<string, { readonly user: string; readonly view: Fields }>()
  #second = Math.floor(Date.now() / 1000)
  #fraction = 0

  /** A time stamp like Slack's, unique and rising. */
  ts(): string {
    const second = Math.floor(Date.now() / 1000)
    if (second > this.#second) [this.#second, this.#fraction] = [second, 0]
    this.#fraction++
    return `${this.#second}.${String(this.#fraction).padStart(6, '0')}`
  }

  addUser(id: string, name: string): void {
    this.users.set(id, name)
  }

  addChannel(id: string, name: string, members: readonly string[], kind: Channel['kind'] = 'public'): Channel {
    const channel = { id, name, kind, members: new Set(members), isArchived: false }
    this.channels.set(id, channel)
    this.messages.set(id, [])
    return channel
  }

  /** The conversation of a person with the bot. */
  direct(user: string): Channel {
    const id = `D${user.slice(1)}`
    return this.channels.get(id) ?? this.addChannel(id, '', [user, BOT.user], 'im')
  }

  /** As the bot sees it: one of others does not exist. Throws Refusal `channel_not_found`. */
  channel(id: string): Channel {
    const channel = this.channels.get(id)
    if (!channel) throw new Refusal('channel_not_found')
    if (channel.kind !== 'public' && !channel.members.has(BOT.user)) throw new Refusal('channel_not_found')
    return channel
  }

  add(channel: string, message: Omit<Message, 'ts' | 'edited' | 'texts'>): Message {
    const added: Message = { ...message, ts: this.ts(), edited: null, texts: [message.text] }
    this.in(channel).push(added)
    return added
  }

  in(channel: string): Message[] {
    return this.messages.get(channel) ?? []
  }

  message(channel: string, ts: string): Message | undefined {
    return this.in(channel).find((message) => message.ts === ts)
  }

  thread(channel: string, root: string): Message[] {
    return this.in(channel).filter(({ ts, threadTs }) => ts === root || threadTs === root)
  }

  delete(channel: string, ts: string): void {
    this.messages.set(
      channel,
      this.in(channel).filter((message) => message.ts !== ts),
    )
  }

  /** As histories and events show it. */
  shown(channel: string, message: Message, hasMetadata: boolean): Fields {
    const replies = this.in(channel).filter(({ threadTs }) => threadTs === message.ts)
    return {
      type: 'message',
      ts: message.ts,
      user: message.user,
      text: message.text,
      ...(message.botId === null ? {} : { bot_id: message.botId, app_id: BOT.app }),
      ...(message.threadTs === null ? {} : { thread_ts: message.threadTs, parent_user_id: BOT.user }),
      ...(replies.length === 0
        ? {}
        : { thread_ts: message.ts, reply_count: replies.length, latest_reply: replies.at(-1)?.ts ?? message.ts }),
      ...(message.blocks === null ? {} : { blocks: message.blocks }),
      ...(message.files.length === 0 ? {} : { files: message.files }),
      ...(message.edited === null ? {} : { edited: { user: message.user, ts: message.edited } }),
      ...(hasMetadata && message.metadata !== null ? { metadata: message.metadata } : {}),
    }
  }
}
