// Processes that stay and are asked by others: the bot itself (`clusto serve`), and a worker alone (`clusto worker`). They
// end in order when they are told to, and at once when they are told twice.
import { setTimeout as pause } from 'node:timers/promises'
import { DatabaseError, type DatabaseFacts } from '../../inventory/database/error.ts'
import { adapterExaminations, configuredAdapters } from '../adapters.ts'
import { Chats } from '../chats.ts'
import type { Config, HttpSetting } from '../config.ts'
import { BotError } from '../error.ts'
import { examinationsOf } from '../examinations.ts'
import { hostService, noteHostNames } from '../host-names.ts'
import type { Health } from '../http/health.ts'
import type { Metrics } from '../http/metrics.ts'
import type { Message } from '../message.ts'
import { packageVersion } from '../package-root.ts'
import type { Bot } from '../pipeline.ts'
import { scheduleService } from '../schedule-service.ts'
import { type Service, startServices, workService } from '../services.ts'
import { Workplace } from '../worker.ts'
import { writeArtefact } from './files.ts'
import { type Beside, type LocalSeat, openInventory, openLocalSeat, type Setting } from './local-seat.ts'
import { EXIT, type Status } from './output.ts'
import { openRemoteSeat } from './remote-seat.ts'
import { tellHearing } from './tell-hearing.ts'
import { tellTrouble } from './trouble.ts'

// A process that does nothing else.
const CONCURRENCY = 16
// In milliseconds.
const IDLE_LOOK = 500
const LINGER = 3000

/**
 * `untilIdle`: it ends as well when no job is left and nobody asks. Throws DatabaseError `data-locked`, BotError
 * `already-served`, `bad-setting` and others.
 */
export async function runServe(config: Config, setting: Setting, untilIdle: boolean): Promise<Status> {
  const told = stopSignal()
  const beside = untilIdle ? {} : { beside: await besideServing(config, told) }
  const seat = await opened(config, { ...setting, stays: true, successor: null, ...beside })
  say(`serving ${config.databaseUrl === null ? config.data : 'the database'} as process ${process.pid}`)
  while (!told.aborted && !(untilIdle && (await seat.isIdle())))
    await pause(IDLE_LOOK, null, { signal: told }).catch(ended)
  await seat.close()
  say('ended in order')
  // What a library has left open does not keep the process.
  setTimeout(() => process.exit(EXIT.done), LINGER).unref()
  return EXIT.done
}

/** The chats, and how all of it is. Only here, since what it loads takes a moment. */
async function besideServing(config: Config, told: AbortSignal): Promise<Beside> {
  const [trouble] = config.chatTrouble
  if (trouble !== undefined) throw trouble
  const { Metrics } = await import('../http/metrics.ts')
  const metrics = new Metrics(packageVersion())
  const adapters = await configuredAdapters(config)
  return {
    tally: metrics,
    examinations: adapterExaminations(adapters),
    open: async (bot) => {
      const healths = adapters.map((adapter) => ({
        ...{ name: adapter.name, isWell: () => adapter.isHearing(), detail: 'its events do not reach this process' },
      }))
      const http = config.http && (await openHttp(config.http, { bot, healths, metrics, told }))
      const chats = new Chats({ bot, adapters, directory: config.data, onTrouble: tellTrouble })
      await chats.start(told).catch(async (error: unknown) => {
        await http?.stop()
        throw error
      })
      for (const adapter of told.aborted ? [] : adapters)
        say(
          adapter.isHearing()
            ? `hears and speaks in ${adapter.name}`
            : `does not reach ${adapter.name} yet: it goes on trying`,
        )
      return [
        ...(http ? [http] : []),
        { start: () => Promise.resolve(), stop: () => chats.stop() },
        tellHearing(adapters, say),
      ]
    },
  }
}

interface Watched {
  readonly bot: Bot
  readonly healths: readonly Health[]
  readonly metrics: Metrics
  readonly told: AbortSignal
}

async function openHttp(setting: HttpSetting, { bot, healths, metrics, told }: Watched): Promise<Service> {
  const { openHttp: open } = await import('../http/open-http.ts')
  const { knex } = bot.inventory.database
  const http = await open(setting, { knex, healths, metrics, isEnding: () => told.aborted })
  say(`tells how it is at ${http.url}/healthz, /readyz and /metrics`)
  return http
}

// In milliseconds: who only asks something holds the directory for a moment.
const PATIENCE = 10_000
const AGAIN = 100

async function opened(config: Config, setting: Setting): Promise<LocalSeat> {
  for (const limit = Date.now() + PATIENCE; ; ) {
    try {
      return await openLocalSeat(config, config.user, setting)
    } catch (error) {
      const isHeld = error instanceof DatabaseError && error.code === 'data-locked'
      if (!isHeld) throw error
      if (Date.now() > limit) {
        const { directory, holder } = error.facts as DatabaseFacts['data-locked']
        throw (await isAnswered(config, setting)) ? new BotError('already-served', { directory, holder }) : error
      }
      await pause(AGAIN)
    }
  }
}

/** Whether the holder of the directory says anything on its socket. */
async function isAnswered(config: Config, setting: Setting): Promise<boolean> {
  try {
    const seat = await openRemoteSeat(config, null, setting)
    await seat?.close()
    return seat !== null
  } catch (error) {
    return !(error instanceof BotError && error.code === 'holder-silent')
  }
}

/** Throws BotError `worker-needs-server`, DatabaseError. */
export async function runWorker(config: Config, setting: Setting): Promise<Status> {
  if (config.databaseUrl === null) throw new BotError('worker-needs-server', { directory: config.data })
  const told = stopSignal()
  const inventory = await openInventory(config, setting.early)
  try {
    const workplace = new Workplace({ inventory, tasks: setting.tasks, concurrency: CONCURRENCY })
    const { language, commands } = setting
    const keep: Message['writeFile'] = (name, content) => writeArtefact(config.data, name, content)
    const schedules = scheduleService(
      { inventory, language, commands, examinations: examinationsOf(config, inventory) },
      keep,
    )
    await noteHostNames(inventory, config, true)
    const services = startServices([hostService(inventory, config), workService(workplace), schedules])
    say(`working as process ${process.pid}`)
    if (!told.aborted) await new Promise<void>((resolve) => told.addEventListener('abort', () => resolve()))
    await services.stop()
    say('ended in order')
    return EXIT.done
  } finally {
    await inventory.close()
  }
}

function ended(): void {
  // It was told to end while it waited.
}

/** What a service manager keeps in its journal. */
function say(text: string): void {
  process.stderr.write(`clusto: ${text}\n`)
}

/** Aborted by the first signal that tells the process to end; the second one ends it. */
function stopSignal(): AbortSignal {
  const told = new AbortController()
  const stop = () => {
    if (told.signal.aborted) process.exit(EXIT.refused)
    say('ending: steps that run are given some seconds; again to end at once')
    told.abort()
  }
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT'] as const) process.on(signal, stop)
  return told.signal
}
