// The embedded database: a query that does not end stalls nobody for ever, and loses nothing that was written.
import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { readShippedDrivers } from '../../../src/inventory/catalogue.ts'
import { markDirectory } from '../../../src/inventory/database/directory.ts'
import { DatabaseError } from '../../../src/inventory/database/error.ts'
import { Inventory } from '../../../src/inventory/inventory.ts'
import { lookup } from '../../../src/inventory/query/lookup.ts'
import { addThings } from '../../../src/inventory/write/things.ts'

const ENTRY = { operator: 'os:test', command: 'add server x', because: null, message: null }
const SHIPPED = readShippedDrivers('drivers')
// Seconds of work that no index shortens, in a function that cannot be interrupted from outside.
const ENDLESS = 'select count(*) from generate_series(1, 20000000000) n'

// The parser's stack overflows, and PGlite answers with nothing at all.
const TOO_DEEP = "select repeat('[', 3000000)::jsonb"

let directory: string
let inventory: Inventory

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'clusto-endless-'))
  const config = { kind: 'embedded' as const, directory: join(directory, 'data'), template: inject('template') }
  inventory = await Inventory.open({ ...config, limit: 3000 }, SHIPPED)
})

afterAll(async () => {
  await inventory.close()
  await rm(directory, { recursive: true })
})

const names = () =>
  inventory.read(async ({ knex }) => (await knex.raw<{ rows: { name: string }[] }>('select name from things')).rows)
const found = async (text: string) => (await inventory.read((view) => lookup(view, { text, at: 0 }))).name
const add = (name: string, sql = 'select') =>
  inventory.change(ENTRY, async (change) => {
    const driver = change.catalogue.get('server')
    if (!driver) throw new Error('no driver server')
    await addThings(change, [{ name, driver }])
    await change.knex.raw(sql)
  })

describe('a query that does not end', () => {
  it('is ended by the watchdog; the next one is answered and everything is there', async () => {
    await add('before')
    expect(await found('before')).toBe('before')
    const started = inventory.read(({ knex }) => knex.raw(ENDLESS))
    await expect(started).rejects.toMatchObject({ code: 'query-too-long' })
    expect(await names()).toEqual([{ name: 'before' }])
    expect(await found('before')).toBe('before')
  })

  it('the next connection prepares its statements anew', async () => {
    expect(await found('before')).toBe('before')
    const { client } = inventory.database.knex
    const connection = await client.acquireConnection()
    await connection.end()
    await client.releaseConnection(connection)
    expect(await found('before')).toBe('before')
  })

  it('inside a change takes all of it back, and says why', async () => {
    const change = add('half', ENDLESS)
    await expect(change).rejects.toBeInstanceOf(DatabaseError)
    await expect(change).rejects.toMatchObject({ code: 'query-too-long' })
    await add('after')
    expect((await names()).map(({ name }) => name).sort()).toEqual(['after', 'before'])
  })
})

describe('what a command has left half done is not the next one’s', () => {
  const isThere = async (name: string) => (await names()).some((row) => row.name === name)

  it('where Postgres breaks off within a question', async () => {
    await expect(inventory.read(({ knex }) => knex.raw(TOO_DEEP))).rejects.toMatchObject({ code: 'database-failed' })
    await add('unhurt')
    expect(await isThere('unhurt')).toBe(true)
  })

  it('where it breaks off within a change', async () => {
    await expect(add('torn', TOO_DEEP)).rejects.toMatchObject({ code: 'database-failed' })
    await add('next')
    expect(await isThere('torn')).toBe(false)
  })

  it.each(['end', 'destroy'] as const)('where its connection is gone: %s', async (how) => {
    await add(`before-${how}`)
    const { client } = inventory.database.knex
    const connection = await client.acquireConnection()
    await connection.query('begin')
    await connection.query("update things set name = 'leaked'")
    const gone = new Promise((resolve) => connection.once('end', resolve))
    if (how === 'end') await connection.end()
    else connection.connection.stream.destroy()
    await gone
    await client.releaseConnection(connection)
    await add(`after-${how}`)
    expect(await isThere('leaked')).toBe(false)
    expect(await isThere(`after-${how}`)).toBe(true)
  })
})

describe('the data directory', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'clusto-directory-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('that cannot be made is refused at once', async () => {
    const directory = '/proc/clusto/data'
    await expect(markDirectory(directory)).rejects.toMatchObject({ code: 'data-unusable', facts: { directory } })
  })

  it('is made with its parents, and closed to others also where it was there before', async () => {
    const deep = join(folder, 'a', 'b')
    const open = join(folder, 'open')
    await mkdir(open)
    await chmod(open, 0o755)
    for (const directory of [deep, open]) {
      await markDirectory(directory)
      expect((await stat(directory)).mode & 0o777).toBe(0o700)
    }
  })

  it("that is somebody else's is left as it is", async () => {
    const foreign = join(folder, 'foreign')
    await mkdir(foreign)
    await chmod(foreign, 0o755)
    await writeFile(join(foreign, 'letter.txt'), 'dear')
    await expect(markDirectory(foreign)).rejects.toMatchObject({ code: 'data-foreign' })
    expect((await stat(foreign)).mode & 0o777).toBe(0o755)
  })
})
