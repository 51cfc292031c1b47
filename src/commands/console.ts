// Opens the console of a machine in the thread where it is asked for: what it shows is told there, and lines that begin
// with `>` go to it. At a terminal, which has no thread, it shows what stands on it.
import { readAge } from '../grammar/when.ts'
import { lookup } from '../inventory/query/lookup.ts'
import type { ThingRow } from '../inventory/rows.ts'
import type { View } from '../inventory/view.ts'
import { consoleInput, consoleTask } from '../jobs/console/console-task.ts'
import { consoleDriver } from '../jobs/console/drivers.ts'
import { IDLE } from '../jobs/console/hold.ts'
import { consoleIn, consoleOf } from '../jobs/console/open-consoles.ts'
import type { Machine } from '../jobs/power/machine.ts'
import { publicId } from '../jobs/public-id.ts'
import { type Asking, jobCommand } from './command.ts'
import { CommandError } from './error.ts'
import { machinesFor, nowLine } from './machines.ts'
import { summaries } from './targets.ts'

// In seconds.
const OPEN = 600
const LONGEST = 4 * 3600

export const consoleCommand = jobCommand({
  name: 'console',
  summary: 'Opens the console of a machine in the thread: what it shows, and lines that begin with > are sent to it',
  syntax: 'console <thing> [for <time:word>]',
  examples: ['console web01', 'console web01 for 30m because "INC-4412"'],
  danger: 'confirm',
  async plan({ thing, time }, asking) {
    const { view, isChat, message } = asking
    const seconds = time === undefined ? OPEN : secondsOf(time)
    const found = await lookup(view, thing)
    const machine = await withConsole(view, found)
    const place = isChat ? (JSON.parse(message) as { readonly chat: string; readonly thread: string }) : null
    const there = place === null ? null : await consoleIn(view.knex, place.chat, place.thread)
    if (there && there.thing_id !== found.id)
      throw new CommandError('console-open', { thing: there.thing, job: publicId(there.run_id) })
    return {
      targets: summaries([found]),
      effects: effectsOf(machine, seconds, asking),
      facts: { driver: machine.kind, seconds },
      readings: [...(await holderLines(view, found)), await nowLine(view, [machine])],
      task: consoleTask,
      input: consoleInput({ machine, seconds }),
    }
  },
})

/** Throws CommandError `bad-time`. */
function secondsOf(text: string): number {
  const age = readAge(text)
  const seconds = age?.tag === 'ago' ? age.seconds : 0
  if (seconds < 1 || seconds > LONGEST) throw new CommandError('bad-time', { text, most: timeText(LONGEST) })
  return seconds
}

const UNITS = [
  [3600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
] as const

function timeText(seconds: number): string {
  const [size, unit] = UNITS.find(([one]) => seconds % one === 0) ?? [1, 'second']
  return `${seconds / size} ${unit}${seconds === size ? '' : 's'}`
}

/** Throws CommandError `no-power`. */
async function withConsole(view: View, thing: ThingRow): Promise<Machine> {
  const { name, type, driver } = thing
  if (view.catalogue.get(driver)?.operations.includes('console') !== true)
    throw new CommandError('no-power', { things: [{ tag: 'no-console', thing: name, type }], total: 1 })
  const [machine] = await machinesFor(view, [thing])
  if (!machine) throw new Error('a machine that is none')
  return machine
}

function effectsOf(machine: Machine, seconds: number, { isChat, view }: Asking): string[] {
  const { label, command } = consoleDriver(machine.kind, view.knex)
  const terminal = command(machine) ?? `nothing, it is ${label}`
  if (!isChat)
    return [
      `${machine.name}: what stands on its console is read into the job's log, as \`job <id> log\` shows it (${label})`,
      "nothing is sent: lines are typed in a chat's thread",
      `what opens it in a terminal: ${terminal}`,
    ]
  return [
    `${machine.name}: its console is open in this thread for ${timeText(seconds)} (${label})`,
    'lines that begin with > in this thread are sent to it: yours alone, seen by all here, and kept by the chat',
    `once you have typed, it is closed ${timeText(IDLE)} after your last line`,
    `what opens it in a terminal: ${terminal}`,
  ]
}

/** It moves by itself: it is told, and no part of what is confirmed. */
async function holderLines(view: View, { id }: ThingRow): Promise<string[]> {
  const held = await consoleOf(view.knex, id)
  return held === null ? [] : [`${held.by} has it open now: it is taken from them, and they are told`]
}
