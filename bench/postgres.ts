// A private Postgres server for the benchmarks, set up as an operator would for a machine of this size.
import { totalmem } from 'node:os'
import { type Server, startServer } from '../test/setup/server.ts'

const MEGABYTE = 2 ** 20

/** Durable but for fsync: the disk is not what is measured. */
export async function startPostgres(): Promise<Server> {
  const memory = Math.floor(totalmem() / MEGABYTE)
  return startServer({
    shared_buffers: `${Math.floor(memory / 8)}MB`,
    effective_cache_size: `${Math.floor(memory / 2)}MB`,
    work_mem: '16MB',
    maintenance_work_mem: '256MB',
    random_page_cost: '1.1',
    max_wal_size: '4GB',
    fsync: 'off',
    synchronous_commit: 'off',
    max_connections: '20',
    // The tables are vacuumed once they are loaded; a worker that wakes in the middle would be measured too.
    autovacuum: 'off',
  })
}
