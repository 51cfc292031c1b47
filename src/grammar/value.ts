// The types of values as operators type them, and back.
import type { Value } from './ast.ts'

const INTEGER = /^-?(?:0|[1-9]\d*)$/
const DECIMAL = /^-?(?:0|[1-9]\d*)\.\d+$/
const DATETIME = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::(\d\d(?:\.\d+)?))?(Z|[+-]\d\d(?::?\d\d)?)?$/i
const MAX = 2n ** 63n - 1n
const MIN = -(2n ** 63n)

export type ValueFault = 'integer-too-large' | 'not-json' | 'no-such-moment'

/** An ISO date-time in UTC, `2007-12-16T07:46:00Z`, without zone taken as UTC; null where it is none. */
export function readDatetime(text: string): string | null {
  const match = DATETIME.exec(text)
  if (!match) return null
  const [, date, time, seconds = '00', zone = 'Z'] = match
  const offset = /^[+-]\d\d$/.test(zone) ? `${zone}:00` : zone.replace(/^([+-]\d\d)(\d\d)$/, '$1:$2').toUpperCase()
  const clock = seconds.includes('.') ? seconds.slice(0, 6).padEnd(6, '0') : seconds
  const moment = new Date(`${date}T${time}:${clock}${offset}`)
  // JavaScript takes 30 February for 1 March.
  if (Number.isNaN(moment.getTime()) || !isCalendarDate(date ?? '')) return null
  return moment.toISOString().replace('.000Z', 'Z')
}

/** Whether `2026-02-30` is in the calendar. */
export function isCalendarDate(date: string): boolean {
  const midnight = new Date(`${date}T00:00:00Z`)
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(date)
}

/** The value of a quoted word: always text. */
export const textValue = (text: string): Value => Object.freeze({ type: 'text', value: text })

/** The value of a bare word: `12` integer, `012` text, `1.5` decimal, `true` boolean, date-time, `thing:x`, `json:…`. */
export function readValue(text: string): Value | ValueFault {
  const first = text.charCodeAt(0)
  // Digits and minus, which all numbers and moments begin with.
  if (first === 0x2d || (first >= 0x30 && first <= 0x39)) {
    if (INTEGER.test(text)) {
      if (text.length > 20) return 'integer-too-large'
      const value = BigInt(text)
      return value > MAX || value < MIN ? 'integer-too-large' : Object.freeze({ type: 'integer', value })
    }
    if (DECIMAL.test(text)) return Object.freeze({ type: 'decimal', value: text })
    const moment = readDatetime(text)
    if (moment !== null) return Object.freeze({ type: 'datetime', value: moment })
    return DATETIME.test(text) ? 'no-such-moment' : textValue(text)
  }
  if (text === 'true' || text === 'false') return Object.freeze({ type: 'boolean', value: text === 'true' })
  if (text.startsWith('thing:') && text.length > 6) return Object.freeze({ type: 'reference', value: text.slice(6) })
  if (text.startsWith('json:')) return readJson(text.slice(5))
  return textValue(text)
}

/** A JSON text, kept as typed. */
export function readJson(text: string): Value | 'not-json' {
  try {
    JSON.parse(text)
  } catch {
    return 'not-json'
  }
  return Object.freeze({ type: 'json', value: text })
}

// Without commas, which end a value in `match keys (a=1,b=2)`.
const BARE = /^[^\s()"',]+$/

/** A text in double quotes, as it is typed. */
export const quote = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`

/** The value as it is typed, so that it reads back the same. */
export function printValue(value: Value): string {
  switch (value.type) {
    case 'integer':
      return value.value.toString()
    case 'boolean':
      return String(value.value)
    case 'decimal':
    case 'datetime':
      return value.value
    case 'reference':
      return `thing:${BARE.test(value.value) ? value.value : quote(value.value)}`
    case 'json':
      return `json:'${value.value.replace(/'/g, "\\'")}'`
    case 'text': {
      const read =
        BARE.test(value.value) && !/^\/|[=:<>]|^attr|^because$|^breakglass$|^as$/i.test(value.value)
          ? readValue(value.value)
          : null
      return read !== null && typeof read === 'object' && read.type === 'text' ? value.value : quote(value.value)
    }
  }
}
