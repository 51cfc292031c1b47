// What threads are told of proposals: a card with what is planned and its buttons, edited when it is decided, and a second
// call for those who may approve. Whom a thread does not reach, since it is a direct message, in another chat or at the
// terminal, has a card of their own.
import type { Knex } from 'knex'
import type { Command } from '../../../commands/command.ts'
import { closeProposal } from '../../../commands/proposal.ts'
import { type ProposalCard, proposalCard } from '../../../commands/proposal-card.ts'
import type { Inventory } from '../../../inventory/inventory.ts'
import { type CardState, proposalEndPost, proposalPost, reminderPost } from '../../render/posts/proposal-post.ts'
import type { Chat } from '../chat.ts'
import { keep } from '../keep.ts'
import { PRIORITY, say } from '../outbox.ts'
import type { Draft } from '../post.ts'
import { each } from './each.ts'

const MOST = 100
// In minutes, before those who may approve are called again.
const PATIENCE = 5
// More are not called at once.
const CALLED = 10

// How a proposal stands, in one word that changes whenever its card does.
const STANDING = `case when p.state <> 'pending' then p.state when p.expires_at <= clock_timestamp() then 'expired'
  else 'pending ' || (select count(*) from decisions d where d.proposal_id = p.id) end`

// What is typed at the terminal has no thread; who may approve it is told all the same.
const TERMINAL = 'terminal'

/** Those that are new, or stand in another way than was told. */
export async function tellProposals(
  inventory: Inventory,
  chats: readonly Place[],
  registry: readonly Command[],
): Promise<void> {
  const { knex } = inventory.database
  const { rows } = await knex.raw<{ rows: { id: number; standing: string }[] }>(
    `select p.id, ${STANDING} as standing from proposals p
     where p.told is distinct from p.state and p.told is distinct from ${STANDING}
       and (not starts_with(p.message, '{"chat":"terminal"') or p.told is not null or p.state = 'pending')
       and (p.message::jsonb ->> 'chat' = any(?::text[]) or p.level = 'destroy' and p.message::jsonb ->> 'chat' = '${TERMINAL}')
     order by p.id limit ${MOST}`,
    [chats.map(({ name }) => name)],
  )
  if (rows.length === 0) return
  // The drivers are read before: the embedded database has one connection, which the transaction holds.
  const seen = await inventory.read((view) => Promise.resolve(view))
  await each(rows, ({ id, standing }) =>
    knex.transaction(async (transaction) => {
      // Before its buttons, as by those who press them: otherwise each could wait for the other.
      await transaction.raw('select from proposals where id = ? for update', [id])
      const found = await proposalCard({ ...seen, knex: transaction }, id, registry)
      if (!found) return
      const called = found.state === 'pending' ? await calledFor(transaction, found, chats) : []
      const there = called.filter((identity) => isReached(identity, found))
      const card = (mentions: readonly string[]) => proposalPost(found.card, stateOf(found), mentions, found.asker)
      const isTyped = placeOf(found.message).chat !== TERMINAL
      if (isTyped) await sayOf(transaction, found, `proposal ${id}`, card(there))
      const others = called.filter((identity) => !there.includes(identity))
      await tellEach(transaction, id, { asker: found.asker, called: others, card, chats })
      // What somebody did is answered; that nobody did anything is told.
      if (standing === 'expired') {
        await closeProposal(transaction, id, 'expired', null)
        const end = proposalEndPost(found.card, stateOf(found), found.asker)
        if (isTyped) await sayOf(transaction, found, `proposal ${id} end`, end)
      }
      await transaction.raw('update proposals set told = ? where id = ?', [standing, id])
    }),
  )
}

type Place = Pick<Chat, 'name' | 'threadIn'>

interface Telling {
  /** Who asked. */
  readonly asker: string
  /** Identities. */
  readonly called: readonly string[]
  card(mentions: readonly string[]): Draft
  readonly chats: readonly Place[]
}

/** By direct message: to those who may approve, and again to those who were told before. */
async function tellEach(knex: Knex, id: number, { asker, called, card, chats }: Telling): Promise<void> {
  const begin = `proposal ${id} for `
  for (const chat of chats) {
    const { rows } = await knex.raw<{ rows: { key: string }[] }>(
      'select key from outbox where chat = ? and key >= ? and starts_with(key, ?) order by key',
      [chat.name, begin, begin],
    )
    const told = rows.map(({ key }) => key.slice(begin.length))
    for (const identity of new Set([...told, ...called.filter((one) => chatOf(one) === chat.name)])) {
      const key = `${begin}${identity}`
      const thread = chat.threadIn(identity.slice(chat.name.length + 1), key)
      const post = await keep(knex, { chat: chat.name, key, answers: null }, card([identity]))
      await say(knex, [{ chat: chat.name, thread, key, priority: PRIORITY.approval, post, asker }])
    }
  }
}

/** Whether somebody sees the thread. */
const isReached = (identity: string, { channel, message }: ProposalCard) =>
  channel !== null && chatOf(identity) === placeOf(message).chat

const chatOf = (identity: string) => identity.slice(0, identity.indexOf(':'))

const placeOf = (message: string) => JSON.parse(message) as { readonly chat: string; readonly thread: string }

/** Those that have waited for an approval for some minutes, once. */
export async function remindOfProposals(
  inventory: Inventory,
  chats: readonly Pick<Chat, 'name'>[],
  registry: readonly Command[],
): Promise<void> {
  const { knex } = inventory.database
  const { rows } = await knex.raw<{ rows: { id: number }[] }>(
    `select p.id from proposals p where not starts_with(p.message, '{"chat":"terminal"') and p.told is distinct from p.state
       and p.state = 'pending' and p.level = 'destroy' and p.channel is not null and p.expires_at > clock_timestamp()
       and p.created_at < clock_timestamp() - make_interval(mins => ${PATIENCE}) and p.message::jsonb ->> 'chat' = any(?::text[])
       and not exists (select from outbox o where o.chat = p.message::jsonb ->> 'chat' and o.key = 'proposal ' || p.id || ' reminder')
     order by p.id limit ${MOST}`,
    [chats.map(({ name }) => name)],
  )
  await each(rows, async ({ id }) => {
    const found = await inventory.read((view) => proposalCard(view, id, registry))
    if (!found) return
    const called = (await calledFor(knex, found, chats)).filter((identity) => isReached(identity, found))
    await sayOf(knex, found, `proposal ${id} reminder`, reminderPost(found.card, called))
  })
}

async function sayOf(knex: Knex, { message, asker }: ProposalCard, key: string, draft: Draft): Promise<void> {
  const { chat, thread } = placeOf(message)
  const post = await keep(knex, { chat, key, answers: null }, draft)
  await say(knex, [{ chat, thread, key, priority: PRIORITY.approval, post, asker }])
}

function stateOf({ card, state, approvedBy, deniedBy, reason, job, version }: ProposalCard): CardState {
  switch (state) {
    case 'pending':
      return { tag: 'pending', approvedBy }
    case 'used':
      return card.level === 'confirm'
        ? { tag: 'confirmed', by: [card.by], reason, job, version }
        : { tag: 'approved', by: approvedBy, reason, job, version }
    case 'denied':
      return { tag: 'denied', by: deniedBy, reason: null, job, version }
    case 'cancelled':
      return { tag: 'cancelled', by: [card.by], reason: null, job, version }
    case 'expired':
    case 'outdated':
      return { tag: state, by: [], reason, job, version }
    default:
      return state satisfies never
  }
}

/** Those who may approve and have not done so, by an identity each: of the chat where it was asked for, if they are known there. */
async function calledFor(
  knex: Knex,
  { card, message, approvedBy }: ProposalCard,
  chats: readonly Pick<Chat, 'name'>[],
): Promise<string[]> {
  const names = card.approvers.filter((name) => !approvedBy.includes(name)).slice(0, CALLED)
  const { rows } = await knex.raw<{ rows: { identity: string }[] }>(
    `select distinct on (o.id) i.identity from identities i join operators o on o.id = i.operator_id
     where o.name = any(?::text[]) and split_part(i.identity, ':', 1) = any(?::text[])
     order by o.id, split_part(i.identity, ':', 1) = ? desc, i.identity`,
    [names, chats.map(({ name }) => name), placeOf(message).chat],
  )
  return rows.map(({ identity }) => identity).toSorted()
}
