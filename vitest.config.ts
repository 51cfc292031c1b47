// How the tests run: a private Postgres server and a dump of a migrated embedded database are made once for all of them.
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/setup/postgres.ts', 'test/setup/template.ts', 'test/setup/program.ts'],
    setupFiles: ['test/setup/seed.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
