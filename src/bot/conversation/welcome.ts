// Somebody has called the bot and said nothing: it says what one can ask of it, as far as they may.
import { decide } from '../../commands/permit.ts'
import { standingOf } from '../../inventory/operators/standing.ts'
import type { Item } from '../inbox/inbox.ts'
import { welcomePost } from '../render/posts/welcome-post.ts'
import { type Room, settle } from './room.ts'

/** Throws ClaimLost, and what the database throws. */
export async function attendNothing(item: Item, room: Room): Promise<void> {
  const { author, channel } = item.incoming
  const { inventory, commands } = room.bot
  const { knex } = inventory.database
  const standing = await standingOf(knex, author)
  const allowed = commands.filter((command) => decide(standing, command, channel).tag === 'allowed')
  await knex.transaction((transaction) => settle(transaction, room, item, welcomePost(author, allowed)))
}
