// What schedules have to tell, in the channel that was given for it or where they were made.
import type { Knex } from 'knex'
import { noticePost } from '../../render/posts/notice-post.ts'
import type { Chat } from '../chat.ts'
import { keep } from '../keep.ts'
import { PRIORITY, say } from '../outbox.ts'

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
     where sent_at is null and chat = any(?::text[]) order by id limit ${MOST}`,
    [chats.map(({ name }) => name)],
  )
  for (const notice of rows)
    await knex.transaction(async (transaction) => {
      const taken = await transaction.raw<{ rows: unknown[] }>(
        'update notices set sent_at = clock_timestamp() where id = ? and sent_at is null returning 1',
        [notice.id],
      )
      const chat = chats.find(({ name }) => name === notice.chat)
      if (taken.rows.length === 0 || !chat) return
      const key = `notice ${notice.id}`
      const thread = notice.channel === null ? notice.thread : chat.threadIn(notice.channel, key)
      const called = notice.mentions.filter((identity) => identity.startsWith(`${chat.name}:`))
      const post = await keep(transaction, { chat: chat.name, key, answers: null }, noticePost(notice.text, called))
      await say(transaction, [{ chat: chat.name, thread, key, priority: PRIORITY.result, post }])
    })
}
