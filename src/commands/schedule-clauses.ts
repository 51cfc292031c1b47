// What is said about a schedule besides its command: the zone, whether what was missed is caught up with, and who is told.
// It may stand before the command or at the end of the line.
import type { ThingName } from '../grammar/ast.ts'
import { suggest } from '../grammar/suggest.ts'
import { type CronFault, cronFault } from '../jobs/schedules/cron.ts'
import { nextTimes } from '../jobs/schedules/due.ts'
import { knownZones, zoneNamed } from '../jobs/schedules/zone.ts'
import { channelOf } from './channel-of.ts'
import { CommandError } from './error.ts'

export interface Clauses {
  readonly cron: string
  readonly zone: string
  readonly catchup: boolean
  readonly notify: string | null
  /** The command, and where it stands in the text as typed. */
  readonly command: string
  readonly at: number
}

interface Typed {
  readonly cron: string
  readonly zone?: string
  readonly catchup?: true
  readonly channel?: string
  readonly command: ThingName
}

// `in Europe/Berlin`: a zone at the end of the line has a slash, since `in Singapore` may be a place.
const LAST = /\s+(?:in\s+([a-z_]+(?:\/[\w+-]+)+)|(catchup)|notify\s+(<?#\S+))$/i

/** Throws CommandError `bad-arguments` where a clause stands twice, `unknown-zone`. */
export function readClauses({ cron, zone, catchup, channel, command }: Typed, text: string): Clauses {
  const found = { zone, catchup: catchup === true, notify: channel }
  let rest = command.text.trimEnd()
  for (let last = LAST.exec(rest); last !== null; last = LAST.exec(rest)) {
    const [, place, caught, told] = last
    if (place !== undefined && !isRegion(place)) break
    if ((place && found.zone) || (caught && found.catchup) || (told && found.notify))
      throw new CommandError('bad-arguments', {
        reason: `\`${last[0].trim()}\` is said already`,
        expected: 'each of `in <zone>`, `catchup` and `notify #channel` once',
      })
    found.zone ??= place
    found.catchup ||= caught !== undefined
    found.notify ??= told
    rest = rest.slice(0, last.index)
  }
  return {
    cron,
    zone: zoneOf(found.zone ?? 'UTC', text),
    catchup: found.catchup,
    notify: found.notify === undefined ? null : channelOf(found.notify),
    command: rest,
    at: command.at,
  }
}

function isRegion(place: string): boolean {
  const region = `${place.split('/')[0]?.toLowerCase() ?? ''}/`
  return zoneNamed(place) !== null || knownZones().some((zone) => zone.toLowerCase().startsWith(region))
}

function zoneOf(typed: string, text: string): string {
  const zone = zoneNamed(typed)
  if (zone !== null) return zone
  // `Berlin` for `Europe/Berlin`.
  const cities = knownZones().filter((known) => known.toLowerCase().endsWith(`/${typed.toLowerCase()}`))
  const suggestions = [...new Set([...cities, ...suggest(typed, knownZones())])].slice(0, 3)
  throw new CommandError('unknown-zone', { zone: typed, at: Math.max(0, text.lastIndexOf(typed)), suggestions })
}

/** The next three times after `now`. Throws CommandError `bad-cron`, `cron-never`. */
export function checkTimes({ cron, zone }: Clauses, text: string, now: Date): readonly Date[] {
  const fault = cronFault(cron)
  if (fault !== null) throw new CommandError('bad-cron', { ...fault, cron, at: start(cron, text, fault) })
  const times = nextTimes({ cron, zone }, now, 3)
  if (times.length === 0) throw new CommandError('cron-never', { cron, at: Math.max(0, text.indexOf(cron)) })
  return times
}

function start(cron: string, text: string, { at }: CronFault): number {
  return Math.max(0, text.indexOf(cron)) + at
}
