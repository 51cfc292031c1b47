// What an adapter of a chat is, and what it may ask of the bot. It translates between the two, and decides nothing.
import type { Check } from '../commands/check.ts'
import type { Attached, Incoming } from './inbox/incoming.ts'
import type { Chat } from './outbox/chat.ts'
import type { Form, Post } from './outbox/post.ts'

export interface Adapter extends Chat {
  /**
   * Answers when the chat knows us, or cannot be reached for long: what comes from then on is given to the front.
   * Connections that break are made again without end. Throws BotError `chat-refused` where the token or the application
   * is not right: that does not mend itself.
   */
  start(front: Front): Promise<void>
  /** Hears nothing more; what was taken is acknowledged. */
  stop(): Promise<void>
  /** Whether events reach this process, or it stands by for one that they reach. */
  isHearing(): boolean
  /** Whether tokens, scopes, intents and membership are as they should be, and what to click where not. */
  check(signal: AbortSignal): Promise<readonly Check[]>
  /** Throws CommandError `file-not-found`, also for one that is too large. */
  download(file: Attached): Promise<Uint8Array>
}

/** The bot, as an adapter sees it. */
export interface Front {
  /** Stored when it answers: then it may be acknowledged. Throws where it cannot be stored: it must not be. */
  take(incoming: Incoming): Promise<void>
  /** Whole lines that the text could become, best first; at most 25. Empty where nobody can say in time. */
  complete(text: string, author: string, channel: string | null): Promise<readonly string[]>
  /** What a button asks for before it does anything; null where it does not. Quick: chats wait for three seconds. */
  formOf(button: string, author: string): Promise<Form | null>
  /** What waits for somebody, and their jobs: Slack's App Home. */
  home(author: string): Promise<Post>
  /** The content of a file of a post. */
  file(id: string): Promise<Uint8Array>
  /** Who is in a group (`slack:S012AB3CD`, `discord:@1234`) now, as identities. */
  setMembers(group: string, identities: readonly string[]): Promise<void>
  /** Nobody is known to be in any group of the chat. */
  emptyGroups(chat: string): Promise<void>
  /** Which groups of the chat somebody is in now, all of them. */
  setGroups(chat: string, identity: string, groups: readonly string[]): Promise<void>
  /** Until when everything in the chat was heard; null for a bot that was never there. */
  heardUntil(chat: string): Promise<Date | null>
  setHeardUntil(chat: string, at: Date): Promise<void>
  /** Where direct messages came from lately: a chat that does not list them is asked there for what was missed. */
  directs(chat: string): Promise<readonly string[]>
  /** Takes or keeps a role that one process has (`discord gateway`) for so many seconds; false where another has it. */
  hold(role: string, seconds: number): Promise<boolean>
  release(role: string): Promise<void>
  /** Whether what is typed in that thread is for the bot without a mention: a console is open there. Never throws. */
  wants(thread: string): Promise<boolean>
  /** Trouble in the background: told once an outage, on standard error. */
  trouble(chat: string, error: unknown): void
}
