// What it costs in CPU that a message comes in: translated, parsed and permitted, without a database, with all commands
// registered. Beside it, in the same process and in turns, Hubot with 100 listeners, and Bolt's own app with one.
import { App, type Receiver } from '@slack/bolt'
import { Adapter, Robot, TextMessage, User } from 'hubot'
import { heardIn } from '../src/bot/slack/events.ts'
import { commandFor } from '../src/commands/command.ts'
import { decide, granted } from '../src/commands/permit.ts'
import { redacted } from '../src/commands/redact.ts'
import { COMMANDS } from '../src/commands/registry.ts'
import { createLanguage } from '../src/grammar/language.ts'
import type { Standing } from '../src/inventory/operators/standing.ts'
import { sideBySide, type Way } from './measure.ts'
import { print } from './table.ts'

const TEXTS = [
  'server1',
  'driver:Server',
  'locate server1',
  'find driver:Server and attr:status,unallocated',
  'attr set s1 env prod',
  'attr get s1 env inherited',
  'power off server1',
  'insert s1 s2 into rack101 at U11-13',
  'driver:Server connected to name:rack002',
  'driver:Server and not driver:Server in name:rack1',
  'allocate 4 driver:Server and attr:status,unallocated in name:dcZ distinct rack to web',
  'rebuild web01 because "INC-4412"',
  'connect a:nic-eth:1 b:nic-eth:4',
  'schedule "0 3 * * *" count pool:prod',
  'jobs',
  'ip bind 10.0.0.7 to s1 eth0',
] as const

const BOT = 'U0BOT'
const USER = 'U012AB3CD'
const LISTENERS = 100
// Messages in a round of each.
const BATCH = TEXTS.length * 25
const EFFORT = { warm: 10, runs: 101, limit: 60_000 }

/** Prints the table: microseconds of CPU a message, and how that is to Hubot's. */
export async function run(): Promise<void> {
  const hubot = await hubotWay()
  const ways: readonly Way[] = [oursWay(), hubot.way, boltWay()]
  const cpu = () => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1000
  }
  const measured = await sideBySide(ways, EFFORT, cpu)
  hubot.close()
  const each = measured.map(({ median, p95, runs }) => ({ median: perMessage(median), p95: perMessage(p95), runs }))
  const bar = each[1]?.median ?? Number.NaN
  console.log(`${COMMANDS.length} commands; ${BATCH} messages a round, ${measured[0]?.runs} rounds in turns`)
  print(
    ['', 'us a message', 'p95', "of Hubot's", 'bar', ''],
    each.map(({ median, p95 }, at) => [
      ways[at]?.name ?? '',
      ...[median.toFixed(1), p95.toFixed(1), (median / bar).toFixed(2)],
      ...(at === 0 ? ['<= 1', median <= bar ? 'pass' : 'MISS'] : ['', '']),
    ]),
    [0, 5],
  )
}

const perMessage = (milliseconds: number): number => (milliseconds * 1000) / BATCH

/** As Slack tells of a mention. */
const payload = (text: string, at: number) => ({
  ...{
    token: 't',
    team_id: 'T1',
    api_app_id: 'A1',
    type: 'event_callback',
    event_id: `Ev${at}`,
    event_time: 1_700_000_000,
  },
  authorizations: [{ enterprise_id: null, team_id: 'T1', user_id: BOT, is_bot: true, is_enterprise_install: false }],
  event: {
    ...{ type: 'app_mention', user: USER, team: 'T1', channel: 'C012AB3CD', text: `<@${BOT}> ${text}` },
    ...{ ts: `1700000000.${at}`, event_ts: `1700000000.${at}`, client_msg_id: `m${at}` },
  },
})

const STANDING: Standing = {
  identity: `slack:${USER}`,
  operator: { id: 1, name: 'ann' },
  grants: ['reader', 'operator', 'power off'].map((role, id) => ({
    ...{ id, role, scope: null, channel: null, until: null, since: new Date(), group: null },
  })),
}

const BODIES = TEXTS.map(payload)

/** What Slack has sent becomes what may be done, or not. */
function oursWay(): Way {
  const language = createLanguage(COMMANDS)
  const self = { user: BOT, bot: 'B1' }
  const now = new Date()
  const dispatch = (body: unknown): void => {
    const heard = heardIn(body, self, now)
    if (heard.tag !== 'incoming' || heard.incoming.kind !== 'message') throw new Error(`it is ${heard.tag}`)
    const { text, channel } = heard.incoming
    const invocation = redacted(language.parse(text))
    granted(decide(STANDING, commandFor(COMMANDS, invocation), channel))
  }
  return {
    name: 'ours: a payload of Slack, parsed and permitted',
    run: async () => {
      for (let done = 0; done < BATCH; done += BODIES.length) for (const body of BODIES) dispatch(body)
    },
  }
}

/** As its documentation has it: `robot.respond` for each command, of which one is meant. */
async function hubotWay(): Promise<{ way: Way; close(): void }> {
  let answered = 0
  const robot = new Robot({ use: (own: Robot) => new Adapter(own), name: 'bench' }, false, 'clusto', false)
  await robot.loadAdapter()
  for (let at = 0; at < LISTENERS; at++)
    robot.respond(patternOf(at), ({ match }) => {
      if (match.length > 0) answered++
    })
  await robot.run()
  const user = new User(USER, { room: 'C012AB3CD', name: 'ann' })
  const texts = TEXTS.map((text) => `clusto ${text}`)
  return {
    close: () => robot.shutdown(),
    way: {
      name: `Hubot, ${LISTENERS} listeners`,
      run: async () => {
        answered = 0
        for (let done = 0; done < BATCH; done += texts.length)
          for (const [at, text] of texts.entries()) await robot.receive(new TextMessage(user, text, `m${at}`))
        if (answered !== BATCH) throw new Error(`Hubot has answered ${answered} of ${BATCH}`)
      },
    },
  }
}

/** The texts' own listeners stand evenly among those of other commands. */
function patternOf(at: number): RegExp {
  const every = Math.floor(LISTENERS / TEXTS.length)
  const text = at % every === 0 ? TEXTS[at / every] : undefined
  if (text === undefined) return new RegExp(`other${at} (\\S+)(?: (.*))?$`, 'i')
  // Its first two words as they are: `attr set (\S+) (\S+) (\S+)`
  const words = text.split(' ').map((word, place) => (place < 2 ? word : '(\\S+)'))
  return new RegExp(`${words.join(' ')}$`, 'i')
}

/** What Bolt does itself between its receiver and a listener. */
function boltWay(): Way {
  let answered = 0
  const receiver: Receiver = { init: () => undefined, start: () => Promise.resolve(), stop: () => Promise.resolve() }
  const app = new App({
    receiver,
    authorize: () => Promise.resolve({ botToken: 'xoxb-bench', botId: 'B1', botUserId: BOT }),
  })
  app.event('app_mention', async () => {
    answered++
  })
  return {
    name: 'Bolt, 1 listener',
    run: async () => {
      answered = 0
      for (let done = 0; done < BATCH; done += BODIES.length)
        for (const body of BODIES) await app.processEvent({ body, ack: () => Promise.resolve() })
      if (answered !== BATCH) throw new Error(`Bolt has answered ${answered} of ${BATCH}`)
    },
  }
}
