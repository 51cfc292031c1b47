// The database that is opened before anybody has asked: only where there is one, and given back where nobody wants it.
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { readConfig } from '../../../src/bot/config.ts'
import { Early } from '../../../src/bot/terminal/early.ts'
import { openDatabase } from '../../../src/inventory/database/database.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clusto-early-'))
  const database = await openDatabase({ kind: 'embedded', directory: data(), template: inject('template') })
  await database.close()
})
afterAll(() => rm(folder, { recursive: true }))

const data = () => join(folder, 'data')
const begin = (directory: string) => Early.begin(readConfig({ data: directory, demo: false }, {}))

test('where there is no database nothing is made, neither in a new directory nor in an empty one', async () => {
  for (const directory of [join(folder, 'new'), await mkdtemp(join(folder, 'empty-'))]) {
    const early = await begin(directory)
    expect(early.take()).toBeNull()
    await early.close()
    expect(existsSync(directory) ? await readdir(directory) : []).toEqual([])
  }
})

test('one that is there is opened once, and is whoever takes it', async () => {
  const early = await begin(data())
  const second = await begin(data())
  expect(second.take()).toBeNull()
  const database = await openDatabase({ kind: 'embedded', directory: data(), begun: early.take() })
  expect(early.take()).toBeNull()
  await early.close()
  expect((await database.knex.raw('select count(*)::int as count from operators')).rows).toEqual([{ count: 0 }])
  await database.close()
  expect(existsSync(join(data(), 'lock'))).toBe(false)
})

test('what nobody takes is closed and unlocked', async () => {
  const early = await begin(data())
  expect(existsSync(join(data(), 'lock'))).toBe(true)
  await early.close()
  expect(existsSync(join(data(), 'lock'))).toBe(false)
})
