import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Answer, Message } from '../../src/bot/message.ts'
import { answer, type Bot } from '../../src/bot/pipeline.ts'
import { refusalOf } from '../../src/bot/refusal.ts'
import { type Asking, changeCommand, readCommand } from '../../src/commands/command.ts'
import { CommandError } from '../../src/commands/error.ts'
import { COMMANDS } from '../../src/commands/registry.ts'
import { createLanguage } from '../../src/grammar/language.ts'
import { Inventory } from '../../src/inventory/inventory.ts'
import { enrolFirst } from '../../src/inventory/operators/operators.ts'
import { closeInventory, databases, openInventory } from '../inventory/open.ts'

/** What the commands below were asked with. */
const asked: Asking[] = []

const COMMANDS_OF_TESTS = [
  ...COMMANDS,
  readCommand({
    name: 'peek',
    summary: 'Reads',
    syntax: 'peek',
    examples: [],
    run(_args, asking) {
      asked.push(asking)
      return Promise.resolve({ kind: 'lines', lines: [asking.operator] })
    },
  }),
  readCommand({
    name: 'stumble',
    summary: 'Has a bug',
    syntax: 'stumble',
    examples: [],
    run: () => Promise.reject(new TypeError('undefined is not a function')),
  }),
  changeCommand({
    name: 'spoil',
    summary: 'Writes, then refuses',
    syntax: 'spoil',
    examples: [],
    plan: () =>
      Promise.resolve({
        targets: [],
        async run(change) {
          await change.insert('things', [{ name: 'spoilt', name_key: 'spoilt', driver: 'server', type: 'server' }])
          throw new CommandError('file-not-found', { file: 'x', reason: 'it is not there' })
        },
      }),
  }),
]

const language = createLanguage(COMMANDS_OF_TESTS)

const nowhere = () => Promise.reject(new Error('no files here'))

function ask(
  inventory: Inventory,
  text: string,
  author = 'os:root',
  writeFile: Message['writeFile'] = nowhere,
): Promise<Answer> {
  const bot: Bot = { inventory, language, commands: COMMANDS_OF_TESTS }
  return answer(
    {
      text,
      author,
      chat: 'test',
      thread: '{"message":1}',
      channel: null,
      isConfirmed: true,
      limit: 10_000,
      readFile: nowhere,
      writeFile,
    },
    bot,
  )
}

describe.each(databases)('on %s', (kind) => {
  let inventory: Inventory

  beforeAll(async () => {
    inventory = await openInventory(kind)
    await enrolFirst(inventory.database.knex, [{ identity: 'os:root', role: 'admin' }])
  })
  afterAll(() => closeInventory(inventory))

  test('a file that is slow to come keeps nobody from writing', async () => {
    let arrive: (content: Uint8Array) => void = () => undefined
    const file = new Promise<Uint8Array>((resolve) => {
      arrive = resolve
    })
    const message = {
      text: 'import csv slow.csv',
      author: 'os:root',
      chat: 'test',
      thread: '{}',
      channel: null,
      isConfirmed: true,
      limit: 10,
    }
    const bot: Bot = { inventory, language, commands: COMMANDS_OF_TESTS }
    const slow = answer({ ...message, readFile: () => file, writeFile: nowhere }, bot)
    expect(await ask(inventory, 'add server meanwhile')).toMatchObject({ tag: 'done' })
    arrive(new TextEncoder().encode('name,driver\nslow,server\n'))
    expect(await slow).toMatchObject({ tag: 'done', reply: { kind: 'change', changed: 1 } })
  })

  const latest = () => inventory.read((view) => view.latest())

  test('a question is answered, with who asks and what they typed', async () => {
    const answered = await ask(inventory, 'peek because "I wonder"')
    expect(answered).toMatchObject({ tag: 'done', reply: { kind: 'lines', lines: ['os:root'] }, version: null })
    expect(asked.at(-1)).toMatchObject({ operator: 'os:root', text: 'peek because "I wonder"', limit: 10_000 })
  })

  test('a change is one version, kept with who, what, why and from where', async () => {
    const answered = await ask(inventory, 'add server web1 web2 because "INC-1"')
    expect(answered).toMatchObject({ tag: 'done', reply: { kind: 'change', changed: 2 }, version: await latest() })
    const { rows } = await inventory.database.knex.raw<{ rows: object[] }>(
      'select operator, command, because, message from versions order by version desc limit 1',
    )
    expect(rows[0]).toMatchObject({
      operator: 'os:root',
      command: 'add server web1 web2 because "INC-1"',
      because: 'INC-1',
    })
    expect(JSON.parse(Object.entries(rows[0] ?? {}).find(([key]) => key === 'message')?.[1])).toEqual({
      chat: 'test',
      thread: '{"message":1}',
    })
  })

  test('a change that changes nothing makes no version', async () => {
    await ask(inventory, 'attr set web1 env prod')
    const before = await latest()
    expect(await ask(inventory, 'attr set web1 env prod')).toMatchObject({ tag: 'done', version: null })
    expect(await latest()).toBe(before)
  })

  test('a refusal in the middle of a change leaves nothing behind', async () => {
    const before = await latest()
    expect(await ask(inventory, 'spoil')).toMatchObject({ tag: 'refused', refusal: { code: 'file-not-found' } })
    expect(await latest()).toBe(before)
    expect(await ask(inventory, 'count spoilt')).toMatchObject({ reply: { count: 0 } })
  })

  test('a file is kept for the author, and the answer says where', async () => {
    const kept: string[] = []
    const answered = await ask(inventory, 'export web1 json', 'os:root', (name, content) => {
      kept.push(`${name}: ${new TextDecoder().decode(content).includes('web1')}`)
      return Promise.resolve(`/kept/${name}`)
    })
    expect(answered).toMatchObject({
      reply: { kind: 'file', path: '/kept/export.json', mediaType: 'application/json' },
    })
    expect(kept).toEqual(['export.json: true'])
  })

  test('what is not understood is refused with its place', async () => {
    expect(await ask(inventory, 'find driver:server and')).toMatchObject({
      tag: 'refused',
      refusal: { source: 'parse', code: 'syntax', facts: { position: 22 } },
    })
  })

  test('a stranger is refused before anything is read', async () => {
    const seen = asked.length
    for (const text of ['peek', 'plan peek', 'add server stranger1', 'plan add server stranger1'])
      expect(await ask(inventory, text, 'os:mallory')).toMatchObject({
        tag: 'refused',
        refusal: { code: 'not-permitted', facts: { operator: 'os:mallory' } },
      })
    expect(asked.length).toBe(seen)
    expect(await ask(inventory, 'count stranger1')).toMatchObject({ reply: { count: 0 } })
  })

  test('only the first to come becomes admin', async () => {
    expect(await enrolFirst(inventory.database.knex, [{ identity: 'os:mallory', role: 'admin' }])).toBe(false)
    expect(await ask(inventory, 'peek', 'os:mallory')).toMatchObject({ refusal: { code: 'not-permitted' } })
  })

  test('a plan shows what a change would do, and does nothing', async () => {
    const before = await latest()
    const answered = await ask(inventory, 'plan add server planned1 env=lab')
    expect(answered).toMatchObject({
      tag: 'done',
      version: null,
      reply: {
        kind: 'lines',
        lines: ['nothing is done yet; this would be:', 'planned1 added (server)', 'planned1: + env=lab'],
      },
    })
    expect(await latest()).toBe(before)
    expect(await ask(inventory, 'count planned1')).toMatchObject({ reply: { count: 0 } })
  })

  test('a plan of what would be refused is refused', async () => {
    expect(await ask(inventory, 'plan add server web1')).toMatchObject({ refusal: { code: 'name-taken' } })
  })

  test('a plan of a question says that it only reads, and does not ask it', async () => {
    const seen = asked.length
    expect(await ask(inventory, 'plan peek')).toMatchObject({
      reply: { kind: 'lines', lines: [expect.stringContaining('only reads')] },
    })
    expect(asked.length).toBe(seen)
  })

  test('a bug is logged under an id, and the id is the answer', async () => {
    const log = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    try {
      const answered = await ask(inventory, 'stumble')
      expect(answered).toMatchObject({ tag: 'refused', refusal: { source: 'bot', code: 'internal' } })
      const id = answered.tag === 'refused' && answered.refusal.code === 'internal' ? answered.refusal.facts.id : '?'
      expect(log.mock.calls.join('')).toContain(`bug ${id} in "stumble": TypeError`)
    } finally {
      log.mockRestore()
    }
  })
})

test('a server that is not there is told as such', async () => {
  const url = 'postgres://nobody@127.0.0.1:1/none'
  const refusal = await Inventory.open({ kind: 'postgres', url }, []).then(
    () => null,
    (error: unknown) => refusalOf(error, 'peek'),
  )
  expect(refusal).toMatchObject({ source: 'database', code: 'database-unreachable' })
})

test('a database that was closed meanwhile is told as such', async () => {
  const inventory = await openInventory('embedded')
  await inventory.close()
  expect(await ask(inventory, 'peek')).toMatchObject({ tag: 'refused', refusal: { source: 'database' } })
})
