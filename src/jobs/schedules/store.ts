// Schedules as people make, look at and end them. The times that they are due at are in fires.ts.
import type { Knex } from 'knex'
import { ask } from '../statement.ts'
import type { Fire, Schedule } from './schedule.ts'

export type NewSchedule = Pick<
  Schedule,
  | 'cron'
  | 'zone'
  | 'command'
  | 'because'
  | 'catchup'
  | 'notify'
  | 'operator_id'
  | 'identity'
  | 'chat'
  | 'thread'
  | 'channel'
> & { readonly next_due: Date }

const COLUMNS = `s.id, s.cron, s.zone, s.command, s.because, s.catchup, s.notify, s.operator_id, o.name as owner, s.identity, s.chat,
  s.thread, s.channel, s.made_at, s.state, s.changed_by, s.next_due, s.trouble`
export const FROM_SCHEDULES = `select ${COLUMNS} from schedules s join operators o on o.id = s.operator_id`

/** Its id. */
export async function insertSchedule(knex: Knex, fresh: NewSchedule): Promise<number> {
  const { cron, zone, command, because, catchup, notify, operator_id, identity, chat, thread, channel, next_due } =
    fresh
  const [row] = await ask<{ id: number }>(
    knex,
    'new schedule',
    `insert into schedules (cron, zone, command, because, catchup, notify, operator_id, identity, chat, thread, channel, next_due,
       made_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, clock_timestamp()) returning id`,
    [
      cron,
      zone,
      command,
      because,
      catchup,
      notify,
      operator_id,
      identity,
      chat,
      thread,
      channel,
      next_due,
    ] as Knex.RawBinding[],
  )
  if (!row) throw new Error('the database gave no row')
  return row.id
}

/** All but those that were removed, the oldest first. */
export function listSchedules(knex: Knex, limit: number): Promise<Schedule[]> {
  return ask<Schedule>(knex, 'schedules', `${FROM_SCHEDULES} where s.state <> 'removed' order by s.id limit ?`, [limit])
}

/** Null where there never was one. */
export async function scheduleOf(knex: Knex, id: number): Promise<Schedule | null> {
  const [row] = await ask<Schedule>(knex, 'schedule', `${FROM_SCHEDULES} where s.id = ?`, [id])
  return row ?? null
}

/** Pauses, resumes (`next` is when it is due again) or removes it; what it has done is kept. */
export async function setState(
  knex: Knex,
  id: number,
  state: Schedule['state'],
  by: string,
  next: Date | null = null,
): Promise<void> {
  await knex.raw(
    `update schedules set state = ?, changed_by = ?, changed_at = clock_timestamp(), next_due = ?, trouble = null, checked_at = null
     where id = ?`,
    [state, by, next, id],
  )
  // What was due and has not begun is not begun any more.
  if (state !== 'active')
    await knex.raw(
      `update schedule_fires set state = 'refused', outcome = ?, ended_at = clock_timestamp() where schedule_id = ? and state = 'due'`,
      [`the schedule was ${state}`, id],
    )
}

/** Makes it somebody else's. */
export async function setOwner(knex: Knex, id: number, operator: number, identity: string): Promise<void> {
  await knex.raw('update schedules set operator_id = ?, identity = ?, trouble = null, checked_at = null where id = ?', [
    operator,
    identity,
    id,
  ])
}

/** The last ones, newest first. */
export function firesOf(knex: Knex, id: number, limit: number): Promise<Fire[]> {
  return ask<Fire>(knex, 'fires', 'select * from schedule_fires where schedule_id = ? order by due desc limit ?', [
    id,
    limit,
  ])
}

export interface StoredNotice {
  readonly id: number
  readonly at: Date
  readonly text: string
  readonly channel: string | null
  /** When it was handed to a chat; null where none has taken it. */
  readonly sent_at: Date | null
}

/** The last ones, newest first. */
export function noticesOf(knex: Knex, id: number, limit: number): Promise<StoredNotice[]> {
  return ask<StoredNotice>(
    knex,
    'notices',
    'select id, at, text, channel, sent_at from notices where schedule_id = ? order by id desc limit ?',
    [id, limit],
  )
}

/** The database's time. */
export async function databaseNow(knex: Knex): Promise<Date> {
  const [row] = await ask<{ now: Date }>(knex, 'now', 'select clock_timestamp() as now', [])
  if (!row) throw new Error('the database gave no row')
  return row.now
}
