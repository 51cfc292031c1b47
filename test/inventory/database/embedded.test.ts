// The embedded database: a query that does not end stalls nobody for ever, and loses nothing that was written.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { readShippedDrivers } from '../../../src/inventory/catalogue.ts'
import { DatabaseError } from '../../../src/inventory/database/error.ts'
import { Inventory } from '../../../src/inventory/inventory.ts'
import { lookup } from '../../../src/inventory/query/lookup.ts'
import { addThings } from '../../../src/inventory/write/things.ts'

const ENTRY = { operator: 'os:test', command: 'add server x', because: null, message: null }
const SHIPPED = readShippedDrivers('drivers')
// Seconds of work that no index shortens, in a function that cannot be interrupted from outside.
const ENDLESS = 'select count(*) from generate_series(1, 20000000000) n'

describe('a query that does not end', () => {
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
  const add = (name: string) =>
    inventory.change(ENTRY, async (change) => {
      const driver = change.catalogue.get('server')
      if (!driver) throw new Error('no driver server')
      return addThings(change, [{ name, driver }])
    })

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
    const change = inventory.change(ENTRY, async (change) => {
      const driver = change.catalogue.get('server')
      if (!driver) throw new Error('no driver server')
      await addThings(change, [{ name: 'half', driver }])
      await change.knex.raw(ENDLESS)
    })
    await expect(change).rejects.toBeInstanceOf(DatabaseError)
    await expect(change).rejects.toMatchObject({ code: 'query-too-long' })
    await add('after')
    expect((await names()).map(({ name }) => name).sort()).toEqual(['after', 'before'])
  })
})
