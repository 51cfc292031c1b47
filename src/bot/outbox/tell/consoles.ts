// What threads are told of the consoles that are open in them: a message that is edited while it grows, then the next; and
// a new one for whom a console was taken from.
import type { Knex } from 'knex'
import { calledSql } from '../../../inventory/operators/called.ts'
import { closeAbandoned } from '../../../jobs/console/open-consoles.ts'
import { publicId } from '../../../jobs/public-id.ts'
import { type ConsoleShown, consolePost, consoleTakenPost } from '../../render/posts/console-post.ts'
import type { Chat } from '../chat.ts'
import { keep } from '../keep.ts'
import { PRIORITY, say } from '../outbox.ts'
import type { Draft } from '../post.ts'
import { each } from './each.ts'

const MOST = 100

interface Row extends Omit<ConsoleShown, 'job'> {
  readonly id: number
  readonly run_id: number
  readonly chat: string
  readonly thread: string
  readonly owner: string
  readonly changes: number
  /** The last page that was told of, which may have grown since. */
  readonly page: number
}

export async function tellConsoles(knex: Knex, chats: readonly Pick<Chat, 'name' | 'threadBelow'>[]): Promise<void> {
  await closeAbandoned(knex)
  await findThreads(knex, chats)
  const { rows } = await knex.raw<{ rows: Row[] }>(
    `select id, run_id, thing, label, chat, thread, until, reason, coalesce(unsent, 0) as unsent, changes,
       coalesce(holder, opener) as owner, ${calledSql('c.opener')} as opener, ${calledSql('c.holder')} as holder,
       ${calledSql('c.taken_by')} as taken_by, (select coalesce(max(page), 1) from console_pages p where p.console_id = c.id
         and exists (select from outbox o where o.chat = c.chat and o.key = 'console ' || c.id || ' ' || p.page)) as page
     from consoles c where told < changes and chat = any(?::text[]) order by id limit ${MOST}`,
    [chats.map(({ name }) => name)],
  )
  await each(rows, (row) => knex.transaction((transaction) => tellConsole(transaction, row)))
}

async function tellConsole(knex: Knex, row: Row): Promise<void> {
  const { id, run_id, chat, page, changes, reason, owner } = row
  const pages = await knex.raw<{ rows: { page: number; text: string }[] }>(
    'select page, text from console_pages where console_id = ? and page >= ? order by page',
    [id, page],
  )
  const shown = { ...row, job: publicId(run_id) }
  for (const [index, { page: number, text }] of pages.rows.entries()) {
    const isLast = index === pages.rows.length - 1
    await sayOf(knex, row, ` ${number}`, PRIORITY.answer, consolePost(shown, { number, text, isLast }))
  }
  if (reason === 'taken') {
    const mentions = owner.startsWith(`${chat}:`) ? [owner] : []
    await sayOf(knex, row, ' taken', PRIORITY.result, { ...consoleTakenPost(shown), mentions })
  }
  await knex.raw('update consoles set told = ? where id = ?', [changes, id])
}

async function sayOf(
  knex: Knex,
  { id, chat, thread, owner }: Row,
  which: string,
  priority: number,
  draft: Draft,
): Promise<void> {
  const key = `console ${id}${which}`
  const post = await keep(knex, { chat, key, answers: null }, draft)
  await say(knex, [{ chat, thread, key, priority, post, asker: owner }])
}

/** In a thread that our own message has begun, what is typed comes under another name than what is said. */
async function findThreads(knex: Knex, chats: readonly Pick<Chat, 'name' | 'threadBelow'>[]): Promise<void> {
  const { rows } = await knex.raw<{ rows: { id: number; chat: string; first: string }[] }>(
    `select c.id, c.chat, f.ref as first from consoles c cross join lateral (select o.ref from outbox o
       where o.chat = c.chat and o.thread = c.thread and o.ref is not null and o.body ->> 'privateTo' is null
       order by o.id limit 1) f
     where c.closed_at is null and c.below is null and c.chat = any(?::text[])`,
    [chats.map(({ name }) => name)],
  )
  await each(rows, async ({ id, chat, first }) => {
    const below = chats.find(({ name }) => name === chat)?.threadBelow(first)
    if (below !== undefined) await knex.raw('update consoles set below = ? where id = ?', [below, id])
  })
}
