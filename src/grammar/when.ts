// Moments in the inventory's history: a date, a date-time, or an age such as `2h`.
import type { When } from './ast.ts'
import { isCalendarDate, readDatetime } from './value.ts'

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800, y: 31_536_000 }
const MAX_SECONDS = 1000 * 31_536_000

const AGE = /^(\d+)([smhdwy])$/

/** Whether a word is an age, as before `ago`: `2h`, with one of s m h d w y. */
export const isAge = (keyword: string): boolean => AGE.test(keyword)

/** `2h` as seconds before now; null beyond a thousand years. */
export function readAge(text: string): When | null {
  const match = AGE.exec(text.toLowerCase())
  const seconds = Number(match?.[1]) * (SECONDS[match?.[2] ?? ''] ?? Number.NaN)
  return seconds <= MAX_SECONDS ? Object.freeze({ tag: 'ago', seconds, text }) : null
}

/** An ISO date (its start in UTC) or date-time; null where the calendar has no such day. */
export function readMoment(text: string): When | null {
  const iso = text.length === 10 ? (isCalendarDate(text) ? `${text}T00:00:00Z` : null) : readDatetime(text)
  return iso === null ? null : Object.freeze({ tag: 'time', iso })
}
