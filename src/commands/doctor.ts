// Whether everything that the bot stands on is well, and what to do where it is not.
import { walkChain } from '../inventory/operators/audit-chain.ts'
import type { View } from '../inventory/view.ts'
import { publicId } from '../jobs/public-id.ts'
import { workersOf } from '../jobs/workers.ts'
import { type Check, checksTable, examine } from './check.ts'
import { readCommand } from './command.ts'

// A clock that is further off than this makes `as of` and expiry misleading; in seconds.
const SKEW = 5

export const doctor = readCommand({
  name: 'doctor',
  summary:
    'Checks what the bot stands on: database, clock, schema, the records of inventory and audit, workers and jobs',
  syntax: 'doctor',
  examples: ['doctor'],
  async run(_args, { view, now, examinations }) {
    const { rows } = await view.knex.raw<{
      rows: { server: string; at: Date; things: number; migrations: string[]; astray: number; torn: number }[]
    }>(
      `select current_setting('server_version') as server, clock_timestamp() as at, (select count(*) from things) as things,
        (select array_agg(name order by id) from clusto_migrations) as migrations,
        (select count(*) from edges e where not exists (
          select from closure c where c.ancestor_id = e.parent_id and c.descendant_id = e.child_id)) as astray,
        (select count(*) from links l where not exists (
          select from links m where m.thing_id = l.peer_id and m.port_type = l.peer_type and m.port_number = l.peer_number
            and m.peer_id = l.thing_id and m.peer_type = l.port_type and m.peer_number = l.port_number)) as torn`,
    )
    const found = rows[0]
    if (!found) throw new Error('the database gave no row')
    const skew = Math.abs(found.at.getTime() - now.getTime()) / 1000
    const checks: Check[] = [
      check('database', true, `Postgres ${found.server}`),
      check('schema', true, found.migrations.at(-1) ?? ''),
      check(
        'clock',
        skew <= SKEW,
        skew <= SKEW ? 'agrees with the database' : `${Math.round(skew)} s off the database: set the time`,
      ),
      check('drivers', view.catalogue.all().length > 0, `${view.catalogue.all().length} known`),
      check('inventory', true, `${found.things} things at version ${await view.latest()}`),
      check(
        'containment',
        found.astray === 0,
        found.astray === 0 ? 'index agrees with the record' : `${found.astray} edges are not in the index: report this`,
      ),
      check(
        'connections',
        found.torn === 0,
        found.torn === 0 ? 'both ends agree' : `${found.torn} ends have no other end: report this`,
      ),
    ]
    const records = [await auditCheck(view), await reviewCheck(view)]
    return checksTable([...checks, ...records, ...(await workChecks(view)), ...(await examine(examinations))])
  },
})

const check = (name: string, isWell: boolean, detail: string): Check => ({
  name,
  state: isWell ? 'ok' : 'failed',
  detail,
})

// So many rows are checked within the time that somebody waits; `audit verify` checks all.
const LATEST = 5000

/** The head, noted elsewhere, shows later whether rows were taken off the end: `audit verify` looks for it. */
async function auditCheck({ knex }: View): Promise<Check> {
  const { rows } = await knex.raw<{ rows: { count: number; last: number | null }[] }>(
    'select count(*)::int as count, max(id) as last from audit',
  )
  const { count = 0, last } = rows[0] ?? {}
  const { head, broken } = await walkChain(knex, null, Math.max(0, (last ?? 0) - LATEST))
  if (broken) return check('audit', false, `row ${broken.id} is not as it was written: \`audit verify\` tells more`)
  if (last === null) return check('audit', true, 'no rows')
  const part = count > LATEST ? `, the last ${LATEST} follow each other (all: \`audit verify\`)` : ''
  return check('audit', true, `${count} ${count === 1 ? 'row' : 'rows'}${part}, head ${head}`)
}

/** What waits for people to look at it is nothing that has failed. */
async function reviewCheck({ knex }: View): Promise<Check> {
  const { rows } = await knex.raw<{ rows: { id: number }[] }>(
    'select id from reviews where closed_at is null order by id limit 11',
  )
  const ids = rows.slice(0, 10).map(({ id }) => publicId(id, 'review'))
  const more = rows.length > ids.length ? ', …' : ''
  const open = `done without an approval, and not looked at yet: ${ids.join(', ')}${more} (\`review list\`)`
  return check('reviews', true, rows.length === 0 ? 'none is open' : open)
}

// In seconds: a heartbeat is due every second, and who is silent for this long is taken for dead.
const LEASE = 6
// In seconds: what nobody begins for so long has no worker.
const PATIENCE = 60

/** Who works, what is stuck, and how long what waits has waited. */
async function workChecks({ knex }: View): Promise<readonly Check[]> {
  const { rows } = await knex.raw<{ rows: Work[] }>(
    `select (select count(*) from runs where state = 'running' and lease_by is not null) as held,
      (select array_agg(distinct split_part(lease_by, ' ', 1)) from runs
        where state = 'running' and lease_until > clock_timestamp()) as workers,
      (select array_agg(id order by id) from runs where state = 'running' and lease_by is not null
        and lease_until < clock_timestamp() - ? * interval '1 second') as silent,
      (select array_agg(id order by id) from runs where state = 'unknown') as unknown,
      (select count(*) from runs where state = 'queued') as waiting,
      (select extract(epoch from clock_timestamp() - min(coalesce(wake_at, created_at)))::float8 from runs r
        where state = 'queued' and (wake_at is null or wake_at < clock_timestamp()) and not exists (
          select from run_locks l where l.run_id = r.id and not l.held and exists (
            select from run_locks o where o.thing_id = l.thing_id and o.run_id < l.run_id))) as age`,
    [LEASE],
  )
  const [work] = rows
  if (!work) throw new Error('the database gave no row')
  const { held, workers, silent, unknown, waiting, age } = work
  const names = (workers ?? []).join(', ')
  const ids = (numbers: readonly number[] | null) => (numbers ?? []).map((id) => publicId(id)).join(', ')
  const alive = (await workersOf(knex)).map(({ name }) => name).join(', ')
  const idle = alive === '' ? 'none is there, and none has a job' : `${alive}: none has a job`
  const isLate = (age ?? 0) > PATIENCE
  return [
    check(
      'workers',
      silent === null,
      silent === null
        ? held === 0
          ? idle
          : `${held} ${held === 1 ? 'job' : 'jobs'} under way by ${names}`
        : `no sign of life of ${ids(silent)}: it goes on when a worker starts, \`clusto serve\` or \`clusto worker\``,
    ),
    check(
      'queue',
      !isLate,
      isLate
        ? `${waiting} wait, the first for ${Math.round(age ?? 0)} s: start \`clusto serve\` or \`clusto worker\``
        : `${waiting} wait`,
    ),
    check(
      'outcomes',
      unknown === null,
      unknown === null
        ? 'all known'
        : `nobody knows of ${ids(unknown)}: look, then \`job <id> mark done|failed because "…"\``,
    ),
  ]
}

interface Work {
  readonly held: number
  readonly workers: readonly string[] | null
  readonly silent: readonly number[] | null
  readonly unknown: readonly number[] | null
  readonly waiting: number
  readonly age: number | null
}
