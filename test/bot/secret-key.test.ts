// The key for secrets: made once where it may be, kept from others, and another one is told as another one.
import { createSecretKey, randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { SecretKey } from '../../src/bot/config.ts'
import { keyExamination, openSecretKey } from '../../src/bot/secret-key.ts'
import type { Inventory } from '../../src/inventory/inventory.ts'
import { closeInventory, databases, openInventory } from '../inventory/open.ts'

describe.each(databases)('the key for secrets, on %s', (kind) => {
  let inventory: Inventory
  let made: Extract<SecretKey, { tag: 'made' }>

  const knex = () => inventory.database.knex
  const look = async (key: SecretKey) => {
    const [check] = await keyExamination(key, knex()).look(new AbortController().signal)
    return check
  }
  const given = (file: string | null = null): SecretKey => ({
    ...{ tag: 'given', variable: 'CLUSTO_SECRET_KEY', file },
    key: createSecretKey(randomBytes(32)),
  })

  beforeAll(async () => {
    inventory = await openInventory(kind)
  })
  afterAll(() => closeInventory(inventory))
  beforeEach(async () => {
    await knex().raw('truncate secret_key')
    made = { tag: 'made', file: join(mkdtempSync(join(tmpdir(), 'clusto-key-')), 'secret.key') }
  })

  test('is made when it is first needed, for its owner alone, and is the same from then on', async () => {
    expect(await look(made)).toMatchObject({ state: 'ok', detail: expect.stringContaining('is made when') })
    expect(existsSync(made.file)).toBe(false)
    const key = await openSecretKey(made, knex())
    expect(statSync(made.file).mode & 0o777).toBe(0o600)
    expect(Buffer.from(readFileSync(made.file, 'utf8'), 'base64')).toHaveLength(32)
    expect(readdirSync(dirname(made.file))).toEqual(['secret.key'])
    expect((await openSecretKey(made, knex())).equals(key)).toBe(true)
    const told = await look(made)
    expect(told?.state).toBe('ok')
    expect(told?.detail).not.toContain(readFileSync(made.file, 'utf8').slice(0, 8))
  })

  test('two who need it at once have the same one', async () => {
    const keys = await Promise.all(Array.from({ length: 8 }, () => openSecretKey(made, knex())))
    for (const key of keys) expect(key.equals(keys[0] as (typeof keys)[0])).toBe(true)
  })

  test('another key than the one that secrets are kept under is refused, and told', async () => {
    await openSecretKey(made, knex())
    const other = given()
    await expect(openSecretKey(other, knex())).rejects.toMatchObject({ facts: { variable: 'CLUSTO_SECRET_KEY' } })
    expect(await look(other)).toMatchObject({ state: 'failed', detail: expect.stringContaining('another key') })
    rmSync(made.file)
    expect(await look(made)).toMatchObject({ state: 'failed', detail: expect.stringContaining('is gone') })
    await expect(openSecretKey(made, knex())).rejects.toMatchObject({ code: 'bad-setting' })
    expect(existsSync(made.file)).toBe(false)
  })

  test('a file that others can read, or that holds no key, is told with what to do', async () => {
    await openSecretKey(made, knex())
    chmodSync(made.file, 0o640)
    expect(await look(made)).toMatchObject({ state: 'failed', detail: expect.stringContaining('chmod 600') })
    chmodSync(made.file, 0o600)
    writeFileSync(made.file, 'c2hvcnQ=\n')
    expect(await look(made)).toMatchObject({ state: 'failed', detail: expect.stringContaining('no 32 bytes') })
    await expect(openSecretKey(made, knex())).rejects.toMatchObject({ facts: { variable: made.file } })
  })

  test('on a server nothing is made: it is needed as soon as secrets are', async () => {
    expect(await look({ tag: 'missing' })).toMatchObject({ state: 'absent' })
    await expect(openSecretKey({ tag: 'missing' }, knex())).rejects.toMatchObject({
      facts: { variable: 'CLUSTO_SECRET_KEY' },
    })
    await openSecretKey(given(), knex())
    expect(await look({ tag: 'missing' })).toMatchObject({ state: 'failed' })
  })
})
