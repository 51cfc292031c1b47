// The consoles that are open, as rows: the process that holds one, those that hear what is typed and those that tell what
// it shows may be different ones.
import type { Knex } from 'knex'
import { calledSql } from '../../inventory/operators/called.ts'
import { Bell, CHANNEL } from '../bell.ts'
import { ask, plainText } from '../statement.ts'
import { paged } from './pages.ts'

/** Why one is no longer open. `gone`: its job has ended without a word. */
export const CLOSED = ['time', 'idle', 'cancelled', 'taken', 'ended', 'failed', 'gone'] as const
export type Closed = (typeof CLOSED)[number]

export interface Fresh {
  readonly run: number
  readonly thing: { readonly id: number; readonly name: string }
  readonly label: string
  readonly chat: string
  readonly thread: string
  /** The identity of who asked for it. */
  readonly opener: string
  readonly seconds: number
}

/** `waits`: somebody else has it, and is told that it is taken. `over`: it was closed already. */
export type Opened =
  | { readonly tag: 'open'; readonly id: number; readonly isAgain: boolean }
  | { readonly tag: 'waits'; readonly for: string }
  | { readonly tag: 'busy'; readonly thing: string }
  | { readonly tag: 'over' }

// In seconds: who is told that it is taken may have a chat that cannot be reached.
const TOLD_WITHIN = 10

/** Opens it, or asks who has it to let it go. */
export function openConsole(knex: Knex, fresh: Fresh): Promise<Opened> {
  return knex.transaction(async (transaction) => {
    await closeAbandoned(transaction)
    const { run, thing, label, chat, thread, opener, seconds } = fresh
    const [own] = await ask<{ id: number; closed: boolean }>(
      transaction,
      'own console',
      'select id, closed_at is not null as closed from consoles where run_id = ?',
      [run],
    )
    if (own) return own.closed ? { tag: 'over' } : { tag: 'open', id: own.id, isAgain: true }
    const [other] = await ask<{ opener: string }>(transaction, 'take console', TAKE, [opener, thing.id, thing.id])
    if (other) return { tag: 'waits', for: other.opener }
    const [row] = await ask<{ id: number }>(
      transaction,
      'open console',
      `insert into consoles (run_id, thing_id, thing, label, chat, thread, opener, until)
       values (?, ?, ?, ?, ?, ?, ?, clock_timestamp() + make_interval(secs => ?)) on conflict do nothing returning id`,
      [run, thing.id, thing.name, label, chat, thread, opener, seconds],
    )
    if (row) {
      await appendPages(transaction, row.id, [''], 1)
      return { tag: 'open', id: row.id, isAgain: false }
    }
    const there = await consoleIn(transaction, chat, thread)
    return there ? { tag: 'busy', thing: there.thing } : { tag: 'waits', for: opener }
  })
}

const TAKE = `with taken as (update consoles set taken_by = ?, changes = changes + 1
    where thing_id = ? and closed_at is null and taken_by is null)
  select opener from consoles where thing_id = ? and (closed_at is null
    or (reason = 'taken' and told < changes and closed_at > clock_timestamp() - make_interval(secs => ${TOLD_WITHIN})))`

/** Those whose job has ended without closing them: its worker died, and it was cancelled or given up then. */
export async function closeAbandoned(knex: Knex): Promise<void> {
  const rows = await ask<{ id: number }>(
    knex,
    'abandoned consoles',
    `select c.id from consoles c join runs r on r.id = c.run_id
     where c.closed_at is null and r.state not in ('queued', 'running')`,
    [],
  )
  for (const { id } of rows) await closeConsole(knex, id, 'gone')
}

/** Lines that wait are not sent any more. One that is closed stays so. */
export async function closeConsole(knex: Knex, id: number, reason: Closed): Promise<void> {
  await ask(
    knex,
    'close console',
    `with unsent as (delete from console_lines where console_id = ? returning 1)
     update consoles set closed_at = clock_timestamp(), reason = ?, unsent = (select count(*) from unsent),
       changes = changes + 1 where id = ? and closed_at is null`,
    [id, reason, id],
  )
}

export interface OpenConsole {
  readonly id: number
  readonly run_id: number
  readonly thing_id: number
  readonly thing: string
  readonly opener: string
  /** Their name. */
  readonly by: string
  readonly holder: string | null
}

const COLUMNS = `id, run_id, thing_id, thing, opener, ${calledSql('c.opener')} as by, holder`
const LIVE = `c.closed_at is null and c.until > clock_timestamp()
  and exists (select from runs r where r.id = c.run_id and r.state in ('queued', 'running'))`

/** The one that is open in a thread; null where none is. */
export async function consoleIn(knex: Knex, chat: string, thread: string): Promise<OpenConsole | null> {
  const [row] = await ask<OpenConsole>(
    knex,
    'console in',
    `select ${COLUMNS} from consoles c
     where ${LIVE} and chat = ? and (thread = ? or below = ?)`,
    [chat, thread, thread],
  )
  return row ?? null
}

/** The one of a thing; null where none is open. */
export async function consoleOf(knex: Knex, thing: number): Promise<OpenConsole | null> {
  const [row] = await ask<OpenConsole>(
    knex,
    'console of',
    `select ${COLUMNS} from consoles c where ${LIVE} and thing_id = ?`,
    [thing],
  )
  return row ?? null
}

/** The threads in which one is open, as their chats call them. */
export async function consoleThreads(knex: Knex): Promise<string[]> {
  const rows = await ask<{ thread: string }>(
    knex,
    'console threads',
    `select unnest(array[thread, below]) as thread from consoles c where ${LIVE}`,
    [],
  )
  return rows.flatMap(({ thread }) => (thread === null ? [] : [thread]))
}

/** Lines for it, in their order; whoever types first holds it. False where it is not open any more. */
export async function typeLines(knex: Knex, id: number, by: string, lines: readonly string[]): Promise<boolean> {
  const rows = await ask(
    knex,
    'type lines',
    `with held as (update consoles c set holder = coalesce(holder, ?), typed_at = clock_timestamp(), changes = changes + 1
         where c.id = ? and ${LIVE} returning c.id),
       typed as (insert into console_lines (console_id, line)
         select held.id, l.line from held, unnest(?::text[]) with ordinality as l(line, place) order by l.place)
     select pg_notify('${CHANNEL}', 'console ' || id) from held`,
    [by, id, lines.map(plainText)],
  )
  Bell.of(knex).ring(knex, `console ${id}`)
  return rows.length > 0
}

/**
 * Lines to be sent now. They are gone from here before they are sent: one that a crash takes is lost, and none is sent
 * twice, nor kept.
 */
export async function takeLines(knex: Knex, id: number): Promise<string[]> {
  const rows = await ask<{ id: number; line: string }>(
    knex,
    'take lines',
    'delete from console_lines where console_id = ? returning id, line',
    [id],
  )
  return rows.sort((a, b) => a.id - b.id).map(({ line }) => line)
}

export interface Standing {
  readonly isClosed: boolean
  readonly taken_by: string | null
  readonly until: Date
  /** Of its time, in seconds. */
  readonly left: number
  /** Seconds since somebody has typed; null where nobody has. */
  readonly idle: number | null
}

export async function standingOf(knex: Knex, id: number): Promise<Standing | null> {
  const [row] = await ask<Standing>(
    knex,
    'console standing',
    `select closed_at is not null as "isClosed", taken_by, until,
       extract(epoch from until - clock_timestamp())::float8 as left,
       extract(epoch from clock_timestamp() - typed_at)::float8 as idle from consoles where id = ?`,
    [id],
  )
  return row ?? null
}

/** Adds to what is to be told. */
export function appendOutput(knex: Knex, id: number, text: string): Promise<void> {
  return knex.transaction(async (transaction) => {
    // Whoever has lost the run may still be writing.
    await transaction.raw('select 1 from consoles where id = ? for update', [id])
    const [last] = await ask<{ page: number; text: string }>(
      transaction,
      'last page',
      'select page, text from console_pages where console_id = ? order by page desc limit 1',
      [id],
    )
    await appendPages(transaction, id, paged(last?.text ?? '', text), last?.page ?? 1)
    await transaction.raw('update consoles set changes = changes + 1 where id = ?', [id])
  })
}

async function appendPages(knex: Knex, id: number, pages: readonly string[], first: number): Promise<void> {
  await ask(
    knex,
    'append pages',
    `insert into console_pages (console_id, page, text)
     select ?, ? + place - 1, text from unnest(?::text[]) with ordinality as p(text, place)
     on conflict (console_id, page) do update set text = excluded.text`,
    [id, first, [...pages]],
  )
}
