// A console that is open in a thread: what it shows is told there, and lines that begin with `>` go to it, from who has
// opened it, once, and are kept nowhere.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { Chats } from '../../../src/bot/chats.ts'
import type { Incoming } from '../../../src/bot/inbox/incoming.ts'
import { COMMANDS } from '../../../src/commands/registry.ts'
import { createLanguage } from '../../../src/grammar/language.ts'
import type { Inventory } from '../../../src/inventory/inventory.ts'
import { enrolFirst } from '../../../src/inventory/operators/operators.ts'
import { typeLines } from '../../../src/jobs/console/open-consoles.ts'
import { TASKS } from '../../../src/jobs/tasks.ts'
import { Worker } from '../../../src/jobs/worker.ts'
import { closeInventory, databases, openInventory } from '../../inventory/open.ts'
import { FakeAdapter, type Shown } from './fake-adapter.ts'

const language = createLanguage(COMMANDS)
const PASSWORD = 'hunter2-of-web01'

describe.each(databases)('a console in a thread, on %s', (kind) => {
  let inventory: Inventory
  let directory: string
  let chat: FakeAdapter
  let chats: Chats
  let worker: Worker
  const troubles: unknown[] = []
  const onTrouble = (error: unknown) => troubles.push(error)
  const begin = async () => {
    worker = new Worker({ inventory, tasks: TASKS, onTrouble, concurrency: 1 })
    await worker.start()
  }

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'clusto-console-'))
    inventory = await openInventory(kind)
    await enrolFirst(inventory.database.knex, [
      { identity: 'fake:root', role: 'admin' },
      { identity: 'fake:alice', role: 'operator' },
      { identity: 'fake:bob', role: 'approver' },
      { identity: 'fake:carol', role: 'reader' },
    ])
    await begin()
  })
  afterAll(async () => {
    await worker.drain(0)
    await closeInventory(inventory)
    await rm(directory, { recursive: true })
  })

  const answered = (thread: string, text = '') =>
    chat.see((shown) => shown.thread === thread && JSON.stringify(shown.post).includes(text))
  const ask = async (author: string, text: string) => answered(await chat.type(author, text))

  beforeEach(async () => {
    chat = new FakeAdapter()
    chats = new Chats({
      bot: { inventory, language, commands: COMMANDS },
      adapters: [chat],
      directory,
      onTrouble: (_about, error) => troubles.push(error),
    })
    await chats.start()
    await ask('root', 'add datacenter dc1 power.driver=simulated simulated.speed=20')
    await ask('root', 'add server m[1-2]')
    await ask('root', 'insert m1 m2 into dc1')
  })
  afterEach(async () => {
    await inventory.database.knex.raw(`update runs set cancel_by = 'test' where state = 'running'`)
    await vi.waitFor(async () => expect(await running()).toBe(0), 10_000)
    await chats.stop()
    await inventory.database.knex.raw('truncate inbox, outbox, buttons, consoles, runs, proposals, things cascade')
    expect(troubles).toEqual([])
  })

  const running = async () => {
    const { rows } = await inventory.database.knex.raw<{ rows: { count: number }[] }>(
      `select count(*)::int as count from runs where state in ('queued', 'running')`,
    )
    return rows[0]?.count
  }
  /** Asks for a console in a thread of its own and says yes to it; answers with its first message. */
  const opened = async (author: string, command: string, thread: string): Promise<Shown> => {
    await chat.type(author, command, { thread })
    await answered(thread, 'waits for')
    const card = chat.shown.findLast((one) => one.thread === thread && one.post.title.includes('waits for'))
    await press(author, card as Shown, 'Confirm')
    return console(thread, 'is open')
  }
  /** When the bot knows of its own message too. */
  const press = async (author: string, card: Shown, label: string) => {
    await vi.waitFor(async () => {
      const { rows } = await inventory.database.knex.raw('select 1 from outbox where ref = ?', [card.ref])
      expect(rows).toHaveLength(1)
    }, 10_000)
    await chat.press(author, card, label)
  }
  const console = (thread: string, text: string) =>
    chat.see(({ thread: at, post }) => at === thread && /console of/.test(post.title) && whole({ post }).includes(text))
  const whole = ({ post }: Pick<Shown, 'post'>) => [post.title, ...post.parts.map(({ text }) => text)].join('\n')
  const type = (author: string, text: string, thread: string) =>
    chat.type(author, text, { thread, isOverheard: true } as Partial<Incoming>)
  /** All texts of the database in which a password could stand. */
  const kept = async () => {
    const { rows } = await inventory.database.knex.raw<{ rows: { text: string }[] }>(
      `select incoming::text as text from inbox union all select line from console_lines
       union all select text from console_pages union all select row_to_json(a)::text from audit a
       union all select body::text from outbox union all select row_to_json(e)::text from run_events e
       union all select row_to_json(s)::text from run_steps s`,
    )
    return rows.map(({ text }) => text).join('\n')
  }

  test('what it shows is told in one message, and lines go to it; what was typed is kept nowhere', async () => {
    const first = await opened('alice', 'console m1', 't1')
    expect(whole(await console('t1', 'm1 login:'))).toContain('read-only until')
    await type('alice', '> alice', 't1')
    await console('t1', 'Password:')
    await type('alice', `> ${PASSWORD}`, 't1')
    await console('t1', 'Welcome to m1 (simulated)')
    await type('alice', '> hostname\n> whoami\nsaid to people', 't1')
    const last = await console('t1', 'm1:~$ whoami\nalice\nalice@m1:~$')
    expect(whole(last)).toContain('alice writes')
    expect(last.ref).toBe(first.ref)
    expect(await kept()).not.toContain(PASSWORD)
    const { rows } = await inventory.database.knex.raw<{ rows: object[] }>(
      `select identity, outcome from audit where command like 'lines typed%' order by id`,
    )
    expect(rows).toEqual(['typed 1', 'typed 1', 'typed 2'].map((outcome) => ({ identity: 'fake:alice', outcome })))
  })

  test('an error of the database does not say what was typed', async () => {
    const { knex } = inventory.database
    const error = await typeLines(knex, Number.NaN, 'fake:alice', [PASSWORD]).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(Error)
    expect(`${(error as Error).message} ${(error as Error).stack}`).not.toContain(PASSWORD)
  })

  test('others are refused for their eyes alone, and people may talk', async () => {
    await opened('alice', 'console m1', 't1')
    await console('t1', 'm1 login:')
    await type('bob', '> reboot', 't1')
    const refused = await chat.see(({ post }) => post.privateTo === 'fake:bob')
    expect(refused.post.title).toContain('only alice,')
    expect(refused.thread).toBe('t1')
    expect(JSON.stringify(refused.post)).not.toContain('reboot')
    await type('carol', 'shall we reboot it?', 't1')
    // What is said to the bot is answered as everywhere.
    await chat.type('carol', 'count m1', { thread: 't1' })
    await answered('t1', '1 thing')
    await type('alice', '> alice', 't1')
    await console('t1', 'login: alice')
    expect(chat.shown.filter(({ post }) => post.privateTo !== null)).toHaveLength(1)
    expect(await kept()).not.toContain('> reboot')
  })

  test('who may no longer open it may no longer type', async () => {
    await opened('alice', 'console m1', 't1')
    await ask('root', 'revoke operator from alice')
    await type('alice', '> alice', 't1')
    const refused = await chat.see(({ post }) => post.privateTo === 'fake:alice')
    expect(refused.post.title).toContain('permission operate is missing')
    await ask('root', 'grant operator to fake:alice')
  })

  test('two threads have two consoles, and a thread has one', async () => {
    await opened('alice', 'console m1', 't1')
    await opened('bob', 'console m2', 't2')
    await type('bob', '> bob', 't2')
    await type('alice', '> alice', 't1')
    await console('t1', 'm1 login: alice\nPassword:')
    await console('t2', 'm2 login: bob\nPassword:')
    await chat.type('alice', 'console m2', { thread: 't1' })
    await answered('t1', 'open in this thread already')
  })

  test('it is taken by another after who has it is told', async () => {
    await opened('alice', 'console m1', 't1')
    await opened('bob', 'console m1', 't2')
    const told = await answered('t1', 'has taken the console of m1')
    expect(told.post.mentions).toEqual(['fake:alice'])
    expect(chat.shown.indexOf(told)).toBeLessThan(chat.shown.indexOf(await console('t2', 'is open')))
    await console('t1', 'is closed')
    await type('alice', '> alice', 't1')
    expect((await chat.see(({ post }) => post.privateTo === 'fake:alice')).post.title).toContain('nothing was sent')
    await type('bob', '> bob', 't2')
    await console('t2', 'login: bob')
  })

  test('it is closed when its time is over, and by its button', async () => {
    await opened('alice', 'console m1 for 2s', 't1')
    expect((await console('t1', 'is closed')).post.title).toContain('its time is over')
    expect((await console('t1', 'is closed')).post.buttons).toEqual([])
    await type('alice', '> alice', 't1')
    expect((await chat.see(({ post }) => post.privateTo === 'fake:alice')).post.title).toContain('no console is open')
    const again = await opened('alice', 'console m1', 't2')
    await press('alice', again, 'Close')
    expect((await console('t2', 'is closed')).post.title).toContain('its job was cancelled')
  })

  test('what was typed while its worker was away is sent by the next one, once', async () => {
    await opened('alice', 'console m1', 't1')
    await console('t1', 'm1 login:')
    await worker.drain(0)
    await type('alice', '> alice', 't1')
    await vi.waitFor(async () => {
      const { rows } = await inventory.database.knex.raw('select line from console_lines')
      expect(rows).toEqual([{ line: 'alice' }])
    }, 10_000)
    await begin()
    await console('t1', 'connected again')
    expect(whole(await console('t1', 'Password:')).match(/login: alice/g)).toHaveLength(1)
  })

  test('one whose job has ended without a word is told as closed', async () => {
    await opened('alice', 'console m1', 't1')
    await worker.drain(0)
    await inventory.database.knex.raw(`update runs set state = 'failed', lease_by = null where state <> 'done'`)
    expect((await console('t1', 'is closed')).post.title).toContain('its job is over')
    await begin()
  })

  test('other jobs on the machine go on, and their effect is seen', async () => {
    await opened('alice', 'console m1', 't1')
    const thread = await chat.type('bob', 'power cycle m1')
    await answered(thread, 'waits for')
    await press('root', await answered(thread, 'Approve'), 'Approve')
    await console('t1', 'm1 BIOS 1.0')
    await answered(thread, 'is done')
  })

  test('adapters are told in which threads lines are wanted', async () => {
    await opened('alice', 'console m1', 't1')
    await vi.waitFor(async () => expect(await chat.front.wants('t1')).toBe(true), 10_000)
    expect(await chat.front.wants('t2')).toBe(false)
    // Below our own first message the thread has another name.
    const first = chat.shown.find(({ thread, post }) => thread === 't1' && post.privateTo === null)
    await vi.waitFor(async () => expect(await chat.front.wants(`below ${first?.ref}`)).toBe(true), 10_000)
    await type('alice', '> alice', `below ${first?.ref}`)
    await console('t1', 'login: alice')
  })
})
