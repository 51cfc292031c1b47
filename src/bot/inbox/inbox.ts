// What came in and what has become of it: one row for each thing that somebody did, whatever number of times it was
// delivered. A row is done in the transaction of what it did.
import type { Knex } from 'knex'
import { NotOurs } from '../message.ts'
import type { Incoming } from './incoming.ts'

/** One that is being answered by this process. */
export interface Item {
  readonly id: number
  readonly incoming: Incoming
  /** How often it was begun, this time included. */
  readonly attempts: number
  /** Milliseconds since it was stored. */
  readonly age: number
}

/** What is there already stays as it is. */
export async function store(knex: Knex, incoming: readonly Incoming[]): Promise<void> {
  if (incoming.length === 0) return
  await knex.raw(
    `insert into inbox (chat, key, author, incoming)
     select e.value ->> 'chat', e.value ->> 'key', e.value ->> 'author', e.value
     from jsonb_array_elements(?::jsonb) with ordinality as e(value, place) order by e.place
     on conflict (chat, key) do nothing`,
    [JSON.stringify(incoming, (_, value: unknown) => (typeof value === 'string' ? storable(value) : value))],
  )
}

// What Postgres keeps in no text: NUL, and half of a character of two halves.
const UNSTORABLE = /\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

const storable = (text: string): string => text.replace(UNSTORABLE, '\ufffd')

export interface Claiming {
  /** Only what came from these. */
  readonly chats: readonly string[]
  /** Seconds that they stay with a process that says nothing. */
  readonly seconds: number
  readonly most: number
  /** Those that are under way here, however late it is. */
  readonly active: readonly number[]
}

/** In the order in which they came; of each author the first that waits, and nothing more while that is under way. */
export async function claim(knex: Knex, by: string, { chats, seconds, most, active }: Claiming): Promise<Item[]> {
  const { rows } = await knex.raw<{ rows: Item[] }>(
    `update inbox set claim = ?, claimed_until = clock_timestamp() + make_interval(secs => ?), attempts = attempts + 1
     where id in (select id from (
         select distinct on (author) id, claimed_until from inbox
         where state = 'waiting' and chat = any(?::text[]) order by author, id) heads
       where (claimed_until is null or claimed_until < clock_timestamp()) and id <> all(?::bigint[]) order by id limit ?)
       and state = 'waiting' and (claimed_until is null or claimed_until < clock_timestamp())
     returning id, incoming, attempts, (extract(epoch from clock_timestamp() - stored_at) * 1000)::float8 as age`,
    [by, seconds, [...chats], [...active], most],
  )
  return rows.sort((a, b) => a.id - b.id)
}

/** They are still under way here. */
export async function keepClaims(knex: Knex, by: string, seconds: number, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return
  await knex.raw(
    `update inbox set claimed_until = clock_timestamp() + make_interval(secs => ?)
     where claim = ? and state = 'waiting' and id = any(?::bigint[])`,
    [seconds, by, [...ids]],
  )
}

/** It is begun again after so many seconds; `counts` where that is an attempt of a few. */
export async function putBack(
  knex: Knex,
  by: string,
  id: number,
  seconds: number,
  { counts }: { readonly counts: boolean },
): Promise<void> {
  await knex.raw(
    `update inbox set claimed_until = clock_timestamp() + make_interval(secs => ?), attempts = attempts - ${counts ? 0 : 1}
     where id = ? and claim = ? and state = 'waiting'`,
    [seconds, id, by],
  )
}

/** False where it was done already. Throws ClaimLost where another process has taken it over. */
export async function settleItem(knex: Knex, by: string, id: number): Promise<boolean> {
  const { rows } = await knex.raw<{ rows: { state: string }[] }>(
    `update inbox set state = 'done', done_at = clock_timestamp(), claimed_until = null
     where id = ? and claim = ? and state = 'waiting' returning state`,
    [id, by],
  )
  if (rows.length > 0) return true
  const found = await knex.raw<{ rows: { state: string }[] }>('select state from inbox where id = ?', [id])
  if (found.rows[0]?.state === 'done') return false
  throw new ClaimLost(id)
}

/** Another process answers it; what this one has written is taken back. */
export class ClaimLost extends NotOurs {
  override readonly name = 'ClaimLost'

  constructor(id: number) {
    super(`item ${id} of the inbox is answered elsewhere`)
  }
}

/** Nobody else is there: what dead processes have begun may be begun again at once. For a database that has one process. */
export async function forgetClaims(knex: Knex): Promise<void> {
  await knex.raw(`update inbox set claimed_until = null where state = 'waiting'`)
}

/** The text of a message as it was when it came; null where there is none of that key. */
export async function textOf(knex: Knex, chat: string, key: string): Promise<string | null> {
  const { rows } = await knex.raw<{ rows: { text: string | null }[] }>(
    `select incoming ->> 'text' as text from inbox where chat = ? and key = ?`,
    [chat, key],
  )
  return rows[0]?.text ?? null
}

/** What it said is kept no longer. */
export async function forgetText(knex: Knex, id: number): Promise<void> {
  await knex.raw(`update inbox set incoming = jsonb_set(incoming, '{text}', '""') where id = ?`, [id])
}
