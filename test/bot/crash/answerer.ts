// A process of the crash harness: the bot in Slack, which kills itself at the point it is given, or waits to be killed. It
// tells its parent what is left to do.
import { Chats } from '../../../src/bot/chats.ts'
import { SlackAdapter } from '../../../src/bot/slack/adapter.ts'
import { COMMANDS } from '../../../src/commands/registry.ts'
import { createLanguage } from '../../../src/grammar/language.ts'
import { readShippedDrivers } from '../../../src/inventory/catalogue.ts'
import type { DatabaseConfig } from '../../../src/inventory/database/database.ts'
import { Inventory } from '../../../src/inventory/inventory.ts'

export interface Orders {
  readonly config: DatabaseConfig
  readonly directory: string
  readonly apiUrl: string
  /** Where to die; null to be killed from outside. */
  readonly point: string | null
}

export type Report =
  | { readonly tag: 'hears' }
  | { readonly tag: 'left'; readonly count: number }
  | { readonly tag: 'trouble'; readonly text: string }

const { config, directory, apiUrl, point } = JSON.parse(process.argv[2] ?? '') as Orders
const tell = (report: Report) => void process.send?.(report)

const inventory = await Inventory.open(config, readShippedDrivers('drivers'))
const mode = { tag: 'socket', appToken: 'xapp-good' } as const
const chats = new Chats({
  bot: { inventory, language: createLanguage(COMMANDS), commands: COMMANDS },
  adapters: [new SlackAdapter({ botToken: 'xoxb-good', mode, apiUrl })],
  directory,
  lease: 2,
  onTrouble: (about, error) => tell({ tag: 'trouble', text: `${about}: ${error}` }),
  faults: (here) => {
    if (here === point) process.kill(process.pid, 'SIGKILL')
  },
})
await chats.start()
tell({ tag: 'hears' })
setInterval(async () => {
  const { rows } = await inventory.database.knex.raw<{ rows: { count: number }[] }>(
    `select (select count(*) from inbox where state = 'waiting')
       + (select count(*) from outbox where state = 'open' and shown < wanted) as count`,
  )
  tell({ tag: 'left', count: rows[0]?.count ?? 0 })
}, 250)
