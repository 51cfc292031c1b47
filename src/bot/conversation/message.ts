// A message that somebody typed: answered, and where the bot was away when a change was typed, asked about first.
import { type Item, keepOnly } from '../inbox/inbox.ts'
import type { Incoming } from '../inbox/incoming.ts'
import { latePost } from '../render/posts/offer-post.ts'
import { attendLine, isForConsole } from './console-line.ts'
import { type Room, settle } from './room.ts'
import { attendTyped, meantBy } from './typed.ts'
import { attendNothing } from './welcome.ts'

type Message = Item & { readonly incoming: Extract<Incoming, { kind: 'message' }> }

// In milliseconds: who has waited for so long may have done it in another way by now.
const LATE = 5 * 60_000

export async function attendMessage(item: Message, room: Room): Promise<void> {
  const { incoming, age } = item
  const { text, files, thread, isUnseen, isCaughtUp, isOverheard, author, at } = incoming
  // By the chat's clock as well: what it brings again after a while is as old.
  const isLate = isCaughtUp || age > LATE || Date.now() - Date.parse(at) > LATE
  if (isForConsole(text)) return attendLine(item, { isLate }, room)
  // What people say to each other.
  if (isOverheard) return room.bot.inventory.database.knex.transaction((knex) => settle(knex, room, item, null))
  if (isLate) {
    const { command, kept } = await meantBy(text, item, room)
    if (command !== null && command.does !== 'read') {
      const draft = latePost(text, kept, { author, at, hasFiles: files.length > 0 })
      return room.bot.inventory.database.knex.transaction(async (knex) => {
        if (kept !== text) await keepOnly(knex, item, kept)
        await settle(knex, room, item, draft)
      })
    }
  }
  if (text.trim() === '') return attendNothing(item, room)
  return attendTyped(item, { text, files, thread, quote: isUnseen ? text : null }, room)
}
