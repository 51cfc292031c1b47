// What a tick does, in parts that take the time as an argument: the clock is looked at, what is due is claimed, what is
// claimed is run, and owners are looked after. Each is bounded; whoever calls it calls again while there is more.
import type { Knex } from 'knex'
import { ask } from '../statement.ts'
import type { Desk } from './desk.ts'
import { type BegunFire, beginFires, claimDue, endFire, FireLost, giveBack, noteTime } from './fires.ts'
import type { Schedule } from './schedule.ts'
import { FROM_SCHEDULES } from './store.ts'

/** Turns all that is due by `now` into fires. */
export async function claimAllDue(knex: Knex, now: Date, desk: Desk): Promise<void> {
  await noteTime(knex, now)
  for (let isMore = true; isMore; )
    ({ isMore } = await claimDue(knex, now, (schedule, missed) => desk.missed(schedule, missed)))
}

/** Runs some of the fires; answers how many. */
export async function runSome(
  knex: Knex,
  now: () => Date | Promise<Date>,
  desk: Desk,
  isAlone: boolean,
): Promise<number> {
  const fires = await beginFires(knex, await now(), isAlone)
  for (const [at, fire] of fires.entries())
    try {
      await runFire(knex, fire, now, desk)
    } catch (error) {
      // This one is begun again later; the others have nothing to do with it. Where they cannot be given back, so are they.
      await giveBack(knex, fires.slice(at + 1)).catch(() => undefined)
      throw error
    }
  return fires.length
}

async function runFire(knex: Knex, fire: BegunFire, now: () => Date | Promise<Date>, desk: Desk): Promise<void> {
  try {
    const at = await now()
    if (fire.isSpent) await endFire(knex, fire, at, { ...CUT_OFF, notice: desk.cutOff(fire) })
    else await desk.fire(fire, (within, outcome) => endFire(within, fire, at, outcome))
  } catch (error) {
    // Whoever has it by now writes what comes of it.
    if (!(error instanceof FireLost)) throw error
  }
}

const CUT_OFF = { state: 'failed', operator: null, outcome: 'cut-off', job: null } as const

// In milliseconds: how long an owner is not looked after, and how soon before a fire they are again.
const LOOKED = 5 * 60_000
const SOON = 90_000
const OWNERS = 50

/** Looks whether what is due next would be refused, and tells of it once. */
export async function lookAfterOwners(knex: Knex, now: Date, desk: Desk): Promise<void> {
  const found = await ask<Schedule>(
    knex,
    'unlooked',
    `${FROM_SCHEDULES} where s.state = 'active' and (s.checked_at is null or s.checked_at < ?
       or (s.next_due < ? and s.checked_at < ?)) order by s.checked_at nulls first, s.id limit ${OWNERS}`,
    [new Date(now.getTime() - LOOKED), new Date(now.getTime() + SOON), new Date(now.getTime() - SOON)],
  )
  for (const schedule of found) {
    const trouble = await desk.trouble(schedule)
    await ask(knex, 'looked', LOOKED_AFTER, [
      now,
      trouble?.code ?? null,
      schedule.id,
      schedule.trouble,
      now,
      [...(trouble?.mentions ?? [])],
      trouble?.text ?? null,
      trouble?.code ?? null,
      schedule.trouble,
    ])
  }
}

// Where two look at the same time, the first tells.
const LOOKED_AFTER = `with looked as (update schedules set checked_at = ?, trouble = ?
    where id = ? and state = 'active' and trouble is not distinct from ? returning *)
  insert into notices (at, schedule_id, chat, thread, channel, mentions, text)
    select ?, id, chat, thread, coalesce(notify, channel), ?::text[], ?::text from looked
    where ?::text is not null and ?::text is distinct from trouble`
