// What a schedule does when it is due, as its owner and with the rights of that moment, through the real pipeline.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Answer } from '../../../src/bot/message.ts'
import { answer, type Bot } from '../../../src/bot/pipeline.ts'
import { scheduleDesk } from '../../../src/bot/scheduled.ts'
import { jobCommand } from '../../../src/commands/command.ts'
import { COMMANDS } from '../../../src/commands/registry.ts'
import { summaries } from '../../../src/commands/targets.ts'
import { createLanguage } from '../../../src/grammar/language.ts'
import type { Inventory } from '../../../src/inventory/inventory.ts'
import { enrol, enrolFirst } from '../../../src/inventory/operators/operators.ts'
import { selectForChange } from '../../../src/inventory/query/select.ts'
import { listRuns } from '../../../src/jobs/read.ts'
import type { Desk } from '../../../src/jobs/schedules/desk.ts'
import { firesOf, noticesOf } from '../../../src/jobs/schedules/store.ts'
import { lookAfterOwners } from '../../../src/jobs/schedules/tick.ts'
import { Ticker } from '../../../src/jobs/schedules/ticker.ts'
import { closeInventory, databases, openInventory } from '../../inventory/open.ts'
import { gate, task } from '../shop.ts'
import { tick } from './desk.ts'

const polish = task({ polish: { run: () => Promise.resolve(null) } })
// A job of its own: what it does is no matter here.
const polishing = jobCommand({
  name: 'polish',
  summary: 'A job',
  syntax: 'polish <things:expr> [hard]',
  examples: [],
  danger: 'job',
  dangerOf: ({ hard }) => (hard ? 'destroy' : 'job'),
  async plan({ things }, { view, now }) {
    const found = await selectForChange(view, things, now)
    return { targets: summaries(found), effects: found.map(({ name }) => `${name} shines`), task: polish, input: null }
  },
})
const commands = [...COMMANDS, polishing]
const language = createLanguage(commands)

const ALICE = 'os:alice'
const BOB = 'os:bob'
const ROOT = 'os:root'

describe.each(databases)('on %s', (kind) => {
  let inventory: Inventory
  let bot: Bot
  beforeAll(async () => {
    inventory = await openInventory(kind)
    bot = { inventory, language, commands }
    await enrolFirst(inventory.database.knex, [
      { identity: ROOT, role: 'admin' },
      { identity: ALICE, role: 'operator' },
      { identity: BOB, role: 'operator' },
    ])
    await done('add server web1 web2', ROOT)
  })
  afterAll(() => closeInventory(inventory))

  const ask = (text: string, author: string): Promise<Answer> =>
    answer(
      {
        ...{ text, author, chat: 'test', thread: '{"ts":1}', channel: '#ops', isConfirmed: true, limit: 100 },
        readFile: () => Promise.reject(new Error('no files')),
        writeFile: (name) => Promise.resolve(name),
      },
      bot,
    )
  const done = async (text: string, author: string) => {
    const answered = await ask(text, author)
    if (answered.tag !== 'done') throw new Error(`${text}: ${JSON.stringify(answered.refusal)}`)
    return answered.reply
  }
  const code = async (text: string, author: string) => {
    const answered = await ask(text, author)
    return answered.tag === 'done' ? 'done' : answered.refusal.code
  }
  const desk = () => scheduleDesk(bot, (name) => Promise.resolve(name))
  /** Makes a schedule; its id, for people and for rows. */
  async function made(command: string, author: string): Promise<[string, number]> {
    const reply = await done(`schedule "0 3 * * *" ${command}`, author)
    const id = reply.kind === 'change' ? String(reply.chosen?.id) : ''
    return [id, Number.parseInt(id, 10)]
  }
  /** Lets the next due time of all come. */
  async function fire(): Promise<void> {
    const { knex } = inventory.database
    const { rows } = await knex.raw<{ rows: { next: Date }[] }>(
      `select min(next_due) as next from schedules where state = 'active'`,
    )
    await tick(knex, new Date((rows[0]?.next.getTime() ?? 0) + 1000), desk())
  }
  const grants = (identity: string, how: 'taken' | 'given back') =>
    inventory.database.knex.raw(
      `update grants set revoked_at = ${how === 'taken' ? 'clock_timestamp()' : 'null'}
       where operator_id = (select operator_id from identities where identity = ?)`,
      [identity],
    )

  it('what it reads is told where it was made; nothing is in the audit for it', async () => {
    const [id, row] = await made('count driver:server notify #dc', ALICE)
    await fire()
    const { knex } = inventory.database
    expect(await firesOf(knex, row, 5)).toMatchObject([{ state: 'done', operator: 'alice', outcome: 'done' }])
    const [notice] = await noticesOf(knex, row, 5)
    expect(notice).toMatchObject({ channel: '#dc' })
    expect(notice?.text.split('\n').at(-1)).toBe('2')
    const shown = await done(`schedule show ${id}`, BOB)
    expect(JSON.stringify(shown)).toContain('count driver:server')
    expect(JSON.stringify(shown)).toContain('told nobody yet')
    await knex.raw('update notices set sent_at = now() where schedule_id = ?', [row])
    expect(JSON.stringify(await done(`schedule show ${id}`, BOB))).not.toContain('told nobody yet')
    expect(await knex('audit').where({ name: 'count' })).toEqual([])
    await done(`schedule remove ${id}`, ALICE)
  })

  it('a job is started once, with its audit', async () => {
    const [id, row] = await made('polish web1 because "INC-1"', ALICE)
    await fire()
    const { knex } = inventory.database
    const [run, ...others] = await listRuns(knex, { limit: 5 })
    expect(others).toEqual([])
    expect(run).toMatchObject({ operator: ALICE, command: 'polish web1', because: 'INC-1', task: polish.name })
    expect(await firesOf(knex, row, 5)).toMatchObject([{ state: 'started', job: expect.stringMatching(/^1-/) }])
    expect(await knex('audit').where({ name: 'polish' })).toMatchObject([{ operator: 'alice', outcome: 'started' }])
    await done(`schedule remove ${id}`, ALICE)
  })

  it('an owner who has lost the right is told of before it fails, with who can take over', async () => {
    const [id, row] = await made('polish web1', ALICE)
    const { knex } = inventory.database
    const now = new Date()
    await lookAfterOwners(knex, now, desk())
    expect(await noticesOf(knex, row, 5)).toEqual([])
    await grants(ALICE, 'taken')
    for (const minutes of [10, 20]) await lookAfterOwners(knex, new Date(now.getTime() + minutes * 60_000), desk())
    const notices = await noticesOf(knex, row, 5)
    expect(notices).toHaveLength(1)
    expect(notices[0]?.text).toContain(`root and bob can take it over: \`schedule take ${id}\``)
    await fire()
    expect(await firesOf(knex, row, 5)).toMatchObject([{ state: 'refused', outcome: 'not-permitted' }])
    expect(await knex('audit').where({ decision: 'denied' })).toHaveLength(1)
    await done(`schedule take ${id}`, BOB)
    await fire()
    expect(await firesOf(knex, row, 1)).toMatchObject([{ state: 'started', operator: 'bob' }])
    await grants(ALICE, 'given back')
    await done(`schedule remove ${id}`, BOB)
  })

  it('an owner who has left runs nothing', async () => {
    const [id, row] = await made('doctor', ALICE)
    const { knex } = inventory.database
    await knex('operators').where({ name: 'alice' }).update({ left_at: new Date() })
    await fire()
    expect(await firesOf(knex, row, 5)).toMatchObject([{ state: 'refused', outcome: 'not-permitted' }])
    await knex('operators').where({ name: 'alice' }).update({ left_at: null })
    await done(`schedule remove ${id}`, ALICE)
  })

  it('what waits for a word is refused, when it is made and when a rule raises it later', async () => {
    expect(await code('schedule "0 3 * * *" polish web1 hard', ALICE)).toBe('not-schedulable')
    expect(await code('schedule "0 3 * * *" polish nothing1', ALICE)).toBe('unknown-in-expression')
    const [id, row] = await made('polish web2', ALICE)
    const { knex } = inventory.database
    await knex.raw(`insert into rules (subject, level, set_by, at) values ('polish', 'destroy', 'root', now())`)
    await fire()
    expect(await firesOf(knex, row, 5)).toMatchObject([{ state: 'refused', outcome: 'not-schedulable' }])
    expect(await knex('proposals')).toEqual([])
    await knex.raw('delete from rules')
    await done(`schedule remove ${id}`, ALICE)
  })

  it('it is for its owner, an admin, or who may do what it does, to end', async () => {
    const [id] = await made('polish web2', ALICE)
    const carol = await inventory.database.knex.transaction((knex) => enrol(knex, 'os:carol'))
    await inventory.database.knex.raw(
      `insert into grants (role, operator_id, granted_by, at) values ('schedule', ?, 'root', now())`,
      [carol],
    )
    expect(await code(`schedule pause ${id}`, 'os:carol')).toBe('schedule-not-yours')
    expect(await code('schedule "0 3 * * *" polish web1', 'os:carol')).toBe('not-permitted')
    expect(await code(`schedule take ${id}`, 'os:carol')).toBe('not-permitted')
    expect(await code(`schedule pause ${id}`, BOB)).toBe('done')
    expect(await code(`schedule remove ${id}`, ROOT)).toBe('done')
  })

  it("an alias of the owner's is not taken over where it says something else", async () => {
    await done('alias mine = web1', ALICE)
    await done('alias mine = web2', BOB)
    const [id] = await made('polish mine', ALICE)
    expect(await code(`schedule take ${id}`, BOB)).toBe('schedule-reads-otherwise')
    await done(`schedule remove ${id}`, ALICE)
  })

  it('what is due does not wait until the owners of others are looked after', async () => {
    const { knex } = inventory.database
    const [id, row] = await made('doctor', ALICE)
    await knex.raw('update schedules set checked_at = null where id = ?', [row])
    const [asked, ran, found] = [gate(), gate(), gate()]
    const slow: Desk = {
      ...desk(),
      trouble: async () => {
        asked.open()
        await found.opened
        return null
      },
      fire: async (_, settle) => {
        await settle(knex, { state: 'done', operator: 'alice', outcome: 'done', job: null, notice: null })
        ran.open()
      },
    }
    const ticker = new Ticker({ inventory, desk: slow, onTrouble: (error) => expect(error).toBeUndefined() })
    await ticker.start()
    await asked.opened
    await knex.raw(`update schedules set next_due = date_trunc('minute', clock_timestamp()) where id = ?`, [row])
    await ticker.tick()
    await ran.opened
    found.open()
    await ticker.stop()
    await done(`schedule remove ${id}`, ALICE)
  })

  it('the ticker goes by the database: what was missed before it began is told at once', async () => {
    const [id, row] = await made('doctor', ALICE)
    const { knex } = inventory.database
    await knex.raw(
      `update schedules set next_due = date_trunc('day', clock_timestamp()) - interval '45 hours' where id = ?`,
      [row],
    )
    await knex.raw('delete from schedule_clock')
    const troubles: unknown[] = []
    const ticker = new Ticker({ inventory, desk: desk(), onTrouble: (error) => troubles.push(error) })
    await ticker.start()
    await ticker.stop()
    expect(troubles).toEqual([])
    expect((await noticesOf(knex, row, 5))[0]?.text).toContain('MISSED')
    await done(`schedule remove ${id}`, ALICE)
  })
})
