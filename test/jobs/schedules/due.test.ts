// When schedules are due, over the clock changes of a year; and what is missed.
import { describe, expect, it } from 'vitest'
import { cronFault } from '../../../src/jobs/schedules/cron.ts'
import { dueAfter, localTime, nextTimes, overdue } from '../../../src/jobs/schedules/due.ts'
import { zoneNamed } from '../../../src/jobs/schedules/zone.ts'

const times = (cron: string, zone: string, after: string, count: number) =>
  nextTimes({ cron, zone }, new Date(after), count).map((time) => time.toISOString().slice(5, 16))

describe('on a clock change', () => {
  it('a time of day that is left out is due an hour later', () => {
    expect(times('30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00Z', 2)).toEqual(['03-29T01:30', '03-30T00:30'])
  })
  it('one that there is twice is due the first time', () => {
    expect(times('30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00Z', 2)).toEqual(['10-25T00:30', '10-26T01:30'])
  })
  it('every hour goes on as time does', () => {
    expect(times('0 * * * *', 'Europe/Berlin', '2026-10-24T23:30Z', 3)).toEqual([
      '10-25T00:00',
      '10-25T01:00',
      '10-25T02:00',
    ])
  })
  // Lord Howe Island puts its clocks back by half an hour, from 2:00 to 1:30.
  it('half an hour is a change too', () => {
    const zone = 'Australia/Lord_Howe'
    const local = (cron: string, after: string, count: number) =>
      nextTimes({ cron, zone }, new Date(after), count).map((time) => localTime(time, zone).slice(5))
    expect(local('0 2 * * *', '2026-04-03T12:00Z', 3)).toEqual(['04-04 02:00', '04-05 02:00', '04-06 02:00'])
    expect(local('0 * * * *', '2026-04-04T13:30Z', 3)).toEqual(['04-05 01:00', '04-05 02:00', '04-05 03:00'])
    expect(local('45 1,2 * * *', '2026-04-04T10:00Z', 3)).toEqual(['04-05 01:45', '04-05 02:45', '04-06 01:45'])
  })
  it.each(['Europe/Berlin', 'America/New_York', 'America/Santiago', 'Pacific/Chatham', 'Australia/Lord_Howe'])(
    'in %s each day of the year has one of each',
    (zone) => {
      for (const cron of ['30 2 * * *', '15 1 * * *', '0 0 * * *']) {
        const days: string[] = []
        let at: Date | null = new Date('2026-01-01T12:00Z')
        while (at !== null && days.length < 364) {
          at = dueAfter({ cron, zone }, at)
          if (at) days.push(localTime(at, zone).slice(0, 10))
        }
        expect(new Set(days).size).toBe(364)
      }
    },
    20_000,
  )
})

describe('what is overdue', () => {
  const hourly = { cron: '0 * * * *', zone: 'UTC' }
  const first = new Date('2026-05-01T00:00Z')
  it('is run while it is fresh', async () => {
    expect(await overdue(hourly, first, new Date('2026-05-01T00:00:50Z'), false)).toEqual({
      fire: first,
      missed: null,
      next: new Date('2026-05-01T01:00Z'),
    })
  })
  it('is missed after that, and counted', async () => {
    expect(await overdue(hourly, first, new Date('2026-05-08T00:30Z'), false)).toEqual({
      fire: null,
      missed: { count: 169, isCapped: false, from: first, to: new Date('2026-05-08T00:00Z') },
      next: new Date('2026-05-08T01:00Z'),
    })
  })
  it('is run once where it is caught up with', async () => {
    expect(await overdue(hourly, first, new Date('2026-05-01T02:30Z'), true)).toMatchObject({
      fire: new Date('2026-05-01T02:00Z'),
      missed: { count: 3 },
    })
  })
  it('may be fresh itself, with others missed before it', async () => {
    expect(await overdue(hourly, first, new Date('2026-05-01T02:00:05Z'), false)).toMatchObject({
      fire: new Date('2026-05-01T02:00Z'),
      missed: { count: 2, to: new Date('2026-05-01T01:00Z') },
    })
  })
})

it('the field that is wrong is named, wherever blanks stand', () => {
  expect(cronFault('  0   3 1-40 * *')).toMatchObject({ at: 8, word: '1-40', field: 'day of the month' })
  expect(cronFault('0 3 * jan-mar mon#1')).toBeNull()
  expect(cronFault('? 3 * * *; drop')).not.toBeNull()
})

it('a zone is written as it is known', () => {
  expect(['europe/berlin', 'utc', 'US/Pacific', '+02:00', 'CET', 'nowhere', ''].map(zoneNamed)).toEqual([
    'Europe/Berlin',
    'UTC',
    expect.any(String),
    null,
    expect.any(String),
    null,
    null,
  ])
})
