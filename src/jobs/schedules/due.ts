// When a schedule is due. On both clock changes of a year each time of day is due once: one that the change leaves out
// an hour later, one that there is twice the first time; what is due every hour or every few minutes goes on as time does.
import { setImmediate as breathe } from 'node:timers/promises'
import type { CronExpression } from 'cron-parser'
import { cronExpression, type Timing } from './cron.ts'

const MINUTE = 60_000

/** The first time after that one; null where there is none, as of 31 February. */
export function dueAfter(timing: Timing, after: Date): Date | null {
  try {
    return cronExpression(timing, after).next().toDate()
  } catch {
    return walk(timing, after)
  }
}

/** The next `count` times. */
export function nextTimes(timing: Timing, after: Date, count: number): Date[] {
  const times: Date[] = []
  for (let last = dueAfter(timing, after); last !== null && times.length < count; last = dueAfter(timing, last))
    times.push(last)
  return times
}

// A zone whose change is half an hour (Lord Howe Island) makes the library give up for the day before it: two days are
// gone through minute by minute.
const WALKED = 2 * 24 * 60

function walk(timing: Timing, after: Date): Date | null {
  const start = Math.floor(after.getTime() / MINUTE) * MINUTE
  try {
    const expression = cronExpression(timing, after)
    for (let minute = 1; minute <= WALKED; minute++) {
      const at = new Date(start + minute * MINUTE)
      if (expression.includesDate(at) && !isSecond(expression, timing, at)) return at
    }
    return cronExpression(timing, new Date(start + WALKED * MINUTE))
      .next()
      .toDate()
  } catch {
    return null
  }
}

/** Whether the same time of day was there half an hour or an hour ago. */
function isSecond({ fields }: CronExpression, { zone }: Timing, at: Date): boolean {
  if (fields.hour.isWildcard) return false
  const now = localTime(at, zone)
  return [30, 60].some((ago) => localTime(new Date(at.getTime() - ago * MINUTE), zone) === now)
}

/** `2026-11-24 09:00` */
export function localTime(at: Date, zone: string): string {
  return new Intl.DateTimeFormat('sv', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' }).format(at)
}

export interface Missed {
  readonly count: number
  /** There are more than that. */
  readonly isCapped: boolean
  readonly from: Date
  readonly to: Date
}

/** What is to be done about a schedule that has been due. */
export interface Overdue {
  /** The due time to run now; null where it is too late for any. */
  readonly fire: Date | null
  readonly missed: Missed | null
  /** Null where it is never due again. */
  readonly next: Date | null
}

/** Later than this, in milliseconds, a due time is missed: what is asked for at 3:00 may be wrong at 9:00. */
export const GRACE = 60_000

// A week of minutes and more; beyond that the number says nothing.
const COUNTED = 20_000
const AT_ONCE = 500

/** `first` is the earliest due time that is waited for, not after `now`; `known` are those that something became of. */
export async function overdue(
  timing: Timing,
  first: Date,
  now: Date,
  catchup: boolean,
  known: ReadonlySet<number> = new Set(),
): Promise<Overdue> {
  const times = [first]
  let next = dueAfter(timing, first)
  while (next !== null && next <= now && times.length < COUNTED) {
    times.push(next)
    if (times.length % AT_ONCE === 0) await breathe()
    next = dueAfter(timing, next)
  }
  const isCapped = next !== null && next <= now
  if (isCapped) {
    times.push(lastBefore(timing, now) ?? first)
    next = dueAfter(timing, now)
  }
  const last = times.at(-1) ?? first
  const isOnTime = now.getTime() - last.getTime() <= GRACE
  const late = (isOnTime ? times.slice(0, -1) : times).filter((time) => !known.has(time.getTime()))
  const [from, to] = [late[0], late.at(-1)]
  const missed = from && to ? { count: Math.min(late.length, COUNTED), isCapped, from, to } : null
  return { fire: isOnTime ? last : catchup ? (to ?? null) : null, missed, next }
}

function lastBefore(timing: Timing, now: Date): Date | null {
  try {
    return cronExpression(timing, now).prev().toDate()
  } catch {
    return null
  }
}
