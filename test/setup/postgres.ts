// Starts a private Postgres server for one run of the tests and stops it afterwards; `postgresUrl` is a migrated, empty
// database on it that tests copy.
import type { TestProject } from 'vitest/node'
import { openDatabase } from '../../src/inventory/database/database.ts'
import './provided.ts'
import { startServer } from './server.ts'

// Nothing here outlives the run.
const SETTINGS = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '100' }

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  try {
    const server = await startServer(SETTINGS)
    try {
      const url = await server.createDatabase('clusto')
      await (await openDatabase({ kind: 'postgres', url })).close()
      project.provide('postgresUrl', url)
    } catch (error) {
      await server.stop()
      throw error
    }
    return () => server.stop()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    if (process.env.CI === 'true') throw new Error(`the tests need Postgres: ${reason}`, { cause: error })
    console.log(`Tests on Postgres are skipped, those on the embedded database run: ${reason}`)
    project.provide('postgresUrl', null)
    return () => Promise.resolve()
  }
}
