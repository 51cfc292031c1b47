// What schedules have to tell, in the channel that was given for it or where they were made; and that glass was broken, in
// the same place and to each admin who is known to another chat alone.
import type { Knex } from 'knex'
import { noticePost } from '../../render/posts/notice-post.ts'
import type { Chat } from '../chat.ts'
import { keep } from '../keep.ts'
import { PRIORITY, say } from '../outbox.ts'
import { each } from './each.ts'

const MOST = 100

interface NoticeRow {
  readonly id: number
  readonly chat: string
  readonly thread: string
  readonly channel: string | null
  readonly mentions: readonly string[]
  readonly text: string
}

export async function tellNotices(knex: Knex, chats: readonly Pick<Chat, 'name' | 'threadIn'>[]): Promise<void> {
  const { rows } = await knex.raw<{ rows: NoticeRow[] }>(
    `select id, chat, thread, channel, mentions, text from notices
     where sent_at is null and (chat = any(?::text[]) or (chat = 'terminal' and channel is not null)) order by id limit ${MOST}`,
    [chats.map(({ name }) => name)],
  )
  await each(rows, async (notice) => {
    // Made at the terminal, for a channel: that of the chat, where there is only one.
    const chat = chats.find(({ name }) => name === notice.chat) ?? (chats.length === 1 ? chats[0] : undefined)
    if (!chat) return
    await knex.transaction(async (transaction) => {
      const taken = await transaction.raw<{ rows: unknown[] }>(
        'update notices set sent_at = clock_timestamp() where id = ? and sent_at is null returning 1',
        [notice.id],
      )
      if (taken.rows.length === 0) return
      for (const { key, thread, mentions } of messagesOf(notice, chat)) {
        const post = await keep(transaction, { chat: chat.name, key, answers: null }, noticePost(notice.text, mentions))
        await say(transaction, [{ chat: chat.name, thread, key, priority: PRIORITY.result, post, asker: null }])
      }
    })
  })
}

interface Message {
  readonly key: string
  readonly thread: string
  readonly mentions: readonly string[]
}

// Typed nowhere in this chat.
const NOWHERE = '{}'

/** One where it belongs; of one that belongs nowhere, a direct message to each of those whom it mentions. */
function messagesOf({ id, thread, channel, mentions }: NoticeRow, chat: Pick<Chat, 'name' | 'threadIn'>): Message[] {
  const key = `notice ${id}`
  const called = mentions.filter((identity) => identity.startsWith(`${chat.name}:`))
  if (channel !== null) return [{ key, thread: chat.threadIn(channel, key), mentions: called }]
  if (thread !== NOWHERE) return [{ key, thread, mentions: called }]
  return called.map((identity) => {
    const own = `${key} ${identity}`
    return { key: own, thread: chat.threadIn(identity.slice(chat.name.length + 1), own), mentions: [identity] }
  })
}
