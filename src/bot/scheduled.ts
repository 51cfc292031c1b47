// Does what a schedule is due to do, as its owner and on the way that a message takes: understood, permitted, authorized
// with the rights of this moment. What a job starts, its audit and the outcome of the fire are one transaction.
import { understand } from '../commands/alias-expansion.ts'
import { carryOut } from '../commands/carry-out.ts'
import type { Command } from '../commands/command.ts'
import { CommandError } from '../commands/error.ts'
import { decide, granted } from '../commands/permit.ts'
import { checkSchedulable } from '../commands/schedule-check.ts'
import { Trail } from '../commands/trail.ts'
import { standingOf } from '../inventory/operators/standing.ts'
import type { Desk, Settle, Trouble } from '../jobs/schedules/desk.ts'
import { type BegunFire, FireLost } from '../jobs/schedules/fires.ts'
import type { Outcome, Schedule } from '../jobs/schedules/schedule.ts'
import { recordDone, recordRefused } from './audit-trail.ts'
import type { Message, Refusal } from './message.ts'
import type { Permitted } from './permitted.ts'
import { answer, asking, type Bot, entry } from './pipeline.ts'
import { refusalOf } from './refusal.ts'
import { answerText } from './render/answer.ts'
import { refusalText } from './render/refusal.ts'
import { cutOffText, missedText, readText, refusedText, startedText, troubleText } from './render/schedule-words.ts'

const LOOK = { width: 100, colour: false }
// More of one answer is not kept; a chat shows less.
const LONGEST = 20_000
const LIMIT = 200

/** `writeFile` keeps what a command makes as a file, and answers with its path. */
export function scheduleDesk(bot: Bot, writeFile: Message['writeFile']): Desk {
  return {
    async fire(fire, settle) {
      const { schedule } = fire
      const message = messageOf(schedule, writeFile)
      const asked = await permitted(schedule, message, bot)
      if ('refusal' in asked) {
        if (asked.known) await recordRefused({ ...asked.known, message }, asked.refusal, bot.inventory)
        await settle(bot.inventory.database.knex, refused(fire, asked.refusal))
      } else if (asked.command.does === 'job') await startJob(fire, { ...asked, command: asked.command }, bot, settle)
      else await read(fire, message, asked, bot, settle)
    },
    trouble: (schedule) => troubleOf(schedule, bot),
    cutOff: ({ schedule, due }) => ({ text: cutOffText(schedule, due), mentions: [schedule.identity] }),
    missed: (schedule, missed) => ({ text: missedText(schedule, missed), mentions: [schedule.identity] }),
  }
}

function messageOf({ command, identity, chat, thread, channel }: Schedule, writeFile: Message['writeFile']): Message {
  return {
    ...{ text: command, author: identity, chat, thread, channel, isConfirmed: false, limit: LIMIT, writeFile },
    readFile: (file) => Promise.reject(new CommandError('file-not-found', { file, reason: 'a schedule has no files' })),
  }
}

type Known = Pick<Permitted, 'invocation' | 'command' | 'trail'>
type Asked = Permitted | { readonly known: Known | null; readonly refusal: Refusal }

async function permitted(schedule: Schedule, message: Message, bot: Bot): Promise<Asked> {
  const { knex } = bot.inventory.database
  let known: Known | null = null
  try {
    const { language, commands } = bot
    const understood = await understand(message.text, message.author, { knex, language })
    const invocation = { ...understood, because: schedule.because }
    const found = commands.find(({ name }) => name === invocation.command)
    if (!found) throw new Error(`the grammar knows a command that the registry does not: ${invocation.command}`)
    const trail = new Trail()
    known = { invocation, command: found, trail }
    const standing = await standingOf(knex, message.author)
    trail.operator = standing.operator?.name ?? null
    const allowed = granted(decide(standing, found, message.channel))
    if (found.does === 'change')
      throw new CommandError('not-schedulable', { command: found.name, reason: 'change', at: 0 })
    return { message, invocation, command: found, standing, allowed, glass: null, trail }
  } catch (error) {
    return { known, refusal: refusalFrom(error, message.text) }
  }
}

/** Trouble of the database is no outcome: it is thrown on, and the fire is begun again. */
function refusalFrom(error: unknown, text: string): Refusal {
  if (error instanceof FireLost) throw error
  const refusal = refusalOf(error, text)
  if (refusal.source === 'database') throw error
  return refusal
}

async function read(
  { schedule, due }: BegunFire,
  message: Message,
  { allowed }: Permitted,
  bot: Bot,
  settle: Settle,
): Promise<void> {
  const answered = await answer(message, bot)
  if (answered.tag === 'refused' && answered.refusal.code === 'database-unreachable')
    throw new Error(answered.refusal.facts.reason)
  const text = answerText(answered, LOOK)
  const isDone = answered.tag === 'done'
  await settle(bot.inventory.database.knex, {
    state: isDone ? 'done' : 'refused',
    operator: allowed.operator.name,
    outcome: isDone ? 'done' : answered.refusal.code,
    job: null,
    notice: isDone
      ? { text: cut(readText(schedule, due, text)), mentions: [] }
      : { text: cut(refusedText(schedule, due, text)), mentions: [schedule.identity] },
  })
}

const cut = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}\n… and more` : text)

async function startJob(
  fire: BegunFire,
  asked: Permitted<Extract<Command, { does: 'job' }>>,
  bot: Bot,
  settle: Settle,
): Promise<void> {
  const { schedule } = fire
  try {
    await bot.inventory.change(entry(asked), async (change) => {
      const { invocation, command, allowed, glass } = asked
      const request = {
        invocation,
        command,
        allowed,
        glass,
        asking: asking(asked, change, bot, null),
        isConfirmed: false,
      }
      const outcome = await carryOut(change, request)
      if (outcome.kind === 'refused') throw outcome.error
      // A rule has raised it since: what has been written of a proposal is taken back.
      if (outcome.kind !== 'job')
        throw new CommandError('not-schedulable', {
          command: command.name,
          reason: outcome.kind === 'proposal' ? outcome.level : 'change',
          at: 0,
        })
      await recordDone(change, asked, outcome)
      const notice = { text: startedText(schedule, outcome.id), mentions: [] }
      const operator = allowed.operator.name
      await settle(change.knex, { state: 'started', operator, outcome: 'started', job: outcome.id, notice })
    })
  } catch (error) {
    const refusal = refusalFrom(error, asked.message.text)
    await recordRefused(asked, refusal, bot.inventory)
    await settle(bot.inventory.database.knex, refused(fire, refusal))
  }
}

function refused({ schedule, due }: BegunFire, refusal: Refusal): Outcome {
  const text = refusedText(schedule, due, refusalText(refusal, schedule.command, LOOK))
  return {
    ...{ state: refusal.source === 'bot' ? 'failed' : 'refused', operator: schedule.owner, outcome: refusal.code },
    job: null,
    notice: { text, mentions: [schedule.identity] },
  }
}

async function troubleOf(schedule: Schedule, bot: Bot): Promise<Trouble | null> {
  const refusal = await refusalFor(schedule, schedule.identity, bot)
  if (refusal === null) return null
  const takers: string[] = []
  const identities: string[] = []
  for (const { identity, name } of await others(schedule, bot)) {
    if (takers.length >= TAKERS) break
    if (takers.includes(name) || (await refusalFor(schedule, identity, bot)) !== null) continue
    takers.push(name)
    identities.push(identity)
  }
  const text = troubleText(schedule, refusalText(refusal, schedule.command, LOOK), takers)
  return { code: refusal.code, text, mentions: [schedule.identity, ...identities] }
}

/** Why it would be refused if it were this identity's; null where it would not be. */
async function refusalFor(schedule: Schedule, identity: string, bot: Bot): Promise<Refusal | null> {
  const { inventory, commands, language } = bot
  try {
    await inventory.read(async (view) => {
      const standing = await standingOf(view.knex, identity)
      const { command: text, channel } = schedule
      await checkSchedulable({
        ...{
          view,
          operator: identity,
          standing,
          now: new Date(),
          text,
          message: '{}',
          isChat: false,
          channel,
          limit: LIMIT,
          file: null,
          because: null,
          trail: new Trail(),
        },
        ...{ commands, registry: commands, language, examinations: [] },
      })
    })
    return null
  } catch (error) {
    return refusalFrom(error, schedule.command)
  }
}

const TAKERS = 5
const ASKED = 200

async function others({ operator_id }: Schedule, { inventory }: Bot): Promise<{ identity: string; name: string }[]> {
  const { rows } = await inventory.database.knex.raw<{ rows: { identity: string; name: string }[] }>(
    `select i.identity, o.name from operators o join identities i on i.operator_id = o.id
     where o.left_at is null and o.id <> ? order by o.id, i.identity limit ${ASKED}`,
    [operator_id],
  )
  return rows
}
