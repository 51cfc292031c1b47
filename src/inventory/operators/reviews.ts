// Reviews: what somebody has done without the approval that it needed, kept open until another admin has looked at it.
import type { Knex } from 'knex'
import { placeOf } from './place.ts'

export interface NewReview {
  readonly operator_id: number
  /** Their name. */
  readonly by: string
  readonly identity: string
  readonly command: string
  readonly because: string
  readonly proposal_id: number
  /** By name. */
  readonly things: readonly string[]
  /** What it became: a run, or a version of the inventory. */
  readonly job: number | null
  readonly version: number | null
}

export interface Review extends NewReview {
  readonly id: number
  readonly at: Date
  readonly closed_at: Date | null
  /** The name of who closed it. */
  readonly closer: string | null
  readonly verdict: string | null
}

/** Its id. */
export async function openReview(knex: Knex, fresh: NewReview): Promise<number> {
  const { operator_id, identity, command, because, proposal_id, things, job, version } = fresh
  const { rows } = await knex.raw<{ rows: { id: number }[] }>(
    `insert into reviews (at, operator_id, identity, command, because, proposal_id, things, job, version)
     values (clock_timestamp(), ?, ?, ?, ?, ?, ?::jsonb, ?, ?) returning id`,
    [operator_id, identity, command, because, proposal_id, JSON.stringify(things), job, version] as Knex.RawBinding[],
  )
  const [row] = rows
  if (!row) throw new Error('the database gave no row')
  return row.id
}

const FROM_REVIEWS = `select r.*, o.name as by, c.name as closer from reviews r join operators o on o.id = r.operator_id
  left join operators c on c.id = r.closed_by`

/** Those that are open, then those that were closed; the newest first. */
export async function listReviews(knex: Knex, limit: number): Promise<Review[]> {
  const { rows } = await knex.raw<{ rows: Review[] }>(
    `${FROM_REVIEWS} order by r.closed_at is not null, r.id desc limit ?`,
    [limit],
  )
  return rows
}

/** Locks it until the transaction ends; null where there is none. */
export async function reviewForUpdate(knex: Knex, id: number): Promise<Review | null> {
  const { rows } = await knex.raw<{ rows: Review[] }>(`${FROM_REVIEWS} where r.id = ? for update of r`, [id])
  return rows[0] ?? null
}

export async function closeReview(knex: Knex, id: number, operator: number, verdict: string): Promise<void> {
  await knex.raw(
    'update reviews set closed_at = clock_timestamp(), closed_by = ?, verdict = ? where id = ? and closed_at is null',
    [operator, verdict, id],
  )
}

/** Where it was typed, as messages say it. */
export interface Place {
  /** The stored reference, with the chat and the thread. */
  readonly message: string
  readonly channel: string | null
}

// The adapter that an identity is known to: at the terminal it is the operating system, or the demo, that says who asks.
const chatOf = (identity: string): string => {
  const [prefix = ''] = identity.split(':')
  return prefix === 'os' || prefix === 'demo' ? 'terminal' : prefix
}

/**
 * A notice that mentions these operators: in the channel that it was typed in for those who are known to that chat, and in
 * each other chat a direct message to those who are not. Answers with the identities.
 */
export async function notifyOf(
  knex: Knex,
  review: number,
  text: string,
  operators: readonly number[],
  { message, channel }: Place,
): Promise<readonly string[]> {
  const place = placeOf(message)
  const { rows } = await knex.raw<{ rows: { operator_id: number; identity: string }[] }>(
    'select operator_id, identity from identities where operator_id = any(?::bigint[]) order by identity',
    [[...operators]],
  )
  const here = new Set(
    rows.flatMap(({ operator_id, identity }) => (chatOf(identity) === place.chat ? operator_id : [])),
  )
  const told = rows.filter(({ operator_id, identity }) => chatOf(identity) === place.chat || !here.has(operator_id))
  const chats = new Set([place.chat, ...told.map(({ identity }) => chatOf(identity))])
  for (const chat of chats) {
    const mentions = told.flatMap(({ identity }) => (chatOf(identity) === chat ? identity : []))
    // In a direct message nobody else would see it.
    const [thread, where] = chat === place.chat && channel !== null ? [place.message ?? '{}', channel] : ['{}', null]
    await knex.raw(
      `insert into notices (at, review_id, chat, thread, channel, mentions, text)
       values (clock_timestamp(), ?, ?, ?, ?, ?::text[], ?)`,
      [review, chat, thread, where, mentions, text] as Knex.RawBinding[],
    )
  }
  return told.map(({ identity }) => identity)
}
