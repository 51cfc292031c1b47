// What somebody types in a chat is done once and answered in its thread; what a button does, it does as who pressed it.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Chats } from '../../../src/bot/chats.ts'
import type { Incoming } from '../../../src/bot/inbox/incoming.ts'
import { answer } from '../../../src/bot/pipeline.ts'
import { COMMANDS } from '../../../src/commands/registry.ts'
import { createLanguage } from '../../../src/grammar/language.ts'
import type { Inventory } from '../../../src/inventory/inventory.ts'
import { enrolFirst } from '../../../src/inventory/operators/operators.ts'
import { TASKS } from '../../../src/jobs/tasks.ts'
import { Worker } from '../../../src/jobs/worker.ts'
import { closeInventory, databases, openInventory } from '../../inventory/open.ts'
import { button, FakeAdapter, type Shown } from './fake-adapter.ts'

const language = createLanguage(COMMANDS)

describe.each(databases)('a conversation, on %s', (kind) => {
  let inventory: Inventory
  let directory: string
  let chat: FakeAdapter
  let chats: Chats
  let worker: Worker
  const troubles: unknown[] = []

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'clusto-chats-'))
    inventory = await openInventory(kind)
    await enrolFirst(inventory.database.knex, [
      { identity: 'fake:root', role: 'admin' },
      { identity: 'fake:alice', role: 'operator' },
      { identity: 'fake:bob', role: 'approver' },
      { identity: 'fake:carol', role: 'reader' },
    ])
    const onTrouble = (error: unknown) => troubles.push(error)
    worker = new Worker({ inventory, tasks: TASKS, onTrouble })
    await worker.start()
  })
  afterAll(async () => {
    await worker.drain(0)
    await closeInventory(inventory)
    await rm(directory, { recursive: true })
  })

  beforeEach(async () => {
    await inventory.database.knex.raw('truncate inbox, outbox, buttons')
    chat = new FakeAdapter()
    chats = new Chats({
      bot: { inventory, language, commands: COMMANDS },
      adapters: [chat],
      directory,
      onTrouble: (_about, error) => troubles.push(error),
    })
    await chats.start()
  })
  afterEach(async () => {
    await chats.stop()
    expect(troubles).toEqual([])
  })

  const answered = (thread: string, text = '') =>
    chat.see((shown) => shown.thread === thread && JSON.stringify(shown.post).includes(text))
  const ask = async (author: string, text: string) => answered(await chat.type(author, text))
  const count = async (name: string) => (await ask('root', `count ${name}`)).post.title.split('\n')[0]

  test('a question is answered in its thread, a refusal for the eyes of the asker alone', async () => {
    expect((await ask('alice', 'count driver:Server')).post).toMatchObject({ title: '0 things', privateTo: null })
    expect((await ask('mallory', 'count driver:Server')).post).toMatchObject({ privateTo: 'fake:mallory' })
    expect((await ask('carol', 'add server x1')).post).toMatchObject({ privateTo: 'fake:carol' })
    expect(await count('x1')).toBe('0 things')
  })

  test('whoever says nothing is told what they can ask, as far as they may', async () => {
    const reader = JSON.stringify((await ask('carol', ' ')).post)
    expect(reader).toContain('driver:Server connected to name:rack101')
    expect(reader).toContain('`help`')
    expect(reader).not.toContain('attr set')
    expect(JSON.stringify((await ask('alice', '')).post)).toContain('attr set')
    const stranger = (await ask('mallory', '')).post
    expect(stranger).toMatchObject({ privateTo: 'fake:mallory' })
    expect(JSON.stringify(stranger)).toContain('grant reader to fake:mallory')
    expect(JSON.stringify(stranger)).not.toContain('driver:')
  })

  test('a greeting is pointed to help, a question that finds nothing is not', async () => {
    for (const text of ['hello', 'hi']) expect(JSON.stringify((await ask('carol', text)).post)).toContain('`help`')
    expect(JSON.stringify((await ask('carol', 'driver:Rack')).post)).not.toContain('help')
  })

  test('help is for everybody, and lists what they may use', async () => {
    const { post } = await ask('mallory', 'help')
    expect(JSON.stringify(post)).toContain('whoami')
    expect(JSON.stringify(post)).not.toContain('locate')
    const count = Number(/may use (\d+) commands/.exec(JSON.stringify((await ask('mallory', 'whoami')).post))?.[1])
    const lines = JSON.stringify(post)
      .split('\\n')
      .filter((line) => /^[a-z ]+ {2,}[A-Z]/.test(line.replace(/^.*"/, '')))
    expect(lines.length).toBe(count)
  })

  test('nothing else is written than was typed: a note that looks like a secret is refused, and so is an alias with one', async () => {
    await ask('alice', 'add server noted1')
    for (const text of [
      'attr set noted1 note "password: see the vault"',
      'alias tk = attr set noted1 api_token hunter3',
    ]) {
      const told = await answered(await chat.type('alice', text))
      expect(JSON.stringify(told.post)).toContain('looks like a secret')
    }
    expect(JSON.stringify((await answered(await chat.type('alice', 'attr get noted1'))).post)).not.toContain('vault')
    expect(JSON.stringify((await answered(await chat.type('alice', 'alias'))).post)).not.toContain('tk')
  })

  test('a secret that is typed is kept nowhere', async () => {
    await ask('alice', 'add server safe1')
    for (const text of [
      'attr set safe1 db_password hunter2',
      'attr set safe1 db_password=hunter2 because "x"',
      'attr sett safe1 api_token hunter2',
      'find attr:password,hunter2',
      'explain attr:password,hunter2',
      'alias pw = attr set safe1 db_password',
      'pw hunter2',
      'pw hunter2 "',
    ])
      await answered(await chat.type('alice', text))
    await answered(await chat.type('alice', 'pw hunter2', { isUnseen: true } as Partial<Incoming>))
    await answered(await chat.type('alice', 'pw hunter2', { isCaughtUp: true }))
    await chat.type('alice', 'pw hunter2', {
      ...{ key: 'edit alias', kind: 'edit', of: 'message 1', thread: 'c1/alias' },
    } as Partial<Incoming>)
    await answered('c1/alias')
    await chat.type('alice', 'attr set safe1 db_password hunter2', {
      ...{ key: 'edit secret', kind: 'edit', of: 'message 1', thread: 'c1/secret' },
    } as Partial<Incoming>)
    await answered('c1/secret')
    const { rows } = await inventory.database.knex.raw<{ rows: { table: string }[] }>(
      `select table_name as table from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
    )
    const holding = async () => {
      const found: unknown[] = []
      for (const { table } of rows)
        found.push(
          ...(
            await inventory.database.knex.raw(
              `select ? as "table", t::text as row from ?? t where t::text like '%hunter2%'`,
              [table, table],
            )
          ).rows,
        )
      return found
    }
    // A refusal is private: its words go when the chat has it.
    await expect.poll(holding, { timeout: 20_000, interval: 200 }).toEqual([])
  })

  test('a code that is shown to one alone rests nowhere when they have it', async () => {
    const { knex } = inventory.database
    const { post } = await answered(await chat.type('alice', 'link', { channel: null }), 'link ')
    const [, code = ''] = /`link ([\w-]+)`/.exec(JSON.stringify(post)) ?? []
    expect(code).toMatch(/^\w{5}-\w{5}$/)
    const { rows } = await knex.raw<{ rows: { table: string }[] }>(
      `select table_name as table from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
    )
    const holding = async () => {
      const found = []
      for (const { table } of rows)
        found.push(
          ...(await knex.raw(`select ? as table from ?? t where strpos(t::text, ?) > 0`, [table, table, code])).rows,
        )
      return found
    }
    await expect.poll(holding, { timeout: 20_000, interval: 200 }).toEqual([])
  })

  test('of an author what was typed first is done first', async () => {
    const threads = []
    for (const text of ['add server line1', 'attr set line1 env lab', 'attr set line1 env prod'])
      threads.push(await chat.type('alice', text))
    for (const thread of threads) await answered(thread)
    expect(JSON.stringify((await ask('alice', 'attr get line1 env')).post)).toContain('prod')
  })

  test('what is delivered many times is done once and answered once', async () => {
    const [first, thread] = [new Date().toISOString(), 'c1/many']
    const deliver = () => chat.type('alice', 'attr add line1 seen yes', { key: 'message many', thread, at: first })
    await Promise.all(Array.from({ length: 11 }, deliver))
    await answered(thread)
    await deliver()
    await ask('alice', 'count line1')
    expect(chat.shown.filter((shown) => shown.thread === thread)).toHaveLength(1)
    const rows = await inventory.database.knex.raw(`select 1 from attributes where key = 'seen'`)
    expect(rows.rows).toHaveLength(1)
  })

  test('a file that hangs on the message is shown before it is taken', async () => {
    chat.attached.set('servers.csv', 'name,driver\ncsv1,server\n')
    const files = [{ name: 'servers.csv', size: 24, source: 'f1' }]
    const card = await answered(await chat.type('alice', 'import csv servers.csv', { files } as Partial<Incoming>))
    expect(await count('csv1')).toBe('0 things')
    await chat.press('bob', card, button(card, 'Confirm').label)
    const refused = await chat.see(({ post }) => post.privateTo === 'fake:bob')
    expect(JSON.stringify(refused.post)).toContain('the word of alice, and nobody else can confirm it')
    await chat.press('alice', card, button(card, 'Confirm').label)
    await answered(card.thread, 'takes it back')
    expect(await count('csv1')).toBe('1 thing')
    expect((await ask('alice', 'import csv other.csv')).post.privateTo).toBe('fake:alice')
  })

  test('a proposal is refused to its requester, approved by another, once, and its job tells how it goes', async () => {
    await ask('root', 'add datacenter dc1 power.driver=simulated simulated.speed=100')
    await ask('root', 'add server m1')
    await ask('root', 'insert m1 into dc1')
    const thread = await chat.type('alice', 'power off m1')
    const card = await answered(thread, 'waits for')
    expect(card.post.mentions).toEqual(['fake:bob', 'fake:root'])

    await chat.press('alice', card, 'Approve')
    const refused = await chat.see(({ post }) => post.privateTo === 'fake:alice')
    expect(refused.post.answers).toMatch(/^press/)
    await chat.press('mallory', card, 'Approve')
    await chat.see(({ post }) => post.privateTo === 'fake:mallory')
    expect(card.post.buttons).not.toEqual([])

    await Promise.all(Array.from({ length: 20 }, () => chat.press('bob', card, 'Approve')))
    const job = await answered(thread, 'Log')
    const end = await chat.see(({ post }) => post.mentions.includes('fake:alice'))
    expect(end.thread).toBe(thread)
    expect(job.ref).not.toBe(end.ref)
    await chat.see((shown) => shown.ref === card.ref && shown.post.buttons.length === 0)
    await chat.see((shown) => shown.ref === job.ref && !shown.post.buttons.some(({ label }) => label === 'Cancel'))
    const { rows } = await inventory.database.knex.raw<{ rows: { count: number }[] }>(
      `select count(*) as count from runs where command = 'power off m1'`,
    )
    expect(rows).toEqual([{ count: 1 }])
  })

  if (kind === 'postgres')
    test('what the database was lost in while it was committing is done once, and not told as unknown', async () => {
      const { knex } = inventory.database
      await knex.raw('create sequence losses')
      await knex.raw(`create function lose() returns trigger language plpgsql as $$ begin
        if nextval('losses') = 1 then perform pg_terminate_backend(pg_backend_pid()); end if; return null; end $$`)
      await knex.raw(`create constraint trigger lose after update on inbox deferrable initially deferred
        for each row when (new.state = 'done') execute function lose()`)
      const told = await answered(await chat.type('alice', 'add server lost1'))
      await knex.raw('drop trigger lose on inbox')
      expect(told.post.title).toContain('lost1 added')
      expect(await count('lost1')).toBe('1 thing')
      expect(troubles.splice(0)).toHaveLength(1)
    })

  test('where two have to approve, the button is there for the second', async () => {
    await ask('root', 'rule set delete approvals 2')
    await ask('root', 'add server two1')
    const thread = await chat.type('alice', 'delete two1 force')
    const card = await answered(thread, 'waits for 2')
    await chat.press('bob', card, 'Approve')
    await chat.see((shown) => shown.ref === card.ref && JSON.stringify(shown.post).includes('approved by bob; 1 more'))
    await chat.press('root', card, 'Approve')
    await chat.see((shown) => shown.ref === card.ref && shown.post.buttons.length === 0)
    expect(card.post.title).toContain('is approved by')
  })

  test('what is proposed in a direct message, approvers are told directly', async () => {
    const thread = await chat.type('alice', 'power off m1', { channel: null, thread: 'd-alice/1' })
    const own = await answered(thread, 'waits for')
    expect(own.post.mentions).toEqual([])
    const bobs = await chat.see(({ post }) => post.mentions[0] === 'fake:bob')
    expect(bobs.thread).toMatch(/^bob\//)
    await chat.press('bob', bobs, 'Approve')
    await chat.see((shown) => shown.ref === bobs.ref && shown.post.buttons.length === 0)
    await chat.see((shown) => shown.ref === own.ref && shown.post.buttons.length === 0)
    await chat.see((shown) => shown.thread === thread && shown.post.mentions.includes('fake:alice'))
  })

  test('what is proposed at the terminal, approvers are told directly', async () => {
    const bot = { inventory, language, commands: COMMANDS }
    const message = {
      ...{ text: 'power off m1', author: 'fake:alice', chat: 'terminal', thread: '{}', channel: null },
      ...{ isConfirmed: false, limit: 100, readFile: () => Promise.reject(new Error('no file')) },
      writeFile: (name: string) => Promise.resolve(name),
    }
    const asked = await answer(message, bot)
    if (asked.tag !== 'done' || asked.reply.kind !== 'proposal') throw new Error('it is not proposed')
    const bobs = await chat.see(({ post }) => post.mentions[0] === 'fake:bob')
    expect(bobs.thread).toMatch(/^bob\//)
    expect(bobs.post.title).toContain(asked.reply.id)
    await answer({ ...message, text: `deny ${asked.reply.id}` }, bot)
    await chat.see((shown) => shown.ref === bobs.ref && shown.post.buttons.length === 0)
  })

  test('who approves somewhere else is answered there, and a slash command is answered itself', async () => {
    const thread = await chat.type('alice', 'power off m1', { thread: 'c1/slash', answers: 'slash 1' })
    const answer = await answered(thread, 'its card follows')
    expect(answer.post.answers).toBe('slash 1')
    const card = await answered(thread, 'may approve')
    const id = card.post.title.split(' ')[0]
    const elsewhere = await chat.type('bob', `approve ${id}`)
    expect((await answered(elsewhere)).post.title).toMatch(/^job .* is queued$/)
    await chat.see((shown) => shown.thread === thread && shown.post.mentions.includes('fake:alice'))
    expect(chat.shown.filter((shown) => shown.thread === elsewhere)).toHaveLength(1)
  })

  test('that nobody decided in time is told to who asked', async () => {
    const thread = await chat.type('alice', 'power off m1')
    const card = await answered(thread, 'waits for')
    await inventory.database.knex.raw(`update proposals set expires_at = clock_timestamp() where state = 'pending'`)
    const end = await chat.see((shown) => shown.thread === thread && shown.post.mentions.includes('fake:alice'))
    expect(end.post.title).toContain('has expired')
    await chat.see((shown) => shown.ref === card.ref && shown.post.buttons.length === 0)
  })

  test("on one's own page stands what one can say, and it can be said there", async () => {
    const card = await answered(await chat.type('alice', 'power off m1'), 'waits for')
    const id = card.post.title.split(' ')[0]
    const labels = async (who: string) => (await chat.front.home(`fake:${who}`)).buttons.map(({ label }) => label)
    expect(await labels('alice')).toEqual([`Deny ${id}`])
    expect(await labels('carol')).toEqual([])
    const page = { ...card, post: await chat.front.home('fake:bob') }
    await chat.press('carol', page, `Deny ${id}`, { card: null })
    await chat.see(({ post }) => post.privateTo === 'fake:carol')
    await chat.press('bob', page, `Deny ${id}`, { card: null })
    await chat.see((shown) => shown.ref === card.ref && shown.post.buttons.length === 0)
  })

  test('a button does nothing from another message, for somebody else, or under an id that nobody gave', async () => {
    const card = await answered(await chat.type('alice', 'power off m1'), 'waits for')
    await chat.press('bob', card, 'Approve', { card: 'm999' })
    const elsewhere = await chat.see(({ post }) => post.privateTo === 'fake:bob')
    expect(elsewhere.post.title).toContain('another message')
    const forged: Shown = { ...card, post: { ...card.post, buttons: [{ ...button(card, 'Approve'), id: 'forged' }] } }
    await chat.press('root', forged, 'Approve')
    expect((await chat.see(({ post }) => post.privateTo === 'fake:root')).post.title).toContain('nothing any more')
    expect(card.post.buttons).toHaveLength(2)
    await chat.press('alice', card, 'Deny')
    await chat.see((shown) => shown.ref === card.ref && shown.post.buttons.length === 0)
  })

  test('a message that is changed is offered, to its author alone, once; one that is only unfolded is not', async () => {
    await chat.type('alice', 'count m1', { key: 'message e', thread: 'c1/e' })
    await answered('c1/e')
    const edit = { kind: 'edit', of: 'message e', thread: 'c1/e' } as const
    await chat.type('alice', 'count m1', { ...edit, key: 'edit e 1' } as Partial<Incoming>)
    await chat.type('alice', 'add server edited1', { ...edit, key: 'edit e 2' } as Partial<Incoming>)
    const offer = await answered('c1/e', 'edited1')
    expect(chat.shown.filter(({ thread }) => thread === 'c1/e')).toHaveLength(2)
    await chat.press('bob', offer, 'Run')
    await chat.see(({ post }) => post.privateTo === 'fake:bob')
    expect(await count('edited1')).toBe('0 things')
    await chat.press('alice', offer, 'Run')
    await answered('c1/e', 'edited1 added')
    await chat.press('alice', offer, 'Run')
    expect((await chat.see(({ post }) => post.privateTo === 'fake:alice')).post.title).toContain('done already')
    expect(await count('edited1')).toBe('1 thing')
  })

  test('of what was typed while the bot was away, reads are answered and changes asked about', async () => {
    expect((await ask2('count m1')).post.title).toBe('1 thing')
    const late = await ask2('add server late1')
    expect(late.post.buttons.map(({ label }) => label)).toEqual(['Do it now'])
    expect(await count('late1')).toBe('0 things')
    await chat.press('alice', late, 'Do it now')
    await answered(late.thread, 'late1 added')
    // Brought by the chat after an hour, as if it were new.
    const at = new Date(Date.now() - 3_600_000).toISOString()
    const old = await answered(await chat.type('alice', 'add server late2', { at }))
    expect(old.post.buttons.map(({ label }) => label)).toEqual(['Do it now'])
  })

  const ask2 = async (text: string) => answered(await chat.type('alice', text, { isCaughtUp: true }))
})
