// What answering needs besides the item itself: the bot, the process that answers, and the files of the chats.
import type { Knex } from 'knex'
import { type Item, settleItem } from '../inbox/inbox.ts'
import type { Attached } from '../inbox/incoming.ts'
import { keep } from '../outbox/keep.ts'
import { PRIORITY, say } from '../outbox/outbox.ts'
import type { Draft } from '../outbox/post.ts'
import type { Bot } from '../pipeline.ts'

export interface Room {
  readonly bot: Bot
  /** The process, as claims name it. */
  readonly by: string
  /** Throws CommandError `file-not-found`. */
  download(chat: string, file: Attached): Promise<Uint8Array>
}

/** The answer and that the item is done, both or neither. Throws ClaimLost. */
export async function settle(
  knex: Knex,
  { by }: Room,
  { id, incoming }: Item,
  draft: Draft | null,
  thread: string = incoming.thread,
): Promise<void> {
  // Who was faster has said it.
  if (!(await settleItem(knex, by, id)) || draft === null) return
  const { chat, answers } = incoming
  const key = `answer ${id}`
  const post = await keep(knex, { chat, key, answers }, draft)
  await say(knex, [{ chat, thread, key, priority: PRIORITY.answer, post, asker: incoming.author }])
}
