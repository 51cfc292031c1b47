// The way of a message: parse, permit, plan, authorize, run, reply. Adapters translate at its two ends and add nothing.
import { understand } from '../commands/alias-expansion.ts'
import type { Asking, Command } from '../commands/command.ts'
import { authorize, type Decision, permit } from '../commands/permit.ts'
import type { PictureReply, Reply } from '../commands/reply.ts'
import type { Invocation } from '../grammar/ast.ts'
import type { Language } from '../grammar/language.ts'
import type { Change } from '../inventory/change.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { diffRows } from '../inventory/versions/diff.ts'
import type { View } from '../inventory/view.ts'
import type { Answer, Message } from './message.ts'
import { namedFile } from './named-file.ts'
import { refusalOf } from './refusal.ts'
import { pictureFile } from './render/pictures/picture-file.ts'

export interface Bot {
  readonly inventory: Inventory
  readonly language: Language
  readonly commands: readonly Command[]
}

/** Answers a message. Never throws: what goes wrong is a refusal, and nothing was changed. */
export async function answer(message: Message, bot: Bot): Promise<Answer> {
  try {
    const invocation = await understand(message.text, message.author, { knex: bot.inventory.database.knex, ...bot })
    const command = commandOf(invocation, bot)
    const decision = await permit(bot.inventory.database.knex, message.author, command)
    const { reply, version } = await run(command, invocation, decision, message, bot)
    return { tag: 'done', command: message.text, reply, version }
  } catch (error) {
    return { tag: 'refused', command: message.text, refusal: refusalOf(error, message.text) }
  }
}

interface Ran {
  readonly reply: Reply
  readonly version: number | null
}

async function run(
  command: Command,
  invocation: Invocation,
  decision: Decision,
  message: Message,
  bot: Bot,
): Promise<Ran> {
  if (command.name === 'plan') return { reply: await rehearse(planned(invocation), message, bot), version: null }
  if (command.danger === 'read') {
    const reply = await bot.inventory.read((view) => command.run(invocation.args, asking(message, view, bot, null)))
    return { reply: await kept(reply, message), version: null }
  }
  const file = await namedFile(command.file(invocation.args), message)
  const change = await bot.inventory.change(entry(invocation, message), async (change) => {
    const plan = await command.plan(invocation.args, asking(message, change, bot, file))
    authorize(decision, plan.targets)
    return plan.run(change)
  })
  return { reply: change.result, version: change.version }
}

/** `plan <command>`: does it, looks at what it has written, and takes it back before anybody else could see it. */
async function rehearse(invocation: Invocation, message: Message, bot: Bot): Promise<Reply> {
  const command = commandOf(invocation, bot)
  const decision = await permit(bot.inventory.database.knex, message.author, command)
  if (command.danger === 'read' || command.name === 'plan') {
    return { kind: 'lines', lines: [`${command.name} only reads: it would change nothing`] }
  }
  const file = await namedFile(command.file(invocation.args), message)
  const { result } = await bot.inventory.change(
    entry(invocation, message),
    async (change) => {
      const plan = await command.plan(invocation.args, asking(message, change, bot, file))
      authorize(decision, plan.targets)
      return wouldBe(await plan.run(change), change)
    },
    { rehearse: true },
  )
  return result
}

// A plan is read by a person.
const SHOWN = 200

async function wouldBe(reply: Reply, change: Change): Promise<Reply> {
  const done = reply.kind === 'change' || reply.kind === 'things' ? (reply.done ?? []) : []
  const isBeside = reply.kind === 'change' && reply.changed > 0
  if (change.written === 0 && !isBeside) return { kind: 'lines', lines: ['this would change nothing', ...done] }
  const { rows, capped } = await diffRows(change, change.base, change.version, null, new Date())
  const said = new Set(done)
  const lines = [
    ...done,
    ...rows.map((row) => `${row.thing}: ${row.change}`).filter((line) => !said.has(line.replace(':', ''))),
  ]
  const more = lines.length > SHOWN ? [`… and ${capped ? 'more than ' : ''}${lines.length - SHOWN} more`] : []
  return { kind: 'lines', lines: ['nothing is done yet; this would be:', ...lines.slice(0, SHOWN), ...more] }
}

/** A file that a command has made, or the picture that is made of its answer, is given to the author. */
async function kept(answered: Reply | PictureReply, message: Message): Promise<Reply> {
  const reply = answered.kind === 'picture' ? await pictureFile(answered) : answered
  if (reply.kind !== 'file') return reply
  return { ...reply, path: await message.writeFile(reply.path, reply.content, reply.mediaType) }
}

function planned(invocation: Invocation): Invocation {
  return invocation.args.command as Invocation
}

function commandOf(invocation: Invocation, { commands }: Bot): Command {
  const command = commands.find(({ name }) => name === invocation.command)
  if (!command) throw new Error(`the grammar knows a command that the registry does not: ${invocation.command}`)
  return command
}

function entry({ because }: Invocation, { author, text, chat, thread }: Message) {
  return { operator: author, command: text, because, message: JSON.stringify({ chat, thread }) }
}

function asking(
  { text, author, limit }: Message,
  view: View,
  { commands, language }: Bot,
  file: Uint8Array | null,
): Asking {
  return { view, operator: author, now: new Date(), text, limit, file, commands, language }
}
