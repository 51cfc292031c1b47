// Several processes of the bot share a chat: whoever hears a message, it is done once and answered once, and what one leaves
// when it ends another goes on with.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Chats } from '../../../src/bot/chats.ts'
import { COMMANDS } from '../../../src/commands/registry.ts'
import { createLanguage } from '../../../src/grammar/language.ts'
import { readShippedDrivers } from '../../../src/inventory/catalogue.ts'
import { Inventory } from '../../../src/inventory/inventory.ts'
import { enrolFirst } from '../../../src/inventory/operators/operators.ts'
import { createDatabase, databases } from '../../inventory/open.ts'
import { FakeAdapter } from './fake-adapter.ts'

const language = createLanguage(COMMANDS)

describe.each(databases.filter((kind) => kind === 'postgres'))('processes on %s', () => {
  let directory: string
  let database: Awaited<ReturnType<typeof createDatabase>>
  const troubles: unknown[] = []

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'clusto-shared-'))
    database = await createDatabase()
  })
  afterAll(async () => {
    await database.drop()
    await rm(directory, { recursive: true })
  })

  const begin = async (name: string) => {
    const inventory = await Inventory.open({ kind: 'postgres', url: database.url }, readShippedDrivers('drivers'))
    const chat = new FakeAdapter()
    const chats = new Chats({
      bot: { inventory, language, commands: COMMANDS },
      adapters: [chat],
      directory: join(directory, name),
      onTrouble: (_about, error) => troubles.push(error),
    })
    await enrolFirst(inventory.database.knex, [{ identity: 'fake:root', role: 'admin' }])
    await chats.start()
    return { chat, inventory, end: () => chats.stop().then(() => inventory.close()) }
  }

  test('each message is done once and answered once, also when one of them ends in the middle', async () => {
    const [one, two] = await Promise.all([begin('one'), begin('two')])
    await two.chat.type('root', 'add server m1', { thread: 'c1/first' })
    const N = 60
    // Both are told of each.
    const both = Array.from({ length: N }, (_, n) =>
      [one, two].map(({ chat }) =>
        chat.type('root', `attr add m1 hit n${n}`, { key: `message shared ${n}`, thread: `c${n % 10}/${n}` }),
      ),
    )
    await Promise.all(both.flat())
    await one.end()
    const answers = () => [...one.chat.shown, ...two.chat.shown].filter(({ thread }) => thread !== 'c1/first')
    await two.chat.until(() => answers().length >= N)
    expect(
      answers()
        .map(({ thread }) => thread)
        .sort(),
    ).toEqual(Array.from({ length: N }, (_, n) => `c${n % 10}/${n}`).sort())
    const { rows } = await two.inventory.database.knex.raw<{ rows: { text: string }[] }>(
      `select text from attributes where key = 'hit'`,
    )
    expect(rows.map(({ text }) => text).sort()).toEqual(Array.from({ length: N }, (_, n) => `n${n}`).sort())
    await two.end()
    expect(troubles).toEqual([])
  })
})
