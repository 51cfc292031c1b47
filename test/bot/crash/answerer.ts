// A process of the crash harness: the bot in a chat, which kills itself at the point it is given, or waits to be killed. It
// tells its parent what is left to do, also of what waits on disk for the database.
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Adapter } from '../../../src/bot/adapter.ts'
import { Chats } from '../../../src/bot/chats.ts'
import type { DiscordSetting, SlackSetting } from '../../../src/bot/config.ts'
import { COMMANDS } from '../../../src/commands/registry.ts'
import { createLanguage } from '../../../src/grammar/language.ts'
import { readShippedDrivers } from '../../../src/inventory/catalogue.ts'
import type { DatabaseConfig } from '../../../src/inventory/database/database.ts'
import { Inventory } from '../../../src/inventory/inventory.ts'

export interface Orders {
  readonly config: DatabaseConfig
  readonly directory: string
  readonly chat: { readonly slack: SlackSetting } | { readonly discord: DiscordSetting }
  /** Where to die; null to be killed from outside. */
  readonly point: string | null
}

export type Report =
  | { readonly tag: 'hears' }
  | { readonly tag: 'left'; readonly count: number }
  | { readonly tag: 'trouble'; readonly text: string }

const { config, directory, chat, point } = JSON.parse(process.argv[2] ?? '') as Orders
const tell = (report: Report) => void process.send?.(report)

const inventory = await Inventory.open(config, readShippedDrivers('drivers'))
const LEASE = 2

async function adapterOf(setting: Orders['chat']): Promise<Adapter> {
  if ('slack' in setting) {
    const { SlackAdapter } = await import('../../../src/bot/slack/adapter.ts')
    return new SlackAdapter(setting.slack)
  }
  const [{ DiscordAdapter }, { TIMES }] = await Promise.all([
    import('../../../src/bot/discord/adapter.ts'),
    import('../../../src/bot/discord/limits.ts'),
  ])
  return new DiscordAdapter(setting.discord, { ...TIMES, lease: LEASE * 1000, renew: 500, heard: 500 })
}

const chats = new Chats({
  bot: { inventory, language: createLanguage(COMMANDS), commands: COMMANDS },
  adapters: [await adapterOf(chat)],
  directory,
  lease: LEASE,
  onTrouble: (about, error) => tell({ tag: 'trouble', text: `${about}: ${error}` }),
  faults: (here) => {
    if (here === point) process.kill(process.pid, 'SIGKILL')
  },
})
await chats.start()
tell({ tag: 'hears' })
setInterval(async () => {
  // Before the database, where it goes to from there.
  const waiting = (await readdir(join(directory, 'inbox')).catch(() => [])).filter((name) => name.endsWith('.spool'))
  const { rows } = await inventory.database.knex.raw<{ rows: { count: number }[] }>(
    `select (select count(*) from inbox where state = 'waiting')
       + (select count(*) from outbox where state = 'open' and shown < wanted) as count`,
  )
  tell({ tag: 'left', count: (rows[0]?.count ?? 0) + waiting.length })
}, 250)
