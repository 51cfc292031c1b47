// The way of a message: parse, permit, plan, authorize, run, reply. Adapters translate at its two ends and add nothing.
import { understand } from '../commands/alias-expansion.ts'
import { decideGlass, glassOf } from '../commands/breakglass.ts'
import { carryOut } from '../commands/carry-out.ts'
import type { Examination } from '../commands/check.ts'
import { checkWritten } from '../commands/check-written.ts'
import { type Asking, type Command, commandFor, type Refused } from '../commands/command.ts'
import { decide, granted, mayRead } from '../commands/permit.ts'
import { planned } from '../commands/planned.ts'
import { redact, redacted } from '../commands/redact.ts'
import type { PictureReply, Reply } from '../commands/reply.ts'
import type { Request } from '../commands/request.ts'
import { isJob, rehearse } from '../commands/shown-plan.ts'
import { Trail } from '../commands/trail.ts'
import { decisionLines, refuseNoCommand, whyOf } from '../commands/why.ts'
import { plainWords, type Words } from '../commands/words.ts'
import type { Invocation } from '../grammar/ast.ts'
import type { Language } from '../grammar/language.ts'
import type { Change } from '../inventory/change.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { type Standing, standingOf } from '../inventory/operators/standing.ts'
import type { View } from '../inventory/view.ts'
import { recordDone, recordRefused } from './audit-trail.ts'
import { type Answer, type Message, NotOurs } from './message.ts'
import { namedFile } from './named-file.ts'
import type { Permitted } from './permitted.ts'
import { refusalOf } from './refusal.ts'
import { pictureFile } from './render/pictures/picture-file.ts'
import { failedTexts } from './render/reply.ts'
import type { Tally } from './tally.ts'

export interface Bot {
  readonly inventory: Inventory
  readonly language: Language
  readonly commands: readonly Command[]
  /** What `doctor` is to look at besides the database. */
  readonly examinations?: readonly Examination[]
  readonly tally?: Tally | undefined
}

type Reading = Extract<Command, { does: 'read' }>
type Writing = Exclude<Command, Reading>

/** Answers a message. Throws nothing but NotOurs: what goes wrong is a refusal, and nothing was changed. */
export async function answer(message: Message, bot: Bot): Promise<Answer> {
  const answered = await answerTo(message, bot)
  bot.tally?.answered(answered)
  return answered
}

async function answerTo(message: Message, bot: Bot): Promise<Answer> {
  const trail = new Trail()
  let invocation: Invocation | null = null
  let command: Command | null = null
  try {
    const standing = await standingOf(bot.inventory.database.knex, message.author)
    trail.operator = standing.operator?.name ?? null
    invocation = redacted(await understood(message, standing, bot))
    message.onUnderstood?.(invocation.text)
    command = commandFor(bot.commands, invocation)
    const { reply, version } = await run(permitted(message, invocation, command, standing, trail), bot)
    return { tag: 'done', command: message.text, reply, version }
  } catch (error) {
    if (error instanceof NotOurs) throw error
    const refusal = refusalOf(error, invocation?.text ?? redact(message.text, null))
    if (invocation && command && !trail.isRecorded)
      await recordRefused({ message, invocation, command, trail }, refusal, bot.inventory)
    return { tag: 'refused', command: message.text, refusal }
  }
}

interface Ran {
  readonly reply: Reply
  readonly version: number | null
}

/** What aliases stand for is known to those who may read; nothing of the database is read for others. */
export function understood(
  { text, author, channel }: Pick<Message, 'text' | 'author' | 'channel'>,
  standing: Standing,
  bot: Bot,
): Promise<Invocation> | Invocation {
  if (!mayRead(standing, channel)) return bot.language.parse(text)
  return understand(text, author, { knex: bot.inventory.database.knex, language: bot.language })
}

/** Throws CommandError `not-permitted` before anything of the inventory is read. */
function permitted<C extends Command>(
  message: Message,
  invocation: Invocation,
  command: C,
  standing: Standing,
  trail: Trail,
): Permitted<C> {
  const allowed = granted(decide(standing, command, message.channel))
  // Of a command that is only asked about it is that command's.
  const isAsked = command.name === 'plan' || command.name === 'why'
  const glass = isAsked ? null : glassOf(invocation, command, standing, message.channel)
  return { message, invocation, command, standing, allowed, glass, trail }
}

async function run(asked: Permitted, bot: Bot): Promise<Ran> {
  const { command, invocation, message } = asked
  if (command.name === 'plan') return { reply: await showOnly(asked, bot), version: null }
  if (command.name === 'why') return { reply: await showWhy(asked, bot), version: null }
  if (command.does === 'read') {
    const reply = await bot.inventory.read((view) => command.run(invocation.args, asking(asked, view, bot, null)))
    return { reply: await kept(reply, message), version: null }
  }
  return carry({ ...asked, command }, bot)
}

/** What does more than read: planned, authorized and written, or proposed, in one transaction with its audit. */
async function carry(asked: Permitted<Writing>, bot: Bot): Promise<Ran> {
  const { command, invocation, message, allowed, glass } = asked
  const file = command.does === 'change' ? await namedFile(command.file(invocation.args), message) : null
  const { result, version } = await bot.inventory.change(entry(asked), async (change) => {
    const request: Request = {
      invocation,
      command,
      allowed,
      glass,
      asking: asking(asked, change, bot, file),
      isConfirmed: message.isConfirmed,
    }
    const outcome = await carryOut(change, request)
    await recordDone(change, asked, outcome)
    await message.onDone?.(change.knex, outcome, change.written === 0 ? null : change.version, command)
    return outcome
  })
  asked.trail.isRecorded = true
  return { reply: replyOf(result), version }
}

/** What was kept although it is refused is committed by now. */
function replyOf(outcome: Reply | Refused): Reply {
  if (outcome.kind === 'refused') throw outcome.error
  return outcome
}

/** `plan <command>`: does it, looks at what it has written, and takes it back before anybody else could see it. */
async function showOnly({ invocation, message, standing, trail }: Permitted, bot: Bot): Promise<Reply> {
  const inner = withEnding(invocation.args.command as Invocation, invocation)
  const command = commandFor(bot.commands, inner)
  if (command.does === 'read' || command.name === 'plan') {
    permitted(message, inner, command, standing, trail)
    return { kind: 'lines', lines: [`${command.name} only reads: it would change nothing`] }
  }
  const asked = permitted(message, inner, command, standing, trail)
  const file = command.does === 'change' ? await namedFile(command.file(inner.args), message) : null
  const { result } = await bot.inventory.change(
    entry(asked),
    (change) => wouldBe(change, { ...asked, asking: asking(asked, change, bot, file), isConfirmed: false }),
    { rehearse: true },
  )
  return result
}

// A plan is read by a person.
const SHOWN = 200

/** What stands at the end of the line is the inner command's. */
const withEnding = (inner: Invocation, { because, breakglass }: Invocation): Invocation =>
  breakglass === undefined ? { ...inner, because } : { ...inner, because, breakglass }

async function wouldBe(change: Change, request: Request): Promise<Reply> {
  const { plan, level } = await planned(change, request)
  if (!isJob(plan) && plan.shown) return { kind: 'lines', lines: shortened(await plan.shown(change)) }
  const waits = request.glass === null ? WAITS[level.danger] : BROKEN
  const { reply, effects } = isJob(plan)
    ? { reply: null, effects: [...plan.effects, ...(plan.readings ?? []), ...(plan.impact ?? [])] }
    : await rehearse(change, plan, (written) => checkWritten(written, request, plan))
  if (reply?.kind === 'refused') throw reply.error
  const done = reply?.kind === 'change' || reply?.kind === 'things' ? (reply.done ?? []) : []
  const isBeside = reply?.kind === 'change' && reply.changed > 0
  const failed = reply?.kind === 'change' ? failedTexts(reply.failed) : []
  if (effects.length === 0 && !isBeside)
    return { kind: 'lines', lines: ['this would change nothing', ...failed, ...done] }
  const said = new Set(done.map(plainWords))
  const reached = isJob(plan) ? [] : (plan.impact ?? [])
  const lines = [...done, ...effects.filter((line) => !said.has(line.replace(':', ''))), ...reached]
  return { kind: 'lines', lines: [`nothing is done yet; this would be${waits}:`, ...failed, ...shortened(lines)] }
}

const shortened = (lines: readonly Words[]): Words[] => [
  ...lines.slice(0, SHOWN),
  ...(lines.length > SHOWN ? [`… and ${lines.length - SHOWN} more`] : []),
]

/** `why <command>`: what decides about it, found out by planning and rehearsing it where it may be used at all. */
async function showWhy({ invocation, message, standing, trail }: Permitted, bot: Bot): Promise<Reply> {
  let inner = invocation.args.command as Invocation
  while (inner.command === 'plan' || inner.command === 'why') inner = inner.args.command as Invocation
  inner = withEnding(inner, invocation)
  const command = commandFor(bot.commands, inner)
  const decision = decide(standing, command, message.channel)
  if (decision.tag === 'allowed') await bot.inventory.read((view) => refuseNoCommand(view, inner, bot.commands))
  if (decision.tag === 'denied' || command.does === 'read') return { kind: 'lines', lines: decisionLines(decision) }
  const glass = inner.breakglass === true ? decideGlass(standing, command, message.channel) : null
  if (glass?.tag === 'denied') return { kind: 'lines', lines: decisionLines(glass) }
  const asked = { message, invocation: inner, command, standing, allowed: decision, glass, trail }
  const file = command.does === 'change' ? await namedFile(command.file(inner.args), message) : null
  const { result } = await bot.inventory.change(
    entry(asked),
    (change) => whyOf(change, { ...asked, asking: asking(asked, change, bot, file), isConfirmed: false }),
    { rehearse: true },
  )
  return result
}

const BROKEN = ', by breaking the glass, after your own word with the name typed'

const WAITS = {
  read: '',
  change: '',
  job: ' a job',
  confirm: ', after your own word',
  destroy: ', after an approval',
} as const

/** A file that a command has made, or the picture that is made of its answer, is given to the author. */
async function kept(answered: Reply | PictureReply, message: Message): Promise<Reply> {
  const reply = answered.kind === 'picture' ? await pictureFile(answered) : answered
  if (reply.kind !== 'file') return reply
  return { ...reply, path: await message.writeFile(reply.path, reply.content, reply.mediaType) }
}

/** How what a message does is entered in the history. */
export function entry({ invocation: { text, because }, message }: Permitted) {
  return { operator: message.author, command: text, because, message: reference(message) }
}

const reference = ({ chat, thread }: Message): string => JSON.stringify({ chat, thread })

/** What a command is given of a message. */
export function asking(
  { message, invocation, standing, trail }: Permitted,
  view: View,
  { commands, language, examinations = [] }: Bot,
  file: Uint8Array | null,
): Asking {
  const { author, limit, channel } = message
  return {
    view,
    operator: author,
    standing,
    now: new Date(),
    text: invocation.text,
    because: invocation.because,
    trail,
    message: reference(message),
    channel,
    isChat: message.chat !== 'terminal',
    limit,
    file,
    commands: commands.filter((command) => decide(standing, command, channel).tag === 'allowed'),
    registry: commands,
    language,
    examinations,
  }
}
