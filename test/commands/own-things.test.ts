// What the bot itself runs on is protected by itself: against being switched off, reinstalled and deleted, and nothing else.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Answer } from '../../src/bot/message.ts'
import { answerText } from '../../src/bot/render/answer.ts'
import type { Inventory } from '../../src/inventory/inventory.ts'
import { type HostNames, noteHost } from '../../src/inventory/resources/own-things.ts'
import { readPublicId } from '../../src/jobs/public-id.ts'
import { watch } from '../../src/jobs/watch.ts'
import { closeInventory, databases, openInventory } from '../inventory/open.ts'
import { Session } from '../language/session.ts'

describe.each(databases)('the things that the bot runs on, on %s', (kind) => {
  let inventory: Inventory
  let session: Session

  const text = (answered: Answer) => answerText(answered, { width: 200, colour: false })
  const said = async (line: string) => text(await session.ask(line))
  const code = async (line: string): Promise<string> => {
    const answered = await session.ask(line)
    return answered.tag === 'refused' ? answered.refusal.code : answered.reply.kind
  }
  const runsOn = (names: Partial<HostNames>, host = 'bothost') =>
    noteHost(inventory.database.knex, host, { bot: [], database: [], ...names })

  beforeAll(async () => {
    inventory = await openInventory(kind)
  })
  afterAll(() => closeInventory(inventory))

  beforeEach(async () => {
    session = await Session.begin(inventory, false)
    for (const line of [
      'add server bot1 bot2 power.driver=simulated',
      'add networkswitch sw1 sw2 power.driver=simulated',
      'add powerstrip pdu1 pdu2 pdu3 power.driver=simulated',
      'add virtualserver vm1 power.driver=simulated',
      'insert vm1 into bot1',
      'connect bot1:nic-eth:1 sw1',
      'connect bot2:nic-eth:1 sw2',
      'connect bot1:pwr-nema-5:1 pdu1',
      'connect sw1:pwr-nema-5:1 pdu2',
      // Managed over the network, which is no power.
      'connect pdu3:nic-eth:1 sw1',
      'add network net10 cidr=10.0.0.0/16',
      'ip allocate bot1 10.0.0.7',
      'attr set bot2 hostname Bot-Two.example.com',
    ])
      expect((await session.ask(line)).tag, line).toBe('done')
  })

  const ENDING = ['power off', 'power cycle', 'rebuild', 'delete'] as const

  test('host, switch and power strip are told apart from the rest, with the reason', async () => {
    await runsOn({ bot: ['BOT1'] })
    for (const command of ENDING) expect(await code(`${command} bot1`), command).toBe('runs-bot')
    expect(await code('delete bot1 force')).toBe('runs-bot')
    expect(await said('power off bot1')).toContain('bot1 is protected by itself: it runs this bot.')
    expect(await said('power off sw1')).toContain('it connects bot1, which runs this bot')
    expect(await said('power off pdu1')).toContain('it feeds bot1, which this bot depends on')
    expect(await said('power off pdu2')).toContain('it feeds sw1, which this bot depends on')
    for (const other of ['bot2', 'sw2', 'pdu3', 'vm1']) expect(await code(`power off ${other}`), other).toBe('proposal')
    // One among many holds all of them back.
    expect(await said('power off bot2 or sw1 or pdu1')).toContain('as is one other')
  })

  test('nothing else is refused, and nothing gets round it', async () => {
    await runsOn({ bot: ['bot1'] })
    expect(await code('power on bot1')).toBe('job')
    expect(await code('attr set bot1 env lab')).toBe('change')
    expect(await code('rename bot1 to bot9')).toBe('change')
    expect(await code('power off bot9')).toBe('proposal')
    expect(await code('rename bot9 to bot1')).toBe('change')
    await session.ask('grant breakglass to os:test')
    expect(await code('power off bot1 breakglass because "fire"')).toBe('runs-bot')
    expect(await code('unprotect bot1')).toBe('change')
    expect(await code('power off bot1')).toBe('runs-bot')
    expect(await code('rule set destroy confirm')).toBe('change')
    expect(await code('power off bot1')).toBe('runs-bot')
  })

  test('it is shown before anybody tries', async () => {
    await runsOn({ bot: ['bot1'], database: ['bot2'] })
    expect(await said('info bot1')).toContain('it runs this bot')
    expect(await said('info type:networkswitch')).toMatch(/it connects bot2, which runs this bot's database/)
    expect(await said('plan power off bot2')).toContain("bot2 is protected by itself: it runs this bot's database")
    expect(await said('why power off bot1')).toContain(
      'now nothing would be done: bot1 is protected by itself: it runs this bot',
    )
    await session.ask('protect bot1 "ours"')
    expect(await said('info bot1')).toContain('ours')
  })

  test('by hostname, by address, and the machine that a virtual one is in', async () => {
    await runsOn({ bot: ['bot-two.example.com'] })
    expect(await code('power off bot2')).toBe('runs-bot')
    await runsOn({ bot: ['10.0.0.7', '10.9.9.9', 'fd00::1'] })
    expect(await code('power off bot1')).toBe('runs-bot')
    expect(await code('power off bot2')).toBe('proposal')
    await runsOn({ bot: ['vm1'] })
    expect(await said('power off bot1')).toContain('it holds vm1, which runs this bot')
    expect(await said('power off sw1')).toContain('it connects bot1')
  })

  test('a pool or a rack of that name is none, and every host that was said lately counts', async () => {
    await session.ask('pool create bothost')
    await runsOn({ bot: ['bothost'] })
    expect(await code('delete bothost')).toBe('change')
    await runsOn({ bot: ['bot1'] }, 'one')
    await runsOn({ bot: ['bot2'] }, 'two')
    for (const name of ['bot1', 'bot2']) expect(await code(`power off ${name}`)).toBe('runs-bot')
    // It has moved, or has not been heard of.
    await runsOn({ bot: ['elsewhere'] }, 'one')
    expect(await code('power off bot1')).toBe('proposal')
    await inventory.database.knex.raw(`update bot_hosts set seen_at = now() - interval '49 hours'`)
    expect(await code('power off bot2')).toBe('proposal')
  })

  test('a job that was approved before the bot came to its machine does not begin', async () => {
    await session.ask('rule set "power off" confirm')
    const answered = await session.ask('power off bot1')
    const job = answered.tag === 'done' && answered.reply.kind === 'job' ? answered.reply.id : ''
    await runsOn({ bot: ['bot1'] })
    await session.work()
    try {
      const id = readPublicId(job) ?? 0
      for await (const _ of watch(inventory.database.knex, id, { signal: AbortSignal.timeout(60_000) }));
      expect(await said(`job ${job}`)).toContain('is failed')
      expect(await said('power status bot1')).toMatch(/bot1 +on/)
    } finally {
      await session.drain()
    }
  })
})
