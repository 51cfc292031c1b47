// A button that was pressed: it types its command as who pressed it, or turns the pages of its message.
import { setTimeout as pause } from 'node:timers/promises'
import type { Knex } from 'knex'
import { standingOf } from '../../inventory/operators/standing.ts'
import { BotError } from '../error.ts'
import type { Item } from '../inbox/inbox.ts'
import type { Incoming } from '../inbox/incoming.ts'
import { type KeptButton, keptButton, useButton } from '../outbox/buttons.ts'
import { homeOf } from '../outbox/keep.ts'
import { type Said, saidFor, turnPage } from '../outbox/outbox.ts'
import { refusalOf } from '../refusal.ts'
import { answerPost } from '../render/posts/answer-post.ts'
import { type Room, settle } from './room.ts'
import { attendTyped } from './typed.ts'

type Press = Item & { readonly incoming: Extract<Incoming, { kind: 'press' }> }

/** A refusal tells who pressed, and leaves the button as it is. */
export async function attendPress(item: Press, room: Room): Promise<void> {
  const { incoming } = item
  const { knex } = room.bot.inventory.database
  try {
    const { button, thread, message } = await pressed(knex, incoming)
    const { action } = button
    if (action.tag === 'page')
      return await knex.transaction(async (transaction) => {
        if (message !== null) await turnPage(transaction, message, action.by)
        await settle(transaction, room, item, null)
      })
    const text = action.tag === 'command' ? action.text : `${action.before}${incoming.typed ?? ''}`
    const onDone = (transaction: Knex) => useButton(transaction, button.id, incoming.author)
    await attendTyped(item, { text, thread, files: [], quote: null, onDone }, room)
  } catch (error) {
    if (!(error instanceof BotError)) throw error
    const refused = { tag: 'refused', command: '', refusal: refusalOf(error, '') } as const
    const draft = answerPost(refused, { asker: incoming.author, quote: null })
    await knex.transaction((transaction) => settle(transaction, room, item, draft))
  }
}

interface Pressed {
  readonly button: KeptButton
  /** Where it is answered. */
  readonly thread: string
  /** The message of the outbox that it hangs on; null for one's own page. */
  readonly message: number | null
}

/** Throws BotError where it is none of ours, of another message, of somebody else, or used up. */
async function pressed(knex: Knex, { chat, button: id, card, author, thread }: Press['incoming']): Promise<Pressed> {
  const button = await keptButton(knex, id)
  if (button?.chat !== chat) throw new BotError('button-unknown', {})
  const isHome = card === null && button.message === homeOf(author)
  const said = isHome ? null : await shownFor(knex, chat, button.message)
  if (said === null && !isHome) throw new BotError('button-unknown', {})
  if (said && said.post.privateTo === null && said.ref !== card) throw new BotError('button-elsewhere', {})
  const only = button.only_for ?? said?.post.privateTo ?? null
  if (only !== null && only !== author)
    throw new BotError('button-not-yours', {
      of: (await standingOf(knex, only)).operator?.name ?? only,
      asks: asksWord(button.action),
    })
  if (button.used_by !== null) throw new BotError('button-used', { by: button.used_by })
  return { button, thread: said?.thread ?? thread, message: said?.id ?? null }
}

/** A plan that waits for the word of whoever asked for it. */
function asksWord(action: KeptButton['action']): boolean {
  if (action.tag === 'page') return false
  return (action.tag === 'command' ? action.text : action.before).startsWith('confirm ')
}

// In milliseconds.
const SOON = 3000
const AGAIN = 100

/** Who is quick presses a button before it is written down where it hangs. */
async function shownFor(knex: Knex, chat: string, key: string): Promise<Said | null> {
  for (const limit = performance.now() + SOON; ; ) {
    const said = await saidFor(knex, chat, key)
    if (said?.ref !== null || performance.now() > limit) return said
    await pause(AGAIN)
  }
}
