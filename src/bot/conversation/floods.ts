// Tells whose flood it is, once for each: in the thread of the first message that was left, and there again, as the same
// message, how many were left when there is room again.
import type { Knex } from 'knex'
import { endFlood, type Flood, floodsIn, holdFlood } from '../inbox/floods.ts'
import { keep } from '../outbox/keep.ts'
import { PRIORITY, say } from '../outbox/outbox.ts'
import { floodPost } from '../render/posts/flood-post.ts'

/** False where there is none. */
export async function tellFloods(knex: Knex, chats: readonly string[], bound: number): Promise<boolean> {
  const floods = await floodsIn(knex, chats)
  for (const flood of floods) await knex.transaction((transaction) => tellFlood(transaction, flood, bound))
  return floods.length > 0
}

async function tellFlood(knex: Knex, flood: Flood, bound: number): Promise<void> {
  const { id, chat, thread, answers } = flood
  if (!(await holdFlood(knex, flood))) return
  const left = await endFlood(knex, flood, bound)
  const key = `flood ${id}`
  const post = await keep(knex, { chat, key, answers }, floodPost(bound, left))
  // For nobody in particular: it would wait behind what it tells of.
  await say(knex, [{ chat, thread, key, priority: PRIORITY.result, post, asker: null }])
}
