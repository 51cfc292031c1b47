// What came in and what has become of it: one row for each thing that somebody did, whatever number of times it was
// delivered. A row is done in the transaction of what it did.
import type { Knex } from 'knex'
import { NotOurs } from '../message.ts'
import { decides } from './decides.ts'
import { BOUND, LOAD } from './floods.ts'
import { headsOf } from './heads.ts'
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

/**
 * What is there already stays as it is. What comes while too much of its author waits is `left`: it will not be done, and
 * what it said is kept nowhere.
 */
export async function store(knex: Knex, incoming: readonly Incoming[], bound: number = BOUND): Promise<void> {
  if (incoming.length === 0) return
  const all = incoming.map((one) => ({ incoming: one, decides: decides(one) }))
  await knex.raw(STORE, [
    JSON.stringify(all, (_, value: unknown) => (typeof value === 'string' ? storable(value) : value)),
    ...[bound, bound],
  ])
}

const STORE = `with came as (
    select distinct on (chat, key) chat, key, author, incoming, decides, place from (
      select incoming ->> 'chat' as chat, incoming ->> 'key' as key, incoming ->> 'author' as author, incoming, decides, place
      from rows from (jsonb_to_recordset(?::jsonb) as (incoming jsonb, decides boolean)) with ordinality as e(incoming, decides, place)) e
    where not exists (select from inbox i where i.chat = e.chat and i.key = e.key) order by chat, key, place),
  authors as materialized (select chat, author, ${LOAD} as load,
      exists (select from inbox i where i.state = 'left' and i.chat = a.chat and i.author = a.author) as floods
    from (select distinct chat, author from came) a),
  counted as (select c.*, a.floods, a.load + row_number() over (partition by c.chat, c.author, c.decides order by c.place) as load
    from came c join authors a using (chat, author)),
  judged as (select c.*, case when decides then load > 2 * ? else floods or load > ? end as is_left from counted c)
  insert into inbox (chat, key, author, incoming, state)
  select chat, key, author, case when is_left and incoming -> 'text' is not null then jsonb_set(incoming, '{text}', '""') else incoming end,
    case when is_left then 'left' else 'waiting' end
  from judged order by place on conflict (chat, key) do nothing`

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
     where id in (select id from (${headsOf('waiting')}) heads
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

/** What it said is kept no longer, but for this. */
export async function keepOnly(knex: Knex, { id, incoming }: Pick<Item, 'id' | 'incoming'>, text = ''): Promise<void> {
  const kept = incoming.kind === 'press' ? { typed: text } : { text }
  await knex.raw('update inbox set incoming = incoming || ?::jsonb where id = ?', [JSON.stringify(kept), id])
}
