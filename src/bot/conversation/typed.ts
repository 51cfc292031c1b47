// A command that somebody has typed in a chat, or that a button has typed for them, on its way through the pipeline.
import type { Knex } from 'knex'
import { type Command, commandFor, type Refused } from '../../commands/command.ts'
import { CommandError } from '../../commands/error.ts'
import { REDACTED, redact, redacted } from '../../commands/redact.ts'
import type { JobReply, ProposalReply, Reply } from '../../commands/reply.ts'
import { ParseError } from '../../grammar/parse-error.ts'
import { DatabaseError } from '../../inventory/database/error.ts'
import { standingOf } from '../../inventory/operators/standing.ts'
import { readPublicId } from '../../jobs/public-id.ts'
import { runWithSteps } from '../../jobs/read.ts'
import { type Item, keepOnly } from '../inbox/inbox.ts'
import type { Attached } from '../inbox/incoming.ts'
import type { Answer, Message } from '../message.ts'
import { answer, understood } from '../pipeline.ts'
import { refusalOf } from '../refusal.ts'
import { answerPost } from '../render/posts/answer-post.ts'
import { followPost } from '../render/posts/follow-post.ts'
import { type Room, settle } from './room.ts'

export interface Typed {
  readonly text: string
  readonly thread: string
  readonly files: readonly Attached[]
  /** Shown with the answer, where nobody sees it. */
  readonly quote: string | null
  /** In the transaction of what it does, for what does more than read. Throws where it must not be done. */
  onDone?(knex: Knex): Promise<void>
}

// More things than this in one answer help nobody.
const LIMIT = 10_000

/** Throws ClaimLost, and what the database throws. */
export async function attendTyped(item: Item, typed: Typed, room: Room): Promise<void> {
  const { incoming } = item
  const { knex } = room.bot.inventory.database
  // Null until it is understood.
  let kept: string | null = null
  const draftOf = async (transaction: Knex, answered: Answer) => {
    const quote = typed.quote === null ? null : (kept ?? typed.quote)
    const told = toldByReporter(answered)
    if (told === null) return answerPost(answered, { asker: incoming.author, quote })
    return (await isToldHere(transaction, told, item, typed)) ? null : followPost(told, quote)
  }
  const end = async (transaction: Knex, answered: Answer) => {
    const text = kept ?? misunderstoodText(typed.text, room)
    if (text !== typed.text) await keepOnly(transaction, item, incoming.kind === 'press' ? '' : text)
    await settle(transaction, room, item, await draftOf(transaction, answered), typed.thread)
  }
  const answered = await answer(
    {
      ...messageOf(item, typed, room),
      onUnderstood(text) {
        kept = text
      },
      async onDone(transaction, outcome, version, command) {
        if (command.does !== 'read' && outcome.kind !== 'refused') {
          // Otherwise something else would be written than was typed.
          if (typed.text.includes(REDACTED)) throw new CommandError('secret-taken-out', {})
          await typed.onDone?.(transaction)
        }
        await end(transaction, answerOf(typed.text, outcome, version))
      },
    },
    room.bot,
  )
  if (isAway(answered)) throw new DatabaseError(answered.refusal.code, answered.refusal.facts)
  await knex.transaction((transaction) => end(transaction, answered))
}

/** What is kept of a line that is not understood: nothing where it may be an alias and a secret behind it. */
function misunderstoodText(text: string, { bot }: Room): string {
  const [first = ''] = text.trim().split(/\s/)
  return bot.language.begins(first) ? redact(text, null) : ''
}

function answerOf(command: string, outcome: Reply | Refused, version: number | null): Answer {
  return outcome.kind === 'refused'
    ? { tag: 'refused', command, refusal: refusalOf(outcome.error, command) }
    : { tag: 'done', command, reply: outcome, version }
}

/** A proposal or a job that is new: the reporter tells of it, in the thread that it belongs to. */
function toldByReporter(answered: Answer): JobReply | ProposalReply | null {
  if (answered.tag === 'refused') return null
  const { reply } = answered
  if (reply.kind === 'proposal') return reply.looked === undefined ? reply : null
  return reply.kind === 'job' && reply.isNew === true ? reply : null
}

/** Not where the chat wants an answer to the command itself, or where it was approved from another thread. */
async function isToldHere(
  knex: Knex,
  reply: JobReply | ProposalReply,
  { incoming }: Item,
  { thread }: Typed,
): Promise<boolean> {
  if (incoming.kind === 'message' && incoming.answers !== null) return false
  if (reply.kind === 'proposal') return true
  const found = await runWithSteps(knex, readPublicId(reply.id) ?? 0)
  const message = found?.run.message as { readonly chat?: string; readonly thread?: string } | null | undefined
  return message?.chat === incoming.chat && message.thread === thread
}

type Away = Extract<Answer, { tag: 'refused' }> & {
  readonly refusal: { readonly code: 'database-unreachable' | 'outcome-unknown' }
}

/** Nobody knows whether it was done: the item knows, when the database is back. */
function isAway(answered: Answer): answered is Away {
  if (answered.tag === 'done') return false
  return answered.refusal.code === 'database-unreachable' || answered.refusal.code === 'outcome-unknown'
}

function messageOf({ incoming }: Item, { text, thread, files }: Typed, { download }: Room): Message {
  const { author, chat, channel } = incoming
  return {
    ...{ text, author, chat, thread, channel, isConfirmed: false, limit: LIMIT },
    async readFile(name) {
      const file = files.find((one) => one.name === name)
      if (file) return download(chat, file)
      const reason = files.length === 0 ? 'no file hangs on the message' : `on the message hangs ${files[0]?.name}`
      throw new CommandError('file-not-found', { file: name, reason })
    },
    writeFile: (name) => Promise.resolve(name),
  }
}

export interface Meant {
  /** Null for one that is not understood. */
  readonly command: Command | null
  /** The text without the secrets in it. */
  readonly kept: string
}

export async function meantBy(text: string, { incoming }: Item, { bot }: Room): Promise<Meant> {
  const { author, channel } = incoming
  try {
    const standing = await standingOf(bot.inventory.database.knex, author)
    const invocation = redacted(await understood({ text, author, channel }, standing, bot))
    return { command: commandFor(bot.commands, invocation), kept: invocation.text }
  } catch (error) {
    if (error instanceof ParseError || error instanceof CommandError) return { command: null, kept: redact(text, null) }
    throw error
  }
}
