// Floods: where more of one person's waits than anybody can mean, what comes after it is left and told as one number, so
// that what is to be done and to be said for one person has a bound.
import type { Knex } from 'knex'
import { headsOf } from './heads.ts'

/** So much of one person may wait to be done or told. A thousand lines that somebody pastes are honest work. */
export const BOUND = 1500
// Of the bound: what makes room for one more does not end a flood, or each message would be told of by itself.
const ROOM = 0.9

/** What waits of `a.author` in `a.chat`: to be done, and done but not told yet. */
export const LOAD = `(select count(*) from inbox i where i.state = 'waiting' and i.chat = a.chat and i.author = a.author)
  + (select count(*) from outbox o where o.state = 'open' and o.ref is null and o.chat = a.chat and o.asker = a.author)`

/** One that has not ended, as the first message that was left in it. */
export interface Flood {
  readonly id: number
  readonly chat: string
  readonly author: string
  readonly thread: string
  readonly answers: string | null
}

export async function floodsIn(knex: Knex, chats: readonly string[]): Promise<Flood[]> {
  const { rows } = await knex.raw<{ rows: Flood[] }>(
    `select id, chat, author, incoming ->> 'thread' as thread, incoming ->> 'answers' as answers
     from inbox where id in (select id from (${headsOf('left')}) heads)`,
    [[...chats]],
  )
  return rows
}

/** In a transaction; false where it has ended. Until the transaction is over nobody else ends it. */
export async function holdFlood(knex: Knex, { id }: Flood): Promise<boolean> {
  const { rows } = await knex.raw<{ rows: unknown[] }>(
    `select 1 from inbox where id = ? and state = 'left' for update`,
    [id],
  )
  return rows.length > 0
}

/** Ends it where there is room again, and answers with how much was left; null while there is none. */
export async function endFlood(knex: Knex, { chat, author }: Flood, bound: number): Promise<number | null> {
  const { rows } = await knex.raw<{ rows: { ended: number; hasRoom: boolean }[] }>(
    `with author as materialized (select chat, author, ${LOAD} < ? as "hasRoom" from (select ?::text as chat, ?::text as author) a),
       ended as (update inbox i set state = 'done', done_at = clock_timestamp() from author a
         where a."hasRoom" and i.state = 'left' and i.chat = a.chat and i.author = a.author returning 1)
     select (select count(*) from ended) as ended, "hasRoom" from author`,
    [Math.floor(bound * ROOM), chat, author],
  )
  const [row] = rows
  return row?.hasRoom === true ? row.ended : null
}
