// Reads a cron expression of five fields, and says which field is wrong and what it expects. What is asked of the library
// is narrower than what it takes: seconds, and fields that it fills in by chance, are no way to say when a job runs.
import { type CronExpression, CronExpressionParser } from 'cron-parser'

export interface Timing {
  /** As typed: `0 9 * * mon-fri` or `@daily`. */
  readonly cron: string
  /** An IANA zone: `Europe/Berlin`. */
  readonly zone: string
}

export interface CronFault {
  /** Where in the expression, and the words there; all of it where the number of fields is wrong. */
  readonly at: number
  readonly word: string
  /** `minute`; null where it is about the whole. */
  readonly field: string | null
  readonly expected: string
}

const SHORT: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@weekdays': '0 0 * * 1-5',
  '@weekends': '0 0 * * 0,6',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
}

const FIELDS: readonly { readonly name: string; readonly expected: string; readonly most: number }[] = [
  { name: 'minute', expected: '0-59', most: 59 },
  { name: 'hour', expected: '0-23', most: 23 },
  { name: 'day of the month', expected: '1-31, or L for the last', most: 31 },
  { name: 'month', expected: '1-12 or jan-dec', most: 12 },
  { name: 'day of the week', expected: '0-7 or sun-sat', most: 7 },
]

const FIVE = 'five fields: minute, hour, day of the month, month, day of the week; such as 0 3 * * * for 3:00 every day'
const ANY = /\S+/g
// `H` of the library is a number by chance.
const PLAIN = /^(?:[\d*?,/#-]|l|[a-z]{3})+$/i

/** What is wrong with an expression; null where nothing is. */
export function cronFault(cron: string): CronFault | null {
  const words = [...cron.matchAll(ANY)].map(({ 0: word, index }) => ({ word, at: index }))
  const [first] = words
  if (first?.word.startsWith('@')) {
    if (words.length === 1 && first.word.toLowerCase() in SHORT) return null
    return { ...first, field: null, expected: Object.keys(SHORT).join(', ') }
  }
  if (words.length === FIELDS.length + 1)
    return {
      at: first?.at ?? 0,
      word: first?.word ?? '',
      field: null,
      expected: `${FIVE}. There are no seconds: leave out the first`,
    }
  if (words.length !== FIELDS.length) return { at: 0, word: cron, field: null, expected: FIVE }
  for (const [i, { name, expected, most }] of FIELDS.entries()) {
    const { word = '', at = 0 } = words[i] ?? {}
    const alone = FIELDS.map((_, j) => (j === i ? word : '*')).join(' ')
    const step = Number(/\/(\d+)$/.exec(word)?.[1] ?? 1)
    if (!PLAIN.test(word) || step > most || !parses(alone)) return { at, word, field: name, expected }
  }
  return null
}

function parses(cron: string): boolean {
  try {
    CronExpressionParser.parse(cron, { tz: 'UTC' })
    return true
  } catch {
    return false
  }
}

/** Throws where it is none. */
export function cronExpression({ cron, zone }: Timing, after: Date): CronExpression {
  return CronExpressionParser.parse(SHORT[cron.trim().toLowerCase()] ?? cron, { tz: zone, currentDate: after })
}
