// The whole bot as `clusto serve` runs it, against fake servers: chats, worker and HTTP on one inventory with the demo's
// datacenter.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Adapter } from '../../../src/bot/adapter.ts'
import { Chats } from '../../../src/bot/chats.ts'
import { Metrics } from '../../../src/bot/http/metrics.ts'
import { openHttp } from '../../../src/bot/http/open-http.ts'
import { Workplace } from '../../../src/bot/worker.ts'
import { seedDemo } from '../../../src/commands/demo.ts'
import { COMMANDS } from '../../../src/commands/registry.ts'
import { createLanguage } from '../../../src/grammar/language.ts'
import type { Inventory } from '../../../src/inventory/inventory.ts'
import { enrolFirst } from '../../../src/inventory/operators/operators.ts'
import type { Task } from '../../../src/jobs/task.ts'
import { closeInventory, type DatabaseKind, openInventory } from '../../inventory/open.ts'

export interface Serving {
  readonly inventory: Inventory
  /** `http://127.0.0.1:4711` */
  readonly url: string
  /** What went wrong in the background. */
  readonly troubles: string[]
  /** When so many messages have come, and each is answered and all is said. */
  answered(came: number, limit: number): Promise<void>
  end(): Promise<void>
}

export interface ServingOptions {
  readonly kind: DatabaseKind
  readonly adapters: readonly Adapter[]
  /** Identities that operate. */
  readonly operators: readonly string[]
  readonly tasks: readonly Task[]
  /** Jobs at a time. */
  readonly concurrency: number
  /** How much of one person may wait. */
  readonly bound?: number
}

export async function serving({
  kind,
  adapters,
  operators,
  tasks,
  concurrency,
  ...more
}: ServingOptions): Promise<Serving> {
  const directory = await mkdtemp(join(tmpdir(), 'clusto-load-'))
  const inventory = await openInventory(kind)
  const { knex } = inventory.database
  await enrolFirst(knex, [
    { identity: 'os:root', role: 'admin' },
    ...operators.map((identity) => ({ identity, role: 'operator' })),
  ])
  await seedDemo(inventory, 'os:root')
  const troubles: string[] = []
  const metrics = new Metrics('test')
  const bot = { inventory, language: createLanguage(COMMANDS), commands: COMMANDS, tally: metrics }
  const workplace = new Workplace({ inventory, tasks, concurrency })
  const onTrouble = (about: string, error: unknown) => troubles.push(`${about}: ${error}`)
  const chats = new Chats({ bot, adapters, directory, onTrouble, ...more })
  const healths = adapters.map((adapter) => ({
    ...{ name: adapter.name, isWell: () => adapter.isHearing(), detail: 'deaf' },
  }))
  const http = await openHttp({ host: '127.0.0.1', port: 0 }, { knex, healths, metrics, isEnding: () => false })
  await workplace.start()
  await chats.start()
  return {
    ...{ inventory, troubles, url: http.url },
    async answered(came, limit) {
      for (const end = performance.now() + limit; ; ) {
        const { rows } = await knex.raw<{ rows: { waiting: number; came: number; unsaid: number }[] }>(
          `select (select count(*) from inbox where state = 'waiting') as waiting, (select count(*) from inbox) as came,
             (select count(*) from outbox where state = 'open' and shown < wanted) as unsaid`,
        )
        const [row] = rows
        if (row && row.waiting === 0 && row.unsaid === 0 && row.came >= came) return
        if (performance.now() > end) throw new Error(`not all is answered: ${JSON.stringify(row)} ${troubles}`)
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
    },
    async end() {
      await chats.stop()
      await workplace.drain()
      await http.stop()
      await closeInventory(inventory)
      await rm(directory, { recursive: true })
    },
  }
}

/** The value that a share of all does not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

/** A job that tells how far it is once a second, for so many seconds. */
export const telling: Task = {
  name: 'telling',
  steps: (input) => [
    {
      ...{ name: 'tell', timeout: 3_600_000, repeatable: true },
      async run({ progress }, signal) {
        const seconds = Number(input)
        for (let at = 0; at < seconds && !signal.aborted; at++) {
          progress((100 * at) / seconds, `part ${at + 1} of ${seconds}`)
          await new Promise((resolve) => setTimeout(resolve, 1000))
        }
        return null
      },
    },
  ],
}
