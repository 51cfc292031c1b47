// The bot behind a stage: the demo's datacenter with quick machines, its operators known by their identities in the chat.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Adapter } from '../../../src/bot/adapter.ts'
import { Chats } from '../../../src/bot/chats.ts'
import { Workplace } from '../../../src/bot/worker.ts'
import { seedDemo } from '../../../src/commands/demo.ts'
import { COMMANDS } from '../../../src/commands/registry.ts'
import { createLanguage } from '../../../src/grammar/language.ts'
import { enrol, enrolFirst, nameOperator } from '../../../src/inventory/operators/operators.ts'
import { TASKS } from '../../../src/jobs/tasks.ts'
import { closeInventory, openInventory } from '../../inventory/open.ts'

export interface Backstage {
  /** When so many things have come, and all is answered and done. */
  quiet(came: number): Promise<void>
  end(): Promise<void>
}

/** `identities` are those of alice, who operates, bob, who also approves, and carol, who reads. */
export async function open(adapter: Adapter, identities: readonly [string, string, string]): Promise<Backstage> {
  const directory = await mkdtemp(join(tmpdir(), 'clusto-stage-'))
  const inventory = await openInventory('embedded')
  const { knex } = inventory.database
  const [alice, bob, carol] = identities
  await enrolFirst(knex, [
    { identity: 'os:root', role: 'admin' },
    { identity: alice, role: 'operator' },
    { identity: bob, role: 'approver' },
    { identity: carol, role: 'reader' },
  ])
  // As by `operators rename`.
  for (const [index, name] of ['alice', 'bob', 'carol'].entries())
    await knex.transaction(async (transaction) =>
      nameOperator(transaction, await enrol(transaction, identities[index] ?? ''), name),
    )
  await seedDemo(inventory, 'os:root')
  const troubles: string[] = []
  const bot = { inventory, language: createLanguage(COMMANDS), commands: COMMANDS }
  const onTrouble = (about: string, error: unknown) => troubles.push(`${about}: ${error}`)
  const workplace = new Workplace({ inventory, tasks: TASKS })
  const chats = new Chats({ bot, adapters: [adapter], directory, onTrouble })
  await workplace.start()
  await chats.start()
  // A console has answered what was done when it shows more than before.
  let consoles = { done: 0, shown: 0 }
  return {
    async quiet(came) {
      for (const limit = performance.now() + 60_000; ; ) {
        if (troubles.length > 0) throw new Error(troubles.join('\n'))
        const { rows } = await knex.raw<{ rows: { left: number; came: number; done: number; shown: number }[] }>(
          `select (select count(*) from inbox where state = 'waiting') + (select count(*) from outbox where state = 'open' and shown < wanted)
             + (select count(*) from runs r where not exists (
                 select from outbox o where o.key = 'job ' || r.id || ' end')
               and not exists (select from consoles c where c.run_id = r.id and c.closed_at is null))
             + (select count(*) from consoles where told < changes) + (select count(*) from console_lines)
             + (select count(*) from proposals where state is distinct from split_part(coalesce(told, ''), ' ', 1)) as left,
             (select count(*) from inbox) as came,
             (select count(*) from consoles) + (select count(*) from audit where outcome like 'typed %') as done,
             coalesce((select sum(length(text)) from console_pages), 0)::int as shown`,
        )
        const [row] = rows
        const isShown = row?.done === consoles.done || (row?.shown ?? 0) > consoles.shown
        if (row?.left === 0 && row.came >= came && isShown) {
          consoles = row
          return
        }
        if (performance.now() > limit) throw new Error('it does not become quiet')
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    },
    async end() {
      await chats.stop()
      await workplace.drain()
      await closeInventory(inventory)
      await rm(directory, { recursive: true })
      if (troubles.length > 0) throw new Error(troubles.join('\n'))
    },
  }
}
