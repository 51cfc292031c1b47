// A message that was changed after it was sent: what it says now is offered, and never run by itself.
import { forgetText, type Item, textOf } from '../inbox/inbox.ts'
import type { Incoming } from '../inbox/incoming.ts'
import { offerPost } from '../render/posts/offer-post.ts'
import { isForConsole } from './console-line.ts'
import { type Room, settle } from './room.ts'

type Edit = Item & { readonly incoming: Extract<Incoming, { kind: 'edit' }> }

export async function attendEdit(item: Edit, room: Room): Promise<void> {
  const { chat, of, text, author } = item.incoming
  const { knex } = room.bot.inventory.database
  // A line for a console has been sent: there is nothing to take back.
  if (isForConsole(text))
    return knex.transaction(async (transaction) => {
      await forgetText(transaction, item.id)
      await settle(transaction, room, item, null)
    })
  const before = await textOf(knex, chat, of)
  // Chats call it a change when they unfold a link.
  const draft = before?.trim() === text.trim() || text.trim() === '' ? null : offerPost(text, author)
  await knex.transaction((transaction) => settle(transaction, room, item, draft))
}
