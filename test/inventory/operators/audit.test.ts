import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import type { Inventory } from '../../../src/inventory/inventory.ts'
import { type AuditEntry, recordAudit } from '../../../src/inventory/operators/audit.ts'
import { walkChain } from '../../../src/inventory/operators/audit-chain.ts'
import { auditRows } from '../../../src/inventory/operators/audit-log.ts'
import { type EndedJob, recordJobEnd } from '../../../src/inventory/operators/job-end.ts'
import { closeInventory, databases, ENTRY, openInventory } from '../open.ts'

const ROW: AuditEntry = {
  identity: 'os:bob',
  operator: 'bob',
  chat: 'slack',
  message: '{"ts":"1"}',
  command: 'power off „web1“',
  name: 'power off',
  decision: 'allowed',
  rule: 'role operator',
  proposal: '3-k7f',
  planHash: 'ab',
  approvers: ['carol', 'dave'],
  outcome: 'done',
  because: 'INC-1',
  version: 7,
  job: '4-xyz',
  things: [3, 5],
}

const inventories = new Map<string, Promise<Inventory>>()
afterAll(async () => {
  for (const opened of inventories.values()) await closeInventory(await opened)
})

describe.each(databases)('on %s', (kind) => {
  let inventory: Inventory
  beforeEach(async () => {
    const opened = inventories.get(kind) ?? openInventory(kind)
    inventories.set(kind, opened)
    inventory = await opened
    await inventory.database.knex.raw('truncate audit')
  })

  const write = async (count: number) => {
    for (let at = 0; at < count; at++) await recordAudit(inventory.database.knex, { ...ROW, because: `row ${at + 1}` })
  }
  const verify = async () => (await walkChain(inventory.database.knex)).broken

  test('what is written is read, and is a chain', async () => {
    const { knex } = inventory.database
    await recordAudit(knex, ROW)
    await recordAudit(knex, { ...ROW, operator: null, message: null, rule: null, approvers: [], things: [] })
    const [second, first] = await auditRows(knex, {}, 10)
    expect(first).toMatchObject({ ...ROW, id: 1, previous: '0'.repeat(64) })
    expect(second).toMatchObject({ id: 2, operator: null, things: [], previous: first?.hash })
    expect(await walkChain(knex)).toEqual({ rows: 2, head: second?.hash, broken: null, found: null })
    expect(await walkChain(knex, first?.hash)).toMatchObject({ found: 1 })
  })

  test('its end alone can be walked', async () => {
    const { knex } = inventory.database
    await write(4)
    const whole = await walkChain(knex)
    expect(await walkChain(knex, null, 2)).toEqual(whole)
    await knex.raw(`update audit set because = 'x' where id = 1`)
    expect(await walkChain(knex, null, 2)).toEqual(whole)
    await knex.raw(`update audit set because = 'x' where id = 3`)
    expect((await walkChain(knex, null, 2)).broken).toEqual({ id: 3, fault: 'changed', to: 3 })
    await knex.raw('delete from audit where id = 2')
    expect((await walkChain(knex, null, 2)).broken).not.toBeNull()
  })

  test.each([
    ['at', `at + interval '1 millisecond'`],
    ['identity', `'os:eve'`],
    ['operator', 'null'],
    ['chat', `'discord'`],
    ['message', `'x'`],
    ['command', `command || ' '`],
    ['name', `'power on'`],
    ['decision', `'denied'`],
    ['rule', 'null'],
    ['proposal', 'null'],
    ['plan_hash', `'ac'`],
    ['approvers', `array['carol,dave']`],
    ['outcome', `'proposed'`],
    ['because', `because || '!'`],
    ['version', '8'],
    ['job', `''`],
    ['things', 'array[5, 3]'],
    ['hash', `repeat('a', 64)`],
  ])('a changed %s is found', async (column, value) => {
    await write(3)
    await inventory.database.knex.raw(`update audit set ${column} = ${value} where id = 2`)
    expect(await verify()).toEqual({ id: 2, fault: 'changed', to: 2 })
  })

  test('a changed hash of the row before is found', async () => {
    await write(3)
    await inventory.database.knex.raw(`update audit set previous = repeat('a', 64) where id = 2`)
    expect(await verify()).toEqual({ id: 2, fault: 'astray', to: 2 })
  })

  test('rows that were taken out, put in or moved are found', async () => {
    const { knex } = inventory.database
    await write(6)
    await knex.raw('delete from audit where id in (3, 4)')
    expect(await verify()).toEqual({ id: 3, fault: 'missing', to: 4 })
    await knex.raw('update audit set id = id - 2 where id > 4')
    expect(await verify()).toEqual({ id: 3, fault: 'astray', to: 3 })
    await knex.raw('truncate audit')
    await write(3)
    await knex.raw('update audit set id = case id when 2 then -3 when 3 then -2 else id end')
    await knex.raw('update audit set id = abs(id)')
    expect(await verify()).toEqual({ id: 2, fault: 'astray', to: 2 })
    await knex.raw('truncate audit')
    await write(3)
    await knex.raw('delete from audit where id = 1')
    expect(await verify()).toEqual({ id: 1, fault: 'missing', to: 1 })
  })

  test('rows that were taken off the end are missed by who noted the head', async () => {
    const { knex } = inventory.database
    await write(4)
    const { head } = await walkChain(knex)
    await knex.raw('delete from audit where id = 4')
    expect(await walkChain(knex, head)).toMatchObject({ broken: null, rows: 3, found: null })
  })

  test('fifty at once make one chain without gaps', async () => {
    const { knex } = inventory.database
    const change = (at: number) =>
      inventory.change(ENTRY, ({ knex: transaction }) => recordAudit(transaction, { ...ROW, because: `change ${at}` }))
    await Promise.all(
      Array.from({ length: 50 }, (_, at) => (at % 5 === 0 ? change(at) : recordAudit(knex, { ...ROW, version: at }))),
    )
    expect(await walkChain(knex)).toMatchObject({ rows: 50, broken: null })
  })

  test('what is taken back leaves no row and no gap', async () => {
    const { knex } = inventory.database
    await write(1)
    await expect(
      knex.transaction(async (transaction) => {
        await recordAudit(transaction, ROW)
        throw new Error('taken back')
      }),
    ).rejects.toThrow('taken back')
    await write(1)
    expect(await walkChain(knex)).toMatchObject({ rows: 2, broken: null })
  })

  test('the end of a job is told once, with what it was started on', async () => {
    const { knex } = inventory.database
    await recordAudit(knex, { ...ROW, outcome: 'started' })
    const ended: EndedJob = {
      job: '4-xyz',
      state: 'unknown',
      operator: 'os:bob',
      command: 'power off web1',
      because: null,
      message: { chat: 'slack', thread: '{"ts":"1"}' },
      proposal: '3-k7f',
      targets: [3],
    }
    await recordJobEnd(knex, ended)
    await recordJobEnd(knex, ended)
    await recordJobEnd(knex, { ...ended, state: 'failed' })
    const rows = await auditRows(knex, {}, 10)
    expect(rows.map(({ outcome }) => outcome)).toEqual(['ended: failed', 'ended: unknown', 'started'])
    expect(rows[1]).toMatchObject({
      operator: 'bob',
      name: 'power off',
      chat: 'slack',
      message: '{"ts":"1"}',
      approvers: ['carol', 'dave'],
      planHash: 'ab',
      things: [3],
    })
    expect(await verify()).toBeNull()
  })
})
