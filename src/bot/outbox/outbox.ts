// What there is to be said, stored before it is said: a message is named by a key, and saying it again changes what it
// shows. Nothing is lost at a crash, and of many changes only the last is sent.
import type { Knex } from 'knex'
import type { Post } from './post.ts'

/** Lower goes first. */
export const PRIORITY = { approval: 0, result: 1, answer: 2, progress: 3 } as const

export interface Saying {
  readonly chat: string
  /** Where, as only the chat reads it. */
  readonly thread: string
  /** The same key is the same message, edited: `job 12`, `job 12 end`, `proposal 7`. */
  readonly key: string
  readonly priority: number
  readonly post: Post
  /** The identity of whose command or job it tells; null where it is nobody's. */
  readonly asker: string | null
}

/** In the transaction of what it tells of, where there is one. What is shown already is not sent again. */
export async function say(knex: Knex, sayings: readonly Saying[]): Promise<void> {
  if (sayings.length === 0) return
  const last = new Map(sayings.map((saying) => [`${saying.chat} ${saying.key}`, saying]))
  await knex.raw(
    `insert into outbox (chat, thread, key, priority, body, asker)
     select chat, thread, key, priority, post, asker from jsonb_to_recordset(?::jsonb)
       as fresh(chat text, thread text, key text, priority integer, post jsonb, asker text)
     on conflict (chat, key) do update set body = excluded.body, priority = excluded.priority, wanted = outbox.wanted + 1,
       changed_at = clock_timestamp(), attempts = 0, not_before = null
     where outbox.body <> excluded.body`,
    [JSON.stringify([...last.values()])],
  )
}

export interface Due {
  readonly id: number
  readonly thread: string
  readonly key: string
  /** The priority, or that of what waits for it. */
  readonly urgency: number
  readonly asker: string | null
  readonly ref: string | null
  readonly nonce: string | null
  readonly attempts: number
}

/**
 * What could be sent now: of each thread the first message that is not there yet, and all edits, the most urgent first. A
 * message waits for those before it in its thread and hands them its urgency.
 */
export async function dueIn(knex: Knex, chat: string, most: number): Promise<Due[]> {
  const { rows } = await knex.raw<{ rows: Due[] }>(
    `select id, thread, key, ref, nonce, attempts, urgency, asker from (
       select o.id, o.thread, o.key, o.ref, o.nonce, o.attempts, o.asker, o.changed_at, o.not_before, case when ref is null then min(priority) over (partition by thread, ref is null) else priority end as urgency,
         row_number() over (partition by thread, ref is null order by id) as place
       from outbox o where chat = ? and state = 'open' and shown < wanted) o
     where (ref is not null or place = 1) and (not_before is null or not_before <= clock_timestamp())
     order by urgency, changed_at, id limit ?`,
    [chat, most],
  )
  return rows
}

export interface Said {
  readonly id: number
  readonly thread: string
  readonly post: Post
  /** Null where it is not there yet. */
  readonly ref: string | null
}

/** What was said under a key; null where nothing was. */
export async function saidFor(knex: Knex, chat: string, key: string): Promise<Said | null> {
  const { rows } = await knex.raw<{ rows: Said[] }>(
    'select id, thread, body as post, ref from outbox where chat = ? and key = ?',
    [chat, key],
  )
  return rows[0] ?? null
}

/** Shows another page of what was said, where it has one. */
export async function turnPage(knex: Knex, id: number, by: 1 | -1): Promise<void> {
  await knex.raw(
    `update outbox set body = jsonb_set(body, '{pages,at}', to_jsonb(least(greatest((body #>> '{pages,at}')::int + ?, 0),
         jsonb_array_length(body #> '{pages,texts}') - 1))),
       wanted = wanted + 1, changed_at = clock_timestamp(), priority = ?, attempts = 0, not_before = null
     where id = ? and body -> 'pages' <> 'null'`,
    [by, PRIORITY.answer, id],
  )
}

/** Before a message is posted for the first time. */
export async function setNonce(knex: Knex, id: number, nonce: string): Promise<void> {
  await knex.raw('update outbox set nonce = ? where id = ?', [nonce, id])
}

export interface Contents {
  readonly post: Post
  /** The count of these contents. */
  readonly wanted: number
  /** The chat's reference to the first message of the thread, where it is there. */
  readonly first: string | null
}

/** What a message should show now. */
export async function contentsOf(knex: Knex, id: number): Promise<Contents> {
  const { rows } = await knex.raw<{ rows: Contents[] }>(
    `select body as post, wanted, (select f.ref from outbox f where f.chat = o.chat and f.thread = o.thread
       and f.ref is not null and f.body ->> 'privateTo' is null order by f.id limit 1) as first
     from outbox o where id = ?`,
    [id],
  )
  const [row] = rows
  if (!row) throw new Error('a message that is not in the outbox any more')
  return row
}

// What is for the eyes of one alone, such as the code of `link`, rests nowhere when they have it; it is never edited.
const KEPT = `case when body ->> 'privateTo' is null then body else body || '{"title": "", "parts": [], "pages": null}' end`

export async function setShown(knex: Knex, id: number, wanted: number, ref: string): Promise<void> {
  await knex.raw(
    `update outbox set ref = ?, shown = ?, shown_at = clock_timestamp(), attempts = 0, not_before = null, trouble = null,
       body = ${KEPT} where id = ?`,
    [ref, wanted, id],
  )
}

/** It is tried again after so many milliseconds; `counts` where that is an attempt of a few. */
export async function setBack(
  knex: Knex,
  id: number,
  after: number,
  trouble: string,
  { counts }: { readonly counts: boolean },
): Promise<void> {
  await knex.raw(
    `update outbox set attempts = attempts + ${counts ? 1 : 0}, trouble = ?, not_before = clock_timestamp() + make_interval(secs => ?)
     where id = ?`,
    [trouble, after / 1000, id],
  )
}

/** It cannot be sent any more; what was to be said stays in the row, but for what was private. */
export async function setLost(knex: Knex, id: number, trouble: string): Promise<void> {
  await knex.raw(`update outbox set state = 'lost', trouble = ?, body = ${KEPT} where id = ?`, [trouble, id])
}

/** Takes or keeps the right to speak in a chat; false where another process has it. */
export async function holdChat(knex: Knex, chat: string, by: string, seconds: number): Promise<boolean> {
  const { rows } = await knex.raw<{ rows: unknown[] }>(
    `insert into outbox_senders (chat, lease_by, lease_until) values (?, ?, clock_timestamp() + make_interval(secs => ?))
     on conflict (chat) do update set lease_by = excluded.lease_by, lease_until = excluded.lease_until
     where outbox_senders.lease_by = excluded.lease_by or outbox_senders.lease_until < clock_timestamp() returning 1`,
    [chat, by, seconds],
  )
  return rows.length > 0
}

export async function leaveChat(knex: Knex, chat: string, by: string): Promise<void> {
  await knex.raw('delete from outbox_senders where chat = ? and lease_by = ?', [chat, by])
}

/** Nobody else is there: what dead processes held is free at once. For a database that has one process. */
export async function forgetHolders(knex: Knex): Promise<void> {
  await knex.raw('delete from outbox_senders')
}
