// A message that was changed after it was sent: what it says now is offered, and never run by itself.
import { type Item, keepOnly, textOf } from '../inbox/inbox.ts'
import type { Incoming } from '../inbox/incoming.ts'
import { offerPost } from '../render/posts/offer-post.ts'
import { isForConsole } from './console-line.ts'
import { type Room, settle } from './room.ts'
import { meantBy } from './typed.ts'

type Edit = Item & { readonly incoming: Extract<Incoming, { kind: 'edit' }> }

export async function attendEdit(item: Edit, room: Room): Promise<void> {
  const { chat, of, text, author } = item.incoming
  const { knex } = room.bot.inventory.database
  // A line for a console has been sent: there is nothing to take back.
  if (isForConsole(text))
    return knex.transaction(async (transaction) => {
      await keepOnly(transaction, item)
      await settle(transaction, room, item, null)
    })
  const before = await textOf(knex, chat, of)
  // Chats call it a change when they unfold a link.
  const { kept } = await meantBy(text, item, room)
  const isSame = before?.trim() === kept.trim() || text.trim() === ''
  await knex.transaction(async (transaction) => {
    if (kept !== text) await keepOnly(transaction, item, kept)
    await settle(transaction, room, item, isSame ? null : offerPost(text, kept, author))
  })
}
