// Schedules: commands that are done again and again, with the rights that their owner has each time.
import { instant, instantText } from '../inventory/read/instant.ts'
import { publicId, readPublicId } from '../jobs/public-id.ts'
import { dueAfter, localTime } from '../jobs/schedules/due.ts'
import type { Schedule } from '../jobs/schedules/schedule.ts'
import {
  databaseNow,
  firesOf,
  insertSchedule,
  listSchedules,
  noticesOf,
  scheduleOf,
  setOwner,
  setState,
} from '../jobs/schedules/store.ts'
import { understand } from './alias-expansion.ts'
import { type Asking, changeCommand, type Plan, readCommand } from './command.ts'
import { CommandError } from './error.ts'
import { grantedForAll } from './permit.ts'
import type { Reply } from './reply.ts'
import { checkSchedulable } from './schedule-check.ts'
import { checkTimes, readClauses } from './schedule-clauses.ts'
import { OTHERS, refuseUnlessTheirs } from './schedule-owner.ts'
import { type Word, type Words, words } from './words.ts'

export const schedule = changeCommand({
  name: 'schedule',
  summary: 'Does a command that reads, or a job, again and again, as you and with your rights of that time',
  syntax: 'schedule "<cron>" [in <zone:word>] [catchup] [notify <channel>] <command:line>',
  examples: [
    'schedule "0 9 * * mon-fri" in Europe/Berlin notify #ops count pool:webservers',
    'schedule "@daily" catchup find driver:Server and attr:status,unallocated',
  ],
  guarded: false,
  async plan(args, asking) {
    const clauses = readClauses(args, asking.text)
    const { cron, zone, catchup, notify, command } = clauses
    const times = checkTimes(clauses, asking.text, await databaseNow(asking.view.knex))
    const { allowed } = await checkSchedulable({ ...asking, text: command }, clauses.at)
    const [next] = times
    if (!next) throw new Error('a schedule without a time')
    return {
      targets: [],
      effects: [`schedule ${cron} ${zone}: ${command}`, ...(catchup ? ['what is missed is run once'] : [])],
      async run(change) {
        const { chat, thread } = JSON.parse(asking.message) as { chat: string; thread: string }
        const id = await insertSchedule(change.knex, {
          ...{ cron, zone, catchup, notify, command, chat, thread, channel: asking.channel, next_due: next },
          because: asking.because,
          operator_id: allowed.operator.id,
          identity: asking.operator,
        })
        const named = publicId(id, 'schedule')
        return {
          kind: 'change',
          changed: 1,
          done: [
            `schedule ${named}: ${command}`,
            ...times.map((time, i) => words`${i === 0 ? 'next' : 'then'} ${timeWords(time, zone)}`),
            ...(catchup ? ['what is missed is run once'] : []),
            toldText(notify ?? asking.channel, chat),
          ],
          chosen: { id: named, zone, next: times.map((time) => time.toISOString()) },
        }
      },
    }
  },
})

/** A channel; or, of what was made in a chat's direct messages, these. At a terminal nobody may be there to be told. */
function toldText(channel: string | null, chat: string): Words {
  if (channel !== null) return words`what comes of it is told in ${{ channel }}`
  return chat === 'terminal'
    ? 'what comes of it is told nowhere: `schedule show` has it'
    : 'what comes of it is told here'
}

/** `2026-11-24 09:00 Europe/Berlin (2026-11-24T08:00:00Z)` */
const timeWords = (time: Date, zone: string): Words => words`${localTime(time, zone)} ${zone} (${instant(time)})`

function channelOrChat({ notify, channel, chat }: Schedule): Word {
  const told = notify ?? channel
  return told === null ? chat : { channel: told }
}

// A list is for people.
const LISTED = 200

export const scheduleList = readCommand({
  name: 'schedule list',
  summary: 'The schedules, when they are due next, and what is wrong with them',
  syntax: 'schedule list',
  examples: ['schedule list'],
  async run(_args, { view }) {
    const all = await listSchedules(view.knex, LISTED + 1)
    const rows = all
      .slice(0, LISTED)
      .map((one) => [
        publicId(one.id, 'schedule'),
        one.cron,
        one.zone,
        one.command,
        one.owner,
        one.next_due === null ? null : instant(one.next_due.toISOString().replace('.000Z', 'Z')),
        stateText(one),
      ])
    const columns = ['id', 'cron', 'zone', 'command', 'owner', 'next', 'state']
    return { kind: 'table', columns, rows, ...(all.length > LISTED ? { more: `and more than ${LISTED}` } : {}) }
  },
})

function stateText({ state, changed_by, trouble }: Schedule): string {
  if (state !== 'active') return changed_by === null ? state : `${state} by ${changed_by}`
  return trouble === null ? state : `would be refused: ${trouble}`
}

const SHOWN = 10
const NOTICES = 3

export const scheduleShow = readCommand({
  name: 'schedule show',
  summary: 'A schedule: when it ran last, with what outcome, and what was told of it',
  syntax: 'schedule show <id:word>',
  examples: ['schedule show 1-x9e'],
  async run({ id }, { view }) {
    const one = await scheduleNamed({ view }, id)
    const fires = await firesOf(view.knex, one.id, SHOWN)
    const notices = await noticesOf(view.knex, one.id, NOTICES)
    return {
      kind: 'lines',
      lines: [
        `schedule ${publicId(one.id, 'schedule')}: ${one.command}`,
        `  at ${one.cron} in ${one.zone}${one.catchup ? ', what is missed is run once' : ''}`,
        words`  of ${one.owner}, made ${instant(one.made_at)}${one.because === null ? '' : `, because ${one.because}`}`,
        words`  ${stateText(one)}${one.next_due === null ? '' : words`, next ${timeWords(one.next_due, one.zone)}`}`,
        words`  tells ${channelOrChat(one)}`,
        ...(fires.length === 0 ? ['not run yet'] : ['the last times:']),
        ...fires.map(({ due, state, outcome, job, missed }) =>
          [
            `  ${instantText(instant(due))}  ${state}`,
            ...(job === null ? [] : [`job ${job}`]),
            ...(outcome === null || outcome === state ? [] : [outcome]),
            ...(missed === 0 ? [] : [`${missed} missed`]),
          ].join('  '),
        ),
        ...(notices.length === 0 ? [] : ['what it had to tell last:']),
        ...notices.flatMap(({ at: found, sent_at, text }) => [
          `  ${instantText(instant(found))}${sent_at === null ? '  told nobody yet' : ''}`,
          ...text.split('\n').map((line) => `    ${line}`),
        ]),
      ],
    }
  },
})

export const schedulePause = changeCommand({
  name: 'schedule pause',
  summary: 'Stops a schedule until it is resumed',
  syntax: 'schedule pause <id:word>',
  examples: ['schedule pause 1-x9e'],
  guarded: false,
  plan: ({ id }, asking) => planState(asking, id, 'paused'),
})

export const scheduleResume = changeCommand({
  name: 'schedule resume',
  summary: 'Goes on with a schedule that was paused; what it would have done meanwhile is not done',
  syntax: 'schedule resume <id:word>',
  examples: ['schedule resume 2-een'],
  guarded: false,
  plan: ({ id }, asking) => planState(asking, id, 'active'),
})

export const scheduleRemove = changeCommand({
  name: 'schedule remove',
  summary: 'Ends a schedule; what it has done is kept, `schedule show` still shows it',
  syntax: 'schedule remove <id:word>',
  examples: ['schedule remove 1-x9e'],
  guarded: false,
  plan: ({ id }, asking) => planState(asking, id, 'removed'),
})

export const scheduleTake = changeCommand({
  name: 'schedule take',
  summary: 'Makes a schedule yours: it runs with your rights from then on',
  syntax: 'schedule take <id:word>',
  examples: ['schedule take 1-x9e'],
  guarded: false,
  async plan({ id }, asking) {
    const one = await scheduleNamed(asking, id, true)
    const { standing, channel } = asking
    if (one.operator_id !== standing.operator?.id) grantedForAll(standing, channel, 'schedule take', OTHERS)
    const { allowed } = await checkSchedulable({ ...asking, text: one.command, channel: one.channel })
    const { operator } = allowed
    await refuseOtherMeaning(asking, one)
    return {
      targets: [],
      async run(change) {
        if (operator.id === one.operator_id) return { kind: 'change', done: [`${id} is yours already`], changed: 0 }
        await setOwner(change.knex, one.id, operator.id, asking.operator)
        return {
          kind: 'change',
          done: [`${id} runs as ${operator.name} now (was: ${one.owner}): ${one.command}`],
          changed: 1,
        }
      },
    }
  },
})

// An alias of the owner's may stand for something else to others.
async function refuseOtherMeaning({ view, operator, language }: Asking, one: Schedule): Promise<void> {
  const meant = async (identity: string) => {
    try {
      const { command, args } = await understand(one.command, identity, { knex: view.knex, language })
      return JSON.stringify([command, args])
    } catch {
      return null
    }
  }
  const theirs = await meant(one.identity)
  if (theirs !== null && theirs !== (await meant(operator)))
    throw new CommandError('schedule-reads-otherwise', {
      id: publicId(one.id, 'schedule'),
      owner: one.owner,
      command: one.command,
    })
}

const SAID: Readonly<Record<Schedule['state'], string>> = {
  active: 'goes on',
  paused: 'is paused',
  removed: 'is removed',
}

async function planState(asking: Asking, id: string, state: Schedule['state']): Promise<Plan> {
  const one = await scheduleNamed(asking, id, true)
  await refuseUnlessTheirs(asking, one, state)
  return {
    targets: [],
    async run(change): Promise<Reply> {
      const named = publicId(one.id, 'schedule')
      if (one.state === state) {
        const said = state === 'active' ? `${named} is not paused` : `${named} ${SAID[state]} already`
        return { kind: 'change', done: [said], changed: 0 }
      }
      const next = state === 'active' ? dueAfter(one, await databaseNow(change.knex)) : null
      await setState(change.knex, one.id, state, asking.standing.operator?.name ?? asking.operator, next)
      const told = next === null ? '' : words`; next ${timeWords(next, one.zone)}`
      return { kind: 'change', done: [words`${named} ${SAID[state]}: ${one.command}${told}`], changed: 1 }
    },
  }
}

/** Throws CommandError `unknown-schedule`, and with `alive` `schedule-removed`. */
async function scheduleNamed({ view }: Pick<Asking, 'view'>, id: string, alive = false): Promise<Schedule> {
  const number = readPublicId(id, 'schedule')
  const found = number === null ? null : await scheduleOf(view.knex, number)
  if (!found) throw new CommandError('unknown-schedule', { id })
  if (alive && found.state === 'removed') throw new CommandError('schedule-removed', { id, by: found.changed_by ?? '' })
  return found
}
