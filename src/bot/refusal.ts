// Turns what was thrown into a refusal. What is none of the errors that we know is a bug: it is logged under an id, and
// the id is the answer.
import { randomBytes } from 'node:crypto'
import { CommandError } from '../commands/error.ts'
import { ParseError } from '../grammar/parse-error.ts'
import { DatabaseError } from '../inventory/database/error.ts'
import { InventoryError } from '../inventory/error.ts'
import { JobError } from '../jobs/error.ts'
import { BotError } from './error.ts'
import type { Refusal } from './message.ts'

/** Never throws. `text` is the command as typed, for the log. */
export function refusalOf(error: unknown, text: string): Refusal {
  if (error instanceof ParseError) {
    const { code, message, position, word, expected, suggestions } = error
    return { source: 'parse', code, facts: { code, message, position, word, expected, suggestions } }
  }
  // A code and its facts belong together by construction, which the type of an error of any code cannot say.
  if (error instanceof InventoryError) return { source: 'inventory', code: error.code, facts: error.facts } as Refusal
  if (error instanceof DatabaseError) return { source: 'database', code: error.code, facts: error.facts } as Refusal
  if (error instanceof CommandError) return { source: 'command', code: error.code, facts: error.facts } as Refusal
  if (error instanceof JobError) return { source: 'job', code: error.code, facts: error.facts } as Refusal
  if (error instanceof BotError) return { source: 'bot', code: error.code, facts: error.facts } as Refusal
  return databaseTrouble(error) ?? bug(error, text)
}

// What Postgres, `pg`, Knex and the operating system say when a server cannot be reached, refuses us or gives up.
const UNREACHABLE = /^(?:ECONN|ENOTFOUND|EAI_|ETIMEDOUT|EHOST|ENETUNREACH|EPIPE|08|28|3D000|53|57P|25P03)/
// disk_full of Postgres, and what the operating system calls it.
const DISK_FULL = /^(?:53100|ENOSPC|EDQUOT)$/
const STATEMENT_TIMEOUT = '57014'

function databaseTrouble(error: unknown): Refusal | null {
  if (!(error instanceof Error)) return null
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  // What stood in the statement is left out: Knex puts it before the reason.
  const reason = error.message.split(' - ').at(-1) || code
  if (code === STATEMENT_TIMEOUT) return { source: 'database', code: 'query-too-long', facts: { seconds: 60 } }
  if (isDiskFull(error)) return { source: 'database', code: 'disk-full', facts: { place: 'the database' } }
  const isAway =
    error.name === 'KnexTimeoutError' ||
    /^(?:Connection terminated|Unable to acquire a connection|Client has encountered a connection error)/.test(
      error.message,
    ) ||
    UNREACHABLE.test(code) ||
    // A socket of Postgres that is not there; files that are not there are another matter.
    ('syscall' in error && error.syscall === 'connect')
  return isAway ? { source: 'database', code: 'database-unreachable', facts: { reason } } : null
}

/** Whether there was no space left. */
export function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && DISK_FULL.test(String(error.code))
}

function bug(error: unknown, text: string): Refusal {
  const id = randomBytes(4).toString('hex')
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.stderr.write(`clusto: bug ${id} in ${JSON.stringify(text)}: ${stack}\n`)
  return { source: 'bot', code: 'internal', facts: { id } }
}
