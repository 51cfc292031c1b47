// What the parts that need an inventory run on: one Postgres, one database for each size, loaded once for all of them.
import { answer, type Bot } from '../src/bot/pipeline.ts'
import { answerText } from '../src/bot/render/answer.ts'
import { COMMANDS } from '../src/commands/registry.ts'
import type { Reply } from '../src/commands/reply.ts'
import { createLanguage } from '../src/grammar/language.ts'
import { readShippedDrivers } from '../src/inventory/catalogue.ts'
import { Inventory } from '../src/inventory/inventory.ts'
import { enrolFirst } from '../src/inventory/operators/operators.ts'
import { type Datacenter, gen } from './data.ts'
import { load } from './load.ts'
import { SETTINGS, startPostgres } from './postgres.ts'

const PER_RACK = 20
export const ASKER = 'os:bench'

export interface Scene {
  readonly datacenter: Datacenter
  readonly bot: Bot
  /** What the bot replies to a message. Throws what it refuses, in its words. */
  ask(text: string): Promise<Reply>
}

let server: ReturnType<typeof startPostgres> | null = null
const inventories = new Map<number, Promise<Inventory>>()

/** The datacenter of so many servers, loaded the first time it is asked for. */
export async function sceneOf(size: number): Promise<Scene> {
  const datacenter = gen(size / PER_RACK, PER_RACK)
  const opened = inventories.get(size) ?? open(datacenter)
  inventories.set(size, opened)
  const inventory = await opened
  return sceneIn(inventory, datacenter)
}

export function sceneIn(inventory: Inventory, datacenter: Datacenter): Scene {
  const bot: Bot = { inventory, language: createLanguage(COMMANDS), commands: COMMANDS }
  const none = () => Promise.reject(new Error('no files here'))
  const place = {
    author: ASKER,
    chat: 'bench',
    thread: '{}',
    channel: null,
    isConfirmed: true,
    limit: 50,
    readFile: none,
    writeFile: none,
  }
  return {
    datacenter,
    bot,
    async ask(text) {
      const answered = await answer({ ...place, text }, bot)
      const shown = answerText(answered, { width: 120, colour: false })
      if (answered.tag !== 'done') throw new Error(`${text}: ${shown}`)
      return answered.reply
    },
  }
}

/** Ends what was opened. */
export async function closeScenes(): Promise<void> {
  for (const inventory of inventories.values()) await (await inventory).close()
  await (await server)?.stop()
}

async function open(datacenter: Datacenter): Promise<Inventory> {
  if (server === null) {
    const settings = Object.entries(SETTINGS).map(([name, value]) => `${name}=${value}`)
    console.log(`Postgres with ${settings.join(' ')}`)
    server = startPostgres()
  }
  const { servers } = datacenter
  const url = await (await server).createDatabase(`servers${servers}`)
  const inventory = await Inventory.open({ kind: 'postgres', url }, readShippedDrivers('drivers'))
  const begin = performance.now()
  await load(url, datacenter)
  console.log(`${servers} servers loaded in ${((performance.now() - begin) / 1000).toFixed(1)} s`)
  await enrolFirst(inventory.database.knex, [{ identity: ASKER, role: 'admin' }])
  return inventory
}

/** `--size 1000000`, or those that are measured else. */
export function sizes(usual: readonly number[]): readonly number[] {
  const at = process.argv.indexOf('--size')
  if (at < 0) return usual
  const size = Number(process.argv[at + 1])
  if (!Number.isInteger(size) || size < 2 * PER_RACK || size % (2 * PER_RACK) !== 0)
    throw new Error(`--size is a number of servers that fills racks of ${PER_RACK} in pairs, such as 1000000`)
  return [size]
}
