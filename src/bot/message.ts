// What an adapter makes of what somebody typed, and what it gets back.
import type { Knex } from 'knex'
import type { Command, Refused } from '../commands/command.ts'
import type { CommandCode, CommandFacts } from '../commands/error.ts'
import type { Reply } from '../commands/reply.ts'
import type { ParseErrorCode } from '../grammar/parse-error.ts'
import type { DatabaseCode, DatabaseFacts } from '../inventory/database/error.ts'
import type { InventoryCode, InventoryFacts } from '../inventory/error.ts'
import type { JobCode, JobFacts } from '../jobs/error.ts'
import type { BotCode, BotFacts } from './error.ts'

export interface Message {
  /** As typed. */
  readonly text: string
  /** The identity that the adapter vouches for, `os:root`. */
  readonly author: string
  /** The adapter: `terminal`. */
  readonly chat: string
  /** Where it was typed, as JSON that only the adapter reads. */
  readonly thread: string
  /** The channel that it was typed in, where the chat has such: grants may hold in one only. */
  readonly channel: string | null
  /** The author has said yes beforehand (`--yes`): a plan that waits for their own word does not. */
  readonly isConfirmed: boolean
  /** How many things an answer may hold. */
  readonly limit: number
  /** Reads a file that the author named. Throws CommandError `file-not-found`. */
  readFile(name: string): Promise<Uint8Array>
  /** Keeps a file for the author; answers with its path. */
  writeFile(name: string, content: Uint8Array, mediaType: string): Promise<string>
  /** What it is kept as, without the secrets in it, also those behind an alias; not where it is not understood. */
  onUnderstood?(kept: string): void
  /**
   * In the transaction of what was done, where something was: what is written here is there if and only if it is done.
   * Throws where it must not be done, such as a second time; NotOurs where another process does it. Where a refusal is kept, the outcome is that.
   */
  onDone?(knex: Knex, outcome: Reply | Refused, version: number | null, command: Command): Promise<void>
}

/** Another process has taken it over: nothing is refused, and nothing is to be said. */
export class NotOurs extends Error {
  override readonly name: string = 'NotOurs'
}

export interface ParseFacts {
  readonly code: ParseErrorCode
  readonly message: string
  readonly position: number
  readonly word: string
  readonly expected: readonly string[]
  readonly suggestions: readonly string[]
}

// { source, code, facts } for each code of a table of facts.
type Coded<Source extends string, Code extends keyof Facts, Facts> = {
  readonly [C in Code]: { readonly source: Source; readonly code: C; readonly facts: Facts[C] }
}[Code]

/** Why not, as plain data: it also travels between processes. render/ makes words of it. */
export type Refusal =
  | { readonly source: 'parse'; readonly code: ParseErrorCode; readonly facts: ParseFacts }
  | Coded<'inventory', InventoryCode, InventoryFacts>
  | Coded<'database', DatabaseCode, DatabaseFacts>
  | Coded<'command', CommandCode, CommandFacts>
  | Coded<'job', JobCode, JobFacts>
  | Coded<'bot', BotCode, BotFacts>

/** `command` is the text as typed; the version is null where nothing was changed. */
export type Answer =
  | { readonly tag: 'done'; readonly command: string; readonly reply: Reply; readonly version: number | null }
  | { readonly tag: 'refused'; readonly command: string; readonly refusal: Refusal }
