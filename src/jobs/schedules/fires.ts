// What is due becomes rows, and each row is run once. Many processes may do this at a time: the rows' key, and the due
// time that a schedule waits for, decide between them, so nothing is locked while it is thought about.
import { randomBytes } from 'node:crypto'
import type { Knex } from 'knex'
import { ask, jsonText } from '../statement.ts'
import type { Json } from '../task.ts'
import { dueAfter, GRACE, type Missed, overdue } from './due.ts'
import type { Notice, Outcome, Schedule } from './schedule.ts'
import { FROM_SCHEDULES } from './store.ts'

// A clock that goes back by less than this, in milliseconds, is no matter: nothing is looked at twice.
const BACK = 60_000
// Schedules that are looked at, and fires that are begun, by one statement.
const SCHEDULES = 100
const FIRES = 10
// A fire that has not ended so long after it was begun was left by a process that died; in milliseconds.
const LEFT = 5 * 60_000
const ATTEMPTS = 3

/**
 * Notes the time. Where the clock was set back, the due times that it goes through again are waited for again, unless
 * something was run for them: what was only reported as missed has not been yet.
 */
export async function noteTime(knex: Knex, now: Date): Promise<void> {
  const [seen] = await ask<{ seen_at: Date }>(knex, 'clock', 'select seen_at from schedule_clock', [])
  const ahead = seen ? seen.seen_at.getTime() - now.getTime() : Number.NEGATIVE_INFINITY
  if (seen && ahead <= BACK && ahead > -BACK / 2) return
  if (ahead > BACK) await rewind(knex, now)
  await knex.raw(
    'insert into schedule_clock (seen_at) values (?) on conflict (one) do update set seen_at = excluded.seen_at',
    [now],
  )
}

async function rewind(knex: Knex, now: Date): Promise<void> {
  await knex.raw(`delete from schedule_fires where state = 'missed' and due > ?`, [now])
  await knex.raw(`update schedule_fires set claimed_at = least(claimed_at, ?) where state = 'running'`, [now])
  // Null: to be worked out from now on.
  await knex.raw(`update schedules set next_due = null, checked_at = null where state = 'active' and next_due > ?`, [
    now,
  ])
}

export interface Claimed {
  readonly looked: number
  /** There may be more. */
  readonly isMore: boolean
}

/** What is due, or was missed, becomes rows; `say` words what is told of missed times. */
export async function claimDue(
  knex: Knex,
  now: Date,
  say: (schedule: Schedule, missed: Missed) => Notice,
): Promise<Claimed> {
  const found = await ask<Schedule>(
    knex,
    'due',
    `${FROM_SCHEDULES} where s.state = 'active' and (s.next_due is null or s.next_due <= ?) order by s.next_due nulls first, s.id
     limit ${SCHEDULES}`,
    [now],
  )
  const looked: Looked[] = []
  for (const schedule of found) looked.push(await lookedAt(knex, schedule, now, say))
  if (looked.length > 0) await ask(knex, 'claim due', CLAIM, [now, jsonText(looked)] as Knex.RawBinding[])
  return { looked: found.length, isMore: found.length === SCHEDULES }
}

interface Looked {
  readonly id: number
  readonly was: string | null
  readonly next: string | null
  readonly due: string | null
  readonly [column: string]: Json
}

async function lookedAt(
  knex: Knex,
  schedule: Schedule,
  now: Date,
  say: (schedule: Schedule, missed: Missed) => Notice,
) {
  const { id, next_due: was, catchup } = schedule
  const from = was ?? dueAfter(schedule, now)
  if (from === null || from > now) return { id, was: iso(was), next: iso(from), due: null }
  const { fire, missed, next } = await overdue(
    schedule,
    from,
    now,
    catchup,
    now.getTime() - from.getTime() > GRACE ? await knownSince(knex, id, from) : NONE,
  )
  const notice = missed && say(schedule, missed)
  return {
    id,
    was: iso(was),
    next: iso(next),
    due: iso(fire ?? missed?.to ?? null),
    state: fire === null ? 'missed' : 'due',
    missed: missed?.count ?? 0,
    missed_from: iso(missed?.from ?? null),
    text: notice?.text ?? null,
    mentions: notice?.mentions ?? [],
  }
}

const NONE: ReadonlySet<number> = new Set()

/** The due times that something has become of already: a clock that was set back goes through them again. */
async function knownSince(knex: Knex, id: number, from: Date): Promise<ReadonlySet<number>> {
  const text = 'select due from schedule_fires where schedule_id = ? and due >= ?'
  const rows = await ask<{ due: Date }>(knex, 'known fires', text, [id, from])
  return new Set(rows.map(({ due }) => due.getTime()))
}

const iso = (at: Date | null): string | null => at?.toISOString() ?? null

// Whoever is first moves the schedule on to its next due time, and writes the row and the notice; who comes second finds
// another time there, and writes nothing.
const CLAIM = `with input as (select ?::timestamptz as now, * from jsonb_to_recordset(?::jsonb) as i(id bigint, was timestamptz,
    next timestamptz, due timestamptz, state text, missed integer, missed_from timestamptz, text text, mentions text[])),
  moved as (update schedules s set next_due = i.next from input i
    where s.id = i.id and s.state = 'active' and s.next_due is not distinct from i.was
    returning i.*, s.chat, s.thread, coalesce(s.notify, s.channel) as channel),
  told as (insert into notices (at, schedule_id, chat, thread, channel, mentions, text)
    select now, id, chat, thread, channel, mentions, text from moved where text is not null)
  insert into schedule_fires (schedule_id, due, state, missed, missed_from)
    select id, due, state, missed, missed_from from moved where due is not null on conflict (schedule_id, due) do nothing`

export interface BegunFire {
  readonly schedule: Schedule
  readonly due: Date
  readonly missed: number
  readonly claim: string
  /** It was begun as often as may be and has never ended: that is to be told, and it is not done. */
  readonly isSpent: boolean
}

/**
 * Begins some that are due, the earliest first. Those that a process has left behind are begun again (it writes what
 * came of them in one transaction with what it did): `isAlone` where there is no other process that might have them.
 */
export async function beginFires(knex: Knex, now: Date, isAlone: boolean): Promise<BegunFire[]> {
  const claim = `${ORIGIN} ${randomBytes(6).toString('hex')}`
  const rows = await ask<{ schedule_id: number; due: Date; missed: number; spent: boolean }>(
    knex,
    'begin fires',
    BEGIN,
    [new Date(now.getTime() - LEFT), isAlone, `${ORIGIN} %`, claim, now] as Knex.RawBinding[],
  )
  if (rows.length === 0) return []
  const schedules = await ask<Schedule>(knex, 'schedules of fires', `${FROM_SCHEDULES} where s.id = any(?::bigint[])`, [
    rows.map(({ schedule_id }) => schedule_id),
  ])
  const byId = new Map(schedules.map((schedule) => [schedule.id, schedule]))
  return rows.flatMap(({ schedule_id, due, missed, spent }) => {
    const schedule = byId.get(schedule_id)
    return schedule ? [{ schedule, due, missed, claim, isSpent: spent }] : []
  })
}

/** What was begun together with one that failed, and was not run: due again, as if nobody had begun it. */
export async function giveBack(knex: Knex, fires: readonly BegunFire[]): Promise<void> {
  const [first] = fires
  if (!first) return
  await ask(knex, 'give fires back', BACK_AGAIN, [
    first.claim,
    fires.map(({ schedule }) => schedule.id),
    fires.map(({ due }) => due.toISOString()),
  ])
}

const BACK_AGAIN = `update schedule_fires set state = 'due', attempt = attempt - 1 where claimed_by = ? and state = 'running'
  and (schedule_id, due) in (select * from unnest(?::bigint[], ?::timestamptz[]))`

const ORIGIN = randomBytes(6).toString('hex')

const BEGIN = `with free as materialized (select schedule_id, due, attempt >= ${ATTEMPTS} as spent from schedule_fires
    where state = 'due' or (state = 'running' and (claimed_at < ? or (? and claimed_by not like ?)))
    order by due, schedule_id limit ${FIRES} for update skip locked),
  begun as (update schedule_fires f set state = 'running', claimed_by = ?, claimed_at = ?, attempt = attempt + 1
    from free where f.schedule_id = free.schedule_id and f.due = free.due returning f.schedule_id, f.due, f.missed, free.spent)
  select schedule_id, due, missed, spent from begun order by due, schedule_id`

/** Thrown where another process has the fire by now: what was about to be done for it is to be taken back. */
export class FireLost extends Error {
  override readonly name = 'FireLost'
}

/** Writes what came of a fire, in the transaction of what it did. Throws FireLost. */
export async function endFire(
  knex: Knex,
  { schedule, due, claim }: BegunFire,
  now: Date,
  ended: Outcome,
): Promise<void> {
  const { state, operator, outcome, job, notice } = ended
  const rows = await ask(knex, 'end fire', END, [
    state,
    operator,
    outcome,
    job,
    now,
    schedule.id,
    due,
    claim,
    now,
    [...(notice?.mentions ?? [])],
    notice?.text ?? null,
    schedule.id,
    notice?.text ?? null,
  ] as Knex.RawBinding[])
  if (rows.length === 0) throw new FireLost()
}

const END = `with ended as (update schedule_fires set state = ?, operator = ?, outcome = ?, job = ?, ended_at = ?
    where schedule_id = ? and due = ? and claimed_by = ? and state = 'running' returning schedule_id),
  told as (insert into notices (at, schedule_id, chat, thread, channel, mentions, text)
    select ?, s.id, s.chat, s.thread, coalesce(s.notify, s.channel), ?::text[], ?::text from ended join schedules s on s.id = ended.schedule_id
    where s.id = ? and ?::text is not null)
  select schedule_id from ended`
