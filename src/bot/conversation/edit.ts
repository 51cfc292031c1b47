// A message that was changed after it was sent: what it says now is offered, and never run by itself.
import { type Item, textOf } from '../inbox/inbox.ts'
import type { Incoming } from '../inbox/incoming.ts'
import { offerPost } from '../render/posts/offer-post.ts'
import { type Room, settle } from './room.ts'

type Edit = Item & { readonly incoming: Extract<Incoming, { kind: 'edit' }> }

export async function attendEdit(item: Edit, room: Room): Promise<void> {
  const { chat, of, text, author } = item.incoming
  const { knex } = room.bot.inventory.database
  const before = await textOf(knex, chat, of)
  // Chats call it a change when they unfold a link.
  const draft = before?.trim() === text.trim() || text.trim() === '' ? null : offerPost(text, author)
  await knex.transaction((transaction) => settle(transaction, room, item, draft))
}
