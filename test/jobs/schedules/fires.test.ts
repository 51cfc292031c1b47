// Each due time is run once at most: over a year with its clock changes, a clock that jumps, downtime, restarts and two
// processes. Time is an argument: nothing waits. All of the year with 10,000 fires is
// `RUNS=10000`; without it, the days round the clock changes and a week of downtime.
import { afterEach, describe, expect, it } from 'vitest'
import { Inventory } from '../../../src/inventory/inventory.ts'
import type { Desk } from '../../../src/jobs/schedules/desk.ts'
import { dueAfter, nextTimes } from '../../../src/jobs/schedules/due.ts'
import { beginFires, claimDue, endFire, FireLost } from '../../../src/jobs/schedules/fires.ts'
import { firesOf, noticesOf, scheduleOf, setState } from '../../../src/jobs/schedules/store.ts'
import { claimAllDue, runSome } from '../../../src/jobs/schedules/tick.ts'
import { closeInventory, createDatabase, databases, openInventory } from '../../inventory/open.ts'
import { begin, notingDesk, type Ran, schedule, tick } from './desk.ts'

const RUNS = process.env.RUNS === undefined ? null : Number(process.env.RUNS)
const HOUR = 3_600_000
const ZONES = ['Europe/Berlin', 'America/New_York', 'Pacific/Chatham', 'America/Santiago', 'Australia/Lord_Howe']
const YEAR = [['2026-01-01T00:00Z', '2027-01-01T00:00Z']] as const
// New York and Berlin, Chatham and Lord Howe and Santiago; then downtime; and back.
const CHANGES = [
  ['2026-03-07T12:00Z', '2026-03-09T12:00Z'],
  ['2026-03-28T12:00Z', '2026-03-30T12:00Z'],
  ['2026-04-03T18:00Z', '2026-04-05T18:00Z'],
  ['2026-06-30T00:00Z', '2026-07-09T00:00Z'],
  ['2026-09-05T12:00Z', '2026-09-07T12:00Z'],
  ['2026-09-25T12:00Z', '2026-09-27T12:00Z'],
  ['2026-10-03T00:00Z', '2026-10-05T00:00Z'],
  ['2026-10-24T12:00Z', '2026-10-26T12:00Z'],
  ['2026-10-31T12:00Z', '2026-11-02T12:00Z'],
] as const
const BACK = '2026-07-08T00:00Z'
const DONE = { state: 'done', operator: 'test', outcome: 'done', job: null, notice: null } as const

const at = (text: string): Date => new Date(text)

const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

async function opened(kind: (typeof databases)[number]) {
  const inventory = await openInventory(kind)
  ends.push(() => closeInventory(inventory))
  await begin(inventory)
  return inventory.database.knex
}

/** Two processes on one server; on the embedded database, one that is there twice. */
async function twoProcesses(kind: (typeof databases)[number]) {
  if (kind === 'embedded') {
    const knex = await opened(kind)
    return [knex, knex] as const
  }
  const database = await createDatabase()
  ends.push(() => database.drop())
  const open = () => Inventory.open({ kind: 'postgres', url: database.url }, [])
  const both = [await open(), await open()] as const
  for (const inventory of both) ends.push(() => inventory.close())
  await begin(both[0])
  return both.map(({ database: { knex } }) => knex) as [
    (typeof both)[0]['database']['knex'],
    (typeof both)[0]['database']['knex'],
  ]
}

const key = ({ schedule: id, due }: Ran): string => `${id} ${due}`

const twice = (ran: readonly Ran[]): string[] => ran.map(key).filter((one, i, all) => all.indexOf(one) !== i)

describe.each(databases)('on %s', (kind) => {
  it('a year in five zones, ticked by two processes: what is due is run, once', async () => {
    const [here, there] = await twoProcesses(kind)
    const ran: Ran[] = []
    const missed: number[] = []
    const desks = [notingDesk(here, ran, missed), notingDesk(there, ran, missed)] as const
    const wanted = Array.from({ length: RUNS === null ? ZONES.length : Math.ceil(RUNS / 365) }, (_, i) => ({
      cron: `${(i * 7) % 60} ${i % 4} * * *`,
      zone: ZONES[i % ZONES.length] ?? 'UTC',
      catchup: i % 2 === 0,
    }))
    const ids: number[] = []
    for (const one of wanted) ids.push(await schedule(here, at('2026-01-01T00:00Z'), one))
    const expected: string[] = []
    const down = [at('2026-07-01T00:00Z').getTime(), at(BACK).getTime()] as const
    const isDown = (due: number) => due >= down[0] && due < down[1]
    for (const [from, to] of RUNS === null ? CHANGES : YEAR) {
      const instants = new Set<number>()
      for (const [i, one] of wanted.entries()) {
        const id = ids[i] ?? 0
        await setState(here, id, 'active', 'test', dueAfter(one, at(from)))
        for (const due of nextTimes(one, at(from), 366).filter((time) => time < at(to))) {
          instants.add(due.getTime())
          if (!isDown(due.getTime())) expected.push(`${id} ${due.toISOString()}`)
        }
      }
      let wasDown = false
      for (const [i, due] of [...instants].sort((a, b) => a - b).entries()) {
        if (isDown(due)) {
          wasDown = true
          continue
        }
        // Who comes back looks at once. One that is due at that very moment would need no catching up.
        if (wasDown) await Promise.all([tick(here, at(BACK), desks[0]), tick(there, at(BACK), desks[1])])
        wasDown = false
        const now = new Date(due + 5000)
        await Promise.all([tick(here, now, desks[0]), tick(there, now, desks[1])])
        // The clock is set back, and goes on from there.
        if (i % 17 === 0) await tick(there, new Date(due - HOUR), desks[1])
      }
    }
    expect(twice(ran)).toEqual([])
    expect(ran.length).toBeGreaterThanOrEqual(RUNS ?? 0)
    const isCaught = ({ due }: Ran) => isDown(new Date(due).getTime())
    expect(
      ran
        .filter((one) => !isCaught(one))
        .map(key)
        .sort(),
    ).toEqual(expected.sort())
    // Of the week's due times one is run, where that is asked for; all of them are told of.
    expect(
      ran
        .filter(isCaught)
        .map(({ schedule: id }) => id)
        .sort(),
    ).toEqual(ids.filter((_, i) => wanted[i]?.catchup).sort())
    expect(Number((await here('notices').count<{ count: number }[]>('* as count'))[0]?.count)).toBe(ids.length)
  }, 3_600_000)

  it('a clock that leaps and comes back: what was missed in the leap runs when its time comes, and nothing runs twice', async () => {
    const knex = await opened(kind)
    const id = await schedule(knex, at('2026-05-01T00:30Z'), { cron: '0 * * * *' })
    const ran: Ran[] = []
    const missed: number[] = []
    const desk = notingDesk(knex, ran, missed)
    await tick(knex, at('2026-05-01T01:00:01Z'), desk)
    await tick(knex, at('2026-05-01T09:30:00Z'), desk)
    expect(missed).toEqual([8])
    for (let hour = 1; hour < 12; hour++)
      await tick(knex, at(`2026-05-01T${String(hour).padStart(2, '0')}:00:02Z`), desk)
    expect(ran.map(({ due }) => due.slice(11, 13))).toEqual([
      '01',
      '02',
      '03',
      '04',
      '05',
      '06',
      '07',
      '08',
      '09',
      '10',
      '11',
    ])
    expect((await scheduleOf(knex, id))?.next_due).toEqual(at('2026-05-01T12:00Z'))
  })

  it('seven days of downtime are one notice, and one run where that is asked for', async () => {
    const knex = await opened(kind)
    const plain = await schedule(knex, at('2026-05-01T00:30Z'), { cron: '0 * * * *' })
    const caught = await schedule(knex, at('2026-05-01T00:30Z'), { cron: '0 * * * *', catchup: true })
    const ran: Ran[] = []
    const desk = notingDesk(knex, ran)
    for (let again = 0; again < 3; again++) await tick(knex, at('2026-05-08T00:30Z'), desk)
    expect(ran).toEqual([{ schedule: caught, due: '2026-05-08T00:00:00.000Z' }])
    for (const id of [plain, caught])
      expect((await noticesOf(knex, id, 10)).map(({ text }) => text)).toEqual(['168 missed'])
    expect(await firesOf(knex, plain, 10)).toMatchObject([
      { state: 'missed', missed: 168, missed_from: at('2026-05-01T01:00Z') },
    ])
    expect(await firesOf(knex, caught, 10)).toMatchObject([{ state: 'done', missed: 168 }])
  })

  it('a paused one is not due; resumed, it goes on from then', async () => {
    const knex = await opened(kind)
    const id = await schedule(knex, at('2026-05-01T00:30Z'), { cron: '0 * * * *', catchup: true })
    await setState(knex, id, 'paused', 'test')
    const ran: Ran[] = []
    const desk = notingDesk(knex, ran)
    await tick(knex, at('2026-05-01T04:30Z'), desk)
    await setState(knex, id, 'active', 'test', at('2026-05-01T05:00Z'))
    await tick(knex, at('2026-05-01T05:00:01Z'), desk)
    expect(ran.map(({ due }) => due)).toEqual(['2026-05-01T05:00:00.000Z'])
    expect(await noticesOf(knex, id, 1)).toEqual([])
  })

  it('one that a dead process has begun is begun again later, and what the dead one still writes is refused', async () => {
    const knex = await opened(kind)
    const id = await schedule(knex, at('2026-05-01T00:30Z'), { cron: '0 * * * *' })
    const now = at('2026-05-01T01:00:01Z')
    await claimAllDue(knex, now, notingDesk(knex, []))
    const [first] = await beginFires(knex, now, false)
    expect(await beginFires(knex, now, false)).toEqual([])
    const later = at('2026-05-01T01:06:00Z')
    const [second] = await beginFires(knex, later, false)
    if (!first || !second) throw new Error('not begun')
    await endFire(knex, second, later, DONE)
    await expect(endFire(knex, first, later, DONE)).rejects.toThrow(FireLost)
    await expect(endFire(knex, second, later, DONE)).rejects.toThrow(FireLost)
    expect(await firesOf(knex, id, 10)).toMatchObject([{ state: 'done', due: at('2026-05-01T01:00Z') }])
  })

  it('one that ends the process each time is given up, and that is told', async () => {
    const knex = await opened(kind)
    const id = await schedule(knex, at('2026-05-01T00:30Z'), { cron: '0 1 * * *' })
    const start = at('2026-05-01T01:00:01Z')
    await claimAllDue(knex, start, notingDesk(knex, []))
    for (let again = 0; again < 3; again++) await beginFires(knex, new Date(start.getTime() + again * HOUR), false)
    const ran: Ran[] = []
    for (let again = 3; again < 5; again++)
      await runSome(knex, () => at('2026-05-01T10:00Z'), notingDesk(knex, ran), false)
    expect(ran).toEqual([])
    expect(await noticesOf(knex, id, 10)).toMatchObject([{ text: 'cut off' }])
    expect(await firesOf(knex, id, 10)).toMatchObject([{ state: 'failed', outcome: 'cut-off' }])
  })

  it('one that fails for the moment keeps nothing back that was begun with it', async () => {
    const knex = await opened(kind)
    const ids = [1, 2, 3].map(() => schedule(knex, at('2026-05-01T00:30Z'), { cron: '0 1 * * *' }))
    const [first, ...others] = await Promise.all(ids)
    const now = at('2026-05-01T01:00:01Z')
    const ran: Ran[] = []
    const desk = notingDesk(knex, ran)
    const fire: Desk['fire'] = (fire, settle) =>
      fire.schedule.id === first ? Promise.reject(new Error('somebody else writes')) : desk.fire(fire, settle)
    await claimAllDue(knex, now, desk)
    await expect(runSome(knex, () => now, { ...desk, fire }, false)).rejects.toThrow('somebody else writes')
    await runSome(knex, () => now, { ...desk, fire }, false)
    expect(ran.map(({ schedule: id }) => id).sort()).toEqual(others.sort())
    await runSome(knex, () => at('2026-05-01T01:06Z'), desk, false)
    expect(ran.map(({ schedule: id }) => id)).toContain(first)
  })

  it('two that find the same due time at once make one row and one notice of it', async () => {
    const [here, there] = await twoProcesses(kind)
    const id = await schedule(here, at('2026-05-01T00:30Z'), { cron: '*/10 * * * *', catchup: true })
    const say = () => ({ text: 'missed', mentions: [] })
    const now = at('2026-05-01T02:05Z')
    await Promise.all([here, there, here, there].map((knex) => claimDue(knex, now, say)))
    expect(await firesOf(here, id, 10)).toMatchObject([{ state: 'due', missed: 9 }])
    expect(await noticesOf(here, id, 10)).toHaveLength(1)
  })
})
