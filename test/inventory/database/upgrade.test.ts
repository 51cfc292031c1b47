// A database of the first release is brought up to date with its operators in their roles, and can be taken back.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as operators from '../../../migrations/0004_operators.ts'
import * as freezes from '../../../migrations/0005_freezes.ts'
import * as simulated from '../../../migrations/0006_simulated.ts'
import * as schedules from '../../../migrations/0007_schedules.ts'
import * as outbox from '../../../migrations/0008_outbox.ts'
import * as auditedRuns from '../../../migrations/0009_audited_runs.ts'
import * as chats from '../../../migrations/0010_chats.ts'
import * as reviews from '../../../migrations/0011_reviews.ts'
import * as botHosts from '../../../migrations/0012_bot_hosts.ts'
import * as secretKey from '../../../migrations/0013_secret_key.ts'
import * as toldProposals from '../../../migrations/0014_told_proposals.ts'
import * as told from '../../../migrations/0015_told.ts'
import * as consoles from '../../../migrations/0016_consoles.ts'
import * as untoldAtTheTerminal from '../../../migrations/0017_untold_at_the_terminal.ts'
import * as aliasSavers from '../../../migrations/0018_alias_savers.ts'
import * as floods from '../../../migrations/0019_floods.ts'
import * as lost from '../../../migrations/0020_lost.ts'
import type { Inventory } from '../../../src/inventory/inventory.ts'
import { standingOf } from '../../../src/inventory/operators/standing.ts'
import { closeInventory, databases, openInventory } from '../open.ts'

const LATER = [
  operators,
  freezes,
  simulated,
  schedules,
  outbox,
  auditedRuns,
  chats,
  reviews,
  botHosts,
  secretKey,
  toldProposals,
  told,
  consoles,
  untoldAtTheTerminal,
  aliasSavers,
  floods,
  lost,
]

describe.each(databases)('a database of the first release, on %s', (kind) => {
  let inventory: Inventory
  beforeAll(async () => {
    inventory = await openInventory(kind)
  })
  afterAll(() => closeInventory(inventory))

  test('keeps its admins, and makes nobody else one', async () => {
    const { knex } = inventory.database
    for (const { down } of LATER.toReversed()) await down(knex)
    await knex.raw(`insert into operators (identity, admin, created_at)
      values ('os:root', true, now()), ('demo:root', false, now() + interval '1 second'), ('slack:U1', true, now())`)
    for (const { up } of LATER) await up(knex)
    const known = []
    for (const identity of ['os:root', 'demo:root', 'slack:U1', 'os:other']) {
      const { operator, grants } = await standingOf(knex, identity)
      known.push([operator?.name ?? null, grants.map(({ role }) => role)])
    }
    expect(known).toEqual([
      ['root', ['admin']],
      ['demo:root', []],
      ['U1', ['admin']],
      [null, []],
    ])
  })
})
