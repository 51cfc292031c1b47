// A private Postgres server for the benchmarks, set up as an operator would for a machine of this size.
import { type Server, startServer } from '../test/setup/server.ts'

/** Durable but for fsync: the disk is not what is measured. Moderate, so that it is not alone on the machine. */
export const SETTINGS = {
  shared_buffers: '2GB',
  effective_cache_size: '8GB',
  work_mem: '16MB',
  maintenance_work_mem: '512MB',
  random_page_cost: '1.1',
  max_wal_size: '4GB',
  // Nothing is replicated, and loading need not be logged.
  wal_level: 'minimal',
  max_wal_senders: '0',
  fsync: 'off',
  synchronous_commit: 'off',
  max_connections: '20',
  // The tables are vacuumed once they are loaded; a worker that wakes in the middle would be measured too.
  autovacuum: 'off',
} as const

export function startPostgres(): Promise<Server> {
  return startServer(SETTINGS)
}
