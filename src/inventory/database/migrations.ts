// The migrations in their order, named once here: nothing is read from a directory, so that the compiled program and
// the sources run the same ones.
import type { Knex } from 'knex'
import * as inventory from '../../../migrations/0001_inventory.ts'
import * as aliases from '../../../migrations/0002_aliases.ts'
import * as jobs from '../../../migrations/0003_jobs.ts'
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
import { DatabaseError } from './error.ts'

interface Migration {
  readonly name: string
  up(knex: Knex): Promise<void>
  down(knex: Knex): Promise<void>
}

const MIGRATIONS: readonly Migration[] = [
  { name: '0001_inventory', ...inventory },
  { name: '0002_aliases', ...aliases },
  { name: '0003_jobs', ...jobs },
  { name: '0004_operators', ...operators },
  { name: '0005_freezes', ...freezes },
  { name: '0006_simulated', ...simulated },
  { name: '0007_schedules', ...schedules },
  { name: '0008_outbox', ...outbox },
  { name: '0009_audited_runs', ...auditedRuns },
  { name: '0010_chats', ...chats },
  { name: '0011_reviews', ...reviews },
  { name: '0012_bot_hosts', ...botHosts },
  { name: '0013_secret_key', ...secretKey },
  { name: '0014_told_proposals', ...toldProposals },
  { name: '0015_told', ...told },
  { name: '0016_consoles', ...consoles },
  { name: '0017_untold_at_the_terminal', ...untoldAtTheTerminal },
  { name: '0018_alias_savers', ...aliasSavers },
  { name: '0019_floods', ...floods },
  { name: '0020_lost', ...lost },
]

/** Brings the schema up to date. Throws DatabaseError `data-version` where the database is newer than this program. */
export async function migrate(knex: Knex): Promise<void> {
  const known = MIGRATIONS.map(({ name }) => name)
  // By name and not by information_schema, which joins all there is.
  const { rows } = await knex.raw<{ rows: { is: boolean }[] }>(
    `select to_regclass('clusto_migrations') is not null as is`,
  )
  if (rows[0]?.is === true) {
    const applied = await knex<{ name: string }>('clusto_migrations').orderBy('id').pluck('name')
    const stranger = applied.find((name) => !known.includes(name))
    if (stranger !== undefined) throw new DatabaseError('data-version', { found: stranger, known: known.at(-1) ?? '' })
    if (applied.length === known.length) return
  }
  await knex.migrate.latest({
    tableName: 'clusto_migrations',
    migrationSource: {
      getMigrations: () => Promise.resolve([...MIGRATIONS]),
      getMigrationName: (migration: Migration) => migration.name,
      getMigration: (migration: Migration) => Promise.resolve(migration),
    },
  })
}
