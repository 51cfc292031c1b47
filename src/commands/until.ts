// Moments to come, as people type them behind `until`: a date (its start in UTC), a date-time, or from now on: `2h`. Now is
// what the database says, which is asked too whether they are over: a process may have another clock.
import type { Knex } from 'knex'
import { readAge, readMoment } from '../grammar/when.ts'
import { databaseNow } from '../jobs/schedules/store.ts'
import { CommandError } from './error.ts'

/** Throws CommandError `bad-until` for what is no moment, or is over. */
export async function untilOf(text: string, knex: Knex): Promise<Date> {
  const moment = readMoment(text) ?? readAge(text)
  if (moment === null) throw new CommandError('bad-until', { text, reason: 'malformed' })
  const now = await databaseNow(knex)
  const at =
    moment.tag === 'time'
      ? new Date(moment.iso)
      : new Date(now.getTime() + (moment.tag === 'ago' ? moment.seconds : 0) * 1000)
  if (at <= now) throw new CommandError('bad-until', { text, reason: 'past' })
  return at
}
