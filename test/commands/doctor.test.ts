// What monitoring relies on: `doctor` fails where something is not well, and says what.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readConfig } from '../../src/bot/config.ts'
import type { Answer } from '../../src/bot/message.ts'
import { answerJson, answerText } from '../../src/bot/render/answer.ts'
import { Desk } from '../../src/bot/terminal/desk.ts'
import { Early } from '../../src/bot/terminal/early.ts'
import { statusOf } from '../../src/bot/terminal/output.ts'
import { COMMANDS } from '../../src/commands/registry.ts'
import { createLanguage } from '../../src/grammar/language.ts'
import type { Inventory } from '../../src/inventory/inventory.ts'
import { closeInventory, createDatabase, databases, openInventory } from '../inventory/open.ts'
import { Session } from '../language/session.ts'

/** The row of a check. */
function rowOf(answer: Answer, name: string): string | undefined {
  const lines = answerText(answer, { width: 200, colour: false }).split('\n')
  return lines.find((line) => line.startsWith(`${name} `))
}

describe.each(databases)('on %s', (kind) => {
  let inventory: Inventory
  let session: Session
  beforeAll(async () => {
    inventory = await openInventory(kind)
    session = await Session.begin(inventory, false)
    for (const name of ['a', 'b', 'c']) await session.ask(`add server ${name}`)
  })
  afterAll(() => closeInventory(inventory))

  test('all is well: status 0', async () => {
    const answer = await session.ask('doctor')
    expect(rowOf(answer, 'audit')).toMatch(/^audit +ok +3 rows, head [0-9a-f]{64}$/)
    expect(statusOf(answer)).toBe(0)
  })

  test.each([2, 3])('row %i of the audit was changed: status 1, and still a table for programs', async (id) => {
    const { knex } = inventory.database
    await knex.raw("update audit set because = 'because' where id = ?", [id])
    const answer = await session.ask('doctor')
    await knex.raw('update audit set because = null where id = ?', [id])
    expect(rowOf(answer, 'audit')).toMatch(
      new RegExp(`^audit +FAILED +row ${id} is not as it was written: .audit verify.`),
    )
    expect(statusOf(answer)).toBe(1)
    expect(JSON.parse(answerJson(answer))).toMatchObject({ ok: true, kind: 'table' })
    expect(statusOf(await session.ask('doctor'))).toBe(0)
  })
})

const directory = join(import.meta.dirname, 'nowhere')

async function deskOf(url: string): Promise<Desk> {
  const config = readConfig({ data: null, demo: false }, { DATABASE_URL: url, CLUSTO_DATA: directory, PAGER: 'less' })
  return new Desk(config, null, {
    ...{ language: createLanguage(COMMANDS), commands: COMMANDS, tasks: [], keepsFiles: false, isConfirmed: false },
    ...{ stays: false, successor: null, early: await Early.begin(config) },
  })
}

test.each(databases.filter((kind) => kind === 'postgres'))('on %s, no command makes a data directory', async () => {
  const { url, drop } = await createDatabase()
  const desk = await deskOf(url)
  expect(await desk.ask('whoami')).toMatchObject({ tag: 'done' })
  expect(await desk.ask('add server web1')).toMatchObject({ tag: 'done' })
  await desk.close()
  await drop()
  expect(existsSync(directory)).toBe(false)
})

test('a database that does not answer keeps the other checks from nobody', async () => {
  const desk = await deskOf('postgres://clusto@127.0.0.1:1/clusto')
  const answer = await desk.ask('doctor')
  expect(rowOf(answer, 'database')).toMatch(/^database +FAILED +.*ECONNREFUSED/)
  expect(rowOf(answer, 'key')).toMatch(/^key +not there +CLUSTO_SECRET_KEY is not set/)
  expect(statusOf(answer)).toBe(1)
  expect(await desk.ask('count web1')).toMatchObject({ tag: 'refused', refusal: { code: 'database-unreachable' } })
  await desk.close()
  // Nothing had to be written there.
  expect(existsSync(directory)).toBe(false)
})
