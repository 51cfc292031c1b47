// What people are told of schedules, the verdict first.

import { publicId } from '../../jobs/public-id.ts'
import type { Missed } from '../../jobs/schedules/due.ts'
import { localTime } from '../../jobs/schedules/due.ts'
import type { Schedule } from '../../jobs/schedules/schedule.ts'
import { counted, some } from './said.ts'
import { safe } from './width.ts'

const named = ({ id, command }: Schedule): string => `schedule ${publicId(id, 'schedule')} (${safe(command)})`

const timeText = (at: Date, zone: string): string => `${localTime(at, zone)} ${zone}`

/** What was read. */
export function readText(schedule: Schedule, due: Date, answer: string): string {
  return [`${named(schedule)}, due ${timeText(due, schedule.zone)}:`, answer].join('\n')
}

export function startedText(schedule: Schedule, job: string): string {
  return `job ${job} started by ${named(schedule)}; \`job ${job}\` shows it`
}

export function refusedText(schedule: Schedule, due: Date, refusal: string): string {
  return [
    `REFUSED: ${named(schedule)}, due ${timeText(due, schedule.zone)}, was not run:`,
    refusal,
    `\`schedule show ${publicId(schedule.id, 'schedule')}\` shows it.`,
  ].join('\n')
}

export function cutOffText(schedule: Schedule, due: Date): string {
  return [
    `FAILED: ${named(schedule)}, due ${timeText(due, schedule.zone)}, was begun several times and cut off each time:`,
    'the process that ran it ended, or its database was away for long. It is not begun again for that time.',
    `\`schedule show ${publicId(schedule.id, 'schedule')}\` shows it; \`doctor\` shows how the bot is.`,
  ].join('\n')
}

export function missedText(schedule: Schedule, { count, isCapped, from, to }: Missed): string {
  const times = `${isCapped ? 'more than ' : ''}${counted(count, 'time')}`
  const span =
    count === 1
      ? `at ${timeText(from, schedule.zone)}`
      : `from ${timeText(from, schedule.zone)} to ${timeText(to, schedule.zone)}`
  const next = schedule.catchup ? 'It is run once now for all of them.' : 'None of them is run now.'
  return `MISSED: ${named(schedule)} was due ${times} while nothing ran, ${span}. ${next}`
}

/** `takers`: who might take it over. */
export function troubleText(schedule: Schedule, refusal: string, takers: readonly string[]): string {
  const id = publicId(schedule.id, 'schedule')
  const next = schedule.next_due === null ? '' : `, next at ${timeText(schedule.next_due, schedule.zone)},`
  const who =
    takers.length === 0
      ? 'Nobody else may do it now: an admin can grant the right.'
      : `${some(takers)} can take it over: \`schedule take ${id}\`.`
  return [
    `ATTENTION: ${named(schedule)} of ${schedule.owner}${next} would be refused:`,
    refusal,
    `${who} \`schedule remove ${id}\` ends it.`,
  ].join('\n')
}
