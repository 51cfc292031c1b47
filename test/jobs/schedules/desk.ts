// A desk that only notes what it was asked to do, and a virtual clock to tick by.
import type { Knex } from 'knex'
import type { Inventory } from '../../../src/inventory/inventory.ts'
import { enrolFirst } from '../../../src/inventory/operators/operators.ts'
import type { Desk } from '../../../src/jobs/schedules/desk.ts'
import { dueAfter } from '../../../src/jobs/schedules/due.ts'
import { insertSchedule } from '../../../src/jobs/schedules/store.ts'
import { claimAllDue, runSome } from '../../../src/jobs/schedules/tick.ts'

export interface Ran {
  readonly schedule: number
  readonly due: string
}

/** Notes each fire that was settled. */
export function notingDesk(knex: Knex, ran: Ran[], missed: number[] = []): Desk {
  return {
    async fire({ schedule, due }, settle) {
      await settle(knex, { state: 'done', operator: 'test', outcome: 'done', job: null, notice: null })
      ran.push({ schedule: schedule.id, due: due.toISOString() })
    },
    trouble: () => Promise.resolve(null),
    cutOff: () => ({ text: 'cut off', mentions: [] }),
    missed: (_schedule, { count }) => {
      missed.push(count)
      return { text: `${count} missed`, mentions: [] }
    },
  }
}

export const OWNER = 'os:test'

/** An active schedule of OWNER that is due for the first time after `from`. */
export async function schedule(
  knex: Knex,
  from: Date,
  { cron, zone = 'UTC', catchup = false }: { cron: string; zone?: string; catchup?: boolean },
): Promise<number> {
  const next = dueAfter({ cron, zone }, from)
  if (!next) throw new Error('never due')
  const { rows } = await knex.raw<{ rows: { operator_id: number }[] }>(
    'select operator_id from identities where identity = ?',
    [OWNER],
  )
  return insertSchedule(knex, {
    ...{ cron, zone, catchup, next_due: next, operator_id: rows[0]?.operator_id ?? 0, identity: OWNER },
    ...{ command: 'doctor', because: null, notify: null, chat: 'test', thread: '{}', channel: null },
  })
}

export async function begin(inventory: Inventory): Promise<void> {
  await enrolFirst(inventory.database.knex, [{ identity: OWNER, role: 'admin' }])
}

/** One tick of a process at a time of its own: claims, and runs until nothing is left. */
export async function tick(knex: Knex, now: Date, desk: Desk, isAlone = false): Promise<void> {
  await claimAllDue(knex, now, desk)
  while ((await runSome(knex, () => now, desk, isAlone)) > 0);
}
