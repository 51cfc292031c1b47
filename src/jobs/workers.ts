// Which workers are there: those of this process, and on a server those that are connected to it. Nobody keeps a list that
// could be wrong: whose process ends, ends its connection.
import type { Knex } from 'knex'
import { ask } from './statement.ts'

export interface LivingWorker {
  /** `host:pid` or so. */
  readonly name: string
  /** Milliseconds since its last sign of life; it gives one a second. */
  readonly silentMs: number
  /** The ids of the runs that it has. */
  readonly runs: readonly number[]
}

interface Seen {
  readonly name: string
  readonly at: number
}

// By the configuration of the client, as the bells are; within, by the mark of the worker.
const here = new WeakMap<object, Map<string, Seen>>()

/** A sign of life of a worker in this process; `mark` is what its leases end with. */
export function signOfLife(knex: Knex, mark: string, name: string): void {
  const key: object = knex.client.config
  const seen = here.get(key) ?? new Map<string, Seen>()
  here.set(key, seen.set(mark, { name, at: performance.now() }))
}

export function forgetWorker(knex: Knex, mark: string): void {
  here.get(knex.client.config)?.delete(mark)
}

// What a worker's connections are called on a server, where 63 bytes are kept.
const CALLED = 'clusto worker'

/** Names a connection so that `workersOf` knows it. */
export function nameConnection(mark: string, name: string): string {
  return `set application_name to '${`${CALLED} ${mark} ${name.replace(/[^\w:@.+-]/g, '_')}`.slice(0, 63)}'`
}

/** The workers that are alive, by name. */
export async function workersOf(knex: Knex): Promise<LivingWorker[]> {
  const [row] = await ask<{
    connected: readonly { readonly called: string; readonly silent: number }[]
    held: readonly { readonly id: number; readonly by: string }[]
  }>(knex, 'workers', WORKERS, [`${CALLED} %`])
  const workers = new Map<string, { readonly name: string; readonly silentMs: number }>()
  const found = [
    ...(row?.connected ?? []).map(({ called, silent }) => {
      const [mark = '', ...name] = called.slice(CALLED.length + 1).split(' ')
      return { mark, name: name.join(' '), silentMs: Math.max(0, Math.round(silent)) }
    }),
    ...[...(here.get(knex.client.config) ?? [])].map(([mark, { name, at }]) => {
      return { mark, name, silentMs: Math.round(performance.now() - at) }
    }),
  ]
  for (const { mark, ...one } of found) {
    const known = workers.get(mark)
    if (!known || known.silentMs > one.silentMs) workers.set(mark, one)
  }
  const runsOf = (mark: string) => (row?.held ?? []).filter(({ by }) => by.endsWith(` ${mark}`)).map(({ id }) => id)
  return [...workers]
    .map(([mark, worker]) => ({ ...worker, runs: runsOf(mark) }))
    .toSorted((a, b) => a.name.localeCompare(b.name, 'en'))
}

const WORKERS = `select
  (select coalesce(json_agg(json_build_object('called', application_name,
      'silent', extract(epoch from clock_timestamp() - state_change) * 1000)), '[]')
    from pg_stat_activity where datname = current_database() and application_name like ?) as connected,
  (select coalesce(json_agg(json_build_object('id', id, 'by', lease_by) order by id), '[]')
    from runs where state = 'running' and lease_by is not null) as held`
