// Whether everything that the bot stands on is well, and what to do where it is not.
import { readCommand } from './command.ts'

// A clock that is further off than this makes `as of` and expiry misleading; in seconds.
const SKEW = 5

export const doctor = readCommand({
  name: 'doctor',
  summary: 'Checks what the bot stands on: database, clock, schema, the record of the inventory',
  syntax: 'doctor',
  examples: ['doctor'],
  async run(_args, { view, now }) {
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
    const checks: (readonly [string, boolean, string])[] = [
      ['database', true, `Postgres ${found.server}`],
      ['schema', true, found.migrations.at(-1) ?? ''],
      [
        'clock',
        skew <= SKEW,
        skew <= SKEW ? 'agrees with the database' : `${Math.round(skew)} s off the database: set the time`,
      ],
      ['drivers', view.catalogue.all().length > 0, `${view.catalogue.all().length} known`],
      ['inventory', true, `${found.things} things at version ${await view.latest()}`],
      [
        'containment',
        found.astray === 0,
        found.astray === 0 ? 'index agrees with the record' : `${found.astray} edges are not in the index: report this`,
      ],
      [
        'connections',
        found.torn === 0,
        found.torn === 0 ? 'both ends agree' : `${found.torn} ends have no other end: report this`,
      ],
    ]
    return {
      kind: 'table',
      columns: ['check', 'state', 'detail'],
      rows: checks.map(([check, well, detail]) => [check, well ? 'ok' : 'FAILED', detail]),
    }
  },
})
