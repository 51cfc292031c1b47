// Answers commands in this process: opens the database, and serves it to others at the terminal for as long as it is
// open.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Examination } from '../../commands/check.ts'
import type { Command } from '../../commands/command.ts'
import type { Language } from '../../grammar/language.ts'
import { readShippedDrivers } from '../../inventory/catalogue.ts'
import { DatabaseError } from '../../inventory/database/error.ts'
import { Inventory } from '../../inventory/inventory.ts'
import { enrolAdmins, enrolFirst } from '../../inventory/operators/operators.ts'
import type { Task } from '../../jobs/task.ts'
import { lookAtChats } from '../adapters.ts'
import { wordsAfter } from '../completion.ts'
import type { Config } from '../config.ts'
import { isDemo, openDemo } from '../demo.ts'
import { BotError } from '../error.ts'
import { examinationsOf } from '../examinations.ts'
import { follow } from '../follow.ts'
import { hostService, noteHostNames } from '../host-names.ts'
import type { Answer, Message } from '../message.ts'
import { packageRoot } from '../package-root.ts'
import { answer, type Bot } from '../pipeline.ts'
import { isDiskFull } from '../refusal.ts'
import { scheduleService } from '../schedule-service.ts'
import { type Service, type Services, startServices, workService } from '../services.ts'
import type { Tally } from '../tally.ts'
import { Workplace } from '../worker.ts'
import type { Early } from './early.ts'
import { fileTrouble, isText, readNamed, writeArtefact } from './files.ts'
import type { Question, Seat } from './seat.ts'
import { serve } from './socket.ts'

// More things than this in one answer help nobody.
const LIMIT = 10_000

/** What asking needs besides a database. */
export interface Setting {
  readonly language: Language
  readonly commands: readonly Command[]
  readonly keepsFiles: boolean
  /** `--yes`. */
  readonly isConfirmed: boolean
  readonly tasks: readonly Task[]
  /** The process does more than one command: it works in the background from the start. */
  readonly stays: boolean
  /** Starts a process that ends the jobs which this one leaves behind; null where none is wanted. */
  readonly successor: (() => void) | null
  /** What was opened before anybody asked. */
  readonly early: Early
  /** What it does besides, where it stays. */
  readonly beside?: Beside
}

export interface Beside {
  readonly tally: Tally
  readonly examinations: readonly Examination[]
  /** Begun before the work, and ended after it. Throws BotError. */
  open(bot: Bot): Promise<readonly Service[]>
}

/** The seat of the process that works. */
export interface LocalSeat extends Seat {
  /** No job is left, and nobody is at the socket. */
  isIdle(): Promise<boolean>
}

/** Opens the database of a configuration. Throws DatabaseError (`data-locked` where another process holds it), BotError. */
export async function openLocalSeat(
  config: Config,
  author: string,
  { language, commands, keepsFiles, isConfirmed, tasks, stays, successor, early, beside }: Setting,
): Promise<LocalSeat> {
  const inventory = await openInventory(config, early)
  let services: Services | null = null
  try {
    const place = config.databaseUrl === null ? config.data : 'the database'
    if (config.demo) await openDemo(inventory, config.user, place)
    else await enrolFirst(inventory.database.knex, [{ identity: config.user, role: 'admin' }])
    if (beside) await enrolAdmins(inventory.database.knex, config.admins)
    await noteHostNames(inventory, config, stays)
    const examinations = [...examinationsOf(config, inventory), ...(beside?.examinations ?? [lookAtChats(config)])]
    const bot: Bot = { inventory, language, commands, examinations, tally: beside?.tally }
    const ask = (question: Question): Promise<Answer> => answer(messageOf(question, config), bot)
    const workplace = new Workplace({ inventory, tasks })
    const keep: Message['writeFile'] = (name, content) => writeArtefact(config.data, name, content)
    const others = (await beside?.open(bot)) ?? []
    const hosts = hostService(inventory, config)
    services = stays ? startServices([...others, hosts, workService(workplace), scheduleService(bot, keep)]) : null
    const followed = (job: string, operator: string, signal: AbortSignal) => {
      // Somebody waits: then this process works, if it did not before.
      void workplace.start()
      return follow(bot, job, operator, signal)
    }
    const server =
      config.databaseUrl === null
        ? await serve(config.data, {
            ask,
            complete: (text, operator) => wordsAfter(text, operator, bot),
            follow: followed,
            isDemo: await isDemo(inventory),
          })
        : null
    return {
      ask: (text) => ask({ text, author, keepsFiles, isConfirmed, readFile: readNamed }),
      complete: (text) => wordsAfter(text, author, bot),
      follow: async (job, onProgress, signal) => {
        for await (const seen of followed(job, author, signal)) onProgress(seen)
      },
      close: async ({ leaves } = { leaves: false }) => {
        await server?.stop()
        await services?.stop()
        await workplace.drain()
        const isLeft = leaves && server !== null && successor !== null && (await workplace.alive()) > 0
        await inventory.close()
        if (isLeft) successor?.()
      },
      isIdle: async () => server?.isIdle() !== false && (await workplace.alive()) === 0,
    }
  } catch (error) {
    await services?.stop()
    await inventory.close()
    throw error
  }
}

export async function openInventory({ data, databaseUrl }: Config, early: Early): Promise<Inventory> {
  const shipped = readShippedDrivers(join(packageRoot, 'drivers'))
  try {
    if (databaseUrl !== null) return await Inventory.open({ kind: 'postgres', url: databaseUrl }, shipped)
    const template = join(packageRoot, 'dist', 'template.tgz')
    const begin = existsSync(template) ? { template } : {}
    return await Inventory.open({ kind: 'embedded', directory: data, ...begin, begun: early.take() }, shipped)
  } catch (error) {
    if (isDiskFull(error)) throw new DatabaseError('disk-full', { place: data })
    // What the operating system says about the directory: no permission, a file in its place.
    if (error instanceof Error && 'syscall' in error && 'path' in error)
      throw new BotError('data-unusable', { directory: data, reason: fileTrouble(error) })
    throw error
  }
}

function messageOf({ text, author, isConfirmed, keepsFiles, readFile }: Question, { data }: Config): Message {
  return {
    text,
    author,
    chat: 'terminal',
    thread: '{}',
    channel: null,
    isConfirmed,
    limit: LIMIT,
    readFile,
    writeFile: (name, content, mediaType) =>
      keepsFiles || !isText(mediaType) ? writeArtefact(data, name, content) : Promise.resolve(name),
  }
}
