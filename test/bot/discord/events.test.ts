// Each thing that people do in Discord comes in once, as what it is.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { DiscordAdapter } from '../../../src/bot/discord/adapter.ts'
import { Groups } from '../../../src/bot/discord/groups.ts'
import { TIMES } from '../../../src/bot/discord/limits.ts'
import { restOf } from '../../../src/bot/discord/rest.ts'
import type { Incoming } from '../../../src/bot/inbox/incoming.ts'
import { type Bench, openBench, post } from './bench.ts'
import type { MemoryFront } from './front.ts'
import { CHANNEL, type FakeMessage } from './world.ts'

let bench: Bench
let adapter: DiscordAdapter
let front: MemoryFront

beforeAll(async () => {
  bench = await openBench()
  ;({ adapter, front } = await bench.join('one'))
})
afterAll(async () => {
  expect(bench.discord.wrong).toEqual([])
  await bench.end()
})
beforeEach(() => front.store.inbox.clear())

const taken = async (key: string): Promise<Incoming> => {
  await front.until(() => front.store.inbox.has(key))
  const found = front.store.inbox.get(key)
  if (!found) throw new Error(key)
  return found
}
const cameOf = ({ shown }: FakeMessage) => taken(`message ${shown.channel_id} ${shown.id}`)

/** What comes of something is behind what came of this. */
async function fence(): Promise<void> {
  const { discord, ops, ann, mention } = bench
  await cameOf(discord.type(ann, ops, `${mention} fence`))
}

describe('messages', () => {
  test('only what is meant for the bot is heard', async () => {
    const { discord, ops, ann, bob, mention } = bench
    const other = discord.world.user('otherbot', [], true)
    discord.type(other, ops, `${mention} locate server1`)
    discord.type(ann, ops, 'lunch?')
    discord.type(bob, ops, 'ask <@1234> about it')
    discord.type(ann, ops, `write \`${mention} help\` to begin`)
    discord.type(discord.world.bot, ops, `${mention} delete everything`)
    await fence()
    expect(front.came()).toHaveLength(1)
  })

  test('delivered again it is the same', async () => {
    const { discord, ops, ann, mention } = bench
    const message = discord.type(ann, ops, `${mention} whoami`)
    for (let time = 0; time < 10; time++) discord.show(message, 'MESSAGE_CREATE')
    await fence()
    expect(front.came().map((one) => one.kind === 'message' && one.text)).toEqual(['whoami', 'fence'])
  })

  test('what one person types stays in its order', async () => {
    const { discord, ops, ann, mention } = bench
    const fresh = discord.world.channel('talk', { type: CHANNEL.thread, parent: ops.id })
    // The first one has to ask where it is; the second one does not.
    discord.type(ann, fresh, `${mention} first`)
    discord.type(ann, ops, `${mention} second`)
    await front.heard(2)
    expect(front.came().map((one) => one.kind === 'message' && one.text)).toEqual(['first', 'second'])
  })

  test('in a thread it belongs to the channel, and is answered right there', async () => {
    const { discord, ops, ann, mention } = bench
    const asked = discord.type(ann, ops, `${mention} locate server1`)
    const { thread } = await cameOf(asked)
    await adapter.post(thread, post('in rack101'), 't1', null)
    const opened = discord.world.channels.get(asked.shown.id)
    if (!opened) throw new Error('no thread')
    const again = await cameOf(discord.type(ann, opened, `${mention} and server2`))
    expect(again).toMatchObject({ channel: `#${ops.id}`, thread })
    await adapter.post(again.thread, post('in rack102'), 't2', null)
    expect(discord.said(opened.id)).toEqual(['in rack101', 'in rack102'])
  })

  test('changed after it was sent, it is told as that', async () => {
    const { discord, ops, ann, mention } = bench
    const message = discord.type(ann, ops, `${mention} locate servr1`)
    const { key, thread } = await cameOf(message)
    discord.edit(message, `${mention} locate server1`)
    const edited = message.shown.edited_timestamp ?? ''
    const came = await taken(`edit ${ops.id} ${message.shown.id} ${edited}`)
    expect(came).toMatchObject({ kind: 'edit', text: 'locate server1', of: key, thread, author: `discord:${ann.id}` })
    // A preview that Discord draws is told as a change, and is none.
    discord.show(message, 'MESSAGE_UPDATE')
    await fence()
    expect(front.came().filter(({ kind }) => kind === 'edit')).toHaveLength(1)
  })

  test('files that hang on it can be fetched', async () => {
    const { discord, ops, ann, mention } = bench
    const bytes = Buffer.from('name,driver\nlab01,Server\n')
    const came = await cameOf(
      discord.type(ann, ops, `${mention} import table lab.csv`, [{ at: '0', name: 'lab.csv', bytes }]),
    )
    const [file] = came.kind === 'message' ? came.files : []
    if (!file) throw new Error('no file')
    expect(file).toMatchObject({ name: 'lab.csv', size: bytes.length })
    expect(Buffer.from(await adapter.download(file)).toString()).toBe(bytes.toString())
  })

  test('a file is fetched from Discord only, and only so large', async () => {
    const source = (url: string) => JSON.stringify({ channel: '1', message: '2', id: '3', url })
    const wanted = { name: 'x', size: 10 }
    const elsewhere = { ...wanted, source: source('http://169.254.169.254/latest/meta-data') }
    await expect(adapter.download(elsewhere)).rejects.toMatchObject({ code: 'file-not-found' })
    const large = { ...wanted, size: 2 ** 30, source: source(`${bench.discord.base}/attachments/1/x`) }
    await expect(adapter.download(large)).rejects.toMatchObject({ code: 'file-not-found' })
  })
})

describe('roles', () => {
  test('are groups of who has them, as of their last word', async () => {
    const { discord, ops, mention } = bench
    const carla = discord.world.user('carla', ['900100', '900200'])
    await cameOf(discord.type(carla, ops, `${mention} whoami`))
    expect(front.store.groups.get(`discord:${carla.id}`)).toEqual(['discord:@900100', 'discord:@900200'])
    carla.roles = ['900200']
    await taken(`interaction ${discord.slash(carla, ops, 'whoami').id}`)
    expect(front.store.groups.get(`discord:${carla.id}`)).toEqual(['discord:@900200'])
    // A direct message tells no roles: they are asked for.
    carla.roles = []
    await cameOf(discord.type(carla, discord.world.dm(carla), 'whoami'))
    expect(front.store.groups.get(`discord:${carla.id}`)).toEqual([])
  })
})

describe('roles of who writes to the bot directly', () => {
  test('are asked for also where no guild is set', async () => {
    const { discord } = bench
    const dora = discord.world.user('dora', ['900300'])
    const setting = { token: discord.token, appId: discord.world.appId, guildId: null, apiUrl: discord.url }
    const groups = new Groups(front, restOf(setting, TIMES), null)
    front.store.groups.set(`discord:${dora.id}`, ['discord:@900400'])
    groups.began([discord.world.guildId])
    await groups.ask(dora.id)
    expect(front.store.groups.get(`discord:${dora.id}`)).toEqual(['discord:@900300'])
  })
})

describe('completion', () => {
  const completed = async (text: string) => {
    const { discord, ann, ops } = bench
    const interaction = await discord.complete(ann, ops, text).until(({ choices }) => choices !== null)
    return interaction.choices ?? []
  }

  test('offers whole lines, also from nothing', async () => {
    front.lines = async (text) => (text === '' ? ['help', 'locate'] : [`${text} server1`])
    expect(await completed('')).toEqual([
      { name: 'help', value: 'help' },
      { name: 'locate', value: 'locate' },
    ])
    expect(await completed('locate')).toEqual([{ name: 'locate server1', value: 'locate server1' }])
  })

  test('offers no more than Discord takes', async () => {
    front.lines = async () => ['x'.repeat(101), ...Array.from({ length: 40 }, (_, at) => `line ${at}`), 'line 1', '']
    const offered = await completed('l')
    expect(offered).toHaveLength(25)
    expect(offered.map(({ name }) => name)).toEqual(Array.from({ length: 25 }, (_, at) => `line ${at}`))
  })

  test('offers nothing rather than too late, and stores nothing', async () => {
    front.lines = () => new Promise(() => undefined)
    expect(await completed('l')).toEqual([])
    front.lines = () => Promise.reject(new Error('away'))
    const { discord, ann, ops } = bench
    discord.complete(ann, ops, 'l')
    await front.until(() => front.troubles.length > 0)
    expect(front.troubles).toEqual([new Error('away')])
    front.troubles.length = 0
    expect(front.came()).toEqual([])
  })
})

describe('buttons', () => {
  const button = { id: 'b1', label: 'Approve', style: 'yes', opensForm: false } as const

  test('a press is seen, and comes in with its card', async () => {
    const { discord, ops, ann, bob, mention } = bench
    const asked = discord.type(ann, ops, `${mention} rebuild server1`)
    const { thread } = await cameOf(asked)
    const card = await adapter.post(thread, post('who approves?', { buttons: [button] }), 'c1', null)
    const shown = discord.world.channels.get(asked.shown.id)?.messages[0]
    if (!shown) throw new Error('no card')
    const pressed = discord.press(bob, shown, 'Approve')
    const came = await taken(`interaction ${pressed.id}`)
    expect(came).toMatchObject({
      kind: 'press',
      button: 'b1',
      card,
      typed: null,
      author: `discord:${bob.id}`,
      thread,
      answers: pressed.id,
    })
    await pressed.until(({ answered }) => answered !== null)
    expect(pressed.answered).toBe(6)
    await adapter.post(thread, post('not you', { privateTo: `discord:${bob.id}`, answers: pressed.id }), 'c2', card)
    expect(pressed.followUps.map((one) => [one.onlyFor, one.shown.content])).toEqual([[bob.id, 'not you']])
    await adapter.post(thread, post('approved', { answers: pressed.id }), 'c3', card)
    expect(discord.said(asked.shown.id)).toEqual(['who approves?', 'approved'])
  })

  test('one that asks for a line opens a form, and what is sent comes in as the press', async () => {
    const { discord, ops, ann, mention } = bench
    front.forms.set('b2', { title: 'Delete db201', label: 'Type the name to confirm', prefilled: 'db' })
    const asked = discord.type(ann, ops, `${mention} delete db201`)
    const { thread } = await cameOf(asked)
    const card = await adapter.post(
      thread,
      post('sure?', { buttons: [{ ...button, id: 'b2', label: 'Confirm', opensForm: true }] }),
      'f1',
      null,
    )
    const shown = discord.world.channels.get(asked.shown.id)?.messages[0]
    if (!shown) throw new Error('no card')
    const opened = await discord.press(ann, shown, 'Confirm').until(({ modal }) => modal !== null)
    expect(opened.modal).toMatchObject({ custom_id: 'b2', title: 'Delete db201' })
    expect(front.came().filter(({ kind }) => kind === 'press')).toEqual([])
    const sent = discord.submit(opened, 'db201')
    expect(await taken(`interaction ${sent.id}`)).toMatchObject({ kind: 'press', button: 'b2', card, typed: 'db201' })
    await sent.until(({ answered }) => answered !== null)
    expect(sent.answered).toBe(6)
  })
})
