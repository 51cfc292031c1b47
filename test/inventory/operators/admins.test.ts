// Those whom the bot's configuration makes admins: from the next start on, until it names them no longer, and on record.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Inventory } from '../../../src/inventory/inventory.ts'
import { walkChain } from '../../../src/inventory/operators/audit-chain.ts'
import { currentAdmins } from '../../../src/inventory/operators/grants.ts'
import { enrolAdmins, enrolFirst } from '../../../src/inventory/operators/operators.ts'
import { closeInventory, databases, openInventory } from '../open.ts'

const [ANN, BOB] = ['slack:U0ANN0001', 'discord:80351110224678912']

describe.each(databases)('the admins of the configuration, on %s', (kind) => {
  let inventory: Inventory
  beforeAll(async () => {
    inventory = await openInventory(kind)
    await enrolFirst(inventory.database.knex, [{ identity: 'os:root', role: 'admin' }])
  })
  afterAll(() => closeInventory(inventory))

  const start = (...identities: string[]) => enrolAdmins(inventory.database.knex, identities)
  const admins = async () => {
    const { knex } = inventory.database
    const { rows } = await knex.raw<{ rows: { identity: string }[] }>(
      'select identity from identities where operator_id = any(?::bigint[]) order by identity',
      [await currentAdmins(knex)],
    )
    return rows.map(({ identity }) => identity)
  }
  const audited = async () => {
    const { rows } = await inventory.database.knex.raw<{ rows: { command: string }[] }>(
      `select command from audit where rule = 'CLUSTO_ADMINS' order by id`,
    )
    return rows.map(({ command }) => command)
  }

  test('are added and taken away as it names them, once each, and the audit has it', async () => {
    await start(ANN, BOB, ANN)
    await start(BOB, ANN)
    expect(await admins()).toEqual([BOB, 'os:root', ANN])
    await start(BOB)
    expect(await admins()).toEqual([BOB, 'os:root'])
    await start()
    await start()
    expect(await admins()).toEqual(['os:root'])
    await start(ANN)
    expect(await admins()).toEqual(['os:root', ANN])
    expect(await audited()).toEqual([
      `grant admin to ${ANN}`,
      `grant admin to ${BOB}`,
      'revoke admin from U0ANN0001',
      'revoke admin from 80351110224678912',
      `grant admin to ${ANN}`,
    ])
    expect((await walkChain(inventory.database.knex)).broken).toBeNull()
  })

  // The embedded database has one session: nobody waits for another there.
  if (kind === 'postgres')
    test('nothing is locked where nothing changes: a start does not wait for a change under way', async () => {
      await inventory.database.knex.transaction(async (transaction) => {
        await transaction.raw('lock table operators in share row exclusive mode')
        await start(ANN)
      })
      expect(await admins()).toEqual(['os:root', ANN])
    })
})
