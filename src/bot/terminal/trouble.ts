// Trouble in the background, on standard error: what a service manager keeps in its journal.
import { CommandError } from '../../commands/error.ts'
import { DatabaseError } from '../../inventory/database/error.ts'
import { InventoryError } from '../../inventory/error.ts'
import { JobError } from '../../jobs/error.ts'
import { BotError } from '../error.ts'
import { refusalOf } from '../refusal.ts'
import { messageText, say } from '../render/refusal.ts'

/** `about`: what has it, `slack`. */
export function tellTrouble(about: string, error: unknown): void {
  process.stderr.write(`clusto: ${about} has trouble: ${troubleText(error)}\n`)
}

/** Of an error of the database, what stood in the statement is left out; of a connection, where it was to go is said. */
export function troubleText(error: unknown): string {
  if (OURS.some((kind) => error instanceof kind)) return messageText(say(refusalOf(error, ''), ''))
  if (!(error instanceof Error)) return String(error)
  const all = [...causes(error)]
  const away = all.map(awayText).find((text) => text !== null)
  if (away !== undefined && away !== null) return away
  const said = /fetch failed/.test(error.message) ? (all.at(-1) ?? error) : error
  return said.message.split(' - ').at(-1) ?? ''
}

const OURS = [BotError, CommandError, DatabaseError, InventoryError, JobError]
const DEEPEST = 6

/** An error, and what lies below it. */
function* causes(error: Error): Generator<Error> {
  let inner: unknown = error
  for (let depth = 0; inner instanceof Error && depth < DEEPEST; depth++) {
    yield inner
    inner = inner instanceof AggregateError ? inner.errors[0] : inner.cause
  }
}

/** What the operating system says of a connection that did not come about. */
function awayText(error: Error): string | null {
  const { code, syscall, hostname, address, port }: NodeJS.ErrnoException & Partial<Record<Where, unknown>> = error
  if (syscall !== 'connect' && syscall !== 'getaddrinfo') return null
  const host = hostname ?? (address === undefined ? null : `${address}${port === undefined ? '' : `:${port}`}`)
  return host === null ? null : `${host} cannot be reached (${code})`
}

type Where = 'hostname' | 'address' | 'port'
