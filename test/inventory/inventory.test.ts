// Changes become versions, on every database that there is.
import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import type { Change } from '../../src/inventory/change.ts'
import type { Inventory } from '../../src/inventory/inventory.ts'
import { closeInventory, databases, ENTRY, openInventory } from './open.ts'

const SERVER1 = { name: 'Server1', name_key: 'server1', driver: 'server', type: 'server' }
const add = (change: Change) => change.insert('things', [SERVER1])
const count = (inventory: Inventory) =>
  inventory.read(async ({ knex }) => Number((await knex('things').count<{ count: number }[]>())[0]?.count))

/** Has a statement run while the transaction is committed. */
async function atCommit({ knex }: Change, statement: string): Promise<void> {
  await knex.raw('create table fuse (x int)')
  await knex.raw(`create function pg_temp.burn() returns trigger language plpgsql as $$ begin ${statement}; end $$`)
  await knex.raw(`create constraint trigger burn after insert on fuse deferrable initially deferred
    for each row execute function pg_temp.burn()`)
  await knex.raw('insert into fuse values (1)')
}

describe.each(databases)('an inventory on %s', (kind) => {
  let inventory: Inventory
  afterEach(() => closeInventory(inventory))

  it('makes one version of one change, and none of a rehearsal, a failure or a change that writes nothing', async () => {
    inventory = await openInventory(kind)
    const row = { name: 'Server1', name_key: 'server1', driver: 'server', type: 'server' }
    const added = await inventory.change(ENTRY, (change) => change.insert('things', [row]))
    expect(added).toMatchObject({ version: 1, written: 1, result: [{ name: 'Server1' }] })
    const rename = (change: Parameters<Parameters<Inventory['change']>[1]>[0]) =>
      change.replace('things', [{ ...row, id: added.result[0]?.id ?? 0, name: 'Server2', name_key: 'server2' }])
    expect(await inventory.change(ENTRY, rename, { rehearse: true })).toMatchObject({ version: null, written: 1 })
    await expect(inventory.change(ENTRY, (change) => change.insert('things', [row]))).rejects.toThrow('duplicate')
    expect(await inventory.change(ENTRY, async () => 'nothing')).toMatchObject({ version: null, result: 'nothing' })
    expect(await inventory.change(ENTRY, rename)).toMatchObject({ version: 2 })
    const { rows } = await inventory.read(({ knex }) =>
      knex.raw('select name, from_v, to_v < 100 as past from things_all order by from_v'),
    )
    expect(rows).toEqual([
      { name: 'Server1', from_v: 1, past: true },
      { name: 'Server2', from_v: 2, past: false },
    ])
  })

  it('says that it does not know what became of a change whose connection is lost while it is committed', async () => {
    inventory = await openInventory(kind)
    const lost = {
      postgres: 'perform pg_terminate_backend(pg_backend_pid())',
      // The parser's stack overflows.
      embedded: "perform repeat('[', 3000000)::jsonb",
    }
    const change = inventory.change(ENTRY, async (change) => {
      await add(change)
      await atCommit(change, lost[kind])
    })
    await expect(change).rejects.toMatchObject({ code: 'outcome-unknown' })
  })

  it('says what the database has against committing a change, and keeps nothing of it', async () => {
    inventory = await openInventory(kind)
    const change = inventory.change(ENTRY, async (change) => {
      await add(change)
      await atCommit(change, "raise exception 'not so'")
    })
    await expect(change).rejects.toThrow('not so')
    expect(await count(inventory)).toBe(0)
  })

  it('tells those who wait for the write lock who has it, and nothing that was typed', async () => {
    inventory = await openInventory(kind)
    const entry = { ...ENTRY, command: 'attr set web1 password hunter2' }
    const name = await inventory.change(
      entry,
      async ({ knex }) => (await knex.raw("select current_setting('application_name') as name")).rows[0].name,
    )
    expect(name.result).toBe('clusto os:test')
  })
})

it.runIf(databases.includes('postgres'))('a server ends a transaction in which nothing goes on', async () => {
  const inventory = await openInventory('postgres')
  const { rows } = await inventory.read(({ knex }) => knex.raw('show idle_in_transaction_session_timeout'))
  expect(rows).toEqual([{ idle_in_transaction_session_timeout: '30s' }])
  await closeInventory(inventory)
})

it('a change is made although the tidying after it fails', async () => {
  const inventory = await openInventory('embedded')
  const { knex } = inventory.database
  await knex.raw('create table fuse (x int)')
  await knex.raw(`create function fused(x int) returns int immutable language plpgsql as $$
    begin if exists (select from public.fuse) then raise 'burnt'; end if; return x; end $$`)
  await knex.raw('create table fused (x int)')
  await knex.raw('create index on fused (fused(x))')
  await knex.raw('insert into fused values (1)')
  await knex.raw('insert into fuse values (1)')
  await knex.raw("insert into versions (version, at, operator, command) values (499, now(), 'os:test', 'test')")
  const warned = once(process, 'warning')
  expect(await inventory.change(ENTRY, add)).toMatchObject({ version: 500 })
  expect(String(await warned)).toContain('burnt')
  expect(await count(inventory)).toBe(1)
  await closeInventory(inventory)
})
